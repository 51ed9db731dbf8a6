/* SPDX-License-Identifier: Apache-2.0 */
/* Header readers for the four picture formats: small, bounded, fuzzed. */
#include "src/decode/probe.h"

#include <string.h>

#include "src/base/err.h"

/* Bytes still to be read. Every read asks first; a short one fails and moves nothing. */
typedef struct reader {
    const uint8_t *p, *end;
} reader;

static bool has(const reader *r, size_t n)
{
    return (size_t)(r->end - r->p) >= n;
}

static bool skip(reader *r, size_t n)
{
    if (!has(r, n))
        return false;
    r->p += n;
    return true;
}

static uint32_t le16(const uint8_t *p)
{
    return (uint32_t)p[0] | (uint32_t)p[1] << 8;
}

static uint32_t le24(const uint8_t *p)
{
    return le16(p) | (uint32_t)p[2] << 16;
}

static uint32_t le32(const uint8_t *p)
{
    return le24(p) | (uint32_t)p[3] << 24;
}

static uint32_t be16(const uint8_t *p)
{
    return (uint32_t)p[0] << 8 | (uint32_t)p[1];
}

static uint32_t be32(const uint8_t *p)
{
    return be16(p) << 16 | be16(p + 2);
}

/* The next JPEG marker, past fill bytes and whatever stands before it; 0 at the end. */
static uint8_t jpeg_marker(reader *r)
{
    while (has(r, 2)) {
        if (r->p[0] == 0xff && r->p[1] != 0x00 && r->p[1] != 0xff) {
            r->p += 2;
            return r->p[-1];
        }
        r->p++;
    }
    return 0;
}

static bool probe_jpeg(reader r, wn_picture_info *ret)
{
    enum { DHT = 0xc4, JPG = 0xc8, DAC = 0xcc, RST0 = 0xd0, SOI = 0xd8, EOI = 0xd9, SOS = 0xda };
    uint8_t marker;

    if (!has(&r, 2) || r.p[0] != 0xff || r.p[1] != SOI)
        return false;
    r.p += 2;
    while ((marker = jpeg_marker(&r)) != 0) {
        if (marker == 0x01 || (marker >= RST0 && marker <= SOI))
            continue; /* stands alone, without a length */
        if (marker == EOI || marker == SOS || !has(&r, 2))
            return false;
        if (marker >= 0xc0 && marker <= 0xcf && marker != DHT && marker != JPG && marker != DAC) {
            if (!has(&r, 7))
                return false;
            ret->height = be16(r.p + 3);
            ret->width = be16(r.p + 5);
            ret->frames = 1;
            return true;
        }
        if (be16(r.p) < 2 || !skip(&r, be16(r.p)))
            return false;
    }
    return false;
}

/* The number of frames that an animation control chunk before the pixels announces, or 1. */
static uint32_t apng_frames(reader r)
{
    while (has(&r, 12)) {
        uint32_t len = be32(r.p);

        if (memcmp(r.p + 4, "IDAT", 4) == 0)
            break;
        if (memcmp(r.p + 4, "acTL", 4) == 0)
            return be32(r.p + 8) ? be32(r.p + 8) : 1;
        if (!skip(&r, 12) || !skip(&r, len))
            break;
    }
    return 1;
}

static bool probe_png(reader r, wn_picture_info *ret)
{
    static const uint8_t head[] = { 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n',
                                    0,    0,   0,   13,  'I',  'H',  'D',  'R' };
    const uint32_t       limit = 0x7fffffff; /* PNG section 7.1 */

    if (!has(&r, sizeof head + 8 + 5) || memcmp(r.p, head, sizeof head) != 0)
        return false;
    ret->width = be32(r.p + sizeof head);
    ret->height = be32(r.p + sizeof head + 4);
    ret->frames = skip(&r, sizeof head + 13 + 4) ? apng_frames(r) : 1;
    return ret->width <= limit && ret->height <= limit;
}

static uint32_t webp_frames(reader r)
{
    uint32_t frames = 0;

    while (has(&r, 8)) {
        size_t len = le32(r.p + 4);

        frames += memcmp(r.p, "ANMF", 4) == 0;
        if (!skip(&r, 8) || !skip(&r, len + (len & 1)))
            break;
    }
    return frames ? frames : 1;
}

