/* DDIs in the places that only C++ has. */
/* refers: spinrule_thunk_KeReleaseInStackQueuedSpinLock spinrule_thunk_IoReleaseCancelSpinLock spinrule_thunk_KeInitializeSpinLock */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"

typedef decltype(&KeReleaseInStackQueuedSpinLock) release_queued;

constexpr release_queued in_constexpr = KeReleaseInStackQueuedSpinLock;
inline void *dynamic = (void *)IoReleaseCancelSpinLock;
extern void take(void *);
extern int choose();

template<release_queued release> struct guard {
	KLOCK_QUEUE_HANDLE handle;
	guard(PKSPIN_LOCK lock) { KeAcquireInStackQueuedSpinLock(lock, &handle); }
	~guard() { release(&handle); }
};

struct table {
	release_queued release = KeReleaseInStackQueuedSpinLock;
	static constexpr release_queued shared = KeReleaseInStackQueuedSpinLock;
	void *get() { return (void *)KeInitializeSpinLock; }
};

void as_template_argument(PKSPIN_LOCK lock)
{
	guard<KeReleaseInStackQueuedSpinLock> held(lock);

	if (choose())
		take(nullptr);
}

void in_lambdas()
{
	auto given = [release = KeReleaseInStackQueuedSpinLock](PKLOCK_QUEUE_HANDLE handle) { release(handle); };
	auto named = [] { return (void *)IoReleaseCancelSpinLock; };

	take(&given);
	take(named());
}

table in_default_member;

void as_default_argument(void *function = (void *)KeInitializeSpinLock)
{
	take(function);
}

void by_reference()
{
	auto &release = KeReleaseInStackQueuedSpinLock;
	KLOCK_QUEUE_HANDLE handle;

	as_default_argument();
	release(&handle);
	take((void *)in_constexpr);
	take((void *)table::shared);
}
