/* SPDX-License-Identifier: Apache-2.0 */
/* Matching term lists: what hits, where in the original bytes, and what the signals say of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "src/base/buf.h"
#include "src/base/mem.h"
#include "src/detect/registry.h"
#include "src/text/normalize.h"

enum { MAX_LISTS = 3 };

/* The detector with lists that are written to files of this test's own. */
typedef struct fixture {
    char         dir[64];
    char         paths[MAX_LISTS][96];
    wn_list_spec specs[MAX_LISTS];
    size_t       count;
    wn_arena    *arena;
    wn_opened    opened;
} fixture;

static void add_list(fixture *f, const char *id, wn_category category, wn_action action,
                     const char *text)
{
    char  path[sizeof f->paths[0]];
    char *kept = f->paths[f->count];
    FILE *file;

    (void)snprintf(path, sizeof path, "%s/%s.tsv", f->dir, id);
    memcpy(kept, path, sizeof path);
    file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(text, 1, strlen(text), file), strlen(text));
    assert_int_equal(fclose(file), 0);
    f->specs[f->count++] = (wn_list_spec){ .id = id,
                                           .file = kept,
                                           .policy_file = "policy.yaml",
                                           .line = 4,
                                           .kind = WN_LIST_TERMS,
                                           .category = category,
                                           .action = action };
}

static void start(fixture *f)
{
    memset(f, 0, sizeof *f);
    (void)snprintf(f->dir, sizeof f->dir, "/tmp/winnow-terms-XXXXXX");
    assert_non_null(mkdtemp(f->dir));
    f->arena = wn_arena_new(SIZE_MAX);
    assert_non_null(f->arena);
}

static wn_code open_lists(fixture *f, wn_err *err)
{
    wn_env env = { .arena = f->arena, .lists = f->specs, .list_count = f->count };

    memset(&f->opened, 0, sizeof f->opened);
    return wn_detect_terms.open(&env, &f->opened, err);
}

static void stop(fixture *f)
{
    wn_detect_terms.close(f->opened.state);
    wn_arena_free(f->arena);
    for (size_t i = 0; i < f->count; i++)
        (void)unlink(f->paths[i]);
    (void)rmdir(f->dir);
}

/* One list "house" of spam, action review. */
static void start_with(fixture *f, const char *text)
{
    wn_err err = { 0 };

    start(f);
    add_list(f, "house", WN_CAT_SPAM, WN_ACTION_REVIEW, text);
    if (open_lists(f, &err) != WN_OK)
        fail_msg("refused: %u:%u: %s", err.line, err.column, err.msg);
    assert_non_null(f->opened.state);
}

/* One text, scanned. The scan lives in `arena`. */
static void scan_text(const fixture *f, wn_arena *arena, wn_span text, wn_scan *scan)
{
    wn_place              place = { .kind = WN_PLACE_WHOLE };
    wn_view              *view;
    const struct wn_text *norm;

    assert_int_equal(wn_scan_init(scan, arena, text, WN_MEDIA_TEXT, NULL), WN_OK);
    assert_int_equal(wn_text_normalize(arena, text, &norm, NULL), WN_OK);
    assert_int_equal(
        wn_scan_add_view(scan, scan->views[0], WN_VIEW_TEXT, "text", place, &view, NULL), WN_OK);
    view->bytes = text;
    view->text = norm;
    assert_int_equal(wn_detect_terms.run(f->opened.state, scan, view, NULL), WN_OK);
}

static wn_span span(const char *s)
{
    return (wn_span){ (const uint8_t *)s, strlen(s) };
}