static bool probe_webp(reader r, wn_picture_info *ret)
{
    const uint8_t *p = r.p;

    ret->frames = 1;
    if (!has(&r, 30) || memcmp(p, "RIFF", 4) != 0 || memcmp(p + 8, "WEBP", 4) != 0)
        return false;
    if (memcmp(p + 12, "VP8X", 4) == 0) {
        ret->width = le24(p + 24) + 1;
        ret->height = le24(p + 27) + 1;
        r.p += 12;
        if (p[20] & 0x02)
            ret->frames = webp_frames(r);
        return true;
    }
    if (memcmp(p + 12, "VP8 ", 4) == 0) {
        ret->width = le16(p + 26) & 0x3fff;
        ret->height = le16(p + 28) & 0x3fff;
        return memcmp(p + 23, "\x9d\x01\x2a", 3) == 0;
    }
    if (memcmp(p + 12, "VP8L", 4) == 0) {
        uint32_t bits = le32(p + 21);

        ret->width = (bits & 0x3fff) + 1;
        ret->height = (bits >> 14 & 0x3fff) + 1;
        return p[20] == 0x2f;
    }
    return false;
}

/* Past the sub-blocks of a GIF extension or frame. */
static bool gif_skip_blocks(reader *r)
{
    while (has(r, 1)) {
        size_t len = *r->p++;

        if (len == 0)
            return true;
        if (!skip(r, len))
            return false;
    }
    return false;
}

static bool gif_skip_colors(reader *r, uint8_t flags)
{
    return (flags & 0x80) == 0 || skip(r, (size_t)3 << ((flags & 7) + 1));
}

static bool probe_gif(reader r, wn_picture_info *ret)
{
    if (!has(&r, 13) || (memcmp(r.p, "GIF87a", 6) != 0 && memcmp(r.p, "GIF89a", 6) != 0))
        return false;
    ret->width = le16(r.p + 6);
    ret->height = le16(r.p + 8);
    ret->frames = 0;
    r.p += 13;
    if (!gif_skip_colors(&r, r.p[-3]))
        return false;
    while (has(&r, 2)) {
        uint8_t what = *r.p++;

        if (what == 0x21) {
            if (!skip(&r, 1) || !gif_skip_blocks(&r))
                break;
        } else if (what == 0x2c && has(&r, 9)) {
            uint32_t right = le16(r.p) + le16(r.p + 4), bottom = le16(r.p + 2) + le16(r.p + 6);

            if (ret->frames == 0) {
                if (le16(r.p + 4) == 0 || le16(r.p + 6) == 0)
                    return false;
                ret->width = right > ret->width ? right : ret->width;
                ret->height = bottom > ret->height ? bottom : ret->height;
            }
            ret->frames++;
            r.p += 9;
            if (!gif_skip_colors(&r, r.p[-1]) || !skip(&r, 1) || !gif_skip_blocks(&r))
                break;
        } else {
            break;
        }
    }
    return ret->frames > 0;
}

wn_code wn_probe_picture(wn_media media, wn_span bytes, wn_picture_info *ret, wn_err *err)
{
    reader          r = { bytes.ptr, bytes.len ? bytes.ptr + bytes.len : bytes.ptr };
    wn_picture_info info = { 0 };
    bool            ok;

    if (media == WN_MEDIA_JPEG)
        ok = probe_jpeg(r, &info);
    else if (media == WN_MEDIA_PNG)
        ok = probe_png(r, &info);
    else if (media == WN_MEDIA_WEBP)
        ok = probe_webp(r, &info);
    else if (media == WN_MEDIA_GIF)
        ok = probe_gif(r, &info);
    else
        return wn_fail(err, WN_E_USAGE, "%s is not decoded as a picture", wn_media_name(media));
    if (!ok)
        return wn_fail(err, WN_E_FORMAT,
                       "the picture's header is broken or cut short: there is no size in it");
    if (info.width == 0 || info.height == 0)
        return wn_fail(err, WN_E_FORMAT, "the picture's header claims %u x %u pixels",
                       (unsigned)info.width, (unsigned)info.height);
    *ret = info;
    return WN_OK;
}
