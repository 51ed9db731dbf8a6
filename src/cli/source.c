/* SPDX-License-Identifier: Apache-2.0 */
/* Where the items of a scan come from: arguments, folders, standard input, lines. */
#include "src/cli/source.h"

#include <errno.h>
#include <fcntl.h>
#include <fts.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "src/base/err.h"
#include "src/base/mem.h"

enum { READ_SIZE = 256 * 1024 };

struct wn_source {
    wn_source_options options;
    size_t            text, path; /* the next argument of each kind */
    uint64_t          index;      /* of the next item without a name */
    FTS              *walk;       /* the folder being walked */
    int               fd;         /* the file whose lines are being read, or -1 */
    uint8_t          *block;      /* READ_SIZE bytes of it */
    size_t            block_len, block_at;
};

void wn_input_done(wn_input *input)
{
    wn_free(input->path);
    wn_free(input->name);
    wn_free(input->problem);
    wn_buf_done(&input->bytes);
    memset(input, 0, sizeof *input);
}

wn_source *wn_source_new(const wn_source_options *options)
{
    wn_source *s = wn_calloc(1, sizeof *s);

    if (s == NULL)
        return NULL;
    s->options = *options;
    s->fd = -1;
    s->block = wn_malloc(READ_SIZE);
    if (s->block == NULL) {
        wn_free(s);
        return NULL;
    }
    return s;
}

static void close_lines(wn_source *s)
{
    if (s->fd > STDIN_FILENO)
        (void)close(s->fd);
    s->fd = -1;
    s->block_len = s->block_at = 0;
}

void wn_source_free(wn_source *s)
{
    if (s == NULL)
        return;
    if (s->walk != NULL)
        (void)fts_close(s->walk);
    close_lines(s);
    wn_free(s->block);
    wn_free(s);
}

static wn_code set(char **dst, const char *s, wn_err *err)
{
    *dst = wn_strdup(s);
    return *dst ? WN_OK : wn_fail_nomem(err);
}

static wn_code problem(wn_input *ret, const char *path, const char *why, wn_err *err)
{
    WN_TRY(set(&ret->name, path, err));
    return set(&ret->problem, why, err);
}

static int by_name(const FTSENT **a, const FTSENT **b)
{
    return strcmp((*a)->fts_name, (*b)->fts_name);
}

/* Follows symbolic links, as everything in the folder is to be judged; loops are found by fts. */
static FTS *open_walk(const char *path)
{
    char *roots[] = { (char *)(uintptr_t)path, NULL };

    return fts_open(roots, FTS_LOGICAL | FTS_NOCHDIR, by_name);
}

/* The next file of the folder being walked; `*end` when it is walked to the end. */
static wn_code next_of_walk(wn_source *s, wn_input *ret, bool *end, wn_err *err)
{
    FTSENT *e;

    while ((e = fts_read(s->walk)) != NULL) {
        switch (e->fts_info) {
        case FTS_D:
        case FTS_DP:
            continue;
        case FTS_DC:
            return problem(ret, e->fts_path, "a symbolic link that leads back into its own folder",
                           err);
        case FTS_DNR:
        case FTS_ERR:
        case FTS_NS:
        case FTS_SLNONE:
            return problem(ret, e->fts_path, strerror(e->fts_errno ? e->fts_errno : ENOENT), err);
        default:
            return set(&ret->path, e->fts_path, err);
        }
    }
    (void)fts_close(s->walk);
    s->walk = NULL;
    *end = true;
    return WN_OK;
}

static bool more(wn_source *s)
{
    ssize_t n;

    if (s->block_at < s->block_len)
        return true;
    do
        n = read(s->fd, s->block, READ_SIZE);
    while (n < 0 && errno == EINTR);
    s->block_at = 0;
    s->block_len = n > 0 ? (size_t)n : 0;
    return n > 0;
}