/* What is found in a text, as "list category score action: [evidence|note][evidence|note]; ...". */
static void describe(const fixture *f, const char *text, char *dst, size_t cap)
{
    wn_arena *arena = wn_arena_new(SIZE_MAX);
    wn_buf    out = WN_BUF_INIT(SIZE_MAX);
    wn_scan   scan;

    assert_non_null(arena);
    scan_text(f, arena, span(text), &scan);
    for (size_t i = 0; i < scan.signal_count; i++) {
        const wn_signal *s = &scan.signals[i];

        assert_string_equal(s->detector, "terms");
        assert_false(s->calibrated);
        wn_buf_printf(&out, "%s%s %s %.2f %s:", i ? "; " : "", s->list,
                      wn_category_name(s->category), (double)s->score, wn_action_name(s->action));
        for (size_t e = 0; e < s->evidence_count; e++) {
            const wn_evidence *ev = &s->evidence[e];

            assert_int_equal(ev->place.kind, WN_PLACE_BYTES);
            assert_true(ev->place.start < ev->place.end && ev->place.end <= strlen(text));
            assert_true(ev->weight == 0);
            wn_buf_printf(&out, " [%.*s|%s]", (int)(ev->place.end - ev->place.start),
                          text + ev->place.start, ev->note);
        }
    }
    wn_buf_putc(&out, '\0');
    assert_int_equal(wn_buf_check(&out, NULL), WN_OK);
    (void)snprintf(dst, cap, "%s", (const char *)out.ptr);
    wn_buf_done(&out);
    wn_arena_free(arena);
}

static void expect(const fixture *f, const char *text, const char *wanted)
{
    char got[8192];

    describe(f, text, got, sizeof got);
    if (strcmp(got, wanted) != 0)
        fail_msg("\"%s\"\ngave   %s\nwanted %s", text, got, wanted);
}

/* What is found for the one list of start_with: the evidence alone. */
static void expect_places(const fixture *f, const char *text, const char *wanted)
{
    char all[1024];

    (void)snprintf(all, sizeof all, "%s%s", *wanted ? "house spam 0.80 review: " : "", wanted);
    expect(f, text, all);
}

static void nothing_to_do(void **state)
{
    fixture f;
    wn_err  err = { 0 };

    (void)state;
    start(&f);
    assert_int_equal(open_lists(&f, &err), WN_OK);
    assert_string_equal(f.opened.absent, "the policy has no term lists");
    assert_null(f.opened.state);
    stop(&f);

    start_with(&f, "term\n");
    assert_int_equal(f.opened.scores, 0);
    assert_string_equal(f.opened.model.name, "term-lists");
    expect(&f, "see you at the library", "");
    expect(&f, "", "");
    stop(&f);
}

static void literals(void **state)
{
    fixture f;

    (void)state;
    start_with(&f, "term\nass\nscunt\nhot dog\nZÖRBLAX\nпривоз\nc++\n");
    expect_places(&f, "you ass", "[ass|term]");
    expect_places(&f, "Ass, ASS. ass", "[Ass|term] [ASS|term] [ass|term]");
    expect_places(&f, "the class of Scunthorpe assesses embassy glass", "");
    expect_places(&f, "h\xC3\xA9llo \xE2\x9C\xA8, z\xC3\xB6rblax and zorblax!",
                  "[z\xC3\xB6rblax|term] [zorblax|term]");
    expect_places(&f, "ZO\xCC\x88RBLAX", "[ZO\xCC\x88RBLAX|term]");
    expect_places(&f,
                  "\xEF\xBD\x9A\xEF\xBD\x8F\xEF\xBD\x92"
                  "blax",
                  "[\xEF\xBD\x9A\xEF\xBD\x8F\xEF\xBD\x92"
                  "blax|term]");
    expect_places(&f,
                  "zor\xE2\x80\x8B"
                  "blax",
                  "[zor\xE2\x80\x8B"
                  "blax|term]");
    expect_places(&f, "ПРИВОЗ, привозить", "[ПРИВОЗ|term]");
    expect_places(&f, "a hot dog, a hotdog, shot dog", "[hot dog|term]");
    expect_places(&f, "we use C++ (c++17 even)", "[C++|term] [c++|term]");
    expect_places(&f, "ass_ ass-ass zorblax2 2zorblax", "[ass|term] [ass|term] [ass|term]");
    expect_places(&f, "\xFF\xFE ass \xC3", "[ass|term]");
    stop(&f);
}

static void without_spaces(void **state)
{
    fixture f;

    (void)state;
    start_with(&f, "term\n傻逼\nควย\nばか\n");
    expect_places(&f, "你是傻逼吗", "[傻逼|term]");
    expect_places(&f, "你是傻　逼", "");
    expect_places(&f, "ไอ้ควยนี่", "[ควย|term]");
    expect_places(&f, "あのばかやろう", "[ばか|term]");
    stop(&f);
}

