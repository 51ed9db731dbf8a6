/* SPDX-License-Identifier: Apache-2.0 */
/* Loading, scoring and explaining with the linear text model. */
#include "src/model/linear.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "src/base/err.h"
#include "src/base/mem.h"
#include "src/text/neutral.h"

#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "the model file is read in place, which needs a little-endian machine"
#endif

struct wn_linear {
    const uint8_t *lines; /* borrowed */
    uint32_t       line_count;
    uint32_t       classes;
    wn_category    category[WN_LINEAR_MAX];
    float          scale[WN_LINEAR_MAX], bias[WN_LINEAR_MAX];
    bool           calibrated[WN_LINEAR_MAX];
    float          ece[WN_LINEAR_MAX];
    char           version[WN_LINEAR_VERSION_LEN + 1];
};

/* Sixteen lanes, so that compilers turn the sum into vector instructions; the last two stay 0. */
enum { LANES = 16 };

void wn_linear_place(uint64_t hash, uint32_t lines, uint32_t *line, uint16_t *tag)
{
    uint16_t t = (uint16_t)hash;

    *line = (uint32_t)(((hash >> 32) * lines) >> 32);
    *tag = t == 0 ? 1 : t;
}

static wn_code check_class(const wn_linear_class *in, wn_linear *model, uint32_t i, wn_err *err)
{
    if (memchr(in->name, 0, sizeof in->name) == NULL ||
        !wn_category_parse(in->name, &model->category[i]))
        return wn_fail(err, WN_E_FORMAT,
                       "text model: category %u is none that Winnow knows; train it again", i + 1);
    for (uint32_t k = 0; k < i; k++)
        if (model->category[k] == model->category[i])
            return wn_fail(err, WN_E_FORMAT, "text model: category %s stands in it twice",
                           in->name);
    if (!isfinite(in->scale) || !isfinite(in->bias) || in->scale < 0 || in->scale > 1e3f ||
        fabsf(in->bias) > 1e3f || in->calibrated > 1 || !(in->ece >= 0 && in->ece <= 1))
        return wn_fail(err, WN_E_FORMAT, "text model: the numbers of category %s make no sense",
                       in->name);
    model->scale[i] = in->scale;
    model->bias[i] = in->bias;
    model->calibrated[i] = in->calibrated == 1;
    model->ece[i] = in->ece;
    return WN_OK;
}

static bool all_zero(const void *ptr, size_t len)
{
    const uint8_t *p = ptr;

    for (size_t i = 0; i < len; i++)
        if (p[i] != 0)
            return false;
    return true;
}

static wn_code check_head(const wn_linear_file *head, size_t len, wn_err *err)
{
    if (memcmp(head->magic, "WNM1", 4) != 0)
        return wn_fail(err, WN_E_FORMAT,
                       "not a Winnow text model; make one with winnow train text");
    if (head->features != WN_FEATURES_VERSION)
        return wn_fail(
            err, WN_E_FORMAT,
            "text model for features of version %u; this build reads version %u: train it again",
            head->features, WN_FEATURES_VERSION);
    if (head->classes == 0 || head->classes > WN_LINEAR_MAX || head->lines == 0 ||
        head->lines != (len - sizeof *head) / WN_LINEAR_LINE ||
        (len - sizeof *head) % WN_LINEAR_LINE != 0)
        return wn_fail(err, WN_E_FORMAT,
                       "text model: %zu bytes do not fit its head; it was cut or damaged", len);
    if (!all_zero(head->reserved, sizeof head->reserved) ||
        !all_zero(&head->class[head->classes],
                  (WN_LINEAR_MAX - head->classes) * sizeof head->class[0]))
        return wn_fail(err, WN_E_FORMAT, "text model: unused parts of its head are not empty");
    return WN_OK;
}

wn_code wn_linear_load(wn_span file, wn_linear **ret, wn_err *err)
{
    wn_linear_file          head;
    WN_AUTO(wn_freep) void *memory = NULL;
    wn_linear              *model;

    if (file.len < sizeof head)
        return wn_fail(err, WN_E_FORMAT, "text model: %zu bytes are too few", file.len);
    memcpy(&head, file.ptr, sizeof head);
    WN_TRY(check_head(&head, file.len, err));
    memory = wn_calloc(1, sizeof *model);
    if (memory == NULL)
        return wn_fail_nomem(err);
    model = memory;
    for (uint32_t i = 0; i < head.classes; i++)
        WN_TRY(check_class(&head.class[i], model, i, err));
    model->lines = file.ptr + sizeof head;
    model->line_count = head.lines;
    model->classes = head.classes;
    for (size_t i = 0; i < WN_LINEAR_VERSION_LEN && head.version[i] != 0; i++) {
        if (head.version[i] <= ' ' || head.version[i] > '~')
            return wn_fail(err, WN_E_FORMAT, "text model: its version is not a plain word");
        model->version[i] = head.version[i];
    }
    *ret = model;
    memory = NULL;
    return WN_OK;
}

