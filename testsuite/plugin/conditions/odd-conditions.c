/* { dg-do compile } */
/* Conditions over values that are no integers of a common size: the same test of the same value is the same.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"

struct ext {
	KSPIN_LOCK lock;
	int count;
};

#pragma GCC diagnostic ignored "-Wpsabi"
typedef int four __attribute__((vector_size(16)));

extern void touch(struct ext *);
extern double measure(struct ext *);

void good_floating(struct ext *ext, double f)
{
	if (f > 0.5)
		KeAcquireSpinLockAtDpcLevel(&ext->lock);
	touch(ext);
	if (f > 0.5)
		KeReleaseSpinLockFromDpcLevel(&ext->lock);
}

/* A value that is no number is not more and is not less. */
void warn_floating(struct ext *ext)
{
	const double f = measure(ext);

	KeAcquireSpinLockAtDpcLevel(&ext->lock);
	if (f > 0.5)
		KeReleaseSpinLockFromDpcLevel(&ext->lock);
	else if (f <= 0.5)
		KeReleaseSpinLockFromDpcLevel(&ext->lock);
}	/* { dg-warning "'ext->lock' is still held at return .spinrule-held-at-return." "not a number" } */

void good_complex(struct ext *ext, _Complex double z)
{
	if (z == 2)
		KeAcquireSpinLockAtDpcLevel(&ext->lock);
	touch(ext);
	if (z == 2)
		KeReleaseSpinLockFromDpcLevel(&ext->lock);
}

void good_element_of_a_vector(struct ext *ext, four v)
{
	if (v[2])
		KeAcquireSpinLockAtDpcLevel(&ext->lock);
	touch(ext);
	if (v[2])
		KeReleaseSpinLockFromDpcLevel(&ext->lock);
}

void good_sixty_four_bits(struct ext *ext, LONGLONG x, ULONGLONG y)
{
	if (x > 0x100000000ll)
		KeAcquireSpinLockAtDpcLevel(&ext->lock);
	touch(ext);
	if (x > 0x100000000ll)
		KeReleaseSpinLockFromDpcLevel(&ext->lock);
	if (y == ~0ull)
		KeAcquireSpinLockAtDpcLevel(&ext->lock);
	touch(ext);
	if (y >= ~0ull)
		KeReleaseSpinLockFromDpcLevel(&ext->lock);
}

#ifdef __SIZEOF_INT128__
void good_wide(struct ext *ext, __int128 x)
{
	if (x > ((__int128)1 << 100))
		KeAcquireSpinLockAtDpcLevel(&ext->lock);
	touch(ext);
	if (x > ((__int128)1 << 100))
		KeReleaseSpinLockFromDpcLevel(&ext->lock);
}
#else
void good_wide(void)
{
}
#endif

void warn_element_changed(struct ext *ext, four v)
{
	if (v[2])
		KeAcquireSpinLockAtDpcLevel(&ext->lock);
	v[2]++;
	if (v[2])
		KeReleaseSpinLockFromDpcLevel(&ext->lock);
}	/* { dg-warning "'ext->lock' is still held at return .spinrule-held-at-return." "another value" } */

/* Read again in each round: another value each time. */
extern double reading(void);
extern int more(void);

void warn_floating_in_a_loop(struct ext *ext)
{
	double f = reading();

	if (f > 0.5)
		KeAcquireSpinLockAtDpcLevel(&ext->lock);
	while (more())
		f = reading();
	if (f > 0.5)
		KeReleaseSpinLockFromDpcLevel(&ext->lock);
}	/* { dg-warning "'ext->lock' is still held at return .spinrule-held-at-return." "another reading" } */
