/* SPDX-License-Identifier: Apache-2.0 */
/* Reading term lists: what they may hold, and each refusal at its line and column. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "src/base/buf.h"
#include "src/base/mem.h"
#include "src/detect/termlist.h"

static const wn_list_spec spec = {
    .id = "house",
    .file = "list.tsv",
    .kind = WN_LIST_TERMS,
    .category = WN_CAT_SPAM,
    .action = WN_ACTION_REVIEW,
};

static wn_span span(const char *s)
{
    return (wn_span){ (const uint8_t *)s, strlen(s) };
}

static void refuse_span(const wn_list_spec *with, wn_span file, wn_code code, uint32_t line,
                        uint32_t column, const char *words)
{
    wn_arena   *arena = wn_arena_new(SIZE_MAX);
    wn_termlist list = { .count = 12345 };
    wn_err      err = { 0 };
    wn_code     got;

    assert_non_null(arena);
    got = wn_termlist_parse(arena, with, file, &list, &err);
    if (got != code || err.line != line || err.column != column || !strstr(err.msg, words) ||
        strcmp(err.file, "list.tsv") != 0)
        fail_msg("%.*s\ngot code %d, %s:%u:%u: %s\nwanted code %d, %u:%u: ...%s...",
                 (int)(file.len < 300 ? file.len : 300), (const char *)file.ptr, got, err.file,
                 err.line, err.column, err.msg, code, line, column, words);
    assert_true(list.count == 12345); /* untouched */
    wn_arena_free(arena);
}

static void refuse(const char *file, uint32_t line, uint32_t column, const char *words)
{
    refuse_span(&spec, span(file), WN_E_FORMAT, line, column, words);
}

/* A term in line 3, after one that is fine. */
static void refuse_term(const char *term, uint32_t column, const char *words)
{
    char file[4096];

    (void)snprintf(file, sizeof file, "term\nzorblax\n%s\n", term);
    refuse(file, 3, column, words);
}

static void accept(wn_arena *arena, const char *file, wn_termlist *ret)
{
    wn_err err = { 0 };

    if (wn_termlist_parse(arena, &spec, span(file), ret, &err) != WN_OK)
        fail_msg("%s\nrefused: %u:%u: %s", file, err.line, err.column, err.msg);
}

static void accept_term(const char *term)
{
    wn_arena   *arena = wn_arena_new(SIZE_MAX);
    wn_termlist list;
    char        file[4096];

    (void)snprintf(file, sizeof file, "term\n%s\n", term);
    accept(arena, file, &list);
    assert_int_equal(list.count, 1);
    wn_arena_free(arena);
}

static void all_columns(void **state)
{
    wn_arena   *arena = wn_arena_new(SIZE_MAX);
    wn_termlist list;

    (void)state;
    accept(arena,
           "note\taction\tterm\tseverity\tcategory\n"
           "why\tblock\tZorBlax\thigh\tprofanity\n"
           "\n"
           "\t\t#hot  dog\t1\t\n"
           "\tlabel\t/gr[ae]y frobnic(?:ate|ator)\\b/\t\tviolent-extremism\n"
           "\treview\tfoobar\n",
           &list);
    assert_ptr_equal(list.spec, &spec);
    assert_int_equal(list.count, 4);

    assert_true(list.terms[0].text.len == 7 && memcmp(list.terms[0].text.ptr, "zorblax", 7) == 0);
    assert_int_equal(list.terms[0].line, 2);
    assert_int_equal(list.terms[0].column, 11);
    assert_int_equal(list.terms[0].category, WN_CAT_PROFANITY);
    assert_int_equal(list.terms[0].action, WN_ACTION_BLOCK);
    assert_int_equal(list.terms[0].severity, WN_TERM_HIGH);
    assert_int_equal(list.terms[0].branch_count, 0);

    assert_int_equal(list.terms[1].line, 4);
    assert_int_equal(list.terms[1].category, WN_CAT_SPAM);
    assert_int_equal(list.terms[1].action, WN_ACTION_ALLOW);
    assert_int_equal(list.terms[1].severity, WN_TERM_LOW);

    assert_int_equal(list.terms[2].line, 5);
    assert_int_equal(list.terms[2].branch_count, 1);
    assert_string_equal(list.terms[2].branches[0].regex, "gr[ae]y frobnic(?:ate|ator)");
    assert_false(list.terms[2].branches[0].word_start);
    assert_true(list.terms[2].branches[0].word_end);
    assert_int_equal(list.terms[2].severity, WN_TERM_MEDIUM);

    assert_int_equal(list.terms[3].severity, WN_TERM_MEDIUM);
    assert_int_equal(list.terms[3].action, WN_ACTION_REVIEW);
    wn_arena_free(arena);
}

