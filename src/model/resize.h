/* SPDX-License-Identifier: Apache-2.0 */
/* Pictures to the input tensors of models. */
#ifndef WN_MODEL_RESIZE_H
#define WN_MODEL_RESIZE_H

#include <stdint.h>

#include <winnow/error.h>
#include <winnow/export.h>

#include "src/base/arena.h"
#include "src/content/view.h"

/*
 * Resize a picture to `side` x `side` without regard to its proportions and
 * write it as planes of red, green and blue in 0 to 1: [3, side, side]. Along an
 * axis that shrinks, each value is the mean of the area that it stands for;
 * along one that grows, values are interpolated linearly between the centres of
 * pixels. The picture must have pixels. Scratch memory comes from `arena`.
 * WN_E_LIMIT or WN_E_NOMEM.
 */
WN_NODISCARD wn_code wn_resize_planes(wn_arena *arena, const wn_image *image, uint32_t side,
                                      float *dst, wn_err *err);

#endif
