/* Calls from methods, templates, lambdas and where exceptions pass. */
/* refers: spinrule_KeAcquireSpinLockRaiseToDpc|spinrule_KfAcquireSpinLock spinrule_KeReleaseSpinLock|spinrule_KfReleaseSpinLock */
/* refers: spinrule_KeInitializeSpinLock spinrule_callback_enter spinrule_callback_leave */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"

namespace driver {

class lock {
	KSPIN_LOCK word;
	KIRQL irql;

public:
	lock() { KeInitializeSpinLock(&word); }
	void acquire() { KeAcquireSpinLock(&word, &irql); }
	void release();
};

void lock::release()
{
	KeReleaseSpinLock(&word, irql);
}

template<class L> class guard {
	L &held;

public:
	guard(L &l) : held(l) { held.acquire(); }
	~guard() { held.release(); }
};

static lock global;
extern int may_throw(int);

int with_guard(int n)
{
	guard<lock> g(global);

	try {
		return may_throw(n) + [n] { guard<lock> inner(global); return may_throw(n); }();
	} catch (int caught) {
		return caught;
	}
}

} // namespace driver

extern "C" DRIVER_DISPATCH dispatch;

NTSTATUS NTAPI dispatch(PDEVICE_OBJECT device, PIRP irp)
{
	driver::guard<driver::lock> g(driver::global);

	if (!device)
		throw 5;
	try {
		if (driver::with_guard(1))
			return STATUS_UNSUCCESSFUL;
	} catch (...) {
		return STATUS_PENDING;
	}
	return STATUS_SUCCESS;
}
