/* SPDX-License-Identifier: Apache-2.0 */
/* Reading files that somebody else made: every odd kind gets a clear error. */
#include "src/base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "src/base/buf.h"
#include "src/base/err.h"
#include "src/base/mem.h"

static wn_code fail_errno(wn_err *err, const char *path, const char *doing)
{
    if (errno == ELOOP)
        return wn_fail_at(err, WN_E_IO, path, 0, 0, "%s: the symbolic link leads to itself", doing);
    return wn_fail_at(err, WN_E_IO, path, 0, 0, "%s: %s", doing, strerror(errno));
}

static wn_code fail_size(wn_err *err, const char *path, uint64_t size, uint64_t max)
{
    return wn_fail_at(err, WN_E_LIMIT, path, 0, 0,
                      "the file has %" PRIu64 " bytes; the limit is %" PRIu64, size, max);
}

static void close_fd(int *fd)
{
    if (*fd >= 0)
        (void)close(*fd);
}

/* Fill `dst` from `fd`; stops early at the end of a file that shrank. */
static wn_code read_full(int fd, const char *path, uint8_t *dst, size_t want, size_t *got,
                         wn_err *err)
{
    *got = 0;
    while (*got < want) {
        ssize_t n = read(fd, dst + *got, want - *got);

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return fail_errno(err, path, "cannot read");
        if (n == 0)
            break;
        *got += (size_t)n;
    }
    return WN_OK;
}

wn_code wn_file_read(wn_arena *arena, const char *path, uint64_t max, wn_span *ret, wn_err *err)
{
    /* O_NONBLOCK: opening a FIFO must not wait for its writer. */
    WN_AUTO(close_fd) int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    struct stat           st;
    uint8_t              *data;
    size_t                got;

    if (fd < 0)
        return fail_errno(err, path, "cannot open");
    if (fstat(fd, &st) != 0)
        return fail_errno(err, path, "cannot look at");
    if (S_ISDIR(st.st_mode))
        return wn_fail_at(err, WN_E_IO, path, 0, 0, "this is a folder, not a file");
    if (!S_ISREG(st.st_mode))
        return wn_fail_at(
            err, WN_E_IO, path, 0, 0,
            "not a regular file (a FIFO, socket or device): copy its content to a file");
    if ((uint64_t)st.st_size > max)
        return fail_size(err, path, (uint64_t)st.st_size, max);
    data = wn_arena_alloc(arena, (size_t)st.st_size + 1, 1);
    if (data == NULL)
        return wn_arena_fail(arena, err);
    WN_TRY(read_full(fd, path, data, (size_t)st.st_size, &got, err));
    data[got] = 0;
    *ret = (wn_span){ data, got };
    return WN_OK;
}

wn_code wn_fd_read(wn_arena *arena, int fd, uint64_t max, wn_span *ret, wn_err *err)
{
    WN_AUTO(wn_buf_done) wn_buf buf = WN_BUF_INIT((size_t)max + 1);
    uint8_t                    *data;

    do {
        size_t got;

        if (!wn_buf_reserve(&buf, 1) && buf.failed == WN_E_LIMIT)
            return wn_fail_at(err, WN_E_LIMIT, "-", 0, 0,
                              "more than %" PRIu64 " bytes of input, the limit", max);
        WN_TRY(wn_buf_check(&buf, err));
        WN_TRY(read_full(fd, "-", buf.ptr + buf.len, buf.cap - buf.len, &got, err));
        buf.len += got;
    } while (buf.len == buf.cap);
    if (buf.len > max)
        return fail_size(err, "-", buf.len, max);
    data = wn_arena_alloc(arena, buf.len + 1, 1);
    if (data == NULL)
        return wn_arena_fail(arena, err);
    if (buf.len > 0)
        memcpy(data, buf.ptr, buf.len);
    data[buf.len] = 0;
    *ret = (wn_span){ data, buf.len };
    return WN_OK;
}

static wn_code write_full(int fd, const char *path, wn_span content, wn_err *err)
{
    size_t done = 0;

    while (done < content.len) {
        ssize_t n = write(fd, content.ptr + done, content.len - done);

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return fail_errno(err, path, "cannot write");
        done += (size_t)n;
    }
    if (fsync(fd) != 0)
        return fail_errno(err, path, "cannot write");
    return WN_OK;
}

wn_code wn_file_write(const char *path, wn_span content, wn_err *err)
{
    char    temp[4096];
    wn_code code;
    int     fd;

    if (snprintf(temp, sizeof temp, "%s.XXXXXX", path) >= (int)sizeof temp)
        return wn_fail_at(err, WN_E_IO, path, 0, 0, "the path is too long");
    fd = mkostemp(temp, O_CLOEXEC);
    if (fd < 0)
        return fail_errno(err, path, "cannot create a file beside");
    code = write_full(fd, path, content, err);
    (void)fchmod(fd, 0644);
    (void)close(fd);
    if (code == WN_OK && rename(temp, path) != 0)
        code = fail_errno(err, path, "cannot replace");
    if (code != WN_OK)
        (void)unlink(temp);
    return code;
}

char *wn_path_beside(wn_arena *arena, const char *file, const char *name)
{
    const char *slash = strrchr(file, '/');

    if (name[0] == '/' || slash == NULL)
        return wn_arena_strndup(arena, name, strlen(name));
    return wn_arena_printf(arena, "%.*s%s", (int)(slash - file + 1), file, name);
}
