/* code-body.h - the body of one function, as an object carries it.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef LINK_CODE_BODY_H
#define LINK_CODE_BODY_H

#include "link/coder.h"

/* Write a DDI, or read it. */
void code_ddi(struct code *c, const struct spinrule_ddi **ddi);

/* Write the body of FUNCTION, or read it; OUTLINE has the callees. */
void code_body(struct code *c, struct lockprog_function *function,
	       const struct lockprog_outline *outline);

/* True if each value that an operation must define is defined once, and no other is. */
bool code_defines_each_once(const struct lockprog_function *function);

#endif
