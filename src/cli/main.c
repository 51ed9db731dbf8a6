/* SPDX-License-Identifier: Apache-2.0 */
/* The program: finds the subcommand and hands over. */
#include "src/cli/cli.h"

#include <locale.h>
#include <string.h>

#include <winnow/version.h>

#include "src/base/str.h"

typedef struct command {
    const char *name;
    int (*run)(int argc, char **argv);
    const char *about;
} command;

static int show_version(int argc, char **argv)
{
    (void)argc;
    (void)argv;
    (void)printf("winnow %s\n", wn_version());
    return WN_EXIT_CLEAN;
}

static const command commands[] = {
    { "scan", wn_cli_scan, "judge texts, files and folders" },
    { "policy", wn_cli_policy, "check a policy and run its own tests" },
    { "models", wn_cli_models, "list what judges here, and what is missing" },
    { "hash", wn_cli_hash, "print the hashes that known-content lists use" },
    { "train", wn_cli_train, "train a text model" },
    { "eval", wn_cli_eval, "measure a text model" },
    { "version", show_version, "print the version" },
};

enum { COMMANDS = sizeof commands / sizeof commands[0] };

static int usage(FILE *out)
{
    (void)fprintf(out,
                  "Winnow %s: judges text and pictures by your own policy, and shows why.\n\n"
                  "usage: winnow COMMAND [ARGUMENT]...\n\ncommands:\n",
                  wn_version());
    for (size_t i = 0; i < COMMANDS; i++)
        (void)fprintf(out, "  %-9s %s\n", commands[i].name, commands[i].about);
    (void)fputs("\n`winnow COMMAND --help` explains a command. Try:\n"
                "  winnow scan --text \"see you at the library\"\n",
                out);
    return out == stdout ? WN_EXIT_CLEAN : WN_EXIT_ERROR;
}

static int unknown(const char *word)
{
    const char *names[COMMANDS];
    const char *near;

    for (size_t i = 0; i < COMMANDS; i++)
        names[i] = commands[i].name;
    near = wn_nearest_name(word, names, COMMANDS);
    if (near != NULL)
        return wn_cli_fail("there is no command \"%s\"; did you mean \"%s\"?", word, near);
    return wn_cli_fail("there is no command \"%s\"; `winnow --help` lists them", word);
}

int main(int argc, char **argv)
{
    /* Only character classes: numbers are written and read the same everywhere. */
    (void)setlocale(LC_CTYPE, "C.UTF-8");
    if (argc < 2)
        return usage(stderr);
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0 ||
        strcmp(argv[1], "help") == 0)
        return usage(stdout);
    if (strcmp(argv[1], "--version") == 0 || strcmp(argv[1], "-V") == 0)
        return show_version(argc, argv);
    for (size_t i = 0; i < COMMANDS; i++)
        if (strcmp(argv[1], commands[i].name) == 0)
            return commands[i].run(argc - 1, argv + 1);
    return unknown(argv[1]);
}
