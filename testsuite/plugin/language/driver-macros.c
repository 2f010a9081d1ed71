/* { dg-do compile } */
/* { dg-with "" } */
/* { dg-with "-no-integrated-cpp" } */
/* Macros of the driver that wrap DDIs: the place is that of the use, the lock is named as the use gives it.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"

struct ext {
	KSPIN_LOCK lock;
	KIRQL irql;
	int count;
};

#define LOCK_EXT(e)	KeAcquireSpinLock(&(e)->lock, &(e)->irql)
#define UNLOCK_EXT(e)	KeReleaseSpinLock(&(e)->lock, (e)->irql)

#define ENTER(e)				\
	do {					\
		KIRQL enter_irql_;		\
		KeAcquireSpinLock(&(e)->lock, &enter_irql_);	\
		(e)->irql = enter_irql_;	\
	} while (0)

#define LEAVE(e)				\
	do {					\
		(e)->count--;			\
		KeReleaseSpinLock(&(e)->lock, (e)->irql);	\
	} while (0)

/* A block between two macros. */
#define WITH_LOCK(e)	{ KIRQL with_irql_; KeAcquireSpinLock(&(e)->lock, &with_irql_);
#define END_WITH(e)	KeReleaseSpinLock(&(e)->lock, with_irql_); }

#define RETURN_UNLOCKED(e, value)		\
	do {					\
		UNLOCK_EXT(e);			\
		return (value);			\
	} while (0)

#define CHECK(condition, value)			\
	do {					\
		if (!(condition))		\
			return (value);		\
	} while (0)

void good_one_liners(struct ext *ext)
{
	LOCK_EXT(ext);
	ext->count++;
	UNLOCK_EXT(ext);
}

void warn_one_liners(struct ext *ext)
{
	LOCK_EXT(ext);	/* { dg-note "'ext->lock' acquired here" "first use" } */
	ext->count++;
	LOCK_EXT(ext);	/* { dg-warning "'ext->lock' is acquired while already held .spinrule-double-acquire." "second use" } */
	UNLOCK_EXT(ext);
}

void good_do_while_zero(struct ext *ext)
{
	ENTER(ext);
	ext->count += 2;
	LEAVE(ext);
}

void warn_do_while_zero(struct ext *ext)
{
	ENTER(ext);
	ext->count += 2;
	LEAVE(ext);
	LEAVE(ext);	/* { dg-warning "'ext->lock' is released but not held .spinrule-release-unheld." "second use" } */
}

void good_block_macros(struct ext *ext)
{
	WITH_LOCK(ext)
		ext->count++;
	END_WITH(ext)
	WITH_LOCK(ext)
		ext->count--;
	END_WITH(ext)
}

void warn_block_macros(struct ext *ext)
{
	WITH_LOCK(ext)		/* { dg-note "'ext->lock' acquired here" "outer block" } */
		ext->count++;
		WITH_LOCK(ext)	/* { dg-warning "'ext->lock' is acquired while already held .spinrule-double-acquire." "inner block" } */
			ext->count--;
		END_WITH(ext)
	END_WITH(ext)
}

int good_exit_macro(struct ext *ext)
{
	LOCK_EXT(ext);
	if (ext->count < 0)
		RETURN_UNLOCKED(ext, -1);
	ext->count++;
	UNLOCK_EXT(ext);
	return 0;
}

DRIVER_DISPATCH warn_exit_macro;

NTSTATUS NTAPI warn_exit_macro(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;

	LOCK_EXT(ext);	/* { dg-note "'ext->lock' acquired here" "acquire" } */
	CHECK(ext->count >= 0, STATUS_UNSUCCESSFUL);	/* { dg-warning "'ext->lock' is still held at return .spinrule-held-at-return." "the macro returns" } */
	ext->count++;
	UNLOCK_EXT(ext);
	return STATUS_SUCCESS;
}

/* DDIs behind other names. */
#define AcquireLock KeAcquireSpinLockAtDpcLevel
#define ReleaseLock KeReleaseSpinLockFromDpcLevel

void good_renamed(struct ext *ext)
{
	AcquireLock(&ext->lock);
	ReleaseLock(&ext->lock);
}

void warn_renamed(struct ext *ext)
{
	AcquireLock(&ext->lock);
	ReleaseLock(&ext->lock);
	ReleaseLock(&ext->lock);	/* { dg-warning "'ext->lock' is released but not held .spinrule-release-unheld." "twice" } */
}

/* Spread over several lines. */
void warn_spread_over_lines(struct ext *ext)
{
	KIRQL irql;

	KeAcquireSpinLock(&ext->lock, &irql);
	KeReleaseSpinLock(&ext->lock, irql);
	KeReleaseSpinLock(		/* { dg-warning "'ext->lock' is released but not held .spinrule-release-unheld." "twice" } */
		&ext->lock,
		irql);
}
