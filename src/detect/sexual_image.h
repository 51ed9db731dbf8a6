/* SPDX-License-Identifier: Apache-2.0 */
/* From the five classes of the picture model to one score of the category `sexual`. */
#ifndef WN_DETECT_SEXUAL_IMAGE_H
#define WN_DETECT_SEXUAL_IMAGE_H

#include <stdbool.h>

#include "src/model/nsfw.h"

/*
 * The score in 0 to 1, and whether the picture looks drawn. It is a ranking,
 * not a measured probability; why it is made so is told in sexual_image.c.
 */
float wn_sexual_score(const float classes[WN_NSFW_CLASSES], bool *drawn);

#endif
