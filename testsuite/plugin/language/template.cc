/* { dg-do compile } */
/* C++: templates, lambdas and namespaces.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"

namespace driver {

template <typename T> struct locked {
	KSPIN_LOCK lock;
	T value;
};

template <typename T> T good_take(locked<T> *from)
{
	KIRQL irql;
	T value;

	KeAcquireSpinLock(&from->lock, &irql);
	value = from->value;
	KeReleaseSpinLock(&from->lock, irql);
	return value;
}

template <typename T> T warn_take(locked<T> *from)
{
	KIRQL irql;
	T value;

	KeAcquireSpinLock(&from->lock, &irql);
	value = from->value;
	KeReleaseSpinLock(&from->lock, irql);
	KeReleaseSpinLock(&from->lock, irql);	/* { dg-warning "'from->lock' is released but not held .spinrule-release-unheld." "in a template" } */
	return value;
}

template int good_take(locked<int> *);
template int warn_take(locked<int> *);

/* The lock is a parameter of the template. */
template <PKSPIN_LOCK lock> struct global_guard {
	global_guard() { KeAcquireSpinLockAtDpcLevel(lock); }
	~global_guard() { KeReleaseSpinLockFromDpcLevel(lock); }
};

KSPIN_LOCK first, second;
int count;

void good_template_guards()
{
	global_guard<&first> a;
	global_guard<&second> b;

	count++;
}

void warn_template_guards()
{
	global_guard<&first> a;
	global_guard<&first> b;	/* { dg-warning "is acquired while already held .spinrule-double-acquire." "the same lock" } */

	count++;
}

template <typename F> void with_lock(PKSPIN_LOCK lock, F function)
{
	KIRQL irql;

	KeAcquireSpinLock(lock, &irql);
	function();
	KeReleaseSpinLock(lock, irql);
}

void good_lambda()
{
	with_lock(&first, [] { count++; });
}

/* The lambda itself is a function like any other. */
void warn_inside_a_lambda()
{
	auto twice = [](PKSPIN_LOCK lock) {
		KeAcquireSpinLockAtDpcLevel(lock);	/* { dg-note "lock' acquired here" "first" } */
		KeAcquireSpinLockAtDpcLevel(lock);	/* { dg-warning "lock' is acquired while already held .spinrule-double-acquire." "second" } */
	};

	twice(&second);
}

}
