/* { dg-do compile } */
/* { dg-additional-options "-fplugin-arg-spinrule-max-states=2" } */
/* { dg-undecided "good_few_states" } */
/* Two states are kept, so what the function was called with is given up: it may tell returns apart all the same.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"

struct ext {
	KSPIN_LOCK *lock;
	int count;
};

extern void unseen(const char *text);

static void take(struct ext *ext, int kind)
{
	unseen("taking");
	switch (kind) {
	case 1: unseen("one"); break;
	case 2: unseen("two"); break;
	case 3:
		unseen("three");
		if (ext->lock)
			KeAcquireSpinLockAtDpcLevel(ext->lock);
		break;
	}
}

void good_few_states(int code, struct ext **where, int kind)
{
	struct ext *ext = 0;

	if (where) {
		unseen("where");
		ext = *where;
	}
	switch (code) {
	case 1: unseen("one"); ext->count++; break;
	case 2: unseen("two"); take(ext, kind); break;
	case 3: unseen("three"); if (ext) ext->count = 0; break;
	}
}

extern int choose(void);

void warn_by_chance(int code, struct ext *ext)
{
	switch (code) {
	case 1: unseen("one"); ext->count++; break;
	case 2: if (choose()) KeAcquireSpinLockAtDpcLevel(ext->lock); break;
	case 3: unseen("three"); ext->count = 0; break;
	}
}	/* { dg-warning "'ext->lock' is still held at return" } */
