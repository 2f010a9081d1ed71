/* cycle.h - functions that call each other.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef CYCLE_H
#define CYCLE_H

#include "check/checker.h"
#include "check/order.h"

/* Check the functions of component C of WHOLE, the order of CHECKER's unit: a cycle. */
void cycle_check(struct checker *checker, const struct order *whole, int c);

#endif
