/* roles.h - callbacks that one file defines and another registers.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef LINK_ROLES_H
#define LINK_ROLES_H

#include "lockprog/lockprog.h"

/* Parameter NUMBER of function number FUNCTION gets callbacks of a role. */
struct link_parameter {
	int function, number;
	const char *role;
	bool enters_with_cancel_lock;
};

struct link_parameters {
	int n, max;
	struct link_parameter *list;
};

void roles_add_parameter(struct link_parameters *parameters, struct link_parameter parameter);

/* FUNCTION is used as a callback of ROLE; if it has a role of its own, it keeps that. */
void roles_give(struct lockprog_function *function, const char *role,
		bool enters_with_cancel_lock);

/* CALLER, a function of UNIT, calls what PARAMETER describes: give roles to the functions
 * that it hands over, and add its own parameters if it hands over those.  FUNCTION_OF: of
 * each object, the number of the function that it is, or -1. */
void roles_hand_over(struct lockprog_unit *unit, struct link_parameters *parameters,
		     struct link_parameter parameter, const int *function_of, int caller);

#endif
