/* SPDX-License-Identifier: Apache-2.0 */
/* Pictures to pixels: refuses by the header, leases a helper, passes its pixels on. */
#include "src/decode/decoder.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "src/base/err.h"
#include "src/base/mem.h"
#include "src/base/stash.h"
#include "src/decode/probe.h"
#include "src/decode/worker.h"

enum { MAX_SIDE = 16384, MAX_PIXELS = 64000000, TIMEOUT_MS = 10000 };

/*
 * Address space of a helper: itself and the file, and for a pixel the output
 * and what a format needs while decoding (a progressive CMYK JPEG: 8 bytes).
 */
enum { HELPER_MIB = 256, HELPER_BYTES_PER_PIXEL = 16 };

struct wn_decoder {
    wn_stash         *workers;
    char             *helper;
    uint32_t          max_side;
    uint64_t          max_pixels;
    wn_worker_options worker;
};

/* A worker that holds the pixels of an item until the item's arena is reset. */
typedef struct lease {
    wn_decoder *decoder;
    wn_worker  *worker;
} lease;

static wn_code make_worker(void *ctx, void **ret, wn_err *err)
{
    const wn_decoder *d = ctx;
    wn_worker        *w;

    WN_TRY(wn_worker_start(&d->worker, &w, err));
    *ret = w;
    return WN_OK;
}

static void destroy_worker(void *ctx, void *worker)
{
    (void)ctx;
    wn_worker_free(worker);
}

static uint32_t helper_mib(uint64_t max_pixels)
{
    uint64_t mib = max_pixels / (1024 * 1024) * HELPER_BYTES_PER_PIXEL;

    return mib < UINT32_MAX - HELPER_MIB - HELPER_BYTES_PER_PIXEL
               ? (uint32_t)mib + HELPER_MIB + HELPER_BYTES_PER_PIXEL
               : UINT32_MAX;
}

wn_code wn_decoder_new(const wn_decoder_options *o, wn_decoder **ret, wn_err *err)
{
    wn_decoder *d;

    if (access(o->helper, X_OK) != 0)
        return wn_fail(err, WN_E_IO, "the picture helper %s cannot be run: %s", o->helper,
                       strerrordesc_np(errno) ? strerrordesc_np(errno) : "unknown error");
    d = wn_calloc(1, sizeof *d);
    if (d == NULL)
        return wn_fail_nomem(err);
    d->helper = wn_strdup(o->helper);
    d->max_side = o->max_side ? o->max_side : MAX_SIDE;
    d->max_pixels = o->max_pixels ? o->max_pixels : MAX_PIXELS;
    d->worker = (wn_worker_options){
        .helper = d->helper,
        .timeout_ms = o->timeout_ms ? o->timeout_ms : TIMEOUT_MS,
        .memory_mib = helper_mib(d->max_pixels),
    };
    d->workers = wn_stash_new((wn_stash_ops){ make_worker, destroy_worker, d });
    if (d->helper == NULL || d->workers == NULL) {
        wn_decoder_free(d);
        return wn_fail_nomem(err);
    }
    *ret = d;
    return WN_OK;
}

static wn_code check_size(const wn_decoder *d, const wn_picture_info *info, wn_err *err)
{
    const uint64_t million = 1000000;

    if ((uint64_t)info->width * info->height > d->max_pixels) {
        bool round = d->max_pixels % million == 0;

        return wn_fail(err, WN_E_LIMIT,
                       "the picture claims %u x %u pixels; the limit is %" PRIu64 "%s",
                       (unsigned)info->width, (unsigned)info->height,
                       round ? d->max_pixels / million : d->max_pixels, round ? " million" : "");
    }
    if (info->width > d->max_side || info->height > d->max_side)
        return wn_fail(err, WN_E_LIMIT,
                       "the picture claims %u x %u pixels; the longest side allowed is %u",
                       (unsigned)info->width, (unsigned)info->height, (unsigned)d->max_side);
    return WN_OK;
}

/* Runs when the item's arena is reset. */
static void release(void *arg)
{
    lease *l = arg;

    if (l->worker == NULL)
        return;
    if (wn_worker_worn(l->worker)) {
        wn_stash_drop(l->decoder->workers, l->worker);
        return;
    }
    wn_worker_trim(l->worker);
    wn_stash_put(l->decoder->workers, l->worker);
}

/* Decode with a worker from the stash, which then is in `ret`; on failure it is dropped. */
static wn_code decode(wn_decoder *d, wn_media media, wn_span bytes, wn_picture_info *info,
                      wn_image *image, wn_worker **ret, wn_err *err)
{
    wn_code code;
    bool    gone;
    int     tries = 0;

    do {
        void *worker;

        WN_TRY(wn_stash_take(d->workers, &worker, err));
        gone = false;
        code = wn_worker_decode(worker, media, bytes, info, image, &gone, err);
        if (code == WN_OK) {
            *ret = worker;
            return WN_OK;
        }
        wn_stash_drop(d->workers, worker);
        /* A helper that died while it waited (killed from outside) says nothing of this picture. */
    } while (gone && tries++ < 2);
    return code;
}

wn_code wn_decoder_picture(wn_decoder *d, wn_arena *arena, wn_media media, wn_span bytes,
                           wn_image *ret, wn_picture_info *info, wn_err *err)
{
    wn_picture_info found;
    wn_image        image;
    lease          *l;

    WN_TRY(wn_probe_picture(media, bytes, &found, err));
    WN_TRY(check_size(d, &found, err));
    l = WN_ARENA_NEW(arena, lease);
    if (l == NULL)
        return wn_arena_fail(arena, err);
    l->decoder = d;
    if (wn_arena_defer(arena, release, l) != WN_OK)
        return wn_arena_fail(arena, err);
    WN_TRY(decode(d, media, bytes, &found, &image, &l->worker, err));
    *ret = image;
    if (info != NULL)
        *info = found;
    return WN_OK;
}

void wn_decoder_free(wn_decoder *d)
{
    if (d == NULL)
        return;
    wn_stash_free(d->workers);
    wn_free(d->helper);
    wn_free(d);
}
