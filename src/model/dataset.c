/* SPDX-License-Identifier: Apache-2.0 */
/* Reading labelled texts: gzip and JSON lines. */
#include "src/model/dataset.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>
#include <zlib.h>

#include "src/base/buf.h"
#include "src/base/err.h"
#include "src/base/file.h"
#include "src/base/mem.h"
#include "src/base/str.h"

#define FILE_MAX ((uint64_t)1 << 30)
#define INFLATED_MAX ((size_t)1 << 31)

/* No model is trained for these: docs/SCOPE.md. */
#define NEVER (WN_CATEGORY_BIT(WN_CAT_SEXUAL_MINORS) | WN_CATEGORY_BIT(WN_CAT_VIOLENT_EXTREMISM))

/* What is growing while a folder is read. */
typedef struct loading {
    wn_arena   *arena;
    wn_dataset *set;
    size_t      row_cap;
} loading;

wn_code wn_watch_tell(const wn_watch *watch, const char *what, size_t done, size_t total,
                      wn_err *err)
{
    if (watch == NULL || watch->tell == NULL || watch->tell(watch->ctx, what, done, total))
        return WN_OK;
    return wn_fail(err, WN_E_LIMIT, "interrupted; nothing was written");
}

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static bool ends_with(const char *s, const char *end)
{
    size_t n = strlen(s), m = strlen(end);

    return n > m && memcmp(s + n - m, end, m) == 0;
}

/* The names of the data files of a folder, sorted. */
static wn_code list_files(wn_arena *arena, const char *dir, const char ***ret, size_t *count,
                          wn_err *err)
{
    const char   **names = wn_arena_alloc(arena, WN_DATASET_SOURCES, sizeof *names);
    struct dirent *entry;
    size_t         n = 0;
    DIR           *d;

    if (names == NULL)
        return wn_arena_fail(arena, err);
    d = opendir(dir);
    if (d == NULL)
        return wn_fail(err, WN_E_IO, "%s: %s; name a folder of .jsonl or .jsonl.gz files", dir,
                       strerror(errno));
    while ((entry = readdir(d)) != NULL && n < WN_DATASET_SOURCES) {
        if (!ends_with(entry->d_name, ".jsonl") && !ends_with(entry->d_name, ".jsonl.gz"))
            continue;
        names[n] = wn_arena_strndup(arena, entry->d_name, strlen(entry->d_name));
        if (names[n++] == NULL)
            break;
    }
    (void)closedir(d);
    if (n > 0 && names[n - 1] == NULL)
        return wn_arena_fail(arena, err);
    if (entry != NULL)
        return wn_fail(err, WN_E_LIMIT, "%s: more than %d data files", dir, WN_DATASET_SOURCES);
    if (n == 0)
        return wn_fail(err, WN_E_FORMAT, "%s: no .jsonl or .jsonl.gz files", dir);
    qsort(names, n, sizeof *names, compare_names);
    *ret = names;
    *count = n;
    return WN_OK;
}

static wn_code inflate_all(const char *path, wn_span in, wn_buf *out, wn_err *err)
{
    z_stream z = { .next_in = (z_const Bytef *)in.ptr, .avail_in = (uInt)in.len };
    int      status = inflateInit2(&z, 15 + 16);

    if (status != Z_OK)
        return wn_fail_nomem(err);
    while (status == Z_OK && wn_buf_reserve(out, (size_t)1 << 20)) {
        size_t room = out->cap - out->len;

        z.next_out = out->ptr + out->len;
        z.avail_out = room > (1u << 30) ? 1u << 30 : (uInt)room;
        room = z.avail_out;
        status = inflate(&z, Z_NO_FLUSH);
        out->len += room - z.avail_out;
        /* A file may hold several gzip streams, one behind the other. */
        if (status == Z_STREAM_END && z.avail_in > 0)
            status = inflateReset(&z);
    }
    (void)inflateEnd(&z);
    WN_TRY(wn_buf_check(out, err));
    if (status != Z_STREAM_END)
        return wn_fail_at(err, WN_E_FORMAT, path, 0, 0, "damaged gzip file; fetch it again");
    return WN_OK;
}

