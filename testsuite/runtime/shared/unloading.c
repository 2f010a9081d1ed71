/* unloading.c - loads the object, lets it acquire and release, unloads it, and then makes reports that need what the
 * runtime knows of it: of a lock that it left held, of its part of the history, of an order of locks.
 *
 * SPDX-License-Identifier: MIT
 */

#include "wdm-lite.h"

#include <dlfcn.h>
#include <stdio.h>

static KSPIN_LOCK first, second, held;

int main(int argc, char **argv)
{
	void *object = dlopen(argv[argc - 1], RTLD_NOW);
	void (*both)(PKSPIN_LOCK, PKSPIN_LOCK) = object ? dlsym(object, "take_both") : NULL;
	void (*take)(PKSPIN_LOCK) = object ? dlsym(object, "take") : NULL;

	if (!both || !take) {
		puts(dlerror());
		return 1;
	}
	take(&held);
	both(&first, &second);
	dlclose(object);
	if (dlopen(argv[argc - 1], RTLD_NOW | RTLD_NOLOAD))
		puts("still loaded");
	KeAcquireSpinLockAtDpcLevel(&held);
	KeReleaseSpinLockFromDpcLevel(&held);
	KeReleaseSpinLockFromDpcLevel(&held);
	KeAcquireSpinLockAtDpcLevel(&second);
	KeAcquireSpinLockAtDpcLevel(&first);
	KeReleaseSpinLockFromDpcLevel(&first);
	KeReleaseSpinLockFromDpcLevel(&second);
	puts("end");
	return 0;
}