void wn_linear_free(wn_linear *model)
{
    wn_free(model);
}

size_t wn_linear_count(const wn_linear *model)
{
    return model->classes;
}

wn_category wn_linear_category(const wn_linear *model, size_t index)
{
    return model->category[index];
}

bool wn_linear_calibrated(const wn_linear *model, size_t index)
{
    return model->calibrated[index];
}

float wn_linear_ece(const wn_linear *model, size_t index)
{
    return model->ece[index];
}

wn_category_set wn_linear_categories(const wn_linear *model)
{
    wn_category_set set = 0;

    for (uint32_t i = 0; i < model->classes; i++)
        set |= WN_CATEGORY_BIT(model->category[i]);
    return set;
}

const char *wn_linear_version(const wn_linear *model)
{
    return model->version;
}

/* The weights of a feature: WN_LINEAR_MAX of them, or NULL when the model does not know it. */
static const int8_t *find(const wn_linear *model, uint64_t hash)
{
    uint32_t       line;
    uint16_t       tag, tags[WN_LINEAR_WAYS];
    const uint8_t *at;

    wn_linear_place(hash, model->line_count, &line, &tag);
    at = model->lines + (size_t)line * WN_LINEAR_LINE;
    memcpy(tags, at, sizeof tags);
    for (size_t way = 0; way < WN_LINEAR_WAYS; way++)
        if (tags[way] == tag)
            return (const int8_t *)at + sizeof tags + way * WN_LINEAR_MAX;
    return NULL;
}

/* Sums of one window. */
typedef struct sums {
    const wn_linear *model;
    int32_t          sum[LANES];
} sums;

static void add_chunk(wn_features *f)
{
    sums *s = f->ctx;

    for (size_t i = 0; i < f->count; i++) {
        uint32_t line;
        uint16_t tag;

        wn_linear_place(f->hash[i], s->model->line_count, &line, &tag);
        __builtin_prefetch(s->model->lines + (size_t)line * WN_LINEAR_LINE);
    }
    for (size_t i = 0; i < f->count; i++) {
        const int8_t *w = find(s->model, f->hash[i]);

        if (w == NULL)
            continue;
        for (size_t k = 0; k < WN_LINEAR_MAX; k++)
            s->sum[k] += w[k];
    }
}

static double step_of(const wn_linear *model, size_t i, uint32_t features)
{
    return (double)model->scale[i] / sqrt(features == 0 ? 1.0 : (double)features);
}

static float raw_of(const wn_linear *model, size_t i, int64_t sum, uint32_t features)
{
    return (float)((double)model->bias[i] + step_of(model, i, features) * (double)sum);
}

void wn_linear_score(const wn_linear *model, const wn_text *text, wn_linear_result *ret)
{
    sums        s = { .model = model };
    wn_features features;
    wn_cursor   at = { 0, 0 }, start = at;

    ret->count = model->classes;
    for (uint32_t i = 0; i < model->classes; i++) {
        ret->raw[i] = text->token_count == 0 ? model->bias[i] : -INFINITY;
        ret->window[i] = start;
    }
    wn_features_init(&features, add_chunk, &s);
    while (wn_features_next(&features, text, &at)) {
        for (uint32_t i = 0; i < model->classes; i++) {
            float raw = raw_of(model, i, s.sum[i], features.total);

            if (raw > ret->raw[i]) {
                ret->raw[i] = raw;
                ret->window[i] = start;
            }
        }
        memset(s.sum, 0, sizeof s.sum);
        start = at;
    }
    for (uint32_t i = 0; i < model->classes; i++)
        ret->score[i] = 1.0f / (1.0f + expf(-ret->raw[i]));
}

/* What each atom of one window adds. */
typedef struct credit {
    const wn_linear *model;
    size_t           index;
    int64_t         *units;
    int64_t          total;
} credit;