static void evasions(void **state)
{
    fixture f;

    (void)state;
    start_with(&f, "term\nass\nzorblax\nhell\nlooter\nloser\nb00bs\nhot dog\n");
    expect_places(&f, "z0rblax", "[z0rblax|term, evasion: leet]");
    expect_places(&f, "h\xC3\xA9 z o r b l a x, see", "[z o r b l a x|term, evasion: spaced]");
    expect_places(&f, "z.o.r.b.l.a.x", "[z.o.r.b.l.a.x|term, evasion: spaced]");
    expect_places(&f, "zooorblax", "[zooorblax|term, evasion: stretched]");
    expect_places(&f, "z00000rblaaax", "[z00000rblaaax|term, evasion: leet, stretched]");
    expect_places(&f, "you @ss, you a5s, you as$, you assss",
                  "[@ss|term, evasion: leet] [a5s|term, evasion: leet] [as$|term, evasion: leet] "
                  "[assss|term, evasion: stretched]");
    /* Spelling is not evasion, and fewer letters are another word. */
    expect_places(&f, "as, aaaah: heel of helium, looser looters, lossers", "");
    expect_places(&f, "heeel", "");
    expect_places(&f, "as seen in a55embly, cla55, b a s s", "");
    expect_places(&f, "hellll", "[hellll|term, evasion: stretched]");
    expect_places(&f, "zzorblaxx", "[zzorblaxx|term, evasion: stretched]");
    expect_places(&f, "hot d0g, hottt dog",
                  "[hot d0g|term, evasion: leet] "
                  "[hottt dog|term, evasion: stretched]");
    /* Found as it is spelt, so said once. */
    expect_places(&f, "b00bs hellooo", "[b00bs|term]");
    expect_places(&f, "zorblax z0rblax", "[zorblax|term] [z0rblax|term, evasion: leet]");
    stop(&f);
}

static void patterns(void **state)
{
    fixture f;

    (void)state;
    start_with(&f, "term\n"
                   "/gr[ae]y frob(?:s|nic)?\\b/\n"
                   "/\\bzorb|blorp+\\b/\n"
                   "/Überzug/\n"
                   "/wotsit.*end/\n"
                   "/t\\.me\\/[a-z0-9]+/\n");
    expect_places(&f, "\xC3\xA9 GREY FROB and gray frobnic",
                  "[GREY FROB|term] [gray frobnic|term]");
    expect_places(&f, "grey frobnication", "");
    expect_places(&f, "zorblax and azorb", "[zorb|term]");
    expect_places(&f, "ablorppp, blorpx", "[blorppp|term]");
    expect_places(&f,
                  "ein \xC3\x9C"
                  "berzug",
                  "[\xC3\x9C"
                  "berzug|term]");
    expect_places(&f, "a wotsit end and end.\nend", "[wotsit end and end|term]");
    expect_places(&f, "join T.me/abc123 now", "[T.me/abc123|term]");
    stop(&f);
}

/* Whom a text names is not shown, also when a pattern reaches over it. */
static void no_names_shown(void **state)
{
    static const char text[] = "wotsit all Uyghurs in the end";
    fixture           f;
    char              got[512];

    (void)state;
    start_with(&f, "term\n/wotsit.*end/\n");
    describe(&f, text, got, sizeof got);
    assert_null(strstr(got, "yghur"));
    assert_non_null(strstr(got, "[wotsit"));
    assert_non_null(strstr(got, "end|term]"));
    stop(&f);
}

