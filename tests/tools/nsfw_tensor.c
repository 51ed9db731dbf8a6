/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Scores pictures with Winnow's parts and writes down what they were given, so that nsfwjs can be
 * asked about the same: nsfw-tensor HELPER LIBRARY MODEL OUT-FOLDER PICTURE...
 *
 * Per picture it writes OUT/NAME.f32 (the model's input: little-endian floats, [side, side, 3]) and
 * OUT/NAME.rgb ("WIDTH HEIGHT\n" and the pixels), and prints a line of JSON: file, f32, rgb, width,
 * height, scores of the five classes, and Winnow's score of `sexual`.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/base/buf.h"
#include "src/base/file.h"
#include "src/base/json.h"
#include "src/decode/decoder.h"
#include "src/detect/sexual_image.h"
#include "src/model/resize.h"

static const char *const class_names[WN_NSFW_CLASSES] = { "Drawing", "Hentai", "Neutral", "Porn",
                                                          "Sexy" };

typedef struct tool {
    wn_arena   *arena;
    wn_decoder *decoder;
    wn_nsfw    *model;
    const char *out;
} tool;

_Noreturn static void die(const wn_err *err)
{
    char text[600];

    (void)wn_err_format(err, text, (int)sizeof text);
    (void)fprintf(stderr, "nsfw-tensor: %s\n", text);
    exit(1);
}

static void check(wn_code code, const wn_err *err)
{
    if (code != WN_OK)
        die(err);
}

static void *need(void *p)
{
    static const wn_err nomem = { .code = WN_E_NOMEM, .msg = "out of memory" };

    if (p == NULL)
        die(&nomem);
    return p;
}

static void write_parts(const char *path, wn_span a, wn_span b)
{
    FILE *f = fopen(path, "wb");

    if (f == NULL || fwrite(a.ptr, 1, a.len, f) != a.len || fwrite(b.ptr, 1, b.len, f) != b.len ||
        fclose(f) != 0) {
        perror(path);
        exit(1);
    }
}

/* Planes to the order of nsfwjs: red, green and blue of each pixel together. */
static void write_tensor(const tool *t, const char *path, const float *planes, uint32_t side)
{
    size_t plane = (size_t)side * side;
    float *pixels = need(wn_arena_alloc(t->arena, plane, 3 * sizeof *pixels));

    for (size_t i = 0; i < plane; i++)
        for (size_t c = 0; c < 3; c++)
            pixels[3 * i + c] = planes[c * plane + i];
    write_parts(path, (wn_span){ (const uint8_t *)pixels, 3 * plane * sizeof *pixels },
                (wn_span){ (const uint8_t *)"", 0 });
}

static void write_pixels(const char *path, const wn_image *image)
{
    char head[32];
    int  len = snprintf(head, sizeof head, "%u %u\n", image->width, image->height);

    write_parts(path, (wn_span){ (const uint8_t *)head, (size_t)len },
                (wn_span){ image->rgb, (size_t)image->width * image->height * 3 });
}

static void report(const char *file, const char *f32, const char *rgb, const wn_image *image,
                   const float *classes)
{
    wn_buf  buf = WN_BUF_INIT(1u << 20);
    wn_json j = WN_JSON_INIT(&buf);
    bool    drawn;

    wn_json_object(&j);
    wn_json_key(&j, "file");
    wn_json_string(&j, file);
    wn_json_key(&j, "f32");
    wn_json_string(&j, f32);
    wn_json_key(&j, "rgb");
    wn_json_string(&j, rgb);
    wn_json_key(&j, "width");
    wn_json_uint(&j, image->width);
    wn_json_key(&j, "height");
    wn_json_uint(&j, image->height);
    wn_json_key(&j, "scores");
    wn_json_object(&j);
    for (int c = 0; c < WN_NSFW_CLASSES; c++) {
        wn_json_key(&j, class_names[c]);
        /* Not rounded, as a verdict's scores are: this is compared. */
        {
            char number[32];
            int  len = snprintf(number, sizeof number, "%.9g", (double)classes[c]);

            wn_json_raw(&j, (wn_span){ (const uint8_t *)number, (size_t)len });
        }
    }
    wn_json_end_object(&j);
    wn_json_key(&j, "sexual");
    wn_json_score(&j, (double)wn_sexual_score(classes, &drawn));
    wn_json_key(&j, "drawn");
    wn_json_bool(&j, drawn);
    wn_json_end_object(&j);
    (void)printf("%.*s\n", (int)buf.len, (const char *)buf.ptr);
    wn_buf_done(&buf);
}

static void score(const tool *t, const char *file)
{
    const char *slash = strrchr(file, '/'), *name = slash ? slash + 1 : file;
    char       *f32 = need(wn_arena_printf(t->arena, "%s/%s.f32", t->out, name));
    char       *rgb = need(wn_arena_printf(t->arena, "%s/%s.rgb", t->out, name));
    uint32_t    side = wn_nsfw_side(t->model);
    float      *planes = need(wn_arena_alloc(t->arena, (size_t)side * side, 3 * sizeof *planes));
    float       classes[WN_NSFW_CLASSES];
    wn_span     bytes;
    wn_image    image;
    wn_err      err;

    check(wn_file_read(t->arena, file, 1u << 28, &bytes, &err), &err);
    check(
        wn_decoder_picture(t->decoder, t->arena, wn_media_sniff(bytes), bytes, &image, NULL, &err),
        &err);
    check(wn_resize_planes(t->arena, &image, side, planes, &err), &err);
    check(wn_nsfw_run(t->model, planes, classes, &err), &err);
    write_tensor(t, f32, planes, side);
    write_pixels(rgb, &image);
    report(file, f32, rgb, &image, classes);
    wn_arena_reset(t->arena);
}

int main(int argc, char **argv)
{
    wn_decoder_options options = { 0 };
    wn_arena          *strings = need(wn_arena_new(1u << 20));
    wn_ort            *ort;
    wn_err             err;
    tool               t = { .arena = need(wn_arena_new((size_t)1 << 30)) };

    if (argc < 6) {
        (void)fprintf(stderr, "usage: nsfw-tensor HELPER LIBRARY MODEL OUT-FOLDER PICTURE...\n");
        return 2;
    }
    options.helper = argv[1];
    t.out = argv[4];
    check(wn_decoder_new(&options, &t.decoder, &err), &err);
    check(wn_ort_open(argv[2], &ort, &err), &err);
    check(wn_nsfw_load(strings, ort, argv[3], &t.model, &err), &err);
    for (int i = 5; i < argc; i++)
        score(&t, argv[i]);
    wn_nsfw_free(t.model);
    wn_ort_unref(ort);
    wn_arena_free(t.arena);
    wn_decoder_free(t.decoder);
    wn_arena_free(strings);
    return 0;
}
