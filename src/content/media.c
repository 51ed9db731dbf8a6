/* SPDX-License-Identifier: Apache-2.0 */
/* What an item's bytes are: found by looking at them, never by a name or a claim. */
#include "src/content/view.h"

#include <string.h>

#include "src/base/utf8.h"

static const struct {
    const char *name, *cls;
} media_names[] = {
    [WN_MEDIA_UNKNOWN] = { "application/octet-stream", "unknown" },
    [WN_MEDIA_EMPTY] = { "application/x-empty", "empty" },
    [WN_MEDIA_TEXT] = { "text/plain", "text" },
    [WN_MEDIA_JPEG] = { "image/jpeg", "image" },
    [WN_MEDIA_PNG] = { "image/png", "image" },
    [WN_MEDIA_WEBP] = { "image/webp", "image" },
    [WN_MEDIA_GIF] = { "image/gif", "image" },
    [WN_MEDIA_OTHER_IMAGE] = { "image/*", "image" },
    [WN_MEDIA_VIDEO] = { "video/*", "video" },
    [WN_MEDIA_SOUND] = { "audio/*", "sound" },
    [WN_MEDIA_DOCUMENT] = { "application/x-document", "document" },
    [WN_MEDIA_ARCHIVE] = { "application/x-archive", "archive" },
};

const char *wn_media_name(wn_media media)
{
    return (size_t)media < sizeof media_names / sizeof media_names[0] ? media_names[media].name
                                                                      : media_names[0].name;
}

const char *wn_media_class(wn_media media)
{
    return (size_t)media < sizeof media_names / sizeof media_names[0] ? media_names[media].cls
                                                                      : media_names[0].cls;
}

const char *wn_view_kind_name(wn_view_kind kind)
{
    static const char *const names[] = { "file", "text", "image", "sound" };

    return (size_t)kind < sizeof names / sizeof names[0] ? names[kind] : "file";
}

/* Bytes that a format has at a fixed place. */
typedef struct signature {
    uint16_t    at, len;
    const char *bytes;
    wn_media    media;
} signature;

#define SIG(at, s, media)                                                                          \
    {                                                                                              \
        (at), sizeof(s) - 1, (s), (media)                                                          \
    }

/*
 * Signatures that no text begins with (each holds a byte that is not text), and
 * the few plain ones that are unmistakable.
 */
