/* Functions whose addresses are kept in fields.
 *
 * SPDX-License-Identifier: MIT
 */

#include "fields.h"

KSPIN_LOCK counted;
struct hooks set, copied, moved;
struct pair pair;
struct handed handed;
struct slots slots;
struct whole whole;
engine engines;
struct message message;
struct chosen chosen;
struct client *client;

static void enters(void *context)
{
	(void)context;
	KeAcquireSpinLockAtDpcLevel(&counted);
}

static void stays_out(void *context)
{
	(void)context;
}

static void enters_handed(char n)
{
	(void)n;
	KeAcquireSpinLockAtDpcLevel(&counted);
}

static void enters_slot(short n)
{
	(void)n;
	KeAcquireSpinLockAtDpcLevel(&counted);
}

static void enters_chosen(char n, char more)
{
	(void)n, (void)more;
	KeAcquireSpinLockAtDpcLevel(&counted);
}

const struct hooks fixed = { .before = stays_out, .after = enters };
const struct steps steps = { { stays_out, stays_out }, { enters, enters } };

void hand(struct handed *to, handed_hook *run)
{
	to->run = run;
}

static void put(slot_hook **slot, slot_hook *run)
{
	*slot = run;
}

void fill(int kind)
{
	set.before = stays_out;
	set.after = enters;
	copied = set;
	moved.after = set.after;
	pair.first = set.before;
	pair.second = fixed.after;
	handed.none = NULL;
	hand(&handed, enters_handed);
	put(&slots.slot, enters_slot);
	whole.leave = stays_out;
	whole.enter = enters;
	engines.go = stays_out;
	engines.stop = enters;
	message.start = enters;
	chosen.one = stays_out;
	chosen.other = kind ? enters_chosen : NULL;
}

NTSTATUS NTAPI good_local(PDEVICE_OBJECT device, PIRP irp)
{
	struct steps own = { { stays_out, NULL }, { enters, enters } };

	(void)device, (void)irp;
	KeAcquireSpinLockAtDpcLevel(&counted);
	own.idle[irp->IoStatus.Information & 1](0);
	KeReleaseSpinLockFromDpcLevel(&counted);
	return 0;
}

NTSTATUS NTAPI warn_local(PDEVICE_OBJECT device, PIRP irp)
{
	struct steps own = { { stays_out, NULL }, { enters, enters } };

	(void)device, (void)irp;
	KeAcquireSpinLockAtDpcLevel(&counted);
	own.run[irp->IoStatus.Information & 1](0);	/* warning: double-acquire */
	return 0;
}