static void scores_and_actions(void **state)
{
    wn_term      term = { .category = WN_CAT_SPAM, .action = WN_ACTION_ALLOW };
    wn_list_spec blocks = spec;

    (void)state;
    blocks.action = WN_ACTION_BLOCK;
    assert_true(wn_term_score(WN_TERM_LOW) == 0.6f);
    assert_true(wn_term_score(WN_TERM_MEDIUM) == 0.8f);
    assert_true(wn_term_score(WN_TERM_HIGH) == 0.95f);
    assert_int_equal(wn_term_action(&term, &spec), WN_ACTION_REVIEW);
    assert_int_equal(wn_term_action(&term, &blocks), WN_ACTION_BLOCK);
    term.action = WN_ACTION_LABEL;
    assert_int_equal(wn_term_action(&term, &blocks), WN_ACTION_LABEL);
    term.action = WN_ACTION_ALLOW;
    term.category = WN_CAT_VIOLENT_EXTREMISM;
    assert_int_equal(wn_term_action(&term, &blocks), WN_ACTION_REVIEW);
}

static void line_ends_and_bom(void **state)
{
    wn_arena   *arena = wn_arena_new(SIZE_MAX);
    wn_termlist list;

    (void)state;
    accept(arena, "\xEF\xBB\xBFterm\tseverity\r\nzorblax\t3\r\n\r\nblorp\tlow\r", &list);
    assert_int_equal(list.count, 2);
    assert_int_equal(list.terms[0].severity, WN_TERM_HIGH);
    assert_int_equal(list.terms[1].line, 4);
    assert_int_equal(list.terms[1].severity, WN_TERM_LOW);
    accept(arena, "term", &list);
    assert_int_equal(list.count, 0);
    accept(arena, "term\nzorblax", &list);
    assert_int_equal(list.count, 1);
    wn_arena_free(arena);
}

static void headers(void **state)
{
    (void)state;
    refuse("", 1, 1, "empty");
    refuse("\n", 1, 1, "unknown column ''");
    refuse("word\nzorblax\n", 1, 1, "unknown column 'word'");
    refuse("term\tcatagory\nzorblax\tspam\n", 1, 6, "did you mean 'category'?");
    refuse("severity\nzorblax\n", 1, 1, "no column 'term'");
    refuse("term\tterm\nzorblax\n", 1, 6, "twice");
    refuse("term\tseverity\taction\tseverity\n", 1, 22, "twice");
}

static void fields(void **state)
{
    wn_list_spec blocks = spec, extreme = spec;

    (void)state;
    refuse("term\tcategory\nzorblax\tspan\n", 2, 9, "did you mean 'spam'?");
    refuse("term\tcategory\nzorblax\tspam\nblorp\tethnicity\n", 3, 7,
           "categories are a closed list of harms; none describes a group of people");
    refuse("term\tcategory\nzorblax\treligion\n", 2, 9, "closed list");
    refuse("term\tcategory\nzorblax\tnationality\n", 2, 9, "closed list");
    refuse("term\tcategory\nzorblax\timmigrants\n", 2, 9, "closed list");
    refuse("term\tseverity\nzorblax\t4\n", 2, 9, "unknown severity '4'");
    refuse("term\tseverity\nzörblax\thihg\n", 2, 9, "did you mean 'high'?");
    refuse("term\taction\nzorblax\tallow\n", 2, 9, "unknown action 'allow'");
    refuse("term\taction\nzorblax\tblok\n", 2, 9, "did you mean 'block'?");
    refuse("term\taction\nzorblax\terror\n", 2, 9, "label, review or block");
    refuse("term\taction\nzorblax\tblock\tmore\n", 2, 15, "one field too many");
    refuse("severity\tterm\n3\t\n", 2, 3, "no term");
    refuse("severity\tterm\n3\n", 2, 1, "no term");
    refuse("term\n \n", 2, 1, "no term");
    refuse("term\tcategory\taction\nzorblax\tviolent-extremism\tblock\n", 2, 27, "never to block");
    blocks.action = WN_ACTION_BLOCK;
    refuse_span(&blocks, span("term\tcategory\nzorblax\tviolent-extremism\n"), WN_E_FORMAT, 2, 9,
                "never to block");
    extreme.action = WN_ACTION_BLOCK;
    extreme.category = WN_CAT_VIOLENT_EXTREMISM;
    refuse_span(&extreme, span("term\nzorblax\n"), WN_E_FORMAT, 2, 1, "never to block");
}

