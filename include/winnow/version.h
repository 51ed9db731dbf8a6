/* SPDX-License-Identifier: Apache-2.0 */
/* The library's version. */
#ifndef WINNOW_VERSION_H
#define WINNOW_VERSION_H

#include <winnow/export.h>

WN_BEGIN_DECLS

/* The version of the library in use, "MAJOR.MINOR.PATCH". */
WN_API const char *wn_version(void);

WN_END_DECLS

#endif
