/* SPDX-License-Identifier: Apache-2.0 */
/* Pictures made by code for the tests of decoding. */
#include "tests/unit/picture_fixtures.h"

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jpeglib.h>
#include <png.h>
#include <webp/encode.h>

#include "src/base/buf.h"

enum { COLORS = 16 };

static void need(bool ok)
{
    if (!ok) {
        (void)fprintf(stderr, "a test picture could not be made\n");
        exit(1);
    }
}

uint8_t fx_pixel(uint32_t x, uint32_t y, int c)
{
    switch (c) {
    case 0:
        return (uint8_t)(x * 2 + y / 3);
    case 1:
        return (uint8_t)(y * 2 + x / 5);
    case 2:
        return (uint8_t)(200 - (x + y) / 2);
    default:
        return (uint8_t)((x / 8 + y / 8) * 32);
    }
}

uint8_t fx_over_white(uint32_t x, uint32_t y, int c)
{
    uint32_t a = fx_pixel(x, y, 3);

    return (uint8_t)((fx_pixel(x, y, c) * a + 255 * (255 - a) + 127) / 255);
}

uint8_t fx_palette(uint32_t x, uint32_t y)
{
    return (uint8_t)((x + y) % COLORS * 17);
}

static wn_span keep(wn_arena *a, const void *bytes, size_t len)
{
    uint8_t *copy = wn_arena_alloc(a, len, 1);

    need(copy != NULL);
    memcpy(copy, bytes, len);
    return (wn_span){ copy, len };
}

static wn_span keep_buf(wn_arena *a, wn_buf *b)
{
    wn_span s;

    need(wn_buf_check(b, NULL) == WN_OK);
    s = keep(a, b->ptr, b->len);
    wn_buf_done(b);
    return s;
}

static void jpeg_row(uint8_t *row, uint32_t width, uint32_t y, fx_jpeg_kind kind)
{
    for (uint32_t x = 0; x < width; x++) {
        for (int c = 0; c < 3; c++) {
            uint8_t v = fx_pixel(x / 4, y / 4, c); /* smooth, so that the loss is small */

            if (kind == FX_JPEG_GRAY)
                row[x] = fx_pixel(x / 4, y / 4, 0);
            else
                row[x * (kind == FX_JPEG_RGB ? 3u : 4u) + (unsigned)c] = v;
        }
        if (kind == FX_JPEG_CMYK || kind == FX_JPEG_YCCK)
            row[x * 4 + 3] = 255;
    }
}

wn_span fx_jpeg(wn_arena *a, uint32_t width, uint32_t height, fx_jpeg_kind kind, bool progressive)
{
    struct jpeg_compress_struct c;
    struct jpeg_error_mgr       err;
    unsigned char              *bytes = NULL;
    unsigned long               len = 0;
    uint8_t                    *row = wn_arena_alloc(a, width, 4);
    wn_span                     s;

    need(row != NULL);
    c.err = jpeg_std_error(&err);
    jpeg_create_compress(&c);
    jpeg_mem_dest(&c, &bytes, &len);
    c.image_width = width;
    c.image_height = height;
    c.input_components = kind == FX_JPEG_GRAY ? 1 : kind == FX_JPEG_RGB ? 3 : 4;
    c.in_color_space = kind == FX_JPEG_GRAY  ? JCS_GRAYSCALE
                       : kind == FX_JPEG_RGB ? JCS_RGB
                                             : JCS_CMYK;
    jpeg_set_defaults(&c);
    if (kind == FX_JPEG_YCCK)
        jpeg_set_colorspace(&c, JCS_YCCK);
    c.write_Adobe_marker = kind == FX_JPEG_CMYK || kind == FX_JPEG_YCCK;
    jpeg_set_quality(&c, 95, TRUE);
    if (progressive)
        jpeg_simple_progression(&c);
    jpeg_start_compress(&c, TRUE);
    while (c.next_scanline < height) {
        JSAMPROW rows[] = { row };

        jpeg_row(row, width, c.next_scanline, kind);
        (void)jpeg_write_scanlines(&c, rows, 1);
    }
    jpeg_finish_compress(&c);
    jpeg_destroy_compress(&c);
    s = keep(a, bytes, len);
    free(bytes);
    return s;
}

static void png_put(png_structp png, png_bytep p, png_size_t n)
{
    wn_buf_add(png_get_io_ptr(png), p, n);
}

static void png_done(png_structp png)
{
    (void)png;
}

static void put_bits(uint8_t *row, uint32_t x, int depth, uint32_t v)
{
    uint32_t bit = x * (uint32_t)depth;

    row[bit / 8] |= (uint8_t)(v << (8 - (uint32_t)depth - bit % 8));
}

