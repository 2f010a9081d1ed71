/* momentary.h - what the ExInterlocked routines do while they have their lock.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef SPINRULE_MOMENTARY_H
#define SPINRULE_MOMENTARY_H

#include "port.h"

/* The routine's work without its lock.  Returns what the routine returns. */
uintptr_t momentary_work(enum port_momentary routine, void *first, uintptr_t second);
union port_large_integer momentary_add_large(void *addend, union port_large_integer increment);

#endif