static const signature binary[] = {
    SIG(0, "\xff\xd8\xff", WN_MEDIA_JPEG),
    SIG(0, "\x89PNG\r\n\x1a\n", WN_MEDIA_PNG),
    SIG(0, "II*\0", WN_MEDIA_OTHER_IMAGE),                    /* TIFF */
    SIG(0, "MM\0*", WN_MEDIA_OTHER_IMAGE),                    /* TIFF */
    SIG(0, "II+\0", WN_MEDIA_OTHER_IMAGE),                    /* BigTIFF */
    SIG(0, "MM\0+", WN_MEDIA_OTHER_IMAGE),                    /* BigTIFF */
    SIG(0, "\xff\x0a", WN_MEDIA_OTHER_IMAGE),                 /* JPEG XL */
    SIG(0, "\0\0\0\x0cJXL \r\n\x87\n", WN_MEDIA_OTHER_IMAGE), /* JPEG XL */
    SIG(0, "\0\0\0\x0cjP  \r\n\x87\n", WN_MEDIA_OTHER_IMAGE), /* JPEG 2000 */
    SIG(0, "\xff\x4f\xff\x51", WN_MEDIA_OTHER_IMAGE),         /* JPEG 2000 */
    SIG(0, "8BPS\0", WN_MEDIA_OTHER_IMAGE),                   /* Photoshop */
    SIG(0, "\x76\x2f\x31\x01", WN_MEDIA_OTHER_IMAGE),         /* OpenEXR */
    SIG(0, "\0\0\x01\0", WN_MEDIA_OTHER_IMAGE),               /* icon */
    SIG(0, "\0\0\x02\0", WN_MEDIA_OTHER_IMAGE),               /* cursor */
    SIG(0, "\x1a\x45\xdf\xa3", WN_MEDIA_VIDEO),               /* Matroska, WebM */
    SIG(0, "FLV\x01", WN_MEDIA_VIDEO),
    SIG(0, "\0\0\x01\xba", WN_MEDIA_VIDEO),                     /* MPEG program stream */
    SIG(0, "\0\0\x01\xb3", WN_MEDIA_VIDEO),                     /* MPEG video */
    SIG(0, "\x30\x26\xb2\x75\x8e\x66\xcf\x11", WN_MEDIA_VIDEO), /* ASF */
    SIG(0, "fLaC\0", WN_MEDIA_SOUND),
    SIG(0, "ID3\x02", WN_MEDIA_SOUND),
    SIG(0, "ID3\x03", WN_MEDIA_SOUND),
    SIG(0, "ID3\x04", WN_MEDIA_SOUND),
    SIG(0, "MThd\0", WN_MEDIA_SOUND),
    SIG(0, "caff\0", WN_MEDIA_SOUND),
    SIG(0, ".snd\0", WN_MEDIA_SOUND),
    SIG(0, "%PDF-", WN_MEDIA_DOCUMENT),
    SIG(0, "%!PS", WN_MEDIA_DOCUMENT),
    SIG(0, "{\\rtf1", WN_MEDIA_DOCUMENT),
    SIG(0, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", WN_MEDIA_DOCUMENT), /* Office before 2007 */
    SIG(0, "PK\x05\x06", WN_MEDIA_ARCHIVE),
    SIG(0, "\x1f\x8b", WN_MEDIA_ARCHIVE), /* gzip */
    SIG(0,
        "\xfd"
        "7zXZ\0",
        WN_MEDIA_ARCHIVE),
    SIG(0, "7z\xbc\xaf\x27\x1c", WN_MEDIA_ARCHIVE),
    SIG(0, "Rar!\x1a\x07", WN_MEDIA_ARCHIVE),
    SIG(0, "\x28\xb5\x2f\xfd", WN_MEDIA_ARCHIVE), /* Zstandard */
    SIG(0, "\x04\x22\x4d\x18", WN_MEDIA_ARCHIVE), /* LZ4 */
};

/* Signatures in plain letters: they count only in what does not read as text. */
static const signature plain[] = {
    SIG(0, "GIF87a", WN_MEDIA_GIF),       SIG(0, "GIF89a", WN_MEDIA_GIF),
    SIG(0, "BM", WN_MEDIA_OTHER_IMAGE),   SIG(0, "qoif", WN_MEDIA_OTHER_IMAGE),
    SIG(0, "DDS ", WN_MEDIA_OTHER_IMAGE), SIG(0, "P4", WN_MEDIA_OTHER_IMAGE),
    SIG(0, "P5", WN_MEDIA_OTHER_IMAGE),   SIG(0, "P6", WN_MEDIA_OTHER_IMAGE),
    SIG(0, "#!AMR", WN_MEDIA_SOUND),      SIG(0, "BZh", WN_MEDIA_ARCHIVE),
    SIG(257, "ustar", WN_MEDIA_ARCHIVE), /* tar */
};

static bool has_at(wn_span b, size_t at, const char *what, size_t len)
{
    return b.len >= at + len && memcmp(b.ptr + at, what, len) == 0;
}

static wn_media by_signature(wn_span b, const signature *table, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (has_at(b, table[i].at, table[i].bytes, table[i].len))
            return table[i].media;
    }
    return WN_MEDIA_UNKNOWN;
}

static bool has_within(wn_span b, size_t limit, const char *what)
{
    size_t len = b.len < limit ? b.len : limit;

    return len > 0 && memmem(b.ptr, len, what, strlen(what)) != NULL;
}

static wn_media by_riff(wn_span b)
{
    if (has_at(b, 8, "WEBP", 4))
        return WN_MEDIA_WEBP;
    if (has_at(b, 8, "WAVE", 4))
        return WN_MEDIA_SOUND;
    return has_at(b, 8, "AVI ", 4) ? WN_MEDIA_VIDEO : WN_MEDIA_UNKNOWN;
}

/* ISO base media and QuickTime: the first box, whose size never looks like letters. */
static wn_media by_box(wn_span b)
{
    static const char *const still[] = { "heic", "heix", "heim", "heis", "hevc", "hevx",
                                         "mif1", "msf1", "avif", "avis", "crx " };

    if (has_at(b, 4, "moov", 4) || has_at(b, 4, "mdat", 4) || has_at(b, 4, "wide", 4))
        return WN_MEDIA_VIDEO;
    if (!has_at(b, 4, "ftyp", 4))
        return WN_MEDIA_UNKNOWN;
    for (size_t i = 0; i < sizeof still / sizeof still[0]; i++) {
        if (has_at(b, 8, still[i], 4))
            return WN_MEDIA_OTHER_IMAGE;
    }
    return has_at(b, 8, "M4A", 3) || has_at(b, 8, "M4B", 3) ? WN_MEDIA_SOUND : WN_MEDIA_VIDEO;
}

