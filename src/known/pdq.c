/* SPDX-License-Identifier: Apache-2.0 */
/* PDQ, Meta's perceptual hash of pictures: sampled, blurred, decimated, transformed, compared. */
#include "src/known/pdq.h"

#include <stdlib.h>
#include <string.h>

#include "src/base/digest.h"
#include "src/base/err.h"

/*
 * What matches others' hashes is the float arithmetic as much as the method: sums run in the same
 * order as in the reference, and a quotient stays a quotient. The passes only change which of the
 * independent sums are computed side by side.
 */
enum {
    MAX_SIDE = 512, /* larger pictures are sampled down to this first */
    MIN_SIDE = 5,   /* below it a picture has no hash */
    GRID = 64,      /* side of the decimated picture */
    BITS_SIDE = 16, /* side of the block of frequencies that are kept */
    LANES = 8,      /* sums side by side */
    RING = 16,      /* rows: two blocks, and so more than one and a window */
};

/* The lumas of 8-bit red, green and blue: table look-ups are quicker than conversions. */
typedef struct luma {
    float red[256], green[256], blue[256];
} luma;

/* The picture as it is hashed, and where its pixels are in the one that was given. */
typedef struct sampled {
    const wn_image *image;
    uint32_t        width, height;
    uint32_t        column[MAX_SIDE]; /* byte offsets in a row */
    uint32_t        row[MAX_SIDE];
} sampled;

/*
 * The four passes run as one stream: eight rows are blurred along the rows into `ring`, from there
 * down the columns into `rows`, and from there along the rows again into `narrow`. So all but the
 * pixels stays in the processor's nearest caches.
 */
typedef struct scratch {
    luma     luma;
    sampled  in;
    uint32_t at_column[GRID], at_row[GRID]; /* where the decimated picture samples */
    uint32_t made;                          /* rows that were blurred into `ring` so far */
    uint32_t next;                          /* of the decimated picture: what is filled next */
    uint32_t y;                             /* first of the eight rows at hand */
    float    block[MAX_SIDE][LANES];        /* eight rows, interleaved */
    float    ring[RING][MAX_SIDE];
    float    rows[LANES][MAX_SIDE];
    float    sums[MAX_SIDE];         /* of the columns at hand */
    float    none[MAX_SIDE];         /* zeros */
    float    narrow[MAX_SIDE][GRID]; /* sampled columns only */
    float    grid[GRID][GRID];
    float    half[BITS_SIDE][GRID];
    float    freq[BITS_SIDE * BITS_SIDE];
} scratch;

/* --- The picture's pixels ------------------------------------------------------------------- */

static void luma_init(luma *l)
{
    for (int i = 0; i < 256; i++) {
        l->red[i] = 0.299F * (float)i;
        l->green[i] = 0.587F * (float)i;
        l->blue[i] = 0.114F * (float)i;
    }
}

/* Nearest neighbour as the reference's image library (CImg) picks it: floor(i * from / to). */
static void sample_axis(uint32_t from, uint32_t to, uint32_t step, uint32_t *offset)
{
    for (uint32_t i = 0; i < to; i++)
        offset[i] = (uint32_t)((uint64_t)i * from / to) * step;
}

static void sampled_init(sampled *s, const wn_image *image)
{
    bool large = image->width > MAX_SIDE || image->height > MAX_SIDE;

    s->image = image;
    s->width = large ? MAX_SIDE : image->width;
    s->height = large ? MAX_SIDE : image->height;
    sample_axis(image->width, s->width, 3, s->column);
    sample_axis(image->height, s->height, 1, s->row);
}

/* Write the luma of one row to every `step`th place of `dst`. */
static void luma_row(const luma *l, const sampled *in, uint32_t y, float *restrict dst, size_t step)
{
    const uint8_t *row = in->image->rgb + (size_t)in->row[y] * in->image->width * 3;

    for (uint32_t x = 0; x < in->width; x++) {
        const uint8_t *p = row + in->column[x];

        dst[x * step] = l->red[p[0]] + l->green[p[1]] + l->blue[p[2]];
    }
}

/* --- The box filter ------------------------------------------------------------------------- */

/* Eight independent sums, in registers of any processor. */
typedef float quad __attribute__((vector_size(16)));

typedef struct lanes {
    quad a, b;
} lanes;

_Static_assert(sizeof(lanes) == LANES * sizeof(float), "a lane for each of the rows at hand");