static void columns(void **state)
{
    fixture f;
    wn_err  err = { 0 };

    (void)state;
    start(&f);
    add_list(&f, "one", WN_CAT_SPAM, WN_ACTION_LABEL,
             "term\tcategory\tseverity\taction\n"
             "zorblax\t\t1\t\n"
             "zorblax king\t\tlow\tblock\n"
             "blorp\tprofanity\thigh\treview\n"
             "blarp\tviolent-extremism\t\t\n");
    add_list(&f, "two", WN_CAT_HARASSMENT, WN_ACTION_BLOCK, "term\nzorblax\n/bla?rp/\n");
    if (open_lists(&f, &err) != WN_OK)
        fail_msg("%s", err.msg);
    expect(&f, "zorblax",
           "one spam 0.60 label: [zorblax|term]; two harassment 0.80 block: [zorblax|term]");
    /* The strictest of what was hit; of overlapping places the longest. */
    expect(&f, "zorblax king, zorblax",
           "one spam 0.60 block: [zorblax king|term] [zorblax|term]; "
           "two harassment 0.80 block: [zorblax|term] [zorblax|term]");
    expect(&f, "blorp zorblax blarp",
           "one violent-extremism 0.80 label: [blarp|term]; one profanity 0.95 review: "
           "[blorp|term]; one spam 0.60 label: [zorblax|term]; two harassment 0.80 block: "
           "[zorblax|term] [blarp|term]");
    stop(&f);
}

static void counts(void **state)
{
    fixture   f;
    wn_err    err = { 0 };
    wn_arena *arena = wn_arena_new(SIZE_MAX);
    wn_scan   scan;

    (void)state;
    start(&f);
    add_list(&f, "one", WN_CAT_SPAM, WN_ACTION_LABEL,
             "term\tcategory\nzorblax\t\nblorp\tprofanity\n");
    add_list(&f, "two", WN_CAT_SPAM, WN_ACTION_LABEL, "term\nzorblax\n");
    assert_int_equal(open_lists(&f, &err), WN_OK);
    scan_text(&f, arena, span("zorblax z0rblax blorp zorblax blorp"), &scan);
    assert_int_equal(wn_scan_hits(&scan, "one"), 2);
    assert_int_equal(wn_scan_hits(&scan, "two"), 1);
    assert_int_equal(scan.coverage_count, 1);
    assert_string_equal(scan.coverage[0].part, "terms");
    assert_int_equal(scan.coverage[0].views, 1);
    assert_null(scan.coverage[0].not_run);
    wn_arena_free(arena);
    stop(&f);
}

/* A term that stands there very often costs little, and takes no room from another. */
static void very_often(void **state)
{
    fixture   f;
    wn_arena *arena = wn_arena_new(SIZE_MAX);
    wn_buf    text = WN_BUF_INIT(SIZE_MAX);
    wn_scan   scan;

    (void)state;
    start_with(&f, "term\taction\nzorblax\tlabel\nblorp\tblock\n/wots.*/\t\n");
    for (int i = 0; i < 200000; i++)
        wn_buf_puts(&text, "zorblax ");
    wn_buf_puts(&text, "wotsit");
    for (int i = 0; i < 10000; i++)
        wn_buf_puts(&text, "wots ");
    wn_buf_puts(&text, "blorp");
    assert_int_equal(wn_buf_check(&text, NULL), WN_OK);
    scan_text(&f, arena, wn_buf_span(&text), &scan);
    assert_int_equal(scan.signal_count, 1);
    assert_int_equal(scan.signals[0].evidence_count, 64);
    assert_int_equal(scan.signals[0].action, WN_ACTION_BLOCK);
    assert_int_equal(wn_scan_hits(&scan, "house"), 3);
    assert_null(scan.coverage[0].not_run);
    wn_buf_done(&text);
    wn_arena_free(arena);
    stop(&f);
}

/* Patterns that match nearly anywhere may not hold up a scan; the coverage says so. */
static void too_much_work(void **state)
{
    fixture   f;
    wn_arena *arena = wn_arena_new(SIZE_MAX);
    wn_buf    list = WN_BUF_INIT(SIZE_MAX), text = WN_BUF_INIT(SIZE_MAX);
    wn_scan   scan;

    (void)state;
    wn_buf_puts(&list, "term\n");
    for (int i = 0; i < 20; i++)
        wn_buf_printf(&list, "/zorb%cq.*/\n", 'a' + i);
    wn_buf_putc(&list, '\0');
    for (int i = 0; i < 20; i++)
        wn_buf_printf(&text, "zorb%cq", 'a' + i);
    for (int i = 0; i < 100000; i++)
        wn_buf_puts(&text, "x");
    assert_int_equal(wn_buf_check(&list, NULL), WN_OK);
    assert_int_equal(wn_buf_check(&text, NULL), WN_OK);
    start_with(&f, (const char *)list.ptr);
    scan_text(&f, arena, wn_buf_span(&text), &scan);
    assert_non_null(scan.coverage[0].not_run);
    assert_non_null(strstr(scan.coverage[0].not_run, "not compared"));
    assert_int_equal(scan.signal_count, 1);
    stop(&f);
    wn_arena_free(arena);
    wn_buf_done(&list);
    wn_buf_done(&text);
}

