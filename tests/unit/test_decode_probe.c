/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of reading a picture's size from its header. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "src/decode/probe.h"

#define PROBE(media, bytes, ret) probe((media), (bytes), sizeof(bytes) - 1, (ret))

static wn_code probe(wn_media media, const char *bytes, size_t len, wn_picture_info *ret)
{
    return wn_probe_picture(media, (wn_span){ (const uint8_t *)bytes, len }, ret, NULL);
}

/* Every shorter version must be refused or read within its bounds. */
static void check_prefixes(wn_media media, const char *bytes, size_t len)
{
    wn_picture_info info;

    for (size_t i = 0; i < len; i++)
        (void)probe(media, bytes, i, &info);
}

static void jpeg(void **state)
{
    static const char plain[] = "\xff\xd8\xff\xe0\0\x04JF\xff\xff\xdb\0\x03\0\xff\xc2\0\x0b\x08\x01"
                                "\x02\x03\x04\x01\x01\x11\0";
    static const char stuffing[] = "\xff\xd8garbage\xff\0\xff\xd0\xff\xc0\0\x0b\x08\0\x05\0\x06\x01"
                                   "\x01\x11\0";
    static const char no_size[] = "\xff\xd8\xff\xda\0\x08\x01\x01\0\0\x3f\0\xff\xc0\0\x0b\x08\0\x05"
                                  "\0\x06\x01\x01\x11\0";
    static const char no_height[] = "\xff\xd8\xff\xc0\0\x0b\x08\0\0\0\x06\x01\x01\x11\0";
    static const char short_segment[] = "\xff\xd8\xff\xe0\0\x01\xff\xc0\0\x0b\x08\0\x05\0\x06\x01";
    wn_picture_info   info;

    (void)state;
    assert_int_equal(PROBE(WN_MEDIA_JPEG, plain, &info), WN_OK);
    assert_int_equal(info.width, 0x304);
    assert_int_equal(info.height, 0x102);
    assert_int_equal(info.frames, 1);
    assert_false(info.incomplete);
    assert_int_equal(PROBE(WN_MEDIA_JPEG, stuffing, &info), WN_OK);
    assert_int_equal(info.width, 6);
    assert_int_equal(PROBE(WN_MEDIA_JPEG, no_size, &info), WN_E_FORMAT);
    assert_int_equal(PROBE(WN_MEDIA_JPEG, no_height, &info), WN_E_FORMAT);
    assert_int_equal(PROBE(WN_MEDIA_JPEG, short_segment, &info), WN_E_FORMAT);
    check_prefixes(WN_MEDIA_JPEG, plain, sizeof plain - 1);
}

static void png(void **state)
{
    static const char huge[] = "\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\x01\x86\xa0\0\x01\x86\xa0\x08\x02\0"
                               "\0\0CRC.";
    static const char animated[] = "\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x02\0\0\0\x03\x08\x02\0\0\0"
                                   "CRC.\0\0\0\x08"
                                   "acTL\0\0\0\x07\0\0\0\0CRC.";
    static const char still[] = "\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x02\0\0\0\x03\x08\x02\0\0\0"
                                "CRC.\0\0\0\0IDATCRC.\0\0\0\x08"
                                "acTL\0\0\0\x07\0\0\0\0CRC.";
    static const char negative[] = "\x89PNG\r\n\x1a\n\0\0\0\rIHDR\xff\0\0\x02\0\0\0\x03\x08\x02\0\0"
                                   "\0CRC.";
    wn_picture_info   info;

    (void)state;
    assert_int_equal(PROBE(WN_MEDIA_PNG, huge, &info), WN_OK);
    assert_int_equal(info.width, 100000);
    assert_int_equal(info.height, 100000);
    assert_int_equal(PROBE(WN_MEDIA_PNG, animated, &info), WN_OK);
    assert_int_equal(info.frames, 7);
    assert_int_equal(PROBE(WN_MEDIA_PNG, still, &info), WN_OK);
    assert_int_equal(info.frames, 1);
    assert_int_equal(PROBE(WN_MEDIA_PNG, negative, &info), WN_E_FORMAT);
    check_prefixes(WN_MEDIA_PNG, animated, sizeof animated - 1);
}

