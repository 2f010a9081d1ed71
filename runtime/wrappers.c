/* wrappers.c - every row of ddi.def with its two functions: a row without them does not build.
 *
 * Nothing in the runtime needs this table, so it is in an object of its own that is linked only
 * where somebody asks for it.
 *
 * SPDX-License-Identifier: MIT
 */

#include "wrappers.h"

#include "wrap.h"

const struct wrapper wrappers[SPINRULE_DDIS] = {
#define SPINRULE_DDI(NAME, WRITTEN, OP, GROUP, LOCK, HANDLE, IRQL, IRQL_ARG, PARAMS, CONVENTION, RELEASE) \
	{ #NAME, (void (*)(void))spinrule_##NAME, (void (*)(void))spinrule_thunk_##NAME },
#include "ddi.def"
};