/* The number of a language tag, adding it to the set when it is new; -1 when there is no room. */
static int lang_number(loading *l, const char *tag)
{
    size_t len = strnlen(tag, 33);

    if (len == 0 || len == 33)
        return -1;
    for (size_t i = 0; i < l->set->lang_count; i++)
        if (strcmp(l->set->langs[i], tag) == 0)
            return (int)i;
    if (l->set->lang_count == WN_DATASET_LANGS)
        return -1;
    l->set->langs[l->set->lang_count] = wn_arena_strndup(l->arena, tag, len);
    if (l->set->langs[l->set->lang_count] == NULL)
        return -1;
    return (int)l->set->lang_count++;
}

/* Read the labels; the reason when they are wrong, else NULL. */
static const char *read_labels(json_t *labels, wn_row *row)
{
    const char *name;
    json_t     *value;

    if (!json_is_object(labels))
        return "\"labels\" is missing or no object";
    json_object_foreach(labels, name, value)
    {
        wn_category category;

        if (!wn_category_parse(name, &category))
            return "a label is none of the categories";
        if (!json_is_integer(value) || (json_integer_value(value) & ~1) != 0)
            return "a label is neither 0 nor 1";
        if ((WN_CATEGORY_BIT(category) & NEVER) != 0)
            return "no model is trained for this category";
        row->known |= WN_CATEGORY_BIT(category);
        if (json_integer_value(value) == 1)
            row->yes |= WN_CATEGORY_BIT(category);
    }
    return row->known == 0 ? "no labels" : NULL;
}

/* Read one line into a row; the reason when it is none, else NULL. */
static const char *read_row(loading *l, json_t *line, wn_row *row)
{
    json_t     *text = json_object_get(line, "text"), *lang = json_object_get(line, "lang");
    const char *split = json_string_value(json_object_get(line, "split"));
    const char *kind = json_string_value(json_object_get(line, "kind"));
    const char *why = read_labels(json_object_get(line, "labels"), row);
    char       *copy;
    int         number;

    if (why != NULL)
        return why;
    if (!json_is_string(text) || json_string_length(text) == 0)
        return "\"text\" is missing or empty";
    row->text.len = json_string_length(text);
    copy = wn_arena_strndup(l->arena, json_string_value(text), row->text.len);
    if (copy == NULL)
        return "no memory for its text";
    row->text.ptr = (const uint8_t *)copy;
    number = lang_number(l, json_is_string(lang) ? json_string_value(lang) : "und");
    if (number < 0)
        return "\"lang\" is no language tag, or there are too many";
    row->lang = (uint16_t)number;
    if (split == NULL)
        row->dev = wn_sha256(row->text).bytes[0] % 10 == 0;
    else if (strcmp(split, "dev") == 0)
        row->dev = true;
    else if (strcmp(split, "train") != 0)
        return "\"split\" is neither \"train\" nor \"dev\"";
    row->lexicon = kind != NULL && strcmp(kind, "lexicon") == 0;
    row->synthetic = json_is_true(json_object_get(line, "synthetic"));
    row->weak = json_is_true(json_object_get(line, "weak"));
    return NULL;
}

static wn_code add_row(loading *l, wn_row row, wn_err *err)
{
    wn_dataset *set = l->set;

    if (set->row_count == l->row_cap) {
        size_t  cap = l->row_cap == 0 ? 65536 : 2 * l->row_cap;
        wn_row *rows = wn_arena_alloc(l->arena, cap, sizeof *rows);

        if (rows == NULL)
            return wn_arena_fail(l->arena, err);
        if (set->row_count > 0)
            memcpy(rows, set->rows, set->row_count * sizeof *rows);
        set->rows = rows;
        l->row_cap = cap;
    }
    set->rows[set->row_count++] = row;
    return WN_OK;
}

