/* targets.h - what is done to locks by the functions that a call through a pointer may lead to.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef TARGETS_H
#define TARGETS_H

#include "lockprog/lockprog.h"

enum targets {
	TARGETS_NO_LOCKS,	/* nothing: the call counts as one of code that is not seen, as others
				   may be stored there too */
	TARGETS_ALIKE,		/* all of them the same */
	TARGETS_DIFFER		/* what only some of them do is doubted */
};

/* Of the functions of UNIT that OP may call. */
enum targets targets_of(const struct lockprog_unit *unit, const struct lockprog_op *op);

#endif