/* The next line of the open file, kept up to the limit and counted beyond it. */
static wn_code next_line(wn_source *s, wn_input *ret, bool *end, wn_err *err)
{
    const uint8_t *nl = NULL;

    if (!more(s)) {
        close_lines(s);
        *end = true;
        return WN_OK;
    }
    ret->bytes = (wn_buf)WN_BUF_INIT((size_t)s->options.max_item_bytes);
    ret->is_text = true;
    ret->index = s->index++;
    while (nl == NULL && more(s)) {
        const uint8_t *at = s->block + s->block_at;
        size_t         len = s->block_len - s->block_at;

        nl = memchr(at, '\n', len);
        if (nl != NULL)
            len = (size_t)(nl - at);
        wn_buf_add(&ret->bytes, at, len);
        ret->full_len += len;
        s->block_at += len + (nl != NULL);
    }
    if (ret->bytes.failed == WN_E_NOMEM)
        return wn_fail_nomem(err);
    if (ret->bytes.failed == WN_OK && ret->bytes.len > 0 &&
        ret->bytes.ptr[ret->bytes.len - 1] == '\r')
        ret->full_len = --ret->bytes.len;
    return WN_OK;
}

/* All of standard input as one item. */
static wn_code whole_stdin(wn_source *s, wn_input *ret, wn_err *err)
{
    s->fd = STDIN_FILENO;
    ret->bytes = (wn_buf)WN_BUF_INIT((size_t)s->options.max_item_bytes);
    while (more(s)) {
        wn_buf_add(&ret->bytes, s->block, s->block_len);
        ret->full_len += s->block_len;
        s->block_at = s->block_len;
        if (ret->bytes.failed == WN_E_LIMIT)
            break; /* no need to drain a stream that will be refused */
    }
    close_lines(s);
    if (ret->bytes.failed == WN_E_NOMEM)
        return wn_fail_nomem(err);
    return set(&ret->name, "-", err);
}

static wn_code open_lines(wn_source *s, const char *path, wn_input *ret, wn_err *err)
{
    struct stat st;

    s->fd = strcmp(path, "-") == 0 ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
    if (s->fd < 0)
        return problem(ret, path, strerror(errno), err);
    if (fstat(s->fd, &st) == 0 && S_ISDIR(st.st_mode)) {
        close_lines(s);
        return problem(ret, path, "a folder has no lines: name its files, or leave --lines out",
                       err);
    }
    return WN_OK;
}

/* Start on the next path argument. Leaves `ret` empty when it only opened something. */
static wn_code start_path(wn_source *s, wn_input *ret, wn_err *err)
{
    const char *path = s->options.paths[s->path++];
    struct stat st;

    if (s->options.lines)
        return open_lines(s, path, ret, err);
    if (strcmp(path, "-") == 0)
        return whole_stdin(s, ret, err);
    if (stat(path, &st) == 0 && S_ISDIR(st.st_mode)) {
        s->walk = open_walk(path);
        return s->walk ? WN_OK : problem(ret, path, strerror(errno), err);
    }
    return set(&ret->path, path, err);
}

static bool is_filled(const wn_input *input)
{
    return input->path != NULL || input->name != NULL || input->is_text;
}

static wn_code next_text(wn_source *s, wn_input *ret, wn_err *err)
{
    const char *text = s->options.texts[s->text++];

    ret->full_len = strlen(text);
    ret->bytes = (wn_buf)WN_BUF_INIT(ret->full_len);
    wn_buf_puts(&ret->bytes, text);
    ret->is_text = true;
    ret->index = s->index++;
    return wn_buf_check(&ret->bytes, err);
}

wn_code wn_source_next(wn_source *s, wn_input *ret, bool *end, wn_err *err)
{
    *end = false;
    if (s->text < s->options.text_count)
        return next_text(s, ret, err);
    while (!is_filled(ret)) {
        bool done = false;

        if (s->walk != NULL)
            WN_TRY(next_of_walk(s, ret, &done, err));
        else if (s->fd >= 0)
            WN_TRY(next_line(s, ret, &done, err));
        else if (s->path < s->options.path_count)
            WN_TRY(start_path(s, ret, err));
        else
            *end = true;
        if (*end)
            break;
    }
    return WN_OK;
}

uint64_t wn_source_count(const wn_source_options *options)
{
    uint64_t count = options->text_count;

    if (options->lines)
        return 0;
    for (size_t i = 0; i < options->path_count; i++) {
        FTS    *walk = open_walk(options->paths[i]);
        FTSENT *e;

        while (walk != NULL && (e = fts_read(walk)) != NULL)
            count += e->fts_info != FTS_D && e->fts_info != FTS_DP;
        if (walk != NULL)
            (void)fts_close(walk);
    }
    return count;
}