static void refuse(const char *list, uint32_t line, const char *words)
{
    fixture f;
    wn_err  err = { 0 };
    wn_code code;

    start(&f);
    add_list(&f, "fine", WN_CAT_SPAM, WN_ACTION_REVIEW, "term\nzorblax\n");
    add_list(&f, "list", WN_CAT_SPAM, WN_ACTION_REVIEW, list);
    code = open_lists(&f, &err);
    if (code == WN_OK || err.line != line || strstr(err.msg, words) == NULL ||
        strstr(err.file, "list.tsv") == NULL)
        fail_msg("%s\ngave %d, %s:%u: %s\nwanted %u: ...%s...", list, code, err.file, err.line,
                 err.msg, line, words);
    assert_null(f.opened.state);
    stop(&f);
}

static void refusals(void **state)
{
    fixture f;
    wn_err  err = { 0 };

    (void)state;
    refuse("term\nthe\nand\nfor\nwith\nyou\n", 1, "everyday");
    refuse("term\nи\nв\nне\nна\nчто\n", 2, "single letter");
    refuse("term\nэто\nкак\nчто\nменя\nне\n", 1, "everyday");
    refuse("term\n的\n我\n是\n了\n", 1, "everyday");
    refuse("term\ncategory\nzorblax\tblorp\n", 3, "one field too many");
    refuse("term\nzorblax\n/zorb^lax/\n", 3, "cannot be compiled");
    refuse("term\nzorblax\n/zorblax\\p{Nonsense}/\n", 3, "cannot be compiled");

    start(&f);
    add_list(&f, "gone", WN_CAT_SPAM, WN_ACTION_REVIEW, "term\n");
    assert_int_equal(unlink(f.paths[0]), 0);
    assert_int_equal(open_lists(&f, &err), WN_E_IO);
    assert_non_null(strstr(err.file, "gone.tsv"));
    stop(&f);
}

/* Profanity has no innocent meaning in most of the corpus: such a list must load. */
static void honest_list(void **state)
{
    fixture f;

    (void)state;
    start_with(&f, "term\nfuck\nfucking\nshit\nbullshit\nasshole\nbitch\nwanker\nputain\nmierda\n"
                   "scheiße\nblyat\n操你妈\nマンコ\n");
    expect_places(&f, "what the f.u.c.k", "[f.u.c.k|term, evasion: spaced]");
    expect_places(&f, "SCHEISSE", "[SCHEISSE|term]");
    stop(&f);
}

typedef struct worker {
    const fixture *f;
    bool           ok;
} worker;

static void *scan_often(void *arg)
{
    static const char text[] = "h\xC3\xA9llo z0rblax and zorblax king, grey frob";
    worker           *w = arg;

    w->ok = true;
    for (int i = 0; i < 200; i++) {
        wn_arena             *arena = wn_arena_new(SIZE_MAX);
        const struct wn_text *norm;
        wn_scan               scan;
        wn_view              *view;

        if (arena == NULL || wn_scan_init(&scan, arena, span(text), WN_MEDIA_TEXT, NULL) != WN_OK ||
            wn_text_normalize(arena, span(text), &norm, NULL) != WN_OK ||
            wn_scan_add_view(&scan, scan.views[0], WN_VIEW_TEXT, "text", (wn_place){ 0 }, &view,
                             NULL) != WN_OK) {
            w->ok = false;
            wn_arena_free(arena);
            break;
        }
        view->text = norm;
        w->ok = w->ok && wn_detect_terms.run(w->f->opened.state, &scan, view, NULL) == WN_OK &&
                scan.signal_count == 1 && scan.signals[0].evidence_count == 3 &&
                scan.signals[0].evidence[0].place.start == 7 && wn_scan_hits(&scan, "house") == 3;
        wn_arena_free(arena);
    }
    return NULL;
}

