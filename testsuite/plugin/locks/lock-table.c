/* { dg-do compile } */
/* { dg-undecided "good_bucket_computed_twice good_all_buckets" } */
/* Tables of locks and of pointers to locks: hash buckets, one lock per processor, constant tables.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"

#define BUCKETS 16

struct bucket {
	KSPIN_LOCK lock;
	LIST_ENTRY chain;
};

struct ext {
	struct bucket buckets[BUCKETS];
	PKSPIN_LOCK chosen;
	int count;
};

static KSPIN_LOCK first, second, third;
static PKSPIN_LOCK const locks[] = { &first, &second, &third };
static KSPIN_LOCK global_locks[BUCKETS];

extern ULONG hash(PVOID);
extern ULONG processor(void);

static struct bucket *bucket_of(struct ext *ext, PVOID key)
{
	return &ext->buckets[hash(key) % BUCKETS];
}

void good_bucket_kept(struct ext *ext, PVOID key, PLIST_ENTRY entry)
{
	struct bucket *bucket = bucket_of(ext, key);
	KIRQL irql;

	KeAcquireSpinLock(&bucket->lock, &irql);
	InsertTailList(&bucket->chain, entry);
	KeReleaseSpinLock(&bucket->lock, irql);
}

void warn_bucket_kept(struct ext *ext, PVOID key, PLIST_ENTRY entry)
{
	struct bucket *bucket = bucket_of(ext, key);
	KIRQL irql;

	KeAcquireSpinLock(&bucket->lock, &irql);
	InsertTailList(&bucket->chain, entry);
	KeReleaseSpinLock(&bucket->lock, irql);
	KeReleaseSpinLock(&bucket->lock, irql);	/* { dg-warning "'bucket->lock' is released but not held .spinrule-release-unheld." "twice" } */
}

/* Computed twice: the same if the hash is, which nobody here can know. */
DRIVER_STARTIO good_bucket_computed_twice;

VOID NTAPI good_bucket_computed_twice(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	KIRQL irql;

	KeAcquireSpinLock(&bucket_of(ext, irp)->lock, &irql);
	ext->count++;
	KeReleaseSpinLock(&bucket_of(ext, irp)->lock, irql);
}

void good_index_kept(PVOID key)
{
	ULONG i = hash(key) & (BUCKETS - 1);
	KIRQL irql;

	KeAcquireSpinLock(&global_locks[i], &irql);
	KeReleaseSpinLock(&global_locks[i], irql);
}

void warn_index_kept(PVOID key)
{
	ULONG i = hash(key) & (BUCKETS - 1);
	KIRQL irql;

	KeAcquireSpinLock(&global_locks[i], &irql);
	KeAcquireSpinLock(&global_locks[i], &irql);	/* { dg-warning "global_locks.i.' is acquired while already held .spinrule-double-acquire." "twice" } */
	KeReleaseSpinLock(&global_locks[i], irql);
}

/* Moved from one bucket to another: lowest first, once where they are the same. */
void good_two_buckets(ULONG a, ULONG b, PLIST_ENTRY entry)
{
	ULONG low = a < b ? a : b, high = a < b ? b : a;

	KeAcquireSpinLockAtDpcLevel(&global_locks[low]);
	if (low != high)
		KeAcquireSpinLockAtDpcLevel(&global_locks[high]);
	RemoveEntryList(entry);
	if (low != high)
		KeReleaseSpinLockFromDpcLevel(&global_locks[high]);
	KeReleaseSpinLockFromDpcLevel(&global_locks[low]);
}

/* All in order, then all backwards. */
void good_all_buckets(struct ext *ext)
{
	KIRQL irql;
	int i;

	KeRaiseIrql(DISPATCH_LEVEL, &irql);
	for (i = 0; i < BUCKETS; i++)
		KeAcquireSpinLockAtDpcLevel(&ext->buckets[i].lock);
	ext->count = 0;
	for (i = BUCKETS - 1; i >= 0; i--)
		KeReleaseSpinLockFromDpcLevel(&ext->buckets[i].lock);
	KeLowerIrql(irql);
}

void good_constant_table(int x)
{
	KIRQL irql;

	KeAcquireSpinLock(locks[1], &irql);
	KeReleaseSpinLock(&second, irql);
	KeAcquireSpinLock(locks[x], &irql);
	KeReleaseSpinLock(locks[x], irql);
}

void warn_constant_table(int x)
{
	KIRQL irql;

	KeAcquireSpinLock(locks[x], &irql);
	KeReleaseSpinLock(locks[x], irql);
	KeReleaseSpinLock(locks[x], irql);	/* { dg-warning "is released but not held .spinrule-release-unheld." "twice" } */
}

/* A pointer kept in the extension, set under nobody's eyes. */
DRIVER_STARTIO good_chosen_lock, warn_chosen_lock;

VOID NTAPI good_chosen_lock(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	KIRQL irql;

	ext->chosen = &ext->buckets[processor() % BUCKETS].lock;
	KeAcquireSpinLock(ext->chosen, &irql);
	ext->count++;
	KeReleaseSpinLock(ext->chosen, irql);
}

VOID NTAPI warn_chosen_lock(PDEVICE_OBJECT device, PIRP irp)
{
	struct ext *ext = device->DeviceExtension;
	KIRQL irql;

	ext->chosen = &ext->buckets[processor() % BUCKETS].lock;
	KeAcquireSpinLock(ext->chosen, &irql);
	if (ext->count++ > 7)
		return;		/* { dg-warning "is still held at return .spinrule-held-at-return." "early return" } */
	KeReleaseSpinLock(ext->chosen, irql);
}

/* As a matrix. */
static KSPIN_LOCK matrix[4][8];

void good_matrix(int i, int j)
{
	KIRQL irql;

	KeAcquireSpinLock(&matrix[i][j], &irql);
	KeReleaseSpinLock(&matrix[i][j], irql);
	KeAcquireSpinLock(&matrix[1][2], &irql);
	KeAcquireSpinLockAtDpcLevel(&matrix[2][1]);
	KeReleaseSpinLockFromDpcLevel(&matrix[2][1]);
	KeReleaseSpinLock(&matrix[1][2], irql);
}

void warn_matrix(int i, int j)
{
	KIRQL irql;

	KeAcquireSpinLock(&matrix[i][j], &irql);
	KeAcquireSpinLockAtDpcLevel(&matrix[i][j]);	/* { dg-warning "matrix.i..j.' is acquired while already held .spinrule-double-acquire." "same element" } */
	KeReleaseSpinLockFromDpcLevel(&matrix[i][j]);
	KeReleaseSpinLock(&matrix[i][j], irql);
}

/* One element by two ways of writing it. */
void good_flat_index(void)
{
	KIRQL irql;

	KeAcquireSpinLock(&matrix[1][2], &irql);
	KeReleaseSpinLock(&matrix[0][0] + 10, irql);
	KeAcquireSpinLock(matrix[3], &irql);
	KeReleaseSpinLock(&matrix[3][0], irql);
}
