/* { dg-do compile } */
/* Loops that count in memory or in a variable, so that no two rounds are alike: what holds in each round is found
   all the same.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"

struct nic {
	KSPIN_LOCK lock;
	unsigned free;
	int halting;
	void *frames[32];
};

struct bucket {
	KSPIN_LOCK lock;
	LIST_ENTRY chain;
	unsigned count;
};

void indicate(struct nic *nic, void **batch, unsigned n);
void visit(void *entry);

/* A flag says that the last round released. */
void good_flag_of_the_last_round(struct nic *nic, unsigned n)
{
	BOOLEAN done = FALSE;
	KIRQL irql;

	KeAcquireSpinLock(&nic->lock, &irql);
	while (!done) {
		nic->free++;
		if (nic->free >= n) {
			done = TRUE;
			KeReleaseSpinLock(&nic->lock, irql);
		}
	}
}

void warn_flag_of_the_last_round(struct nic *nic, unsigned n)
{
	BOOLEAN done = FALSE;
	KIRQL irql;

	KeAcquireSpinLock(&nic->lock, &irql);
	while (!done) {
		nic->free++;
		if (nic->free >= n) {
			KeReleaseSpinLock(&nic->lock, irql);	/* { dg-warning "lock' is released but not held .spinrule-release-unheld." } */
			done = nic->halting;
		}
	}
}

/* Frames in batches; the lock is dropped while a batch is handed over. */
void good_batches(struct nic *nic)
{
	void *batch[8];
	unsigned n;

	KeAcquireSpinLockAtDpcLevel(&nic->lock);
	for (;;) {
		n = 0;
		while (n < 8 && nic->free != 0) {
			batch[n++] = nic->frames[nic->free & 31];
			nic->free--;
		}
		if (n == 0)
			break;
		KeReleaseSpinLockFromDpcLevel(&nic->lock);
		indicate(nic, batch, n);
		KeAcquireSpinLockAtDpcLevel(&nic->lock);
		if (nic->halting)
			break;
	}
	KeReleaseSpinLockFromDpcLevel(&nic->lock);
}

void warn_batches(struct nic *nic)
{
	void *batch[8];
	unsigned n;

	KeAcquireSpinLockAtDpcLevel(&nic->lock);
	for (;;) {
		n = 0;
		while (n < 8 && nic->free != 0) {
			batch[n++] = nic->frames[nic->free & 31];
			nic->free--;
		}
		if (n == 0)
			break;
		KeReleaseSpinLockFromDpcLevel(&nic->lock);
		indicate(nic, batch, n);
		KeAcquireSpinLockAtDpcLevel(&nic->lock);
		if (nic->halting)
			return;	/* { dg-warning "lock' is still held at return .spinrule-held-at-return." } */
	}
	KeReleaseSpinLockFromDpcLevel(&nic->lock);
}

/* A lock of its own in each round, said once. */
void good_each_bucket(struct bucket *buckets)
{
	KIRQL irql;

	for (int i = 0; i < 64; i++) {
		struct bucket *bucket = &buckets[i];

		KeAcquireSpinLock(&bucket->lock, &irql);
		if (bucket->count == 0) {
			KeReleaseSpinLock(&bucket->lock, irql);
			break;
		}
		for (LIST_ENTRY *entry = bucket->chain.Flink; entry != &bucket->chain; entry = entry->Flink)
			visit(entry);
		KeReleaseSpinLock(&bucket->lock, irql);
	}
}

void warn_each_bucket(struct bucket *buckets)
{
	KIRQL irql;

	for (int i = 0; i < 64; i++) {
		struct bucket *bucket = &buckets[i];

		KeAcquireSpinLock(&bucket->lock, &irql);
		if (bucket->count == 0)
			return;	/* { dg-warning "lock' is still held at return .spinrule-held-at-return." } */
		for (LIST_ENTRY *entry = bucket->chain.Flink; entry != &bucket->chain; entry = entry->Flink)
			visit(entry);
		KeReleaseSpinLock(&bucket->lock, irql);
	}
}