static void webp(void **state)
{
    static const char lossy[] = "RIFF\0\0\0\0WEBPVP8 \x0a\0\0\0\x30\x01\0\x9d\x01\x2a\x04\x43\x05"
                                "\x80\0\0";
    static const char lossless[] = "RIFF\0\0\0\0WEBPVP8L\x0a\0\0\0\x2f\x03\x80\x02\x10\0\0\0\0\0";
    static const char animated[] = "RIFF\0\0\0\0WEBPVP8X\x0a\0\0\0\x02\0\0\0\xff\0\0\x7f\0\0"
                                   "ANMF\x01\0\0\0a\0ANMF\x02\0\0\0aaANMF\xff\xff\xff\xff";
    static const char no_mark[] = "RIFF\0\0\0\0WEBPVP8 \x0a\0\0\0\x30\x01\0\x9d\x01\x2b\x04\x43\x05"
                                  "\x80\0\0";
    wn_picture_info   info;

    (void)state;
    assert_int_equal(PROBE(WN_MEDIA_WEBP, lossy, &info), WN_OK);
    assert_int_equal(info.width, 0x304); /* the upper two bits are a scale */
    assert_int_equal(info.height, 5);
    assert_int_equal(PROBE(WN_MEDIA_WEBP, lossless, &info), WN_OK);
    assert_int_equal(info.width, 4);
    assert_int_equal(info.height, 11);
    assert_int_equal(PROBE(WN_MEDIA_WEBP, animated, &info), WN_OK);
    assert_int_equal(info.width, 256);
    assert_int_equal(info.height, 128);
    assert_int_equal(info.frames, 3);
    assert_int_equal(PROBE(WN_MEDIA_WEBP, no_mark, &info), WN_E_FORMAT);
    check_prefixes(WN_MEDIA_WEBP, animated, sizeof animated - 1);
}

static void gif(void **state)
{
    static const char two[] = "GIF89a\x0a\0\x08\0\x80\0\0\0\0\0\xff\xff\xff!\xf9\x04\0\0\0\0\0"
                              ",\0\0\0\0\x0a\0\x08\0\0\x02\x02\x84\x51\0"
                              ",\0\0\0\0\x0a\0\x08\0\x80\1\2\3\4\5\6\x02\x02\x84\x51\0;";
    static const char beyond[] = "GIF89a\x01\0\x01\0\0\0\0,\x05\0\x02\0\x64\0\xc8\0\0\x02\x01\0\0;";
    static const char empty[] = "GIF89a\x01\0\x01\0\0\0\0;";
    static const char flat[] = "GIF89a\x01\0\x01\0\0\0\0,\0\0\0\0\0\0\x08\0\0\x02\x01\0\0;";
    wn_picture_info   info;

    (void)state;
    assert_int_equal(PROBE(WN_MEDIA_GIF, two, &info), WN_OK);
    assert_int_equal(info.width, 10);
    assert_int_equal(info.height, 8);
    assert_int_equal(info.frames, 2);
    assert_int_equal(PROBE(WN_MEDIA_GIF, beyond, &info), WN_OK);
    assert_int_equal(info.width, 105); /* a frame past its screen makes the picture larger */
    assert_int_equal(info.height, 202);
    assert_int_equal(PROBE(WN_MEDIA_GIF, empty, &info), WN_E_FORMAT);
    assert_int_equal(PROBE(WN_MEDIA_GIF, flat, &info), WN_E_FORMAT);
    check_prefixes(WN_MEDIA_GIF, two, sizeof two - 1);
}

static void nothing_is_written_on_failure(void **state)
{
    wn_picture_info info = { .width = 1, .height = 2, .frames = 3, .incomplete = true };
    wn_err          err;

    (void)state;
    assert_int_equal(wn_probe_picture(WN_MEDIA_PNG, (wn_span){ NULL, 0 }, &info, &err),
                     WN_E_FORMAT);
    assert_non_null(strstr(err.msg, "header"));
    assert_int_equal(wn_probe_picture(WN_MEDIA_TEXT, (wn_span){ NULL, 0 }, &info, &err),
                     WN_E_USAGE);
    assert_int_equal(info.width, 1);
    assert_int_equal(info.height, 2);
    assert_int_equal(info.frames, 3);
    assert_true(info.incomplete);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(jpeg),
        cmocka_unit_test(png),
        cmocka_unit_test(webp),
        cmocka_unit_test(gif),
        cmocka_unit_test(nothing_is_written_on_failure),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
