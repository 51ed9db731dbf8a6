/* SPDX-License-Identifier: Apache-2.0 */
/* `winnow hash`: the hashes of files, as lists of known content use them. */
#include "src/cli/cli.h"

#include <getopt.h>
#include <string.h>
#include <unistd.h>

#include "config.h"

#include "src/base/err.h"
#include "src/base/file.h"
#include "src/base/json.h"
#include "src/base/mem.h"
#include "src/cli/excerpt.h"
#include "src/decode/decoder.h"
#include "src/engine/engine_internal.h"
#include "src/known/hashlist.h"
#include "src/known/pdq.h"

enum { MAX_FILE_MIB = 256, MAX_MEMORY_MIB = 2048 };

static const char help[] =
    "usage: winnow hash [--json] FILE...\n\n"
    "Print the SHA-256 digest of each file, and of each picture also its PDQ hash, as\n"
    "lists of known content use them. `-` is standard input. PDQ hashes with a quality\n"
    "below 50 are of pictures with too little detail: they are never matched.\n\n"
    "  --json   one line of JSON a hash: file, algorithm, hash, quality (null for sha256)\n";

/* What all files share. */
typedef struct hasher {
    wn_arena   *paths;
    wn_arena   *scratch; /* of the file at hand */
    wn_decoder *decoder; /* NULL: pictures cannot be read here */
    bool        json;
} hasher;

static wn_span name_span(const char *name)
{
    return (wn_span){ (const uint8_t *)name, strlen(name) };
}

static wn_code put_json(const char *file, const char *algorithm, const char *hash,
                        const wn_pdq *pdq, wn_err *err)
{
    WN_AUTO(wn_buf_done) wn_buf buf = WN_BUF_INIT(1u << 20);
    wn_json                     j = WN_JSON_INIT(&buf);

    wn_json_object(&j);
    wn_json_key(&j, "file");
    wn_json_span(&j, name_span(file));
    wn_json_key(&j, "algorithm");
    wn_json_string(&j, algorithm);
    wn_json_key(&j, "hash");
    wn_json_string(&j, hash);
    wn_json_key(&j, "quality");
    if (pdq != NULL)
        wn_json_int(&j, pdq->quality);
    else
        wn_json_null(&j);
    wn_json_end_object(&j);
    wn_buf_putc(&buf, '\n');
    WN_TRY(wn_buf_check(&buf, err));
    (void)fwrite(buf.ptr, 1, buf.len, stdout);
    return WN_OK;
}

static wn_code put_hash(const hasher *h, const char *file, const char *algorithm, const char *hash,
                        const wn_pdq *pdq, wn_err *err)
{
    if (h->json)
        return put_json(file, algorithm, hash, pdq, err);
    (void)printf("%-6s  %s  ", algorithm, hash);
    wn_excerpt_safe(stdout, name_span(file));
    if (pdq != NULL)
        (void)printf("  (quality %d%s)", pdq->quality,
                     pdq->quality < WN_PDQ_MIN_QUALITY ? ": too little detail to be matched" : "");
    (void)fputc('\n', stdout);
    return WN_OK;
}

static bool is_picture(wn_media media)
{
    return media == WN_MEDIA_JPEG || media == WN_MEDIA_PNG || media == WN_MEDIA_WEBP ||
           media == WN_MEDIA_GIF;
}

static wn_code hash_file(const hasher *h, const char *file, wn_err *err)
{
    wn_span         bytes = { NULL, 0 };
    char            hex[65];
    wn_digest       digest;
    wn_media        media;
    wn_image        image;
    wn_picture_info info;
    wn_pdq          pdq;

    if (strcmp(file, "-") == 0)
        WN_TRY(wn_fd_read(h->scratch, STDIN_FILENO, (uint64_t)MAX_FILE_MIB << 20, &bytes, err));
    else
        WN_TRY(wn_file_read(h->scratch, file, (uint64_t)MAX_FILE_MIB << 20, &bytes, err));
    digest = wn_sha256(bytes);
    wn_hex(digest.bytes, sizeof digest.bytes, hex);
    WN_TRY(put_hash(h, file, "sha256", hex, NULL, err));
    media = wn_media_sniff(bytes);
    if (!is_picture(media))
        return WN_OK;
    if (h->decoder == NULL)
        return wn_fail(err, WN_E_UNSUPPORTED,
                       WN_WITH_PICTURES ? "no PDQ hash: the picture helper is missing"
                                        : "no PDQ hash: this build reads no pictures");
    WN_TRY(wn_decoder_picture(h->decoder, h->scratch, media, bytes, &image, &info, err));
    if (info.incomplete)
        return wn_fail(err, WN_E_FORMAT,
                       "no PDQ hash: the picture is cut short or damaged, and what is missing "
                       "would be part of the hash");
    WN_TRY(wn_pdq_hash(h->scratch, &image, &pdq, err));
    wn_pdq_format(&pdq, hex);
    return put_hash(h, file, "pdq", hex, &pdq, err);
}

/* The decoder, where the helper is; without it only digests can be printed. */
static wn_code open_decoder(hasher *h, wn_err *err)
{
    static const wn_engine_options defaults = WN_ENGINE_OPTIONS_INIT;
    wn_decoder_options             options = { 0 };
    wn_env                         env = { 0 };

    WN_TRY(wn_paths_resolve(&defaults, h->paths, &env, err));
    options.helper = wn_arena_printf(h->paths, "%s/winnow-decode-picture", env.helper_dir);
    if (options.helper == NULL)
        return wn_arena_fail(h->paths, err);
    if (!WN_WITH_PICTURES || access(options.helper, X_OK) != 0)
        return WN_OK;
    return wn_decoder_new(&options, &h->decoder, err);
}

static int hash_all(hasher *h, int count, char **files)
{
    int    status = WN_EXIT_CLEAN;
    wn_err err;

    h->paths = wn_arena_new(1u << 20);
    h->scratch = wn_arena_new((size_t)MAX_MEMORY_MIB << 20);
    if (h->paths == NULL || h->scratch == NULL)
        return wn_cli_fail("out of memory");
    if (open_decoder(h, &err) != WN_OK)
        return wn_cli_fail_err(&err);
    for (int i = 0; i < count; i++) {
        if (hash_file(h, files[i], &err) != WN_OK) {
            (void)fputs("winnow: ", stderr);
            wn_excerpt_safe(stderr, name_span(files[i]));
            (void)fprintf(stderr, ": %s\n", err.msg);
            status = WN_EXIT_ERROR;
        }
        wn_arena_reset(h->scratch);
    }
    return status;
}

int wn_cli_hash(int argc, char **argv)
{
    enum { OPT_JSON = 256 };
    static const struct option longopts[] = {
        { "help", no_argument, NULL, 'h' },
        { "json", no_argument, NULL, OPT_JSON },
        { NULL, 0, NULL, 0 },
    };
    hasher h = { 0 };
    int    c, status;

    while ((c = getopt_long(argc, argv, "h", longopts, NULL)) != -1) {
        switch (c) {
        case 'h':
            (void)fputs(help, stdout);
            return WN_EXIT_CLEAN;
        case OPT_JSON:
            h.json = true;
            break;
        default:
            return WN_EXIT_ERROR;
        }
    }
    if (optind == argc)
        return wn_cli_fail("hash needs at least one file; see `winnow hash --help`");
    status = hash_all(&h, argc - optind, argv + optind);
    wn_arena_free(h.scratch);
    wn_decoder_free(h.decoder);
    wn_arena_free(h.paths);
    if (fflush(stdout) != 0 || ferror(stdout))
        return wn_cli_fail("cannot write to standard output");
    return status;
}