static void bytes(void **state)
{
    static const char nul[] = "term\nzor\0blax\n";
    wn_buf            big = WN_BUF_INIT(SIZE_MAX);
    char              term[WN_TERM_MAX + 16];

    (void)state;
    refuse("term\nzorblax\nbl\xFFrp\n", 3, 3, "UTF-8");
    refuse("term\n\xC3\xB6\xC3\n", 2, 2, "UTF-8");
    refuse("te\xC0\x80rm\nzorblax\n", 1, 3, "UTF-8");
    refuse("term\nzor\x1B[1mblax\n", 2, 4, "control character (U+001B)");
    refuse("term\nzor\x7F\n", 2, 4, "control character (U+007F)");
    refuse("term\rzorblax\r", 1, 5, "control character (U+000D)");
    refuse_span(&spec, (wn_span){ (const uint8_t *)nul, sizeof nul - 1 }, WN_E_FORMAT, 2, 4,
                "control character (U+0000)");

    memset(term, 'x', sizeof term);
    memcpy(term, "term\n", 5);
    refuse_span(&spec, (wn_span){ (const uint8_t *)term, sizeof term }, WN_E_FORMAT, 2, 1,
                "the limit is 1024");

    wn_buf_puts(&big, "term\tnote\nzorblax\t");
    while (big.len < WN_TERM_LINE_MAX + 20)
        wn_buf_putc(&big, 'n');
    assert_true(wn_buf_check(&big, NULL) == WN_OK);
    refuse_span(&spec, wn_buf_span(&big), WN_E_LIMIT, 2, 1, "the limit is 1048576");
    wn_buf_done(&big);
}

static void duplicates(void **state)
{
    (void)state;
    refuse("term\nzorblax\nblorp\nZORBLAX\n", 4, 1, "the same term as in line 2");
    refuse("term\nblorp\n\nzorblax\nzor\xE2\x80\x8B"
           "blax\n",
           5, 1, "the same term as in line 4");
    refuse("term\n\xEF\xBD\x9A"
           "orblax\nzorblax\n",
           3, 1, "the same term as in line 2");
    refuse("term\n/zorbla[xz]/\n/zorbla[xz]/\n", 3, 1, "the same term as in line 2");
    accept_term("/zorblax/\n"); /* a pattern is not a literal */
}

static void groups_of_people(void **state)
{
    static const char *const terms[] = {
        "Uyghurs",          "jewish",        "gay people",  "deaf",        "维吾尔族", "Black men",
        "kill all muslims", "tibetan-lover", "#immigrants", "m u s l i m", "mus1im",   "musl!m",
    };
    static const char *const patterns[] = {
        "/tibetan.*/",         "/tibetans?/",      "/t[i]betan/",
        "/(?:tib)(etan)/",     "/tibeta{1}n.../",  "/\\x{74}ibetan/",
        "/dirty\\s+jews?\\b/", "/zorblax|uyghur/", "/(?:x|uyghur) abc/",
    };

    (void)state;
    for (size_t i = 0; i < sizeof terms / sizeof terms[0]; i++)
        refuse_term(terms[i], 1, "names a group of people");
    for (size_t i = 0; i < sizeof patterns / sizeof patterns[0]; i++)
        refuse_term(patterns[i], 2, "names a group of people");
    refuse_term("/\\x{e000} are here/", 2, "private");
    refuse_term("/all \xEE\x80\x80 are here/", 6, "private");
}

static void hollow_terms(void **state)
{
    (void)state;
    refuse_term("\xE2\x80\x8B\xE2\x81\xA0", 1, "nothing is left");
    refuse_term("a", 1, "single letter");
    refuse_term("ж", 1, "single letter");
    refuse_term("ก", 1, "single letter");
    refuse_term("7", 1, "single letter");
    accept_term("屌");
    accept_term("🍆");
    accept_term("c++");
    accept_term("#spam");
    accept_term("88");
    accept_term("zqx2140");
}