static wn_code read_lines(loading *l, wn_source *source, wn_span rest, wn_err *err)
{
    wn_span  line;
    uint32_t number = 0;

    source->first = l->set->row_count;
    while (wn_next_line(&rest, &line)) {
        wn_row      row = { .source = (uint16_t)(source - l->set->sources) };
        json_t     *json;
        const char *why;

        number++;
        if (wn_trim(line).len == 0)
            continue;
        json = json_loadb((const char *)line.ptr, line.len, JSON_ALLOW_NUL, NULL);
        why = json == NULL ? "not one JSON value" : read_row(l, json, &row);
        json_decref(json);
        if (why == NULL) {
            WN_TRY(add_row(l, row, err));
            continue;
        }
        if (l->set->refused++ == 0)
            (void)wn_fail_at(&l->set->first_refused, WN_E_FORMAT, source->file, number, 0, "%s",
                             why);
        source->refused++;
    }
    source->count = l->set->row_count - source->first;
    return WN_OK;
}

static wn_code read_file(loading *l, const char *dir, const char *name, wn_err *err)
{
    wn_source                  *source = &l->set->sources[l->set->source_count];
    WN_AUTO(wn_buf_done) wn_buf inflated = WN_BUF_INIT(INFLATED_MAX);
    const char                 *path = wn_arena_printf(l->arena, "%s/%s", dir, name);
    wn_arena                   *once = wn_arena_new((size_t)FILE_MAX + ((size_t)1 << 20));
    size_t                      base = strlen(name) - (ends_with(name, ".gz") ? 9 : 6);
    wn_span                     bytes;
    wn_code                     code;

    if (path == NULL || once == NULL) {
        wn_arena_free(once);
        return wn_fail_nomem(err);
    }
    code = wn_file_read(once, path, FILE_MAX, &bytes, err);
    if (code == WN_OK) {
        source->sha256 = wn_sha256(bytes);
        source->file = name;
        source->name = wn_arena_strndup(l->arena, name, base);
        if (source->name == NULL)
            code = wn_arena_fail(l->arena, err);
    }
    if (code == WN_OK && bytes.len >= 2 && bytes.ptr[0] == 0x1F && bytes.ptr[1] == 0x8B) {
        code = inflate_all(path, bytes, &inflated, err);
        bytes = wn_buf_span(&inflated);
    }
    if (code == WN_OK) {
        l->set->source_count++;
        code = read_lines(l, source, bytes, err);
    }
    wn_arena_free(once);
    return code;
}

wn_code wn_dataset_load(wn_arena *arena, const char *dir, const wn_watch *watch, wn_dataset *ret,
                        wn_err *err)
{
    wn_dataset   set = { .rows = NULL };
    loading      l = { .arena = arena, .set = &set };
    const char **names = NULL;
    size_t       count = 0;

    WN_TRY(list_files(arena, dir, &names, &count, err));
    set.sources = wn_arena_calloc(arena, count, sizeof *set.sources);
    set.langs = wn_arena_calloc(arena, WN_DATASET_LANGS, sizeof *set.langs);
    if (set.sources == NULL || set.langs == NULL)
        return wn_arena_fail(arena, err);
    for (size_t i = 0; i < count; i++) {
        WN_TRY(wn_watch_tell(watch, "reading", i, count, err));
        WN_TRY(read_file(&l, dir, names[i], err));
    }
    if (set.refused * 100 > set.row_count + set.refused)
        return wn_fail_at(err, WN_E_FORMAT, set.first_refused.file, set.first_refused.line, 0,
                          "%zu of %zu lines are no rows, more than 1 %%; the first: %s",
                          set.refused, set.row_count + set.refused, set.first_refused.msg);
    if (set.row_count == 0)
        return wn_fail(err, WN_E_FORMAT, "%s: the data files are empty", dir);
    *ret = set;
    return WN_OK;
}
