/* SPDX-License-Identifier: Apache-2.0 */
/* JPEG by libjpeg-turbo: any colour space, files that are cut short as far as they go. */
#include <setjmp.h>
#include <stdio.h>

#include <jpeglib.h>

#include <jerror.h> /* wants the former */

#include "src/decode/helper/codec.h"

/* Honest progressive files have about ten scans; each one costs a pass over the whole picture. */
enum { MAX_SCANS = 100, ROWS_AT_ONCE = 8, MARKER_EOI = 0xd9 };

typedef struct job {
    struct jpeg_decompress_struct c;
    struct jpeg_error_mgr         err;
    struct jpeg_source_mgr        src;
    struct jpeg_progress_mgr      progress;
    jmp_buf                       out;
    wn_wire_status                status;
    bool                          damaged;
    bool                          cut;        /* the file ends without its end marker */
    bool                          ended;      /* the data ended before the picture did */
    uint32_t                      rows_there; /* how many rows then were read */
} job;

/* libjpeg hands our own struct back by its first member. */
static job *job_of(j_common_ptr c)
{
    return (job *)c;
}

static void on_error(j_common_ptr c)
{
    job *j = job_of(c);

    j->status = j->err.msg_code == JERR_OUT_OF_MEMORY ? WN_WIRE_NO_MEMORY : WN_WIRE_UNDECODABLE;
    longjmp(j->out, 1);
}

/* Rows that were read when the data ended. Later scans only refine what the first one drew. */
static void note_end(job *j)
{
    const struct jpeg_decompress_struct *c = &j->c;
    uint64_t rows = (uint64_t)c->input_iMCU_row * (unsigned)c->max_v_samp_factor * DCTSIZE;

    if (j->ended)
        return;
    j->ended = true;
    if (c->input_scan_number > 1)
        rows = c->image_height;
    j->rows_there = rows < c->image_height ? (uint32_t)rows : c->image_height;
    j->damaged = true;
}

static void on_message(j_common_ptr c, int level)
{
    job *j = job_of(c);

    if (level >= 0)
        return;
    switch (j->err.msg_code) {
    case JWRN_HIT_MARKER:
        if (j->c.unread_marker == MARKER_EOI)
            note_end(j);
        j->damaged = true;
        break;
    case JWRN_HUFF_BAD_CODE:
    case JWRN_ARITH_BAD_CODE:
    case JWRN_MUST_RESYNC:
    case JWRN_BOGUS_PROGRESSION:
        j->damaged = true;
        break;
    default:
        break; /* oddities beside the pixels */
    }
}

static void on_output(j_common_ptr c)
{
    (void)c;
}

static void on_progress(j_common_ptr c)
{
    job *j = job_of(c);

    if (j->c.input_scan_number > MAX_SCANS) {
        j->status = WN_WIRE_TOO_COMPLEX;
        longjmp(j->out, 1);
    }
}

static void source_nothing(j_decompress_ptr c)
{
    (void)c;
}

/* All bytes were there from the start: to be asked for more means that the file is cut short. */
static boolean source_fill(j_decompress_ptr c)
{
    static const JOCTET eoi[] = { 0xff, MARKER_EOI };

    job *j = (job *)c;

    j->cut = true;
    if (c->arith_code) /* that decoder reads on in silence; Huffman's warns when it lacks bits */
        note_end(j);
    c->src->next_input_byte = eoi;
    c->src->bytes_in_buffer = sizeof eoi;
    return TRUE;
}

static void source_skip(j_decompress_ptr c, long n)
{
    if (n <= 0)
        return;
    if ((unsigned long)n > c->src->bytes_in_buffer) {
        (void)source_fill(c);
        return;
    }
    c->src->next_input_byte += n;
    c->src->bytes_in_buffer -= (size_t)n;
}