static inline lanes load(const float *p)
{
    lanes v;

    memcpy(&v, p, sizeof v);
    return v;
}

static inline void store(float *p, lanes v)
{
    memcpy(p, &v, sizeof v);
}

static inline lanes plus(lanes v, lanes w)
{
    return (lanes){ v.a + w.a, v.b + w.b };
}

static inline lanes minus(lanes v, lanes w)
{
    return (lanes){ v.a - w.a, v.b - w.b };
}

static inline lanes over(lanes v, float by)
{
    return (lanes){ v.a / by, v.b / by };
}

/*
 * The window of a pass over `n` values: two passes of half a block's width make a tent filter over
 * the block. It reaches `ahead` values forward, and shrinks at both ends.
 */
typedef struct window {
    uint32_t n, size, ahead;
} window;

static window window_of(uint32_t n)
{
    uint32_t size = (n + 2 * GRID - 1) / (2 * GRID);

    return (window){ n, size, size / 2 };
}

/* How many values are in the window around value `i`. */
static inline float window_count(const window *w, uint32_t i)
{
    uint32_t end = i + w->ahead < w->n ? i + w->ahead + 1 : w->n;
    uint32_t start = i + w->ahead >= w->size ? i + w->ahead - w->size + 1 : 0;

    return (float)(end - start);
}

/* Takes the means around column `x` of eight rows. */
typedef void (*emit_fn)(scratch *s, uint32_t x, lanes mean);

/* Along the eight interleaved rows in `block`. Inlined, so that `emit` is a constant. */
__attribute__((always_inline)) static inline void along_rows(scratch *s, emit_fn emit)
{
    window w = window_of(s->in.width);
    lanes  sum = { { 0 }, { 0 } };

    for (uint32_t x = 0; x < w.ahead; x++)
        sum = plus(sum, load(s->block[x]));
    for (uint32_t x = 0; x < w.n; x++) {
        if (x + w.ahead < w.n)
            sum = plus(sum, load(s->block[x + w.ahead]));
        if (x + w.ahead >= w.size)
            sum = minus(sum, load(s->block[x + w.ahead - w.size]));
        emit(s, x, over(sum, window_count(&w, x)));
    }
}

/* Move the running sums of `width` columns on to row `y`: one row comes in and one goes out. */
static inline void down_columns(float *sums, const float *in, const float *out, uint32_t width)
{
    for (uint32_t x = 0; x < width; x += LANES)
        store(sums + x, minus(plus(load(sums + x), load(in + x)), load(out + x)));
}

static inline void means(float *dst, const float *sums, uint32_t width, float count)
{
    for (uint32_t x = 0; x < width; x += LANES)
        store(dst + x, over(load(sums + x), count));
}

/* --- The passes ----------------------------------------------------------------------------- */

static inline void emit_ring(scratch *s, uint32_t x, lanes mean)
{
    float *dst = &s->ring[s->made % RING][x], m[LANES];

    store(m, mean);
    for (uint32_t k = 0; k < LANES; k++)
        dst[k * MAX_SIDE] = m[k];
}

/* Make the next eight rows of the ring: the picture's, blurred along them. */
static void make_rows(scratch *s)
{
    uint32_t last = s->in.height - 1;

    /* Past the end the last row is taken again; nobody reads what comes of it. */
    for (uint32_t k = 0; k < LANES; k++) {
        uint32_t y = s->made + k < last ? s->made + k : last;

        luma_row(&s->luma, &s->in, y, s->block[0] + k, LANES);
    }
    along_rows(s, emit_ring);
    s->made += LANES;
}

static inline void emit_narrow(scratch *s, uint32_t x, lanes mean)
{
    float m[LANES];

    if (s->next == GRID || s->at_column[s->next] != x)
        return;
    store(m, mean);
    for (; s->next < GRID && s->at_column[s->next] == x; s->next++)
        for (uint32_t k = 0; k < LANES; k++)
            s->narrow[s->y + k][s->next] = m[k];
}

/* Blur the eight rows in `rows` along them once more. */
static void narrow_rows(scratch *s, uint32_t y)
{
    for (uint32_t x = 0; x < s->in.width; x++)
        for (uint32_t k = 0; k < LANES; k++)
            s->block[x][k] = s->rows[k][x];
    s->y = y;
    s->next = 0;
    along_rows(s, emit_narrow);
}

