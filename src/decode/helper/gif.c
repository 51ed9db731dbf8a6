/* SPDX-License-Identifier: Apache-2.0 */
/* GIF by giflib: the first frame on its screen over white, read record by record. */
#include <gif_lib.h>
#include <string.h>

#include "src/base/mem.h"
#include "src/decode/helper/codec.h"

enum { OPAQUE = -1 };

typedef struct source {
    const uint8_t *p, *end;
} source;

/* The first frame, clipped to nothing: the canvas holds all of it. */
typedef struct frame {
    GifFileType          *gif;
    const ColorMapObject *colors;
    int                   transparent; /* index, or OPAQUE */
    uint32_t              left, top, width, height;
    uint8_t              *line; /* indices of one row */
} frame;

static int on_read(GifFileType *gif, GifByteType *dst, int n)
{
    source *s = gif->UserData;
    size_t  left = (size_t)(s->end - s->p), take = n < 0 ? 0 : (size_t)n;

    take = take < left ? take : left;
    if (take > 0)
        memcpy(dst, s->p, take);
    s->p += take;
    return (int)take;
}

/* Read an extension; a graphics control block names the transparent colour of the next frame. */
static bool read_extension(GifFileType *gif, int *transparent)
{
    GifByteType *data = NULL;
    int          what = 0;

    if (DGifGetExtension(gif, &what, &data) == GIF_ERROR)
        return false;
    if (what == GRAPHICS_EXT_FUNC_CODE && data != NULL && data[0] == 4)
        *transparent = data[1] & 1 ? data[4] : OPAQUE;
    while (data != NULL) {
        if (DGifGetExtensionNext(gif, &data) == GIF_ERROR)
            return false;
    }
    return true;
}

/* Read up to the first frame. */
static bool find_frame(GifFileType *gif, int *transparent)
{
    GifRecordType type;

    for (;;) {
        if (DGifGetRecordType(gif, &type) == GIF_ERROR)
            return false;
        if (type == IMAGE_DESC_RECORD_TYPE)
            return DGifGetImageDesc(gif) != GIF_ERROR;
        if (type != EXTENSION_RECORD_TYPE || !read_extension(gif, transparent))
            return false;
    }
}

static void draw_line(const frame *f, wn_canvas *out, uint32_t y)
{
    uint8_t *dst = out->px + ((size_t)(f->top + y) * out->width + f->left) * 3;

    for (uint32_t x = 0; x < f->width; x++, dst += 3) {
        int index = f->line[x];

        /* An index past the table shows nothing, as in browsers. */
        if (index != f->transparent && index < f->colors->ColorCount) {
            const GifColorType *c = &f->colors->Colors[index];

            dst[0] = c->Red;
            dst[1] = c->Green;
            dst[2] = c->Blue;
        }
    }
}

/* The rows of an interlaced frame that were not reached repeat the row above them. */
static void repeat_line(const frame *f, wn_canvas *out, uint32_t y)
{
    uint8_t *dst = out->px + ((size_t)(f->top + y) * out->width + f->left) * 3;

    memcpy(dst, dst - (size_t)out->width * 3, (size_t)f->width * 3);
}

static bool draw_pass(const frame *f, wn_canvas *out, uint32_t first, uint32_t step, uint32_t *done)
{
    for (uint32_t y = first; y < f->height; y += step) {
        if (DGifGetLine(f->gif, f->line, (int)f->width) == GIF_ERROR)
            return false;
        draw_line(f, out, y);
        ++*done;
    }
    return true;
}

/* Draw what there is of the frame. Returns how many of its rows were read. */
static uint32_t draw(const frame *f, wn_canvas *out)
{
    static const uint8_t passes[][2] = { { 0, 8 }, { 4, 8 }, { 2, 4 }, { 1, 2 } };
    uint32_t             done = 0, evens = f->height - f->height / 2;

    if (!f->gif->Image.Interlace) {
        (void)draw_pass(f, out, 0, 1, &done);
        return done;
    }
    for (size_t i = 0; i < sizeof passes / sizeof passes[0]; i++) {
        if (!draw_pass(f, out, passes[i][0], passes[i][1], &done))
            break;
    }
    if (done >= evens) {
        for (uint32_t y = 1 + 2 * (done - evens); y < f->height; y += 2)
            repeat_line(f, out, y);
    }
    return done;
}

static wn_wire_status decode(frame *f, wn_canvas *out)
{
    const GifImageDesc *d = &f->gif->Image;
    uint32_t            done;

    if (d->Left < 0 || d->Top < 0 || d->Width <= 0 || d->Height <= 0)
        return WN_WIRE_UNDECODABLE;
    f->left = (uint32_t)d->Left;
    f->top = (uint32_t)d->Top;
    f->width = (uint32_t)d->Width;
    f->height = (uint32_t)d->Height;
    if (f->width > out->width || f->left > out->width - f->width || f->height > out->height ||
        f->top > out->height - f->height)
        return WN_WIRE_MISMATCH;
    f->colors = d->ColorMap ? d->ColorMap : f->gif->SColorMap;
    if (f->colors == NULL)
        return WN_WIRE_UNDECODABLE;
    f->line = wn_calloc(f->width, 1);
    if (f->line == NULL)
        return WN_WIRE_NO_MEMORY;
    wn_canvas_whiten(out, 0);
    done = draw(f, out);
    out->damaged = done < f->height;
    /* A share of the frame counts as the same share of the picture. */
    out->rows = (uint32_t)((uint64_t)out->height * done / f->height);
    return WN_WIRE_DECODED;
}

wn_wire_status wn_codec_gif(wn_span in, wn_canvas *out)
{
    source         s = { in.ptr, in.ptr + in.len };
    frame          f = { .transparent = OPAQUE };
    int            error = 0;
    wn_wire_status status = WN_WIRE_UNDECODABLE;

    f.gif = DGifOpen(&s, on_read, &error);
    if (f.gif == NULL)
        return error == D_GIF_ERR_NOT_ENOUGH_MEM ? WN_WIRE_NO_MEMORY : WN_WIRE_UNDECODABLE;
    if (find_frame(f.gif, &f.transparent))
        status = decode(&f, out);
    else if (f.gif->Error == D_GIF_ERR_NOT_ENOUGH_MEM)
        status = WN_WIRE_NO_MEMORY;
    (void)DGifCloseFile(f.gif, &error);
    wn_free(f.line);
    return status;
}
