/* order.h - the order in which functions are checked: callees before callers, functions
 * that call each other together.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef ORDER_H
#define ORDER_H

#include "lockprog/lockprog.h"

struct component {
	int first, n;		/* in FUNCTIONS */
	bool is_cycle;		/* its functions call each other, or the one calls itself */
};

struct order {
	int n_components;
	struct component *components;	/* callees first */
	int *functions;			/* numbers in the unit */
};

/* The order of UNIT's functions: the strongly connected components of its calls, also of
 * those through pointers. */
struct order order_of(const struct lockprog_unit *unit);
void order_free(struct order *order);

/* Call VISIT for each function of UNIT that OP, a call, may reach: by name, or through a
 * pointer. */
void order_each_callee(const struct lockprog_op *op, void (*visit)(int callee, void *data),
		       void *data);

#endif
