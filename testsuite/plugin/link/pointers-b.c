/* Functions whose addresses are kept.
 *
 * SPDX-License-Identifier: MIT
 */

#define OTHER_FILE
#include "pointers.h"

KSPIN_LOCK counted;

static void gives_back(struct queue *queue, KIRQL irql)
{
	KeReleaseSpinLock(&queue->lock, irql);
}
const struct queue_table queues = { gives_back };

static void works(struct request *request, int a, int b)
{
	request->kind = a + b;
	KeAcquireSpinLockAtDpcLevel(&counted);
}
struct worker worker;

void begin(void)
{
	set_worker(&worker, (void (*)(void *, int, int))works);
}

void set_worker(struct worker *at, void (*run)(void *, int, int))
{
	at->run = run;
}

static int enters_any(struct request *first, struct request *second)
{
	(void)first, (void)second;
	KeAcquireSpinLockAtDpcLevel(&counted);
	return 0;
}

static int enters_number(struct request *first, struct request *second, int third)
{
	(void)first, (void)second, (void)third;
	KeAcquireSpinLockAtDpcLevel(&counted);
	return 0;
}
struct slot slot;

void fill(void)
{
	slot.any = (void *)enters_any;
	slot.number = (ULONG_PTR)enters_number;
}

static int enters_generic(struct queue *queue, char a, char b)
{
	(void)queue, (void)a, (void)b;
	KeAcquireSpinLockAtDpcLevel(&counted);
	return 0;
}

generic *by_name(int n)
{
	return n ? (generic *)enters_generic : NULL;
}

static int enters_three(struct request *request, int a, int b, int c)
{
	(void)request;
	KeAcquireSpinLockAtDpcLevel(&counted);
	return a + b + c;
}
three *kept_as_three = enters_three;

static int enters_derived(struct derived *derived, int a, int b, int c, int d)
{
	KeAcquireSpinLockAtDpcLevel(&counted);
	return derived->more + a + b + c + d;
}
static const struct derived_table table = { enters_derived };
struct derived made = { &table, 1 };

static int enters_request(struct request *request, short n)
{
	KeAcquireSpinLockAtDpcLevel(&counted);
	return request->kind + n;
}
union routine routine = { .with_request = enters_request };

static int enters_plain(plain *at, char n)
{
	(void)at;
	KeAcquireSpinLockAtDpcLevel(&counted);
	return n;
}
with_plain *keeps_plain = enters_plain;

void set_named(int (*routine)(struct renamed *, long long))
{
	struct renamed at = { 0 };

	routine(&at, 1);
}