static void open_patterns(void **state)
{
    static const char *const patterns[] = {
        "/[\\x{0600}-\\x{06FF}]+/",
        "/\\p{Cyrillic}+/",
        "/.*/",
        "/[a-z]+/",
        "/\\w+/",
        "/./",
        "/a/",
        "/ab/",
        "/a*b*c*/",
        "/(?:abc)?/",
        "/[^a]+/",
        "/ab.*/",
        "/a|zorb/",
        "/(?:a|zorb)x/",
        "/\\d{4}-\\d{4}/",
        "/[[a-z]{9}/",
        "/(?:zorblax){0,5}/",
        "/\\S{5,}/",
        "/屌.*/",
        "/a[b-z]c[d-z]/",
    };

    (void)state;
    for (size_t i = 0; i < sizeof patterns / sizeof patterns[0]; i++)
        refuse_term(patterns[i], 2, "at least 3 letters");
    refuse_term("/zorblax|[a-z]+/", 10, "at least 3 letters");
    accept_term("/zorb/");
    accept_term("/a{3}/");
    accept_term("/操.{0,3}逼/");
    accept_term("/f[uv*]ck/");
    accept_term("/t\\.me\\/[a-z0-9_]+/");
    accept_term("/\\bzorb\\b|\\bblorp\\b/");
    accept_term("/Überzorb/");
    accept_term("/zorb{x/");
    accept_term("/[]z]orblax/");
}

static void broken_patterns(void **state)
{
    (void)state;
    refuse_term("/", 1, "does not end with one");
    refuse_term("//", 2, "empty");
    refuse_term("/zorblax", 1, "does not end with one");
    refuse_term("/zorblax/i", 1, "does not end with one");
    refuse_term("/(zorblax/", 2, "not closed with ')'");
    refuse_term("/zorblax)/", 9, "closes nothing");
    refuse_term("/zorb[lax/", 6, "not closed with ']'");
    refuse_term("/zorb[[:alpha:]]/", 7, "named class");
    refuse_term("/*zorblax/", 2, "repeat of nothing");
    refuse_term("/zorblax**/", 10, "repeat of a repeat");
    refuse_term("/.{1}{1000}zorblax/", 6, "repeat of a repeat");
    refuse_term("/zorb|{111}/", 7, "repeat of nothing");
    refuse_term("/zorblax{3,2}/", 9, "end is before its start");
    refuse_term("/zorblax{1001}/", 9, "more than 1000");
    refuse_term("/(?:zorblax{900}){900}/", 2, "too large");
    refuse_term("/zorblax\\/", 9, "ends with a backslash");
    refuse_term("/zorblax\\q/", 9, "\\q is not known");
    refuse_term("/(a)zorblax\\1/", 12, "\\1 is not known");
    refuse_term("/(?=zorblax)zorblax/", 2, "(?:...)");
    refuse_term("/(?i)zorblax/", 2, "(?:...)");
    refuse_term("/(*UTF8)zorblax/", 2, "verbs");
    refuse_term("/zorb\\blax/", 6, "at the start and at the end");
    refuse_term("/zorblax\\x{110000}/", 9, "no character");
    refuse_term("/zorblax\\xg/", 9, "hexadecimal");
    refuse_term("/zorblax\\p/", 9, "property");
    refuse_term("/straße/", 6, "'ss'");
    refuse_term("/((((((((((((((((((((((zorblax))))))))))))))))))))))/", 22,
                "groups in each other");
    refuse_term("/öö(zorblax/", 4, "not closed with ')'");
}

static const char everything[] = "term\tcategory\tseverity\taction\tnote\n"
                                 "zorblax\tspam\t3\tblock\tx\n"
                                 "fuuuudge b4rn\tprofanity\tlow\t\t\n"
                                 "/\\bgr[ae]y frob(?:nic|ba)ates?\\b|überzorb/\t\t\t\t\n"
                                 "屌\t\t\t\t\n";

/* Each allocation fails once; nothing leaks (the sanitizer looks), nothing is half done. */
static void refused_memory(void **state)
{
    wn_code code = WN_E_NOMEM;
    size_t  n;

    (void)state;
    for (n = 1; code != WN_OK && n < 10000; n++) {
        wn_arena   *arena = wn_arena_new(SIZE_MAX);
        wn_termlist list = { .count = 12345 };
        wn_err      err = { 0 };

        assert_non_null(arena);
        wn_mem_fail_after(n);
        code = wn_termlist_parse(arena, &spec, span(everything), &list, &err);
        wn_mem_fail_after(0);
        if (code != WN_OK)
            assert_true(list.count == 12345 && err.msg[0] != '\0');
        else
            assert_int_equal(list.count, 4);
        wn_arena_free(arena);
    }
    assert_int_equal(code, WN_OK);
    assert_true(n > 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_columns),
        cmocka_unit_test(scores_and_actions),
        cmocka_unit_test(line_ends_and_bom),
        cmocka_unit_test(headers),
        cmocka_unit_test(fields),
        cmocka_unit_test(bytes),
        cmocka_unit_test(duplicates),
        cmocka_unit_test(groups_of_people),
        cmocka_unit_test(hollow_terms),
        cmocka_unit_test(open_patterns),
        cmocka_unit_test(broken_patterns),
        cmocka_unit_test(refused_memory),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
