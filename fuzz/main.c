/* SPDX-License-Identifier: Apache-2.0 */
/* Runs a fuzz target over files and folders of seeds, without libFuzzer. */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int run_file(const char *path)
{
    FILE    *f = fopen(path, "rb");
    uint8_t *data = NULL;
    size_t   len = 0, cap = 0, n;

    if (f == NULL) {
        perror(path);
        return 1;
    }
    do {
        cap += 65536;
        data = realloc(data, cap);
        if (data == NULL)
            abort();
        n = fread(data + len, 1, cap - len, f);
        len += n;
    } while (n > 0);
    (void)fclose(f);
    /* An exact-size copy, so that AddressSanitizer sees a read past the end. */
    data = realloc(data, len ? len : 1);
    (void)LLVMFuzzerTestOneInput(data, len);
    free(data);
    return 0;
}

static int run_folder(const char *path, int *count)
{
    char           name[4096];
    struct dirent *e;
    int            failed = 0;
    DIR           *d = opendir(path);

    if (d == NULL) {
        perror(path);
        return 1;
    }
    while ((e = readdir(d)) != NULL) {
        if (e->d_name[0] == '.')
            continue;
        (void)snprintf(name, sizeof name, "%s/%s", path, e->d_name);
        failed |= run_file(name);
        ++*count;
    }
    (void)closedir(d);
    return failed;
}

int main(int argc, char **argv)
{
    struct stat st;
    int         failed = 0, count = 0;

    for (int i = 1; i < argc; i++) {
        if (stat(argv[i], &st) == 0 && S_ISDIR(st.st_mode)) {
            failed |= run_folder(argv[i], &count);
        } else {
            failed |= run_file(argv[i]);
            count++;
        }
    }
    if (count == 0) {
        (void)fprintf(stderr, "no seeds\n");
        return 1;
    }
    return failed;
}
