/* SPDX-License-Identifier: Apache-2.0 */
/* How a program of your own asks Winnow: embed TEXT [FILE]. Prints what was decided, and why. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <winnow/winnow.h>

/* Print an error and return the exit status of this program. */
static int fail(const wn_err *err)
{
    char line[600];

    wn_err_format(err, line, (int)sizeof line);
    fprintf(stderr, "embed: %s\n", line);
    return EXIT_FAILURE;
}

/* The evidence of one reason: places in the item, never copies of it. */
static void show_evidence(const wn_verdict *verdict, size_t reason, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        wn_evidence_info e;

        if (wn_verdict_evidence(verdict, reason, i, &e) != WN_OK)
            return;
        if (e.place.kind == WN_PLACE_BYTES)
            printf("    %s, bytes %llu to %llu: %s\n", e.view, (unsigned long long)e.place.start,
                   (unsigned long long)e.place.end, e.note);
        else
            printf("    %s: %s\n", e.view, e.note);
    }
}

static void show(const wn_verdict *verdict, const char *what)
{
    const wn_err *error = wn_verdict_error(verdict);
    float         spam;

    printf("%s: %s\n", what, wn_action_name(wn_verdict_action(verdict)));
    if (error != NULL)
        printf("  could not be judged: %s\n", error->msg);
    for (size_t i = 0; i < wn_verdict_reason_count(verdict); i++) {
        wn_reason_info r;

        if (wn_verdict_reason(verdict, i, &r) != WN_OK)
            return;
        printf("  %s: %s %.2f by %s, %s\n", wn_action_name(r.action), wn_category_name(r.category),
               (double)r.score, r.detector, r.rule);
        show_evidence(verdict, i, r.evidence_count);
    }
    /* A category that nothing scored is unknown, which is not the same as 0. */
    if (wn_verdict_score(verdict, WN_CAT_SPAM, &spam))
        printf("  spam scored %.2f\n", (double)spam);
    else
        printf("  spam was not scored\n");
}

/* Judge one item and show the verdict. */
static int judge(const wn_engine *engine, const wn_item_request *item, const char *what)
{
    wn_verdict *verdict;
    wn_err      err;

    if (wn_engine_scan(engine, item, &verdict, &err) != WN_OK)
        return fail(&err);
    show(verdict, what);
    wn_verdict_free(verdict);
    return EXIT_SUCCESS;
}

int main(int argc, char **argv)
{
    wn_item_request text = WN_ITEM_INIT, file = WN_ITEM_INIT;
    wn_meta         meta[] = { { "account_age_days", "0.5" } };
    wn_engine      *engine;
    wn_err          err;
    int             status;

    if (argc < 2) {
        fprintf(stderr, "usage: embed TEXT [FILE]\n");
        return EXIT_FAILURE;
    }
    /* NULL takes the default policy. One engine serves all threads of a program. */
    if (wn_engine_open(NULL, &engine, &err) != WN_OK)
        return fail(&err);
    text.bytes = (wn_span){ (const uint8_t *)argv[1], strlen(argv[1]) };
    text.is_text = 1;
    text.meta = meta;
    text.meta_count = sizeof meta / sizeof meta[0];
    status = judge(engine, &text, "text");
    if (status == EXIT_SUCCESS && argc > 2) {
        file.path = argv[2];
        status = judge(engine, &file, argv[2]);
    }
    wn_engine_free(engine);
    return status;
}
