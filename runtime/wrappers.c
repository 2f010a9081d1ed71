/* wrappers.c - the two functions of every row of ddi.def: a row without them does not
 * build.
 *
 * The runtime does not use this table; it is in an object of its own, which is linked
 * only into programs that use it.
 *
 * SPDX-License-Identifier: MIT
 */

#include "wrappers.h"

#include "wrap.h"

const struct wrapper wrappers[SPINRULE_DDIS] = {
#define SPINRULE_DDI(NAME, ...) \
	{ #NAME, (void (*)(void))spinrule_##NAME, (void (*)(void))spinrule_thunk_##NAME },
#include "ddi.def"
};
