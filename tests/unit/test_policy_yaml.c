/* SPDX-License-Identifier: Apache-2.0 */
/* The YAML reader: what it refuses, and that every node knows its place. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "src/base/mem.h"
#include "src/policy/yaml.h"
#include "tests/unit/policy_refusals.h"

static void refuses_bad_yaml(void **state)
{
    static const refusal all[] = {
        { TEXT(""), "1:1: the file is empty" },
        { TEXT("# nothing\n"), "1:1: the file has no content" },
        { TEXT("- a\n"), "1:1: a policy must be a map of 'key: value', and is a list" },
        { TEXT("name\n"), "1:1: a policy must be a map of 'key: value', and is a single value" },
        { TEXT("\n"
               "\n"),
          "1:1: the file has no content" },
        { TEXT("name: x\n"
               "version: \377\n"),
          "2:10: this byte is not UTF-8; save the file as UTF-8" },
        { TEXT("name: x\n"
               "version: 1\000\n"),
          "2:11: control characters are not allowed here; in quotes write them as escapes" },
        { TEXT("name: x\n"
               "version: 1\033\n"),
          "2:11: control characters are not allowed here; in quotes write them as escapes" },
        { TEXT("name: &a x\n"
               "version: 1\n"),
          "1:7: anchors and aliases ('&', '*') are not supported; write the value out, in "
          "quotes if it is text" },
        { TEXT("name: *a\n"
               "version: 1\n"),
          "1:7: anchors and aliases ('&', '*') are not supported; write the value out, in "
          "quotes if it is text" },
        { TEXT("name: !!str x\n"
               "version: 1\n"),
          "1:7: tags ('!') are not supported; put text in quotes" },
        { TEXT("<<: {a: b}\n"), "1:1: merge keys ('<<') are not supported; write the keys out" },
        { TEXT("[a]: b\n"), "1:1: a key must be a plain word" },
        { TEXT("name: x\n"
               "---\n"
               "name: y\n"),
          "2:1: a second document ('---') is not supported; use one file each" },
        { TEXT("name: \"x\n"), "1:8: not valid YAML: double-quoted scalar without closing quote" },
        { TEXT("name: x\n"
               " version: 1\n"),
          "1:7: not valid YAML: invalid multiline plain key" },
        { TEXT("name: [x\n"
               "version: 1\n"),
          "3:1: not valid YAML: flow sequence without a closing bracket" },
        { TEXT("a: [[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]"),
          "1:19: nested too deeply; no policy needs more than a few levels" },
        { TEXT("name: {a: 1\n"), "2:1: not valid YAML: missing comma in flow mapping" },
        { TEXT("? \n"
               ": 1\n"),
          "1:1: a key must be a plain word" },
        { TEXT("%YAML 9.9\n"
               "---\n"
               "a: 1\n"),
          "1:1: directives ('%') are not supported; leave the line out" },
        { TEXT("name: @x\n"), "1:7: not valid YAML: plain scalar cannot start with '@'" },
        { TEXT("\tname: x\n"), "1:1: not valid YAML: invalid tab as indendation in a mapping" },
    };

    (void)state;
    assert_int_equal(wrong_refusals(all, sizeof all / sizeof all[0]), 0);
}

static const wn_yaml *parse(wn_arena *arena, const char *text)
{
    const wn_yaml *root = NULL;
    wn_err         err = { 0 };

    assert_int_equal(
        wn_yaml_parse(arena, "p", (wn_span){ (const uint8_t *)text, strlen(text) }, &root, &err),
        WN_OK);
    return root;
}

static void nodes_know_their_place(void **state)
{
    wn_arena      *arena = wn_arena_new(1 << 20);
    const wn_yaml *root = parse(arena, "\xEF\xBB\xBF"
                                       "a: [x, \"y\"]\r\nb:\r\n  \xC3\xA9: 'z'\r\nc:\r\n");
    const wn_yaml *a = root->child, *b = a->next, *c = b->next;

    (void)state;
    assert_int_equal(root->kind, WN_YAML_MAP);
    assert_int_equal(root->count, 3);
    assert_int_equal(a->value->kind, WN_YAML_LIST);
    assert_int_equal(a->value->count, 2);
    assert_int_equal(a->value->child->column, 5);
    assert_int_equal(a->value->child->quote, 0);
    assert_int_equal(a->value->child->next->column, 8);
    assert_int_equal(a->value->child->next->quote, '"');
    assert_int_equal(b->value->child->line, 3);
    assert_string_equal(b->value->child->value->text.ptr, "z");
    assert_int_equal(b->value->child->value->column, 6); /* columns count code points */
    assert_int_equal(c->value->kind, WN_YAML_NULL);
    assert_int_equal(c->value->line, 4);
    assert_null(c->next);
    wn_arena_free(arena);
}

static void check_place(const char *text, size_t offset, uint32_t line, uint32_t column)
{
    wn_arena      *arena = wn_arena_new(1 << 20);
    const wn_yaml *root = parse(arena, text);
    uint32_t       got_line = 0, got_column = 0;

    wn_yaml_locate(root->child->value, offset, &got_line, &got_column);
    assert_int_equal(got_line, line);
    assert_int_equal(got_column, column);
    wn_arena_free(arena);
}

static void places_inside_a_scalar(void **state)
{
    (void)state;
    check_place("k: ab cd", 0, 1, 4);
    check_place("k: ab cd", 3, 1, 7);
    check_place("k: ab cd", 5, 1, 9);
    check_place("k: ab cd", 99, 1, 9);
    check_place("k: ab\n  cd\n", 3, 2, 3);
    check_place("k: \"ab cd\"", 3, 1, 8);
    check_place("k: \"a\\\"b cd\"", 4, 1, 10);
    check_place("k: 'a''b cd'", 4, 1, 10);
    check_place("k: \"\\x61b cd\"", 3, 1, 4); /* an escape: the start of the scalar */
    check_place("k: |\n  ab\n    cd\n", 0, 2, 3);
    check_place("k: |\n  ab\n    cd\n", 5, 3, 5);
    check_place("k: >\n  ab\n\n\n  cd\n", 4, 5, 3);
    check_place("k: >\n  ab\n  cd\n", 6, 3, 5); /* behind the last word */
}

static void bounds_the_document(void **state)
{
    wn_arena      *arena = wn_arena_new(64 << 20);
    size_t         len = WN_YAML_MAX_BYTES + 1;
    uint8_t       *text = wn_malloc(len);
    const wn_yaml *root = NULL;
    wn_err         err = { 0 };

    (void)state;
    assert_non_null(text);
    memset(text, '#', len);
    assert_int_equal(wn_yaml_parse(arena, "p", (wn_span){ text, len }, &root, &err), WN_E_LIMIT);
    assert_string_equal(err.msg, "larger than the 1024 KiB a policy may have");
    for (size_t i = 0; i + 1 < len; i += 2)
        memcpy(text + i, "a,", 2);
    memcpy(text, "[ ", 2);
    assert_int_equal(wn_yaml_parse(arena, "p", (wn_span){ text, len - 1 }, &root, &err),
                     WN_E_LIMIT);
    assert_string_equal(err.msg, "more than 100000 values; split the file");
    assert_null(root);
    wn_free(text);
    wn_arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(refuses_bad_yaml),
        cmocka_unit_test(nodes_know_their_place),
        cmocka_unit_test(places_inside_a_scalar),
        cmocka_unit_test(bounds_the_document),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
