/* SPDX-License-Identifier: Apache-2.0 */
/* The closed list of harms that Winnow judges, and the actions that a policy can take. */
#ifndef WINNOW_CATEGORY_H
#define WINNOW_CATEGORY_H

#include <stdbool.h>
#include <stdint.h>

#include <winnow/export.h>

WN_BEGIN_DECLS

/*
 * The categories. This list is closed: all of them are harms in what was
 * posted, none describes a person or a group (docs/SCOPE.md).
 */
typedef enum wn_category {
    WN_CAT_SEXUAL,
    WN_CAT_SEXUAL_MINORS,
    WN_CAT_HATE,
    WN_CAT_HATE_THREATENING,
    WN_CAT_HARASSMENT,
    WN_CAT_HARASSMENT_THREATENING,
    WN_CAT_SELF_HARM,
    WN_CAT_SELF_HARM_INTENT,
    WN_CAT_SELF_HARM_INSTRUCTIONS,
    WN_CAT_VIOLENCE,
    WN_CAT_VIOLENCE_GRAPHIC,
    WN_CAT_ILLICIT,
    WN_CAT_ILLICIT_VIOLENT,
    WN_CAT_VIOLENT_EXTREMISM,
    WN_CAT_PROFANITY,
    WN_CAT_SPAM,
    WN_CAT_ADVERTISING,
    WN_CAT_PHISHING,
} wn_category;

#define WN_CATEGORIES 18

/* A set of categories, bit `1u << category`. */
typedef uint32_t wn_category_set;

#define WN_CATEGORY_BIT(c) ((wn_category_set)1u << (unsigned)(c))

/*
 * What a policy decides, from mildest to strictest. WN_ACTION_ERROR stands for
 * an item that could not be judged; it is never turned into `allow`.
 */
typedef enum wn_action {
    WN_ACTION_ALLOW,
    WN_ACTION_LABEL,
    WN_ACTION_REVIEW,
    WN_ACTION_BLOCK,
    WN_ACTION_ERROR,
} wn_action;

/* The category's name as policies and verdicts write it ("self-harm/intent"). Never NULL. */
WN_API const char *wn_category_name(wn_category category);

/* Look a category up by its exact name. False when there is none; `ret` is then left alone. */
WN_API bool wn_category_parse(const char *name, wn_category *ret);

/* "allow", "label", "review", "block" or "error". Never NULL. */
WN_API const char *wn_action_name(wn_action action);

WN_END_DECLS

#endif
