/* SPDX-License-Identifier: Apache-2.0 */
/* What the measuring programs share: CPU clocks, corpora, one JSON line a figure. */
#ifndef WN_BENCH_BENCH_H
#define WN_BENCH_BENCH_H

#include <stddef.h>
#include <stdint.h>

#include <winnow/span.h>

/* CPU seconds of this thread, and of the whole process with its children. */
double wn_bench_thread_cpu(void);
double wn_bench_process_cpu(void);

/* Wall-clock seconds from an arbitrary start. */
double wn_bench_wall(void);

/* Resident memory of this process in MiB. */
double wn_bench_resident(void);

/* Print one figure: {"figure": NAME, "value": V, "unit": UNIT}. */
void wn_bench_print(const char *name, double value, const char *unit);

/* The items of a corpus: lines of a text, or whole files. */
typedef struct wn_corpus {
    wn_span *items;
    size_t   count, bytes;
    void    *storage;
} wn_corpus;

/*
 * Everyday text of the neutral corpus, joined to messages of about `length` bytes until `bytes` are
 * reached; ASCII sentences only when `ascii`. Exits on refused memory, as a bench may.
 */
wn_corpus wn_corpus_everyday(size_t length, size_t bytes, int ascii);

/* Free a corpus. */
void wn_corpus_done(wn_corpus *corpus);

/* Per part of the engine: CPU time an item on this corpus. (parts.c) */
int wn_bench_parts(const char *label, const char *policy, const wn_corpus *corpus, int is_text);

/* The normaliser beside ICU's NFKC_Casefold and memcpy, on the same corpus. (peers.c) */
int wn_bench_normalizer(const char *label, const wn_corpus *corpus);

#endif