static void two_threads(void **state)
{
    fixture   f;
    worker    workers[2];
    pthread_t threads[2];

    (void)state;
    start_with(&f, "term\nzorblax\nzorblax king\n/gr[ae]y frob/\n");
    for (int i = 0; i < 2; i++) {
        workers[i].f = &f;
        assert_int_equal(pthread_create(&threads[i], NULL, scan_often, &workers[i]), 0);
    }
    for (int i = 0; i < 2; i++)
        assert_int_equal(pthread_join(threads[i], NULL), 0);
    assert_true(workers[0].ok && workers[1].ok);
    stop(&f);
}

/* The allocations of opening fail one after the other, at growing distances; nothing leaks. */
static void refused_memory(void **state)
{
    fixture f;
    wn_code code = WN_E_NOMEM;
    size_t  n;

    (void)state;
    start(&f);
    add_list(&f, "house", WN_CAT_SPAM, WN_ACTION_REVIEW, "term\nzorblax\n/gr[ae]y frob/\nf00\n");
    for (n = 1; code != WN_OK && n < 1000000; n += 1 + n / 20) {
        wn_err err = { 0 };

        wn_mem_fail_after(n);
        code = open_lists(&f, &err);
        wn_mem_fail_after(0);
        if (code != WN_OK) {
            assert_null(f.opened.state);
            assert_true(err.msg[0] != '\0');
        }
    }
    assert_int_equal(code, WN_OK);
    for (n = 1; n < 200; n++) {
        static const char     text[] = "z0rblax grey frob";
        wn_arena             *arena = wn_arena_new(SIZE_MAX);
        const struct wn_text *norm;
        wn_scan               scan;
        wn_view              *view;

        assert_int_equal(wn_scan_init(&scan, arena, span(text), WN_MEDIA_TEXT, NULL), WN_OK);
        assert_int_equal(wn_text_normalize(arena, span(text), &norm, NULL), WN_OK);
        assert_int_equal(wn_scan_add_view(&scan, scan.views[0], WN_VIEW_TEXT, "text",
                                          (wn_place){ 0 }, &view, NULL),
                         WN_OK);
        view->text = norm;
        wn_mem_fail_after(n);
        code = wn_detect_terms.run(f.opened.state, &scan, view, NULL);
        wn_mem_fail_after(0);
        wn_arena_free(arena);
        assert_true(code == WN_OK || code == WN_E_NOMEM);
    }
    assert_int_equal(code, WN_OK);
    stop(&f);
}

static double seconds(void)
{
    struct timespec t;

    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* Three thousand terms: printed, as a machine that is busy says little; far too slow is an error.
 */
static void three_thousand(void **state)
{
    fixture  f;
    wn_buf   list = WN_BUF_INIT(SIZE_MAX);
    uint32_t seed = 12345;
    double   began;

    (void)state;
    wn_buf_puts(&list, "term\n");
    for (int i = 0; i < 3000; i++) {
        wn_buf_puts(&list, "zq");
        for (int k = 0; k < 6; k++) {
            seed = seed * 1664525u + 1013904223u;
            wn_buf_putc(&list, (char)('a' + (seed >> 24) % 26));
        }
        wn_buf_printf(&list, "x%d\n", i);
    }
    wn_buf_putc(&list, '\0');
    assert_int_equal(wn_buf_check(&list, NULL), WN_OK);
    began = seconds();
    start_with(&f, (const char *)list.ptr);
    print_message("3,000 terms opened in %.0f ms\n", (seconds() - began) * 1e3);
    assert_true(seconds() - began < 30);
    stop(&f);
    wn_buf_done(&list);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_to_do),  cmocka_unit_test(literals),
        cmocka_unit_test(without_spaces), cmocka_unit_test(evasions),
        cmocka_unit_test(patterns),       cmocka_unit_test(no_names_shown),
        cmocka_unit_test(columns),        cmocka_unit_test(counts),
        cmocka_unit_test(very_often),     cmocka_unit_test(too_much_work),
        cmocka_unit_test(refusals),       cmocka_unit_test(honest_list),
        cmocka_unit_test(two_threads),    cmocka_unit_test(refused_memory),
        cmocka_unit_test(three_thousand),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