/* Row `y` of the ring, made now if it is its turn; a row of zeros past the ends of the picture. */
static const float *ring_row(scratch *s, uint32_t y)
{
    if (y >= s->in.height)
        return s->none;
    if (y == s->made)
        make_rows(s);
    return s->ring[y % RING];
}

/* The first three passes. */
static void blur(scratch *s)
{
    window   w = window_of(s->in.height);
    uint32_t width = (s->in.width + LANES - 1) / LANES * LANES;

    memset(s->sums, 0, sizeof s->sums);
    for (uint32_t y = 0; y < w.ahead; y++)
        down_columns(s->sums, ring_row(s, y), s->none, width);
    for (uint32_t y = 0; y < w.n; y++) {
        /* Unsigned: before the first row is past the last one. */
        const float *in = ring_row(s, y + w.ahead), *out = ring_row(s, y + w.ahead - w.size);

        down_columns(s->sums, in, out, width);
        means(s->rows[y % LANES], s->sums, width, window_count(&w, y));
        if (y % LANES == LANES - 1 || y == w.n - 1)
            narrow_rows(s, y - y % LANES);
    }
}

/* The last pass, of which only the sampled rows are kept. */
static void blur_narrow(scratch *s)
{
    window   w = window_of(s->in.height);
    uint32_t next = 0;

    memset(s->sums, 0, sizeof s->sums);
    for (uint32_t y = 0; y < w.ahead; y++)
        down_columns(s->sums, s->narrow[y], s->none, GRID);
    for (uint32_t y = 0; y < w.n; y++) {
        uint32_t first = y + w.ahead, past = y + w.ahead - w.size;

        down_columns(s->sums, first < w.n ? s->narrow[first] : s->none,
                     past < w.n ? s->narrow[past] : s->none, GRID);
        for (; next < GRID && s->at_row[next] == y; next++)
            means(s->grid[next], s->sums, GRID, window_count(&w, y));
    }
}

/* Decimation takes the middle of each of GRID blocks. */
static void decimate_axis(uint32_t side, uint32_t *at)
{
    for (uint32_t i = 0; i < GRID; i++)
        at[i] = (uint32_t)(((double)i + 0.5) * side / GRID);
}

/* Blur and decimate to GRID x GRID. */
static void shrink(scratch *s)
{
    decimate_axis(s->in.width, s->at_column);
    decimate_axis(s->in.height, s->at_row);
    blur(s);
    blur_narrow(s);
}

/* --- From the decimated picture to bits ----------------------------------------------------- */

/* sqrt(2 / 64) * cos(pi * i / 128): written out, so that no hash depends on a system's cos(). */
static const float cosines[GRID] = {
    0.176776692F,  0.17672345F,   0.176563755F,   0.176297709F,   0.175925463F,  0.175447255F,
    0.174863353F,  0.17417413F,   0.173379973F,   0.172481388F,   0.171478912F,  0.170373142F,
    0.169164747F,  0.167854458F,  0.16644305F,    0.164931387F,   0.163320363F,  0.161610976F,
    0.15980424F,   0.157901242F,  0.155903131F,   0.153811097F,   0.151626423F,  0.14935042F,
    0.146984443F,  0.144529939F,  0.141988367F,   0.139361277F,   0.136650234F,  0.133856878F,
    0.130982891F,  0.128030002F,  0.125F,         0.121894695F,   0.118715972F,  0.115465738F,
    0.112145945F,  0.108758606F,  0.105305754F,   0.101789467F,   0.0982118696F, 0.0945751071F,
    0.0908813849F, 0.0871329084F, 0.0833319575F,  0.0794808045F,  0.0755817741F, 0.0716372207F,
    0.0676495135F, 0.0636210516F, 0.0595542751F,  0.0554516204F,  0.0513155647F, 0.0471486002F,
    0.0429532342F, 0.0387319922F, 0.0344874226F,  0.0302220769F,  0.0259385277F, 0.0216393545F,
    0.0173271466F, 0.0130045004F, 0.00867402088F, 0.00433831709F,
};

/* Entry of row `i`, column `j` of the transform: cosines[(i + 1) * (2j + 1)], by symmetry. */
static float dct_entry(uint32_t i, uint32_t j)
{
    uint32_t turn = (i + 1) * (2 * j + 1) % (4 * GRID);

    if (turn > 2 * GRID)
        turn = 4 * GRID - turn;
    return turn < GRID ? cosines[turn] : -cosines[2 * GRID - turn];
}

