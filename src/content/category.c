/* SPDX-License-Identifier: Apache-2.0 */
/* The closed list of categories: the one place that names them. */
#include <winnow/category.h>

#include <string.h>

static const char *const category_names[WN_CATEGORIES] = {
    [WN_CAT_SEXUAL] = "sexual",
    [WN_CAT_SEXUAL_MINORS] = "sexual/minors",
    [WN_CAT_HATE] = "hate",
    [WN_CAT_HATE_THREATENING] = "hate/threatening",
    [WN_CAT_HARASSMENT] = "harassment",
    [WN_CAT_HARASSMENT_THREATENING] = "harassment/threatening",
    [WN_CAT_SELF_HARM] = "self-harm",
    [WN_CAT_SELF_HARM_INTENT] = "self-harm/intent",
    [WN_CAT_SELF_HARM_INSTRUCTIONS] = "self-harm/instructions",
    [WN_CAT_VIOLENCE] = "violence",
    [WN_CAT_VIOLENCE_GRAPHIC] = "violence/graphic",
    [WN_CAT_ILLICIT] = "illicit",
    [WN_CAT_ILLICIT_VIOLENT] = "illicit/violent",
    [WN_CAT_VIOLENT_EXTREMISM] = "violent-extremism",
    [WN_CAT_PROFANITY] = "profanity",
    [WN_CAT_SPAM] = "spam",
    [WN_CAT_ADVERTISING] = "advertising",
    [WN_CAT_PHISHING] = "phishing",
};

static const char *const action_names[] = {
    [WN_ACTION_ALLOW] = "allow", [WN_ACTION_LABEL] = "label", [WN_ACTION_REVIEW] = "review",
    [WN_ACTION_BLOCK] = "block", [WN_ACTION_ERROR] = "error",
};

const char *wn_category_name(wn_category category)
{
    if ((size_t)category >= WN_CATEGORIES)
        return "unknown";
    return category_names[category];
}

bool wn_category_parse(const char *name, wn_category *ret)
{
    for (size_t i = 0; i < WN_CATEGORIES; i++) {
        if (strcmp(name, category_names[i]) == 0) {
            *ret = (wn_category)i;
            return true;
        }
    }
    return false;
}

const char *wn_action_name(wn_action action)
{
    if ((size_t)action >= sizeof action_names / sizeof action_names[0])
        return "unknown";
    return action_names[action];
}
