/* Assumptions of all kinds, everywhere: with -DWITHOUT the macros are empty, and the code must be the same.  */
/* SPDX-License-Identifier: MIT */
#include "../../../runtime/spinrule-sal.h"
#include "wdm-lite.h"

#ifdef WITHOUT
#undef _Analysis_assume_
#undef __analysis_assume
#undef _Analysis_assume_lock_acquired_
#undef _Analysis_assume_lock_released_
#undef _Analysis_assume_lock_held_
#undef _Analysis_assume_lock_not_held_
#define _Analysis_assume_(x)
#define __analysis_assume(x)
#define _Analysis_assume_lock_acquired_(x)
#define _Analysis_assume_lock_released_(x)
#define _Analysis_assume_lock_held_(x)
#define _Analysis_assume_lock_not_held_(x)
#endif

struct ext {
	KSPIN_LOCK lock;
	KIRQL irql;
	int n;
	int *p;
};

static KSPIN_LOCK global;

int call(struct ext *ext);

int values(int a, int b, int c)
{
	int sum = a + b;

	_Analysis_assume_(a > 0);
	_Analysis_assume_(a > 0 && b < 3);
	_Analysis_assume_((a || b) && c);
	sum += c;
	_Analysis_assume_(sum == 3 ? a : b);
	_Analysis_assume_(!(a && (b || c)));
	return sum;
}

/* A variable that only an assumption looks at stays. */
void variables(struct ext *ext)
{
	int status = call(ext);
	int dead = ext->n + 1;

	_Analysis_assume_(status == 0);
	_Analysis_assume_(dead == 3);
}

/* Calls in it are not made. */
void calls(struct ext *ext)
{
	_Analysis_assume_(call(ext) != 0);
	_Analysis_assume_(ext->p && *ext->p && call(ext));
}

void locks(struct ext *ext, PKSPIN_LOCK lock)
{
	KSPIN_LOCK local;

	KeInitializeSpinLock(&local);
	_Analysis_assume_lock_held_(ext->lock);
	KeReleaseSpinLock(&ext->lock, ext->irql);
	_Analysis_assume_lock_not_held_(&ext->lock);
	_Analysis_assume_lock_acquired_(*lock);
	_Analysis_assume_lock_released_(lock);
	_Analysis_assume_lock_held_(global);
	_Analysis_assume_lock_not_held_(local);
}

void flow(struct ext *ext)
{
	while (ext->n--) {
		_Analysis_assume_(ext->n < 5 && ext->p);
		if (call(ext)) {
			_Analysis_assume_(ext->n == 2 || ext->n == 3);
		} else
			call(ext);
		switch (ext->n) {
		case 1:
			_Analysis_assume_(ext->p && ext->n);
			break;
		default:
			call(ext);
		}
	}
	if (ext->n > 3)
		goto out;
	_Analysis_assume_(ext->n != 0 || ext->p);
	call(ext);
out:
	_Analysis_assume_(ext->p);
	call(ext);
}

static inline int unused_inline(int a)
{
	_Analysis_assume_(a && a > 3);
	return a;
}

static int unused(int a)
{
	_Analysis_assume_(a && a > 3);
	return a;
}

static inline __attribute__((always_inline)) int inlined(int a, int b)
{
	_Analysis_assume_(a && b);
	return a + b;
}

int inlines(int a)
{
	return inlined(a, 3);
}

int no_return_here(int a, int b)
{
	if (a)
		return call(0);
	for (;;)
		_Analysis_assume_(a && b);
}