/* The 16 x 16 lowest frequencies but the constant one: D * grid * D'. */
static void transform(scratch *s)
{
    memset(s->half, 0, sizeof s->half);
    memset(s->freq, 0, sizeof s->freq);
    for (uint32_t i = 0; i < BITS_SIDE; i++)
        for (uint32_t k = 0; k < GRID; k++) {
            float d = dct_entry(i, k);

            for (uint32_t j = 0; j < GRID; j++)
                s->half[i][j] += d * s->grid[k][j];
        }
    for (uint32_t k = 0; k < GRID; k++) {
        float column[BITS_SIDE];

        for (uint32_t j = 0; j < BITS_SIDE; j++)
            column[j] = dct_entry(j, k);
        for (uint32_t i = 0; i < BITS_SIDE; i++)
            for (uint32_t j = 0; j < BITS_SIDE; j++)
                s->freq[i * BITS_SIDE + j] += s->half[i][k] * column[j];
    }
}

/* The lower median, as Torben's method finds it: the 128th smallest of the 256. */
static float median(const float *v, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++) {
        uint32_t less = 0, upto = 0;

        for (uint32_t j = 0; j < n; j++) {
            less += v[j] < v[i];
            upto += v[j] <= v[i];
        }
        if (less < (n + 1) / 2 && upto >= (n + 1) / 2)
            return v[i];
    }
    return 0;
}

static int gradient(float a, float b)
{
    return abs((int)((a - b) * 100.0F / 255.0F));
}

static int quality(float grid[GRID][GRID])
{
    int sum = 0;

    for (int i = 0; i < GRID; i++)
        for (int j = 0; j < GRID; j++) {
            if (i + 1 < GRID)
                sum += gradient(grid[i][j], grid[i + 1][j]);
            if (j + 1 < GRID)
                sum += gradient(grid[i][j], grid[i][j + 1]);
        }
    return sum / 90 < 100 ? sum / 90 : 100;
}

static wn_pdq hash_grid(scratch *s)
{
    wn_pdq hash = { .quality = quality(s->grid) };
    float  middle;

    transform(s);
    middle = median(s->freq, BITS_SIDE * BITS_SIDE);
    for (uint32_t k = 0; k < BITS_SIDE * BITS_SIDE; k++)
        hash.words[k / 64] |= (uint64_t)(s->freq[k] > middle) << k % 64;
    return hash;
}

wn_code wn_pdq_hash(wn_arena *arena, const wn_image *image, wn_pdq *ret, wn_err *err)
{
    scratch *s;

    if (image->width < MIN_SIDE || image->height < MIN_SIDE) {
        *ret = (wn_pdq){ 0 };
        return WN_OK;
    }
    /* Zeroed: the columns beyond the picture's width are summed along, and thrown away. */
    s = WN_ARENA_NEW(arena, scratch);
    if (s == NULL)
        return wn_arena_fail(arena, err);
    luma_init(&s->luma);
    sampled_init(&s->in, image);
    if (s->in.width == GRID && s->in.height == GRID)
        for (uint32_t y = 0; y < GRID; y++)
            luma_row(&s->luma, &s->in, y, s->grid[y], 1);
    else
        shrink(s);
    *ret = hash_grid(s);
    return WN_OK;
}

/* --- Hashes as values ----------------------------------------------------------------------- */

int wn_pdq_distance(const uint64_t a[4], const uint64_t b[4])
{
    int sum = 0;

    for (int i = 0; i < 4; i++)
        sum += __builtin_popcountll(a[i] ^ b[i]);
    return sum;
}

void wn_pdq_format(const wn_pdq *hash, char dst[65])
{
    uint8_t bytes[32];

    for (int i = 0; i < 32; i++)
        bytes[31 - i] = (uint8_t)(hash->words[i / 8] >> i % 8 * 8);
    wn_hex(bytes, sizeof bytes, dst);
}

bool wn_pdq_parse(wn_span hex, uint64_t words[4])
{
    uint8_t bytes[32];

    if (!wn_hex_parse((const char *)hex.ptr, hex.len, bytes, sizeof bytes))
        return false;
    memset(words, 0, 4 * sizeof *words);
    for (int i = 0; i < 32; i++)
        words[i / 8] |= (uint64_t)bytes[31 - i] << i % 8 * 8;
    return true;
}
