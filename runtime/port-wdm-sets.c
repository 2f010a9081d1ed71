/* port-wdm-sets.c - the held sets of a driver's threads: an object of its own, so that a
 * driver may bring fewer, or more, with SPINRULE_THREADS of spinrule.h.
 *
 * SPDX-License-Identifier: MIT
 */

#include "locks.h"
#include "port.h"

_Static_assert(sizeof(struct held_set) == SPINRULE_SET_SIZE, "spinrule.h has the size of a set");

struct held_set port_sets[PORT_SETS];
const unsigned port_set_count = PORT_SETS;
