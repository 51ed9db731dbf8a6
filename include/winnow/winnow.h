/* SPDX-License-Identifier: Apache-2.0 */
/* Everything of the public API in one include. */
#ifndef WINNOW_WINNOW_H
#define WINNOW_WINNOW_H

#include <winnow/category.h>
#include <winnow/engine.h>
#include <winnow/error.h>
#include <winnow/span.h>
#include <winnow/verdict.h>
#include <winnow/version.h>

#endif
