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
	/* Its functions call each other, or its one function calls itself. */
	bool is_cycle;
};

struct order {
	int n_components;
	struct component *components;	/* callees first */
	int *functions;			/* numbers in the unit */
};

/* The order of UNIT's functions: the strongly connected components of its calls,
 * including calls through pointers. */
struct order order_of(const struct lockprog_unit *unit);

/* The order of the functions of component C of WHOLE, which is UNIT's, without calls that
 * do not come back: nothing follows them. */
struct order order_within(const struct lockprog_unit *unit, const struct order *whole, int c);

void order_free(struct order *order);

/* Call VISIT for each function of the unit that OP, a call, may reach: by name, or
 * through a pointer. */
void order_each_callee(const struct lockprog_op *op, void (*visit)(int callee, void *data),
		       void *data);

#endif
