/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of finding out what an item's bytes are. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "src/content/view.h"

typedef struct sample {
    const char *what;
    const char *bytes;
    size_t      len;
    wn_media    media;
} sample;

#define SAMPLE(what, bytes, media)                                                                 \
    {                                                                                              \
        (what), (bytes), sizeof(bytes) - 1, (media)                                                \
    }

static wn_media sniff(const void *bytes, size_t len)
{
    return wn_media_sniff((wn_span){ bytes, len });
}

static void check(const sample *samples, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        wn_media got = sniff(samples[i].bytes, samples[i].len);

        if (got != samples[i].media)
            fail_msg("%s: %s instead of %s", samples[i].what, wn_media_name(got),
                     wn_media_name(samples[i].media));
    }
}

static void media_are_told_by_their_signatures(void **state)
{
    static const sample samples[] = {
        SAMPLE("nothing", "", WN_MEDIA_EMPTY),
        SAMPLE("jpeg", "\xff\xd8\xff\xe0\0\x10JFIF", WN_MEDIA_JPEG),
        SAMPLE("png", "\x89PNG\r\n\x1a\n\0\0\0\rIHDR", WN_MEDIA_PNG),
        SAMPLE("webp", "RIFF\x1a\0\0\0WEBPVP8L", WN_MEDIA_WEBP),
        SAMPLE("gif", "GIF89a\x01\0\x01\0\x80\0\0", WN_MEDIA_GIF),
        SAMPLE("old gif", "GIF87a\x01\0\x01\0\x80\0\0", WN_MEDIA_GIF),
        SAMPLE("bmp", "BM\x46\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0", WN_MEDIA_OTHER_IMAGE),
        SAMPLE("tiff", "II*\0\x08\0\0\0", WN_MEDIA_OTHER_IMAGE),
        SAMPLE("avif",
               "\0\0\0\x1c"
               "ftypavif\0\0\0\0",
               WN_MEDIA_OTHER_IMAGE),
        SAMPLE("heic",
               "\0\0\0\x18"
               "ftypheic\0\0\0\0",
               WN_MEDIA_OTHER_IMAGE),
        SAMPLE("jpeg xl", "\xff\x0a\xfa\x1f", WN_MEDIA_OTHER_IMAGE),
        SAMPLE("svg", "<?xml version=\"1.0\"?>\n<!-- a -->\n<!DOCTYPE svg>\n<svg width=\"9\"/>",
               WN_MEDIA_OTHER_IMAGE),
        SAMPLE("bare svg", "\xef\xbb\xbf \n<svg>", WN_MEDIA_OTHER_IMAGE),
        SAMPLE("mp4",
               "\0\0\0\x20"
               "ftypisom\0\0\x02\0",
               WN_MEDIA_VIDEO),
        SAMPLE("webm", "\x1a\x45\xdf\xa3\x9f\x42\x86\x81", WN_MEDIA_VIDEO),
        SAMPLE("avi", "RIFF\x1a\0\0\0AVI LIST", WN_MEDIA_VIDEO),
        SAMPLE("theora", "OggS\0\x02\0\0\0\0\0\0\0\0\x80theora", WN_MEDIA_VIDEO),
        SAMPLE("opus", "OggS\0\x02\0\0\0\0\0\0\0\0OpusHead", WN_MEDIA_SOUND),
        SAMPLE("wav", "RIFF\x1a\0\0\0WAVEfmt ", WN_MEDIA_SOUND),
        SAMPLE("m4a",
               "\0\0\0\x20"
               "ftypM4A \0\0\x02\0",
               WN_MEDIA_SOUND),
        SAMPLE("mp3 with tags", "ID3\x04\0\0\0\0\0\0", WN_MEDIA_SOUND),
        SAMPLE("mp3", "\xff\xfb\x90\x64\0\0\0\0\0\0", WN_MEDIA_SOUND),
        SAMPLE("aac", "\xff\xf1\x50\x80\0\x1f\xfc\0\0\0", WN_MEDIA_SOUND),
        SAMPLE("pdf", "%PDF-1.7\n%\xe2\xe3\xcf\xd3", WN_MEDIA_DOCUMENT),
        SAMPLE("docx", "PK\x03\x04\x14\0\0\0\0\0[Content_Types].xml", WN_MEDIA_DOCUMENT),
        SAMPLE("odt", "PK\x03\x04\x14\0\0\0mimetypeapplication/vnd.oasis", WN_MEDIA_DOCUMENT),
        SAMPLE("doc", "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", WN_MEDIA_DOCUMENT),
        SAMPLE("zip", "PK\x03\x04\x14\0\0\0\0\0photo.jpg", WN_MEDIA_ARCHIVE),
        SAMPLE("gzip", "\x1f\x8b\x08\0", WN_MEDIA_ARCHIVE),
        SAMPLE("elf",
               "\x7f"
               "ELF\x02\x01\x01\0\0\0\0\0\0\0\0\0\x03\0>\0",
               WN_MEDIA_UNKNOWN),
        SAMPLE("utf-16", "\xff\xfeh\0e\0l\0l\0o\0", WN_MEDIA_UNKNOWN),
    };

    (void)state;
    check(samples, sizeof samples / sizeof samples[0]);
}

