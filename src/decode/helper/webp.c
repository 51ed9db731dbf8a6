/* SPDX-License-Identifier: Apache-2.0 */
/* WebP by libwebp: lossy, lossless, with transparency, and the first frame of an animation. */
#include <string.h>

#include <webp/decode.h>
#include <webp/demux.h>

#include "src/base/mem.h"
#include "src/decode/helper/codec.h"

/* Where a frame is decoded to, and as what. */
typedef struct frame {
    const uint8_t *data;
    size_t         len;
    uint32_t       width, height;
    bool           alpha;
    uint8_t       *px;   /* width * height pixels of 3 bytes, 4 with alpha */
    uint32_t       rows; /* that were read */
} frame;

static bool configure(const frame *f, WebPDecoderConfig *config)
{
    size_t stride = (size_t)f->width * (f->alpha ? 4 : 3);

    if (!WebPInitDecoderConfig(config) || stride > INT32_MAX)
        return false;
    config->output.colorspace = f->alpha ? MODE_RGBA : MODE_RGB;
    config->output.is_external_memory = 1;
    config->output.u.RGBA.rgba = f->px;
    config->output.u.RGBA.stride = (int)stride;
    config->output.u.RGBA.size = stride * f->height;
    return true;
}

/* What a file that is cut short holds: the rows above the cut. */
static VP8StatusCode decode_part(frame *f)
{
    WebPDecoderConfig config;
    WebPIDecoder     *part;
    VP8StatusCode     status;
    int               last = 0;

    if (!configure(f, &config))
        return VP8_STATUS_INVALID_PARAM;
    part = WebPIDecode(NULL, 0, &config);
    if (part == NULL)
        return VP8_STATUS_OUT_OF_MEMORY;
    status = WebPIUpdate(part, f->data, f->len);
    if (WebPIDecGetRGB(part, &last, NULL, NULL, NULL) == NULL || last < 0)
        last = 0;
    WebPIDelete(part);
    if (status != VP8_STATUS_OK && status != VP8_STATUS_SUSPENDED)
        return status;
    f->rows = (uint32_t)last < f->height ? (uint32_t)last : f->height;
    return VP8_STATUS_OK;
}

static wn_wire_status decode_frame(frame *f)
{
    WebPDecoderConfig config;
    VP8StatusCode     status;

    if (!configure(f, &config))
        return WN_WIRE_UNDECODABLE;
    status = WebPDecode(f->data, f->len, &config);
    WebPFreeDecBuffer(&config.output);
    if (status == VP8_STATUS_OK)
        f->rows = f->height;
    else if (status == VP8_STATUS_NOT_ENOUGH_DATA || status == VP8_STATUS_SUSPENDED)
        status = decode_part(f);
    if (status == VP8_STATUS_OUT_OF_MEMORY)
        return WN_WIRE_NO_MEMORY;
    return status == VP8_STATUS_OK ? WN_WIRE_DECODED : WN_WIRE_UNDECODABLE;
}

/* A frame as large as the picture: decoded in place, then laid over white where it is transparent.
 */
static wn_wire_status decode_whole(frame *f, wn_canvas *out)
{
    wn_wire_status status;

    f->px = out->px;
    status = decode_frame(f);
    if (status != WN_WIRE_DECODED)
        return status;
    if (f->alpha)
        wn_codec_over_white(out->px, out->px, (size_t)f->width * f->rows);
    out->rows = f->rows;
    wn_canvas_whiten(out, out->rows);
    return WN_WIRE_DECODED;
}

/* A frame that is a part of the picture: decoded apart, then put into its place on white. */
static wn_wire_status decode_placed(frame *f, uint32_t left, uint32_t top, wn_canvas *out)
{
    WN_AUTO(wn_freep) uint8_t *px = wn_calloc((size_t)f->width * f->height, 4);
    wn_wire_status             status;

    if (px == NULL)
        return WN_WIRE_NO_MEMORY;
    f->px = px;
    f->alpha = true;
    status = decode_frame(f);
    if (status != WN_WIRE_DECODED)
        return status;
    wn_canvas_whiten(out, 0);
    for (uint32_t y = 0; y < f->rows; y++)
        wn_codec_over_white(out->px + ((size_t)(top + y) * out->width + left) * 3,
                            px + (size_t)y * f->width * 4, f->width);
    /* A share of the frame counts as the same share of the picture. */
    out->rows = (uint32_t)((uint64_t)out->height * f->rows / f->height);
    return WN_WIRE_DECODED;
}

static wn_wire_status decode_first(const WebPIterator *it, wn_canvas *out)
{
    WebPBitstreamFeatures features;
    frame                 f = { .data = it->fragment.bytes, .len = it->fragment.size };
    VP8StatusCode         status = WebPGetFeatures(f.data, f.len, &features);

    if (status == VP8_STATUS_NOT_ENOUGH_DATA)
        return WN_WIRE_DECODED; /* no row of it */
    if (status != VP8_STATUS_OK || features.width <= 0 || features.height <= 0)
        return WN_WIRE_UNDECODABLE;
    if (features.width != it->width || features.height != it->height || it->x_offset < 0 ||
        it->y_offset < 0)
        return WN_WIRE_MISMATCH;
    f.width = (uint32_t)features.width;
    f.height = (uint32_t)features.height;
    f.alpha = features.has_alpha != 0;
    if (f.width == out->width && f.height == out->height)
        return decode_whole(&f, out);
    if (f.width > out->width || f.height > out->height ||
        (uint32_t)it->x_offset > out->width - f.width ||
        (uint32_t)it->y_offset > out->height - f.height)
        return WN_WIRE_MISMATCH;
    return decode_placed(&f, (uint32_t)it->x_offset, (uint32_t)it->y_offset, out);
}

static wn_wire_status decode(const WebPDemuxer *demux, wn_canvas *out)
{
    WebPIterator   it;
    wn_wire_status status;

    if (WebPDemuxGetI(demux, WEBP_FF_CANVAS_WIDTH) != out->width ||
        WebPDemuxGetI(demux, WEBP_FF_CANVAS_HEIGHT) != out->height)
        return WN_WIRE_MISMATCH;
    memset(&it, 0, sizeof it);
    if (!WebPDemuxGetFrame(demux, 1, &it))
        return WN_WIRE_DECODED; /* the file ends before it: no row was read */
    status = decode_first(&it, out);
    WebPDemuxReleaseIterator(&it);
    return status;
}

wn_wire_status wn_codec_webp(wn_span in, wn_canvas *out)
{
    WebPData       data = { in.ptr, in.len };
    WebPDemuxState state = WEBP_DEMUX_PARSE_ERROR;
    WebPDemuxer   *demux = WebPDemuxPartial(&data, &state);
    wn_wire_status status = WN_WIRE_UNDECODABLE;

    if (demux != NULL && state != WEBP_DEMUX_PARSE_ERROR && state != WEBP_DEMUX_PARSING_HEADER)
        status = decode(demux, out);
    WebPDemuxDelete(demux);
    return status;
}
