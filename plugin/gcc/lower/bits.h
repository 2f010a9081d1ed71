/* bits.h - comparisons of fields that GCC makes comparisons of the bytes they lie in.
 *
 *     ext->busy              (BIT_FIELD_REF <*ext, 8, 64> & 1) != 0
 *     p->a == 1 && p->b == 2       BIT_FIELD_REF <*p, 16, 0> == 0x201
 *
 * They are taken apart again, so that a field is one and the same cell however it is
 * read.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef BITS_H
#define BITS_H

#include "lower/function.h"

/* NAME is loaded from REF, a BIT_FIELD_REF: load the fields that lie in it. */
void load_members (function_lowering &l, tree name, tree ref);

/* A == B or A != B, field by field; -1 if it is no comparison of whole fields with a
 * constant. */
int compare_members (function_lowering &l, tree_code code, tree a, tree b);

#endif
