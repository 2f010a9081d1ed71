/* DDIs whose address is taken, in code and in data: none is left. */
/* no sites */
/* refers: spinrule_thunk_KeReleaseInStackQueuedSpinLock spinrule_thunk_IoReleaseCancelSpinLock spinrule_thunk_KeInitializeSpinLock */
/* refers: spinrule_thunk_KeTryToAcquireSpinLockAtDpcLevel spinrule_thunk_ExInterlockedAddLargeInteger */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"

#ifdef __i386__
#define RELEASE KfReleaseSpinLock
#define ACQUIRE KfAcquireSpinLock
#define ACQUIRE_DPC KefAcquireSpinLockAtDpcLevel
#else
#define RELEASE KeReleaseSpinLock
#define ACQUIRE KeAcquireSpinLockRaiseToDpc
#define ACQUIRE_DPC KeAcquireSpinLockAtDpcLevel
#endif

/* In data. */
__typeof__(&RELEASE) in_variable = RELEASE;
static __typeof__(&ACQUIRE) in_static = &ACQUIRE;
void *const in_const = (void *)IoReleaseCancelSpinLock;
void *in_array[] = { 0, (void *)RELEASE, [5] = (void *)ACQUIRE_DPC };
struct operations {
	int version;
	__typeof__(&ACQUIRE) acquire;
	struct {
		void *list[2];
	} more[2];
	union {
		int number;
		void *pointer;
	} u;
} in_struct = { 1, ACQUIRE, { { { 0, (void *)KeInitializeSpinLock } }, { { (void *)RELEASE, 0 } } }, { .pointer = (void *)ACQUIRE } };
ULONG_PTR as_number = (ULONG_PTR)RELEASE;
char *inside = (char *)RELEASE + 4;
struct operations *in_literal = &(struct operations){ 2, ACQUIRE, { { { 0 } } }, { 0 } };

/* In code. */
extern void take(void *function);
extern int choose(void);

void as_argument(void)
{
	take((void *)KeReleaseInStackQueuedSpinLock);
	take((void *)&KeReleaseInStackQueuedSpinLock);
	take((void *)ExInterlockedAddLargeInteger);
}

int compared(void *function)
{
	static void *local_static = (void *)KeReleaseInStackQueuedSpinLock;

	if (function == (void *)RELEASE || in_static == ACQUIRE)
		return 1;
	return function == local_static || (ULONG_PTR)function > (ULONG_PTR)ACQUIRE_DPC;
}

void *chosen(void)
{
	return choose() ? (void *)RELEASE : choose() ? (void *)ACQUIRE : (void *)IoReleaseCancelSpinLock;
}

void *chosen_by_path(int n)
{
	void *function = (void *)RELEASE;

	if (n)
		function = (void *)ACQUIRE;
	if (n > 5)
		goto out;
	function = (void *)in_array;
out:
	return function;
}

void in_local_objects(PKSPIN_LOCK lock)
{
	void *array[] = { (void *)RELEASE, (void *)ACQUIRE, (void *)KeInitializeSpinLock };
	struct operations operations = { 3, ACQUIRE, { { { 0 } } }, { 0 } };
	const __typeof__(&RELEASE) release = RELEASE;

	take(array);
	release(lock, operations.acquire(lock));
	take((struct operations[2]){ { 0 }, { .acquire = ACQUIRE } });
}

void in_asm(void)
{
	void *function;

	__asm__("" : "=r"(function) : "0"(RELEASE));
	take(function);
}

void *behind_volatile(void)
{
	void *volatile function = (void *)KeTryToAcquireSpinLockAtDpcLevel;

	return function;
}

/* With another type than the wrapper would have. */
int called_as_another(PKSPIN_LOCK lock)
{
	void *acquire = (void *)ACQUIRE_DPC, *release = (void *)IoReleaseCancelSpinLock;

	return ((int (*)(PKSPIN_LOCK))acquire)(lock) + ((int (*)(PKSPIN_LOCK, int, int))release)(lock, 1, 2);
}
