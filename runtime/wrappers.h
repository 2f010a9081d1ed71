/* wrappers.h - the two functions of every row of ddi.def.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef SPINRULE_WRAPPERS_H
#define SPINRULE_WRAPPERS_H

#include "rule.h"

struct wrapper {
	const char *name;
	void (*call)(void);	/* spinrule_<name> */
	void (*thunk)(void);	/* spinrule_thunk_<name> */
};

extern const struct wrapper wrappers[SPINRULE_DDIS];

#endif
