/* picture.h - the control flow of functions as pictures, drawn by Graphviz.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef PICTURE_H
#define PICTURE_H

#include "model.h"

/* Draw the function of each warning of MODEL that is shown, with the path marked:
 * warning->picture, as SVG.  Returns NULL, or what is wrong, malloc'ed;
 * *IS_MISSING becomes true if that is Graphviz. */
char *picture_draw(struct model *model, bool *is_missing);

#endif