static void attach(job *j, wn_span in)
{
    j->src = (struct jpeg_source_mgr){
        .next_input_byte = in.ptr,
        .bytes_in_buffer = in.len,
        .init_source = source_nothing,
        .fill_input_buffer = source_fill,
        .skip_input_data = source_skip,
        .resync_to_restart = jpeg_resync_to_restart,
        .term_source = source_nothing,
    };
    j->progress.progress_monitor = on_progress;
    j->c.src = &j->src;
    j->c.progress = &j->progress;
}

/* CMYK to RGB. Adobe's files hold the inks inverted. */
static void cmyk_row(uint8_t *dst, const JSAMPLE *src, uint32_t width, bool inverted)
{
    for (uint32_t x = 0; x < width; x++, dst += 3, src += 4) {
        uint32_t k = inverted ? src[3] : 255u - src[3];

        for (int i = 0; i < 3; i++) {
            uint32_t ink = inverted ? src[i] : 255u - src[i];

            dst[i] = (uint8_t)((ink * k + 127) / 255);
        }
    }
}

static void read_cmyk(job *j, wn_canvas *out)
{
    struct jpeg_decompress_struct *c = &j->c;
    JSAMPARRAY row = c->mem->alloc_sarray((j_common_ptr)c, JPOOL_IMAGE, c->output_width * 4, 1);

    while (c->output_scanline < c->output_height) {
        uint8_t *dst = out->px + (size_t)c->output_scanline * out->width * 3;

        if (jpeg_read_scanlines(c, row, 1) == 1)
            cmyk_row(dst, row[0], out->width, c->saw_Adobe_marker);
    }
}

static void read_rgb(job *j, wn_canvas *out)
{
    struct jpeg_decompress_struct *c = &j->c;
    size_t                         stride = (size_t)out->width * 3;

    while (c->output_scanline < c->output_height) {
        JSAMPROW   rows[ROWS_AT_ONCE];
        JDIMENSION n = 0, first = c->output_scanline;

        for (; n < ROWS_AT_ONCE && first + n < c->output_height; n++)
            rows[n] = out->px + (first + n) * stride;
        (void)jpeg_read_scanlines(c, rows, n);
    }
}

/* What may end in a jump to `j->out`. */
static void decode(job *j, wn_span in, wn_canvas *out)
{
    struct jpeg_decompress_struct *c = &j->c;

    jpeg_create_decompress(c);
    attach(j, in);
    (void)jpeg_read_header(c, TRUE);
    if (c->image_width != out->width || c->image_height != out->height) {
        j->status = WN_WIRE_MISMATCH;
        return;
    }
    if (c->jpeg_color_space == JCS_CMYK || c->jpeg_color_space == JCS_YCCK)
        c->out_color_space = JCS_CMYK;
    else
        c->out_color_space = JCS_RGB;
    (void)jpeg_start_decompress(c);
    if (c->out_color_space == JCS_CMYK)
        read_cmyk(j, out);
    else
        read_rgb(j, out);
    if (j->cut && jpeg_has_multiple_scans(c))
        j->damaged = true; /* scans may be missing */
    j->status = WN_WIRE_DECODED;
}

/* Apart from its caller, whose variables must not change between setjmp and longjmp. */
static void decode_guarded(job *j, wn_span in, wn_canvas *out)
{
    if (setjmp(j->out) == 0)
        decode(j, in, out);
}

wn_wire_status wn_codec_jpeg(wn_span in, wn_canvas *out)
{
    job j = { .status = WN_WIRE_UNDECODABLE };

    j.c.err = jpeg_std_error(&j.err);
    j.err.error_exit = on_error;
    j.err.emit_message = on_message;
    j.err.output_message = on_output;
    decode_guarded(&j, in, out);
    jpeg_destroy_decompress(&j.c);
    if (j.status != WN_WIRE_DECODED)
        return j.status;
    out->rows = j.ended ? j.rows_there : out->height;
    out->damaged = j.damaged;
    wn_canvas_whiten(out, out->rows);
    return WN_WIRE_DECODED;
}