static void texts_are_texts_whatever_they_begin_with(void **state)
{
    static const sample samples[] = {
        SAMPLE("letters", "see you at the library\n", WN_MEDIA_TEXT),
        SAMPLE("one letter", "a", WN_MEDIA_TEXT),
        SAMPLE("cyrillic", "\xd0\xbf\xd1\x80\xd0\xb8\xd0\xb2\xd0\xb5\xd1\x82", WN_MEDIA_TEXT),
        SAMPLE("byte order mark", "\xef\xbb\xbfhello", WN_MEDIA_TEXT),
        SAMPLE("gif in words", "GIF89a is the name of a format", WN_MEDIA_TEXT),
        SAMPLE("bmw in words", "BMW for sale", WN_MEDIA_TEXT),
        SAMPLE("html", "<!DOCTYPE html><html><svg></svg></html>", WN_MEDIA_TEXT),
        SAMPLE("box in words", "the moov atom of a film", WN_MEDIA_TEXT),
        SAMPLE("a NUL", "kill\0 all of them, they say", WN_MEDIA_TEXT),
        SAMPLE("a broken byte", "a price of 30\x80 and more", WN_MEDIA_TEXT),
        SAMPLE("latin-1",
               "sch\xf6ne Gr\xfc\xdf"
               "e an alle Freunde",
               WN_MEDIA_TEXT),
        SAMPLE("escape codes", "\x1b[31mred\x1b[0m", WN_MEDIA_TEXT),
        SAMPLE("cut utf-8", "na\xc3\xafve and more, cut \xc3", WN_MEDIA_TEXT),
        SAMPLE("mostly broken", "ab\x80\x81\x82\x83", WN_MEDIA_UNKNOWN),
    };

    (void)state;
    check(samples, sizeof samples / sizeof samples[0]);
}

static void every_prefix_is_read_within_its_bounds(void **state)
{
    static const char *const whole[] = { "\x89PNG\r\n\x1a\n", "RIFF\x1a\0\0\0WEBP", "<?xml <!--",
                                         "PK\x03\x04[Content_Types].xml" };

    (void)state;
    for (size_t i = 0; i < sizeof whole / sizeof whole[0]; i++) {
        for (size_t len = 0; len <= 8; len++)
            assert_true((unsigned)sniff(whole[i], len) <= WN_MEDIA_ARCHIVE);
    }
    assert_int_equal(wn_media_sniff((wn_span){ NULL, 0 }), WN_MEDIA_EMPTY);
}

static void names_and_classes(void **state)
{
    (void)state;
    assert_string_equal(wn_media_name(WN_MEDIA_TEXT), "text/plain");
    assert_string_equal(wn_media_name(WN_MEDIA_JPEG), "image/jpeg");
    assert_string_equal(wn_media_name((wn_media)99), "application/octet-stream");
    assert_string_equal(wn_media_class(WN_MEDIA_OTHER_IMAGE), "image");
    assert_string_equal(wn_media_class(WN_MEDIA_EMPTY), "empty");
    assert_string_equal(wn_media_class(WN_MEDIA_UNKNOWN), "unknown");
    assert_string_equal(wn_view_kind_name(WN_VIEW_FILE), "file");
    assert_string_equal(wn_view_kind_name(WN_VIEW_TEXT), "text");
    assert_string_equal(wn_view_kind_name(WN_VIEW_IMAGE), "image");
    assert_string_equal(wn_view_kind_name(WN_VIEW_SOUND), "sound");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(media_are_told_by_their_signatures),
        cmocka_unit_test(texts_are_texts_whatever_they_begin_with),
        cmocka_unit_test(every_prefix_is_read_within_its_bounds),
        cmocka_unit_test(names_and_classes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
