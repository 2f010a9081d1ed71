/* { dg-do compile } */
/* Reader/writer spin locks: held shared or exclusive, tried, and made exclusive.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"

typedef volatile LONG RW_LOCK, *PRW_LOCK;

extern KIRQL NTAPI ExAcquireSpinLockShared(PRW_LOCK lock);
extern VOID NTAPI ExAcquireSpinLockSharedAtDpcLevel(PRW_LOCK lock);
extern LOGICAL NTAPI ExTryAcquireSpinLockSharedAtDpcLevel(PRW_LOCK lock);
extern VOID NTAPI ExReleaseSpinLockShared(PRW_LOCK lock, KIRQL irql);
extern VOID NTAPI ExReleaseSpinLockSharedFromDpcLevel(PRW_LOCK lock);
extern KIRQL NTAPI ExAcquireSpinLockExclusive(PRW_LOCK lock);
extern VOID NTAPI ExAcquireSpinLockExclusiveAtDpcLevel(PRW_LOCK lock);
extern LOGICAL NTAPI ExTryAcquireSpinLockExclusiveAtDpcLevel(PRW_LOCK lock);
extern VOID NTAPI ExReleaseSpinLockExclusive(PRW_LOCK lock, KIRQL irql);
extern VOID NTAPI ExReleaseSpinLockExclusiveFromDpcLevel(PRW_LOCK lock);
extern LOGICAL NTAPI ExTryConvertSharedSpinLockExclusive(PRW_LOCK lock);

struct routes {
	RW_LOCK lock;
	RW_LOCK index_lock;
	int count;
	int stale;
};

int good_read(struct routes *routes)
{
	KIRQL irql = ExAcquireSpinLockShared(&routes->lock);
	int count = routes->count;

	ExReleaseSpinLockShared(&routes->lock, irql);
	return count;
}

int warn_read(struct routes *routes)
{
	KIRQL irql = ExAcquireSpinLockShared(&routes->lock);	/* { dg-note "'routes->lock' acquired here" "the read lock" } */
	int count = routes->count;

	if (count < 0)
		return -1;	/* { dg-warning "'routes->lock' is still held at return .spinrule-held-at-return." "early" } */
	ExReleaseSpinLockShared(&routes->lock, irql);
	return count;
}

void good_write_below_read(struct routes *routes)
{
	KIRQL irql = ExAcquireSpinLockShared(&routes->index_lock);

	ExAcquireSpinLockExclusiveAtDpcLevel(&routes->lock);
	routes->count++;
	ExReleaseSpinLockExclusiveFromDpcLevel(&routes->lock);
	ExReleaseSpinLockShared(&routes->index_lock, irql);
}

/* A writer that waits in between keeps out both.  */
void warn_read_twice(struct routes *routes)
{
	KIRQL irql = ExAcquireSpinLockShared(&routes->lock);

	ExAcquireSpinLockSharedAtDpcLevel(&routes->lock);	/* { dg-warning "'routes->lock' is acquired while already held .spinrule-double-acquire." "second reader" } */
	routes->count++;
	ExReleaseSpinLockSharedFromDpcLevel(&routes->lock);
	ExReleaseSpinLockShared(&routes->lock, irql);
}

void warn_write_below_read_of_one(struct routes *routes)
{
	KIRQL irql = ExAcquireSpinLockShared(&routes->lock);

	ExAcquireSpinLockExclusiveAtDpcLevel(&routes->lock);	/* { dg-warning "'routes->lock' is acquired while already held .spinrule-double-acquire." "writer" } */
	routes->count++;
	ExReleaseSpinLockExclusiveFromDpcLevel(&routes->lock);
	ExReleaseSpinLockShared(&routes->lock, irql);
}

void warn_released_the_other_way(struct routes *routes)
{
	KIRQL irql = ExAcquireSpinLockExclusive(&routes->lock);

	routes->count++;
	ExReleaseSpinLockShared(&routes->lock, irql);	/* { dg-warning "'routes->lock' is acquired by '\\w+' but released by '\\w+' .spinrule-mismatched-release." "shared" } */
}

void warn_other_irql(struct routes *routes, KIRQL irql)
{
	ExAcquireSpinLockExclusive(&routes->lock);
	routes->count++;
	ExReleaseSpinLockExclusive(&routes->lock, PASSIVE_LEVEL);	/* { dg-warning "'routes->lock' is released with an IRQL that its acquire did not save .spinrule-wrong-irql." "a constant" } */
}

