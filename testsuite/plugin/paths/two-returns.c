/* { dg-do compile } */
/* Two early returns, each forgets the lock: two mistakes, each at its own line, at every level.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"

struct ext {
	KSPIN_LOCK lock;
	int owner, count, flags;
};

static struct channel { unsigned char flags; } channel;
extern int print(struct channel *channel, const char *words);
#define ERR(WORDS) do { if (channel.flags & 2) print(&channel, WORDS); } while (0)

void warn_two_returns(struct ext *ext, int owner)
{
	KIRQL irql;

	KeAcquireSpinLock(&ext->lock, &irql);
	ext->count++;
	if (ext->flags & 1) {
		if (ext->owner == owner) {
			ext->owner = 0;
		} else {
			ERR("not the owner");
			return;			/* { dg-warning "'ext->lock' is still held at return" "first" } */
		}
	} else {
		if (ext->count) {
			ext->count--;
		} else {
			ERR("not owned");
			return;			/* { dg-warning "'ext->lock' is still held at return" "second" } */
		}
	}
	KeReleaseSpinLock(&ext->lock, irql);
}