static void png_row(uint8_t *row, uint32_t width, uint32_t y, int type, int depth)
{
    static const int channels[][4] = { [PNG_COLOR_TYPE_GRAY] = { 0, -1 },
                                       [PNG_COLOR_TYPE_GRAY_ALPHA] = { 0, 3, -1 },
                                       [PNG_COLOR_TYPE_RGB] = { 0, 1, 2, -1 },
                                       [PNG_COLOR_TYPE_RGB_ALPHA] = { 0, 1, 2, 3 } };
    size_t           at = 0;

    memset(row, 0, (size_t)width * 8);
    for (uint32_t x = 0; x < width; x++) {
        if (type == PNG_COLOR_TYPE_PALETTE) {
            put_bits(row, x, depth, (x + y) % COLORS);
        } else if (depth < 8) {
            put_bits(row, x, depth, (uint32_t)fx_pixel(x, y, 0) >> (8 - depth));
        } else {
            for (int i = 0; i < 4 && channels[type][i] >= 0; i++) {
                row[at++] = fx_pixel(x, y, channels[type][i]);
                if (depth == 16) /* v * 257, which scales back to v */
                    row[at++] = fx_pixel(x, y, channels[type][i]);
            }
        }
    }
}

wn_span fx_png(wn_arena *a, uint32_t width, uint32_t height, int color_type, int depth,
               bool interlaced, bool trns)
{
    png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, NULL, NULL, NULL);
    png_infop   info = png_create_info_struct(png);
    wn_buf      out = WN_BUF_INIT(64 << 20);
    png_color   palette[COLORS];
    png_byte    alpha[1] = { 0 }; /* of palette index 0 */
    uint8_t   **rows = wn_arena_alloc(a, height, sizeof *rows);

    need(png != NULL && info != NULL && rows != NULL && setjmp(png_jmpbuf(png)) == 0);
    for (uint32_t i = 0; i < COLORS; i++)
        palette[i] = (png_color){ (uint8_t)(i * 17), (uint8_t)(i * 17), (uint8_t)(i * 17) };
    for (uint32_t y = 0; y < height; y++) {
        rows[y] = wn_arena_alloc(a, width, 8);
        need(rows[y] != NULL);
        png_row(rows[y], width, y, color_type, depth);
    }
    png_set_write_fn(png, &out, png_put, png_done);
    png_set_IHDR(png, info, width, height, depth, color_type,
                 interlaced ? PNG_INTERLACE_ADAM7 : PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_BASE,
                 PNG_FILTER_TYPE_BASE);
    if (color_type == PNG_COLOR_TYPE_PALETTE) {
        png_set_PLTE(png, info, palette, COLORS);
        if (trns)
            png_set_tRNS(png, info, alpha, 1, NULL);
    }
    png_write_info(png, info);
    png_write_image(png, rows);
    png_write_end(png, info);
    png_destroy_write_struct(&png, &info);
    return keep_buf(a, &out);
}

wn_span fx_webp(wn_arena *a, uint32_t width, uint32_t height, bool lossless, bool alpha)
{
    int      w = (int)width, h = (int)height;
    uint8_t *px = wn_arena_alloc(a, (size_t)width * height, 4), *out = NULL;
    size_t   len;
    wn_span  s;

    need(px != NULL);
    for (uint32_t y = 0; y < height; y++) {
        for (uint32_t x = 0; x < width; x++) {
            for (int c = 0; c < 4; c++) {
                uint32_t step = lossless ? 1 : 4;
                uint8_t  v = fx_pixel(x / step, y / step, c);

                /* Lossless WebP may drop the colour of what cannot be seen. */
                if (c == 3)
                    v = alpha ? fx_pixel(x, y, 3) : 255;
                px[((size_t)y * width + x) * 4 + (size_t)c] = v;
            }
        }
    }
    len = lossless ? WebPEncodeLosslessRGBA(px, w, h, w * 4, &out)
                   : WebPEncodeRGBA(px, w, h, w * 4, 95, &out);
    need(len > 0);
    s = keep(a, out, len);
    WebPFree(out);
    return s;
}

static void put_le(wn_buf *b, uint32_t v, int bytes)
{
    for (int i = 0; i < bytes; i++)
        wn_buf_putc(b, (char)(uint8_t)((uint64_t)v >> (8 * i)));
}

