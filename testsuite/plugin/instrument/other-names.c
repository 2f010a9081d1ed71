/* DDIs under other names: asm names, weak references, redeclarations. */
/* refers: spinrule_KeReleaseSpinLockForDpc spinrule_KeAcquireSpinLockForDpc spinrule_thunk_KeAcquireSpinLockForDpc */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"

#ifdef __i386__
#define NAME_OF(name, bytes) __asm__("@" name "@" bytes)
#elif defined(_WIN32)
#define NAME_OF(name, bytes) __asm__(name)
#else
#define NAME_OF(name, bytes) __asm__(name)
#endif
#ifndef FASTCALL
#define FASTCALL
#endif

extern VOID FASTCALL unlock(PKSPIN_LOCK lock, KIRQL irql) NAME_OF("KeReleaseSpinLockForDpc", "8");
extern KIRQL FASTCALL lock(PKSPIN_LOCK lock) NAME_OF("KeAcquireSpinLockForDpc", "4");

KIRQL (FASTCALL *const pointer)(PKSPIN_LOCK) = lock;

void renamed(PKSPIN_LOCK l)
{
	unlock(l, lock(l));
}

#ifdef __ELF__
static KIRQL weak_lock(PKSPIN_LOCK) __attribute__((weakref("KeAcquireSpinLockForDpc")));

KIRQL through_weakref(PKSPIN_LOCK l)
{
	return weak_lock ? weak_lock(l) : 0;
}
#endif
