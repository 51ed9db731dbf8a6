/* SPDX-License-Identifier: Apache-2.0 */
/* PNG by libpng: every colour type and depth, interlaced or not, transparency over white. */
#include <png.h>
#include <setjmp.h>
#include <string.h>

#include "src/base/mem.h"
#include "src/decode/helper/codec.h"

enum {
    CHUNK_MAX = 8 << 20,
    CHUNKS_MAX = 128,
    READ_AT_ONCE = 1024, /* what a file that is cut short loses at most */
    PASSES_NEEDED = 5,   /* of an interlaced picture's seven: half of its width and height */
};

typedef struct job {
    png_structp    png;
    png_infop      info;
    const uint8_t *p, *end;
    uint8_t       *row;    /* one row of RGBA */
    uint8_t      **rows;   /* of an interlaced picture */
    uint32_t       passes; /* that were read whole */
    uint32_t       lines;  /* of a picture that is not interlaced */
    uint32_t       channels;
    bool           interlaced, cut;
    wn_wire_status status;
    jmp_buf        out;
} job;

static void on_error(png_structp png, png_const_charp message)
{
    job *j = png_get_error_ptr(png);

    (void)message;
    longjmp(j->out, 1);
}

static void on_warning(png_structp png, png_const_charp message)
{
    (void)png;
    (void)message;
}

static void on_read(png_structp png, png_bytep dst, png_size_t n)
{
    job *j = png_get_io_ptr(png);

    if (n > (size_t)(j->end - j->p)) {
        j->cut = true;
        png_error(png, "cut short");
    }
    memcpy(dst, j->p, n);
    j->p += n;
}

static png_voidp on_malloc(png_structp png, png_alloc_size_t size)
{
    job  *j = png_get_mem_ptr(png);
    void *p = wn_malloc(size);

    if (p == NULL)
        j->status = WN_WIRE_NO_MEMORY;
    return p;
}

static void on_free(png_structp png, png_voidp p)
{
    (void)png;
    wn_free(p);
}

/* What is not needed for pixels is not parsed: profiles, texts, dates, and chunks of later days. */
static void ignore_chunks(png_structp png)
{
    static const png_byte names[] = "bKGD\0cHRM\0eXIf\0gAMA\0hIST\0iCCP\0iTXt\0oFFs\0pCAL\0pHYs\0"
                                    "sBIT\0sCAL\0sPLT\0sRGB\0tEXt\0tIME\0zTXt";

    png_set_keep_unknown_chunks(png, PNG_HANDLE_CHUNK_NEVER, NULL, 0);
    png_set_keep_unknown_chunks(png, PNG_HANDLE_CHUNK_NEVER, names, (int)(sizeof names / 5));
}

/* To 8-bit RGB, or RGBA where there is transparency. */
static void ask_for_rgb(job *j)
{
    png_set_expand(j->png);
    png_set_scale_16(j->png);
    png_set_gray_to_rgb(j->png);
    j->interlaced = png_set_interlace_handling(j->png) > 1;
    png_read_update_info(j->png, j->info);
    j->channels = png_get_channels(j->png, j->info);
}

static void read_lines(job *j, wn_canvas *out)
{
    size_t stride = (size_t)out->width * 3;

    for (; j->lines < out->height; j->lines++) {
        uint8_t *dst = out->px + j->lines * stride;

        if (j->channels == 3) {
            png_read_row(j->png, dst, NULL);
        } else {
            png_read_row(j->png, j->row, NULL);
            wn_codec_over_white(dst, j->row, out->width);
        }
    }
}

static void read_passes(job *j, wn_canvas *out)
{
    size_t stride = (size_t)out->width * j->channels;

    memset(out->px, 255, stride * out->height);
    for (uint32_t y = 0; y < out->height; y++)
        j->rows[y] = out->px + y * stride;
    /* Each pass fills the blocks that its pixels stand for, so that a part is a coarse picture. */
    for (; j->passes < 7; j->passes++)
        png_read_rows(j->png, NULL, j->rows, out->height);
}

static void decode(job *j, wn_canvas *out)
{
    png_set_user_limits(j->png, out->width, out->height);
    png_set_chunk_cache_max(j->png, CHUNKS_MAX);
    png_set_chunk_malloc_max(j->png, CHUNK_MAX);
    png_set_compression_buffer_size(j->png, READ_AT_ONCE);
    ignore_chunks(j->png);
    png_set_read_fn(j->png, j, on_read);
    png_read_info(j->png, j->info);
    if (png_get_image_width(j->png, j->info) != out->width ||
        png_get_image_height(j->png, j->info) != out->height) {
        j->status = WN_WIRE_MISMATCH;
        return;
    }
    ask_for_rgb(j);
    if ((j->channels != 3 && j->channels != 4) ||
        png_get_rowbytes(j->png, j->info) != (size_t)out->width * j->channels)
        return;
    j->row = wn_malloc((size_t)out->width * 4);
    j->rows = j->interlaced ? wn_calloc(out->height, sizeof *j->rows) : NULL;
    if (j->row == NULL || (j->interlaced && j->rows == NULL)) {
        j->status = WN_WIRE_NO_MEMORY;
        return;
    }
    if (j->interlaced)
        read_passes(j, out);
    else
        read_lines(j, out);
}

/* Apart from its caller, whose variables must not change between setjmp and longjmp. */
static void decode_guarded(job *j, wn_canvas *out)
{
    if (setjmp(j->out) != 0)
        return;
    /* Within the guard: libpng may call the error function while it makes its structs. */
    j->png = png_create_read_struct_2(PNG_LIBPNG_VER_STRING, j, on_error, on_warning, j, on_malloc,
                                      on_free);
    if (j->png != NULL)
        j->info = png_create_info_struct(j->png);
    if (j->info == NULL)
        j->status = WN_WIRE_NO_MEMORY;
    else
        decode(j, out);
}

/* What was read, into the canvas; data that ended early or broke off counts as far as it went. */
static wn_wire_status finish(job *j, wn_canvas *out)
{
    bool whole = j->interlaced ? j->passes == 7 : j->lines == out->height;

    if (j->status != WN_WIRE_UNDECODABLE)
        return j->status;
    if (j->channels == 0 || (!whole && !j->cut && j->lines == 0 && j->passes == 0))
        return WN_WIRE_UNDECODABLE;
    out->damaged = !whole;
    if (!j->interlaced) {
        out->rows = j->lines;
        wn_canvas_whiten(out, out->rows);
        return WN_WIRE_DECODED;
    }
    out->rows = j->passes >= PASSES_NEEDED ? out->height : 0;
    if (j->channels == 4)
        wn_codec_over_white(out->px, out->px, (size_t)out->width * out->height);
    return WN_WIRE_DECODED;
}

wn_wire_status wn_codec_png(wn_span in, wn_canvas *out)
{
    job            j = { .p = in.ptr, .end = in.ptr + in.len, .status = WN_WIRE_UNDECODABLE };
    wn_wire_status status;

    decode_guarded(&j, out);
    status = finish(&j, out);
    png_destroy_read_struct(&j.png, &j.info, NULL);
    wn_free(j.row);
    wn_free(j.rows);
    return status;
}