wn_span fx_webp_animation(wn_arena *a, uint32_t canvas_width, uint32_t canvas_height, uint32_t left,
                          uint32_t top, uint32_t width, uint32_t height, uint32_t frames)
{
    wn_span  still = fx_webp(a, width, height, true, true);
    wn_buf   b = WN_BUF_INIT(64 << 20);
    wn_span  chunk = { still.ptr + 12, still.len - 12 }; /* past the RIFF header: one VP8L chunk */
    uint32_t total;

    wn_buf_add(&b, "RIFF\0\0\0\0WEBPVP8X", 16);
    put_le(&b, 10, 4);
    put_le(&b, 0x12, 4); /* animation, alpha */
    put_le(&b, canvas_width - 1, 3);
    put_le(&b, canvas_height - 1, 3);
    wn_buf_add(&b, "ANIM", 4);
    put_le(&b, 6, 4);
    put_le(&b, 0, 6);
    for (uint32_t i = 0; i < frames; i++) {
        wn_buf_add(&b, "ANMF", 4);
        put_le(&b, (uint32_t)chunk.len + 16, 4);
        put_le(&b, left / 2, 3);
        put_le(&b, top / 2, 3);
        put_le(&b, width - 1, 3);
        put_le(&b, height - 1, 3);
        put_le(&b, 100, 3);
        put_le(&b, 0, 1);
        wn_buf_add(&b, chunk.ptr, chunk.len);
    }
    need(wn_buf_check(&b, NULL) == WN_OK);
    total = (uint32_t)b.len - 8;
    for (int i = 0; i < 4; i++)
        b.ptr[4 + i] = (uint8_t)(total >> (8 * i));
    return keep_buf(a, &b);
}

/* Codes of nine bits, least significant bit first, in sub-blocks of at most 255 bytes. */
typedef struct lzw {
    wn_buf  *out;
    uint8_t  block[255];
    size_t   len;
    uint32_t bits;
    int      count;
} lzw;

static void lzw_byte(lzw *z, uint8_t v)
{
    z->block[z->len++] = v;
    if (z->len == sizeof z->block) {
        put_le(z->out, (uint32_t)z->len, 1);
        wn_buf_add(z->out, z->block, z->len);
        z->len = 0;
    }
}

static void lzw_code(lzw *z, uint32_t code)
{
    z->bits |= code << z->count;
    for (z->count += 9; z->count >= 8; z->count -= 8, z->bits >>= 8)
        lzw_byte(z, (uint8_t)z->bits);
}

static void gif_pixels(wn_buf *out, const fx_gif_spec *s)
{
    static const uint8_t passes[][2] = { { 0, 8 }, { 4, 8 }, { 2, 4 }, { 1, 2 } };
    lzw                  z = { .out = out };
    uint32_t             n = 0;

    put_le(out, 8, 1);
    for (size_t p = 0; p < (s->interlaced ? 4 : 1); p++) {
        uint32_t step = s->interlaced ? passes[p][1] : 1;

        for (uint32_t y = s->interlaced ? passes[p][0] : 0; y < s->height; y += step) {
            for (uint32_t x = 0; x < s->width; x++) {
                if (n++ % 250 == 0) /* before the table outgrows nine bits */
                    lzw_code(&z, 256);
                lzw_code(&z, (x + y) % COLORS);
            }
        }
    }
    lzw_code(&z, 257);
    lzw_byte(&z, (uint8_t)z.bits);
    if (z.len > 0) {
        put_le(out, (uint32_t)z.len, 1);
        wn_buf_add(out, z.block, z.len);
    }
    put_le(out, 0, 1);
}

wn_span fx_gif(wn_arena *a, const fx_gif_spec *s)
{
    wn_buf b = WN_BUF_INIT(64 << 20);

    wn_buf_add(&b, "GIF89a", 6);
    put_le(&b, s->screen_width, 2);
    put_le(&b, s->screen_height, 2);
    put_le(&b, 0x80 | 3, 3); /* 16 colours; background 0; no aspect */
    for (uint32_t i = 0; i < COLORS; i++)
        for (int c = 0; c < 3; c++)
            put_le(&b, i * 17, 1);
    for (uint32_t i = 0; i < s->frames; i++) {
        wn_buf_add(&b, "\x21\xf9\x04", 3);
        put_le(&b, s->transparent >= 0 ? 1 : 0, 1);
        put_le(&b, 10, 2);
        put_le(&b, s->transparent >= 0 ? (uint32_t)s->transparent : 0, 1);
        wn_buf_add(&b, "\0,", 2);
        put_le(&b, s->left, 2);
        put_le(&b, s->top, 2);
        put_le(&b, s->width, 2);
        put_le(&b, s->height, 2);
        put_le(&b, s->interlaced ? 0x40 : 0, 1);
        gif_pixels(&b, s);
    }
    wn_buf_putc(&b, ';');
    return keep_buf(a, &b);
}
