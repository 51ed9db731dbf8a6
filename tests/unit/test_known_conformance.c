/* SPDX-License-Identifier: Apache-2.0 */
/* PDQ of real pictures against hashes that reference implementations recorded. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <unistd.h>

#include "config.h"

#include "src/base/file.h"
#include "src/base/str.h"
#include "src/decode/decoder.h"
#include "src/known/pdq.h"

enum { ARENA = 256 << 20, MAX_ROWS = 1000 };

typedef struct row {
    wn_span  file, pdq, source;
    uint64_t max_distance;
} row;

static char folder[3000];

static wn_decoder *open_decoder(void)
{
    const char        *build = getenv("WINNOW_BUILD_ROOT");
    char               path[4096];
    wn_decoder_options options = { .helper = path };
    wn_decoder        *decoder;
    wn_err             err;

    (void)snprintf(path, sizeof path, "%s/winnow-decode-picture", build ? build : ".");
    if (wn_decoder_new(&options, &decoder, &err) != WN_OK)
        fail_msg("%s", err.msg);
    return decoder;
}

/* The distance of a picture's hash from the one that was recorded. */
static int distance_of(wn_decoder *decoder, wn_arena *arena, const row *r)
{
    char     path[4096];
    uint64_t recorded[4];
    wn_span  bytes;
    wn_image image;
    wn_pdq   hash;
    wn_err   err;

    (void)snprintf(path, sizeof path, "%s/images/%.*s", folder, (int)r->file.len,
                   (const char *)r->file.ptr);
    assert_true(wn_pdq_parse(r->pdq, recorded));
    if (wn_file_read(arena, path, 64 << 20, &bytes, &err) != WN_OK ||
        wn_decoder_picture(decoder, arena, wn_media_sniff(bytes), bytes, &image, NULL, &err) !=
            WN_OK ||
        wn_pdq_hash(arena, &image, &hash, &err) != WN_OK)
        fail_msg("%s: %s", path, err.msg);
    return wn_pdq_distance(hash.words, recorded);
}

static void check_row(wn_decoder *decoder, const row *r, int *sum)
{
    wn_arena *arena = wn_arena_new(ARENA);
    bool      exact = wn_span_is(r->file, "c.png") && wn_span_is(r->source, "reference C++ path");
    int       distance;

    assert_non_null(arena);
    distance = distance_of(decoder, arena, r);
    if (distance > (exact ? 0 : (int)r->max_distance))
        fail_msg("%.*s: %d bits from what the %.*s gave", (int)r->file.len,
                 (const char *)r->file.ptr, distance, (int)r->source.len,
                 (const char *)r->source.ptr);
    *sum += distance;
    wn_arena_free(arena);
}

static void recorded_hashes_are_met(void **state)
{
    wn_arena   *arena = wn_arena_new(1 << 20);
    wn_decoder *decoder;
    char        path[4096];
    wn_span     text, line, field;
    int         rows = 0, sum = 0;

    (void)state;
    (void)snprintf(path, sizeof path, "%s/expected.tsv", folder);
    if (!WN_WITH_PICTURES || access(path, R_OK) != 0) {
        print_message("skipped: %s\n", WN_WITH_PICTURES ? "the conformance pictures are not here"
                                                        : "this build reads no pictures");
        wn_arena_free(arena);
        skip();
    }
    decoder = open_decoder();
    assert_int_equal(wn_file_read(arena, path, 1 << 20, &text, NULL), WN_OK);
    assert_true(wn_next_line(&text, &line));
    while (wn_next_line(&text, &line) && rows < MAX_ROWS) {
        row r = { 0 };

        assert_true(wn_next_field(&line, &r.file, '\t') && wn_next_field(&line, &r.pdq, '\t') &&
                    wn_next_field(&line, &r.source, '\t') && wn_next_field(&line, &field, '\t') &&
                    wn_parse_u64(field, &r.max_distance));
        check_row(decoder, &r, &sum);
        rows++;
    }
    assert_true(rows > 0);
    print_message("%d recorded hashes, %.2f bits apart on average\n", rows, (double)sum / rows);
    wn_decoder_free(decoder);
    wn_arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(recorded_hashes_are_met) };
    const char             *shared = getenv("WINNOW_SHARED"), *root = getenv("WINNOW_SOURCE_ROOT");

    if (shared != NULL)
        (void)snprintf(folder, sizeof folder, "%s/vectors/pdq", shared);
    else
        (void)snprintf(folder, sizeof folder, "%s/../shared/vectors/pdq", root ? root : ".");
    return cmocka_run_group_tests(tests, NULL, NULL);
}
