/* port-win32.h - what of port-win32.c is inlined into the wrappers.
 *
 * MinGW's __thread is emulated and slow; a slot in the thread's own block (TEB) is one load.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef SPINRULE_PORT_WIN32_H
#define SPINRULE_PORT_WIN32_H

#include <stdint.h>

/* Where in this thread's block the values are: slots of TlsAlloc, of the first 64. */
extern uintptr_t port_set_place, port_irql_place;

/* TlsGetValue and TlsSetValue without the call and without their change of GetLastError. */
static inline uintptr_t port_value(uintptr_t place)
{
	uintptr_t value;

#ifdef __x86_64__
	__asm__ volatile("movq %%gs:(%1), %0" : "=r"(value) : "r"(place));
#else
	__asm__ volatile("movl %%fs:(%1), %0" : "=r"(value) : "r"(place));
#endif
	return value;
}

static inline void port_set_value(uintptr_t place, uintptr_t value)
{
#ifdef __x86_64__
	__asm__ volatile("movq %1, %%gs:(%0)" : : "r"(place), "r"(value));
#else
	__asm__ volatile("movl %1, %%fs:(%0)" : : "r"(place), "r"(value));
#endif
}

/* A slot is 0 at first, which stands for PORT_NO_SET: the distance from it is kept. */
static inline struct held_set *port_find_set(void)
{
	return (struct held_set *)((uintptr_t)&port_no_set + port_value(port_set_place));
}

static inline uint8_t port_irql(void)
{
	return (uint8_t)port_value(port_irql_place);
}

static inline void port_set_irql(uint8_t irql)
{
	port_set_value(port_irql_place, irql);
}

#include "ddi-hosted.h"

#endif
