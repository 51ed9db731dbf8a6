/* SPDX-License-Identifier: Apache-2.0 */
/* What the subcommands share: messages, numbers, colours. */
#include "src/cli/cli.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "src/base/str.h"

int wn_cli_fail(const char *fmt, ...)
{
    va_list args;

    (void)fputs("winnow: ", stderr);
    va_start(args, fmt);
    (void)vfprintf(stderr, fmt, args);
    va_end(args);
    (void)fputc('\n', stderr);
    return WN_EXIT_ERROR;
}

bool wn_cli_refuse(const char *msg)
{
    (void)wn_cli_fail("%s", msg);
    return false;
}

int wn_cli_fail_err(const wn_err *err)
{
    char text[600];

    (void)wn_err_format(err, text, (int)sizeof text);
    return wn_cli_fail("%s", text);
}

bool wn_cli_number(const char *option, const char *arg, uint64_t min, uint64_t max, uint64_t *ret)
{
    uint64_t v;

    if (wn_parse_u64((wn_span){ (const uint8_t *)arg, strlen(arg) }, &v) && v >= min && v <= max) {
        *ret = v;
        return true;
    }
    (void)wn_cli_fail("%s takes a whole number from %" PRIu64 " to %" PRIu64 ", not \"%s\"", option,
                      min, max, arg);
    return false;
}

bool wn_cli_colour(FILE *f)
{
    const char *off = getenv("NO_COLOR");
    const char *term = getenv("TERM");

    return (off == NULL || off[0] == '\0') && isatty(fileno(f)) == 1 &&
           (term == NULL || strcmp(term, "dumb") != 0);
}