static void credit_chunk(wn_features *f)
{
    credit *c = f->ctx;

    for (size_t i = 0; i < f->count; i++) {
        const int8_t *w = find(c->model, f->hash[i]);
        int64_t       units;

        if (w == NULL || w[c->index] == 0)
            continue;
        units = (int64_t)w[c->index] * WN_CREDIT_UNITS;
        for (uint32_t k = 0; k < f->atoms[i]; k++)
            c->units[f->atom[i] + k] += units / f->atoms[i];
        c->total += units;
    }
}

/* Neighbouring characters of a run that speak for the category are one part. */
static size_t make_parts(const wn_text *text, const wn_atom *atoms, size_t atom_count,
                         const int64_t *units, wn_linear_part *parts)
{
    size_t count = 0;

    for (size_t i = 0; i < atom_count; i++) {
        wn_linear_part *last = count > 0 ? &parts[count - 1] : NULL;

        if (units[i] <= 0)
            continue;
        if (last != NULL && last->end == atoms[i].start && text->norm.ptr[last->end - 1] >= 0x80 &&
            text->norm.ptr[atoms[i].start] >= 0x80) {
            last->end = atoms[i].end;
            last->units += units[i];
            continue;
        }
        parts[count++] = (wn_linear_part){ atoms[i].start, atoms[i].end, units[i], 0.0f };
    }
    return count;
}

/* Strongest first; of equal ones the earlier. */
static int compare_parts(const void *a, const void *b)
{
    const wn_linear_part *x = a, *y = b;

    if (x->units != y->units)
        return x->units > y->units ? -1 : 1;
    return x->start < y->start ? -1 : x->start > y->start;
}

wn_code wn_linear_explain(const wn_linear *model, const wn_text *text,
                          const wn_linear_result *result, size_t index, size_t most,
                          wn_arena *arena, wn_linear_explanation *ret, wn_err *err)
{
    enum { ROOM = WN_WINDOW_BYTES + WN_PIECE_BYTES };
    size_t          room = text->norm.len < ROOM ? text->norm.len + 1 : ROOM;
    wn_atom        *atoms = wn_arena_alloc(arena, room, sizeof *atoms);
    int64_t        *units = wn_arena_calloc(arena, room, sizeof *units);
    wn_linear_part *parts = wn_arena_alloc(arena, room, sizeof *parts);
    credit          c = { .model = model, .index = index, .units = units };
    wn_features     features;
    wn_cursor       at = result->window[index];
    int64_t         positive = 0, kept = 0;
    size_t          count;

    if (atoms == NULL || units == NULL || parts == NULL)
        return wn_arena_fail(arena, err);
    wn_features_init(&features, credit_chunk, &c);
    features.atom_at = atoms;
    (void)wn_features_next(&features, text, &at);
    count = make_parts(text, atoms, features.atom_count, units, parts);
    qsort(parts, count, sizeof *parts, compare_parts);
    for (size_t i = 0; i < count; i++)
        positive += parts[i].units;
    if (count > most)
        count = most;
    for (size_t i = 0; i < count; i++) {
        parts[i].share = (float)((double)parts[i].units / (double)positive);
        kept += parts[i].units;
    }
    *ret = (wn_linear_explanation){
        .raw = result->raw[index],
        .bias = model->bias[index],
        .step = step_of(model, index, features.total) / WN_CREDIT_UNITS,
        .rest = c.total - kept,
        .parts = parts,
        .part_count = count,
    };
    return WN_OK;
}

/* What the gate asks about each sentence. */
typedef struct gate {
    const wn_linear *model;
    wn_arena        *arena;
    float            threshold;
} gate;

static int gate_flags(void *ctx, wn_span sentence)
{
    gate            *g = ctx;
    const wn_text   *text;
    wn_linear_result result;
    int              flagged = 0;

    if (wn_text_normalize(g->arena, sentence, &text, NULL) != WN_OK)
        return -1;
    wn_linear_score(g->model, text, &result);
    for (size_t i = 0; i < result.count; i++)
        flagged |= result.score[i] >= g->threshold;
    wn_arena_reset(g->arena);
    return flagged;
}

wn_code wn_linear_neutral_gate(const wn_linear *model, float threshold, const char *what,
                               const char *file, wn_err *err)
{
    gate    g = { model, wn_arena_new((size_t)1 << 20), threshold };
    wn_code code;

    if (g.arena == NULL)
        return wn_fail_nomem(err);
    code = wn_neutral_gate(gate_flags, &g, what, file, 0, err);
    wn_arena_free(g.arena);
    return code;
}
