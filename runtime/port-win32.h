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

#ifdef __x86_64__
#define PORT_BLOCK "%%gs"
#else
#define PORT_BLOCK "%%fs"
#endif

/* TlsGetValue and TlsSetValue without the call and without their change of GetLastError. */
static inline uintptr_t port_value(uintptr_t place)
{
	uintptr_t value;

	__asm__ volatile("mov " PORT_BLOCK ":(%1), %0" : "=r"(value) : "r"(place));
	return value;
}

static inline void port_set_value(uintptr_t place, uintptr_t value)
{
	__asm__ volatile("mov %1, " PORT_BLOCK ":(%0)" : : "r"(place), "r"(value));
}

/* A slot is 0 at first, which stands for PORT_NO_SET: the distance from it is kept. */
static inline struct held_set *port_find_set(void)
{
	return (struct held_set *)((uintptr_t)&port_no_set + port_value(port_set_place));
}

static inline unsigned port_irql(void)
{
	unsigned irql;

	__asm__ volatile("movzbl " PORT_BLOCK ":(%1), %0" : "=r"(irql) : "r"(port_irql_place));
	return irql;
}

static inline void port_set_irql(uint8_t irql)
{
	__asm__ volatile("movb %1, " PORT_BLOCK ":(%0)" : : "r"(port_irql_place), "iq"(irql));
}

#include "ddi-hosted.h"

#endif
