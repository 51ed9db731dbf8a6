/* SPDX-License-Identifier: Apache-2.0 */
/* The subcommands and what they share. */
#ifndef WN_CLI_CLI_H
#define WN_CLI_CLI_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include <winnow/engine.h>

/* Exit statuses of every subcommand. */
enum {
    WN_EXIT_CLEAN = 0, /* nothing reaches `review`; or simply: it worked */
    WN_EXIT_FOUND = 1, /* something reaches `review` or `block` */
    WN_EXIT_ERROR = 2, /* usage error, or an item that could not be judged */
};

/* The subcommands: argv[0] is the subcommand's own name. They return an exit status. */
int wn_cli_scan(int argc, char **argv);   /* scan.c */
int wn_cli_policy(int argc, char **argv); /* policy.c */
int wn_cli_models(int argc, char **argv); /* models.c */
int wn_cli_hash(int argc, char **argv);   /* hash.c */
int wn_cli_train(int argc, char **argv);  /* train.c */
int wn_cli_eval(int argc, char **argv);   /* eval.c */

/* Print "winnow: " and a formatted message to standard error. Returns WN_EXIT_ERROR. */
int wn_cli_fail(const char *fmt, ...) WN_PRINTF(1, 2);

/* Print a message the same way. Returns false, for option parsers. */
bool wn_cli_refuse(const char *msg);

/* Print an error record the same way. Returns WN_EXIT_ERROR. */
int wn_cli_fail_err(const wn_err *err);

/* Parse an argument as a number from `min` to `max`; prints what is wrong, returns false. */
bool wn_cli_number(const char *option, const char *arg, uint64_t min, uint64_t max, uint64_t *ret);

/* Whether to write colours to `f`: a terminal, and NO_COLOR is not set. */
bool wn_cli_colour(FILE *f);

#endif
