/* SPDX-License-Identifier: Apache-2.0 */
/* A progress bar on standard error, only where a person sees it. */
#include "src/cli/progress.h"

#include <inttypes.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

enum { WIDTH = 30, REDRAW_MS = 100 };

static int64_t now_ms(void)
{
    struct timespec t;

    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

void wn_progress_start(wn_progress *p, uint64_t total)
{
    p->on = isatty(STDERR_FILENO) == 1;
    p->total = total;
    p->done = 0;
    p->started_ms = p->shown_ms = now_ms();
}

static void draw(const wn_progress *p, int64_t now)
{
    double rate = (double)p->done * 1000.0 / (double)(now - p->started_ms + 1);
    int    filled = p->total ? (int)(p->done * WIDTH / p->total) : 0;

    (void)fputs("\r\033[K", stderr);
    if (p->total > 0) {
        (void)fputc('[', stderr);
        for (int i = 0; i < WIDTH; i++)
            (void)fputc(i < filled ? '#' : '.', stderr);
        (void)fprintf(stderr, "] %" PRIu64 "/%" PRIu64, p->done, p->total);
    } else {
        (void)fprintf(stderr, "%" PRIu64 " items", p->done);
    }
    (void)fprintf(stderr, "  %.0f/s", rate);
    (void)fflush(stderr);
}

void wn_progress_add(wn_progress *p, uint64_t n)
{
    int64_t now;

    p->done += n;
    if (!p->on)
        return;
    now = now_ms();
    if (now - p->shown_ms < REDRAW_MS)
        return;
    p->shown_ms = now;
    draw(p, now);
}

void wn_progress_clear(wn_progress *p)
{
    if (p->on) {
        (void)fputs("\r\033[K", stderr);
        (void)fflush(stderr);
    }
}
