/* port-win32.h - the functions of port-win32.c that are inlined into the wrappers.
 *
 * MinGW's __thread is emulated and slow; a slot in the thread's own block (TEB) is one
 * load.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef SPINRULE_PORT_WIN32_H
#define SPINRULE_PORT_WIN32_H

#include <stdint.h>

/* The offset in the thread's block of its set, a slot of TlsAlloc among the first 64;
 * the IRQL is in the slot after it.  port-win32.c sets it once, before all else; for
 * the other files it is a constant, which the compiler need not read again. */
#ifndef PORT_PLACE_IS
#define PORT_PLACE_IS const
#endif
extern PORT_PLACE_IS uintptr_t port_place;

#ifdef __x86_64__
#define PORT_BLOCK "%%gs"
#else
#define PORT_BLOCK "%%fs"
#endif

/* TlsGetValue without the call, and without changing GetLastError.  A slot is 0 at
 * first, which must stand for port_no_set: the slot has the distance from it. */
static inline struct held_set *port_find_set(void)
{
	uintptr_t distance;

	__asm__ volatile("mov " PORT_BLOCK ":(%1), %0" : "=r"(distance) : "r"(port_place));
	return (struct held_set *)((uintptr_t)&port_no_set + distance);
}

static inline unsigned port_irql(void)
{
	unsigned irql;

	__asm__ volatile("movzbl " PORT_BLOCK ":%c2(%1), %0"
			 : "=r"(irql)
			 : "r"(port_place), "i"(sizeof(void *)));
	return irql;
}

static inline void port_set_irql(unsigned irql)
{
	__asm__ volatile("movb %b1, " PORT_BLOCK ":%c2(%0)"
			 :
			 : "r"(port_place), "iq"(irql), "i"(sizeof(void *)));
}

#include "ddi-hosted.h"

#endif
