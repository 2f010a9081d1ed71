/* picture.h - the control flow of functions as pictures, drawn by Graphviz.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef PICTURE_H
#define PICTURE_H

#include "model.h"

/* More would take Graphviz longer than a reader waits. */
enum { MAX_PICTURES = 100 };

/* Draw the function of each of the first MAX_PICTURES warnings of MODEL that are shown,
 * with the path marked: warning->picture, as SVG.  Returns NULL, or what is wrong,
 * malloc'ed. */
char *picture_draw(struct model *model);

#endif
