/* { dg-do compile } */
/* Routines of the system that the driver declares itself: they change none of its
 * pointers. */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"

struct ext {
	KSPIN_LOCK lock;
	struct ext *next;
};

extern ULONG DbgPrint(const char *format, ...);
extern VOID RtlAssert(PVOID expression, PVOID file, ULONG line, PCHAR message);
extern void report(const char *text);

void good_debug_print(struct ext *ext)
{
	KIRQL irql = 0;

	if (ext->next)
		KeAcquireSpinLock(&ext->lock, &irql);
	DbgPrint("%p", ext);
	if (ext->next)
		KeReleaseSpinLock(&ext->lock, irql);
}

void warn_debug_print(struct ext *ext)
{
	KIRQL irql, again;

	KeAcquireSpinLock(&ext->lock, &irql);
	DbgPrint("%p", ext);
	if (ext->next)
		KeAcquireSpinLock(&ext->lock, &again);	/* { dg-warning "already held" } */
	KeReleaseSpinLock(&ext->lock, irql);
}

void good_assert(struct ext *ext)
{
	KIRQL irql = 0;

	if (!ext->next)
		RtlAssert((PVOID)"ext->next", (PVOID)__FILE__, __LINE__, 0);
	if (ext->next)
		KeAcquireSpinLock(&ext->lock, &irql);
	if (!ext->next)
		RtlAssert((PVOID)"ext->next", (PVOID)__FILE__, __LINE__, 0);
	if (ext->next)
		KeReleaseSpinLock(&ext->lock, irql);
}