int good_try(struct routes *routes)
{
	if (!ExTryAcquireSpinLockExclusiveAtDpcLevel(&routes->lock))
		return 0;
	routes->count++;
	ExReleaseSpinLockExclusiveFromDpcLevel(&routes->lock);
	return 1;
}

int warn_try(struct routes *routes)
{
	int count = -1;

	if (ExTryAcquireSpinLockSharedAtDpcLevel(&routes->lock))
		count = routes->count;
	ExReleaseSpinLockSharedFromDpcLevel(&routes->lock);	/* { dg-warning "'routes->lock' is released but not held .spinrule-release-unheld." "the try failed" } */
	return count;
}

/* ---- conversion ---- */

void good_convert(struct routes *routes)
{
	KIRQL irql = ExAcquireSpinLockShared(&routes->lock);

	if (routes->stale && ExTryConvertSharedSpinLockExclusive(&routes->lock)) {
		routes->stale = 0;
		ExReleaseSpinLockExclusive(&routes->lock, irql);
		return;
	}
	ExReleaseSpinLockShared(&routes->lock, irql);
}

void warn_convert(struct routes *routes)
{
	KIRQL irql = ExAcquireSpinLockShared(&routes->lock);

	if (routes->stale && ExTryConvertSharedSpinLockExclusive(&routes->lock))
		routes->stale = 0;
	ExReleaseSpinLockShared(&routes->lock, irql);	/* { dg-warning "'routes->lock' is acquired by '\\w+' but released by '\\w+' .spinrule-mismatched-release." "it is exclusive by now" } */
}

void good_convert_at_dpc_level(struct routes *routes)
{
	ExAcquireSpinLockSharedAtDpcLevel(&routes->lock);
	if (!ExTryConvertSharedSpinLockExclusive(&routes->lock)) {
		ExReleaseSpinLockSharedFromDpcLevel(&routes->lock);
		ExAcquireSpinLockExclusiveAtDpcLevel(&routes->lock);
	}
	routes->count++;
	ExReleaseSpinLockExclusiveFromDpcLevel(&routes->lock);
}

void warn_convert_at_dpc_level(struct routes *routes)
{
	ExAcquireSpinLockSharedAtDpcLevel(&routes->lock);
	if (!ExTryConvertSharedSpinLockExclusive(&routes->lock))
		ExAcquireSpinLockExclusiveAtDpcLevel(&routes->lock);	/* { dg-warning "'routes->lock' is acquired while already held .spinrule-double-acquire." "still shared" } */
	routes->count++;
	ExReleaseSpinLockExclusiveFromDpcLevel(&routes->lock);
}

void warn_convert_unheld(struct routes *routes)
{
	KIRQL irql = ExAcquireSpinLockShared(&routes->lock);

	ExReleaseSpinLockShared(&routes->lock, irql);
	if (ExTryConvertSharedSpinLockExclusive(&routes->lock))	/* { dg-warning "'routes->lock' is not held at a call that requires it .spinrule-call-unheld." "released before" } */
		ExReleaseSpinLockExclusiveFromDpcLevel(&routes->lock);
}

/* In a helper.  */
static int make_exclusive(struct routes *routes)
{
	return ExTryConvertSharedSpinLockExclusive(&routes->lock) != 0;
}

void good_convert_in_helper(struct routes *routes)
{
	KIRQL irql = ExAcquireSpinLockShared(&routes->lock);

	if (make_exclusive(routes)) {
		routes->count++;
		ExReleaseSpinLockExclusive(&routes->lock, irql);
	} else {
		ExReleaseSpinLockShared(&routes->lock, irql);
	}
}

void warn_convert_in_helper(struct routes *routes)
{
	KIRQL irql = ExAcquireSpinLockShared(&routes->lock);

	if (!make_exclusive(routes)) {
		routes->count++;
		ExReleaseSpinLockExclusive(&routes->lock, irql);	/* { dg-warning "'routes->lock' is acquired by '\\w+' but released by '\\w+' .spinrule-mismatched-release." "the wrong branch" } */
	} else {
		ExReleaseSpinLockExclusive(&routes->lock, irql);
	}
}