/* Containers that say further on what is in them. */
static wn_media by_container(wn_span b)
{
    if (has_at(b, 0, "RIFF", 4) || has_at(b, 0, "RIFX", 4))
        return by_riff(b);
    if (has_at(b, 0, "FORM", 4) && (has_at(b, 8, "AIFF", 4) || has_at(b, 8, "AIFC", 4)))
        return WN_MEDIA_SOUND;
    if (has_at(b, 0, "OggS\0", 5))
        return has_within(b, 512, "\x80theora") ? WN_MEDIA_VIDEO : WN_MEDIA_SOUND;
    if (has_at(b, 0, "PK\x03\x04", 4)) {
        return has_within(b, 4096, "[Content_Types].xml") || has_within(b, 4096, "_rels/.rels") ||
                       has_within(b, 128, "mimetypeapplication/")
                   ? WN_MEDIA_DOCUMENT
                   : WN_MEDIA_ARCHIVE;
    }
    return b.ptr[0] < 0x20 ? by_box(b) : WN_MEDIA_UNKNOWN;
}

/* Streams that begin with a sync word: a single one proves little, so the next is looked for. */
static wn_media by_sync(wn_span b)
{
    if (b.len >= 377 && b.ptr[0] == 0x47 && b.ptr[188] == 0x47 && b.ptr[376] == 0x47)
        return WN_MEDIA_VIDEO; /* MPEG transport stream */
    /* MPEG audio or ADTS: 11 or 12 sync bits, no reserved layer or rate; FF FE is UTF-16's mark. */
    if (b.len >= 4 && b.ptr[0] == 0xff && (b.ptr[1] & 0xe0) == 0xe0 && b.ptr[1] != 0xfe) {
        bool adts = (b.ptr[1] & 0xf6) == 0xf0;
        bool mpeg = (b.ptr[1] & 0x18) != 0x08 && (b.ptr[1] & 0x06) != 0 &&
                    (b.ptr[2] & 0xf0) != 0xf0 && (b.ptr[2] & 0x0c) != 0x0c;

        if (adts || mpeg)
            return WN_MEDIA_SOUND;
    }
    return WN_MEDIA_UNKNOWN;
}

/*
 * Whether the bytes read as text: UTF-8 in which at most one unit in five is
 * ill-formed or a control character that no text uses. The tolerance is wide
 * on purpose: a NUL or a broken byte must not take a text out of judgement.
 */
static bool is_text(wn_span b)
{
    const uint8_t *p = b.ptr, *end = b.ptr + b.len;
    size_t         units = 0, odd = 0;

    while (p < end) {
        uint32_t cp;
        bool     bad = false;

        if (*p >= 0x80) {
            p += wn_utf8_decode(p, (size_t)(end - p), &cp, &bad);
            odd += bad;
        } else {
            odd += (*p < 0x20 && (*p < '\b' || *p > '\r') && *p != 0x1b) || *p == 0x7f;
            p++;
        }
        units++;
    }
    return odd <= units / 5;
}

/* A drawing in SVG: markup whose first element is `svg`. It is a picture, though made of letters.
 */
static bool is_svg(wn_span b)
{
    size_t i = has_at(b, 0, "\xef\xbb\xbf", 3) ? 3 : 0, limit = b.len < 4096 ? b.len : 4096;

    while (i < limit) {
        const char *close = ">";
        uint8_t    *end;

        if (b.ptr[i] == ' ' || (b.ptr[i] >= '\t' && b.ptr[i] <= '\r')) {
            i++;
            continue;
        }
        if (has_at(b, i, "<svg", 4) || has_at(b, i, "<svg:svg", 8))
            return true;
        if (has_at(b, i, "<!--", 4))
            close = "-->";
        else if (!has_at(b, i, "<?", 2) && !has_at(b, i, "<!DOCTYPE", 9))
            return false;
        end = memmem(b.ptr + i, limit - i, close, strlen(close));
        if (end == NULL)
            return false;
        i = (size_t)(end - b.ptr) + strlen(close);
    }
    return false;
}

wn_media wn_media_sniff(wn_span b)
{
    wn_media media;

    if (b.len == 0)
        return WN_MEDIA_EMPTY;
    media = by_signature(b, binary, sizeof binary / sizeof binary[0]);
    if (media == WN_MEDIA_UNKNOWN)
        media = by_container(b);
    if (media != WN_MEDIA_UNKNOWN)
        return media;
    if (is_svg(b))
        return WN_MEDIA_OTHER_IMAGE;
    /* A whole text may begin with the letters of a signature; no such file is text throughout. */
    media = by_signature(b, plain, sizeof plain / sizeof plain[0]);
    if (media != WN_MEDIA_UNKNOWN && (memchr(b.ptr, 0, b.len) != NULL || !is_text(b)))
        return media;
    if (is_text(b))
        return WN_MEDIA_TEXT;
    return by_sync(b);
}
