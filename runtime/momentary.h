/* momentary.h - the work that the ExInterlocked routines do under their lock.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef SPINRULE_MOMENTARY_H
#define SPINRULE_MOMENTARY_H

#include "port.h"

/* Do the routine's work without its lock.  Returns the routine's result. */
uintptr_t momentary_work(enum port_momentary routine, void *first, uintptr_t second);
union port_large_integer momentary_add_large(void *addend, union port_large_integer increment);

#endif
