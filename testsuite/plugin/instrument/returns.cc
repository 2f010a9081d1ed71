/* Ways out of C++ callbacks, with destructors on the way. */
/* run */
/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include "wdm-lite.h"
#include "../../../runtime/spinrule.h"

static KSPIN_LOCK lock;
static int destroyed;

#ifdef __i386__
#define ACQUIRE() KefAcquireSpinLockAtDpcLevel(&lock)
#define RELEASE() KefReleaseSpinLockFromDpcLevel(&lock)
#else
#define ACQUIRE() KeAcquireSpinLockAtDpcLevel(&lock)
#define RELEASE() KeReleaseSpinLockFromDpcLevel(&lock)
#endif

struct counted {
	counted();
	~counted();
};

counted::counted() { destroyed--; }
counted::~counted() { destroyed += 2; }

extern "C" {
DRIVER_DISPATCH with_value, throws;
DRIVER_CANCEL without_value;
}

NTSTATUS NTAPI with_value(PDEVICE_OBJECT, PIRP irp)
{
	ULONG_PTR n = (ULONG_PTR)irp;
	counted outer;

	ACQUIRE();
	if (n == 1)
		return STATUS_SUCCESS;			/* line: value-1 */
	for (;;) {
		counted inner;

		if (n == 2)
			return STATUS_PENDING;		/* line: value-2 */
		if (n == 3)
			break;
		n--;
	}
	return STATUS_UNSUCCESSFUL;			/* line: value-3 */
}

VOID NTAPI without_value(PDEVICE_OBJECT, PIRP irp)
{
	ULONG_PTR n = (ULONG_PTR)irp;
	counted outer;

	if (n == 1)
		return;					/* line: void-1 */
	for (;;) {
		counted inner;

		if (n == 2)
			return;				/* line: void-2 */
		if (n == 3)
			break;
		if (n-- == 5)
			continue;
		n--;
	}
}							/* line: void-3 */

NTSTATUS NTAPI throws(PDEVICE_OBJECT, PIRP irp)
{
	counted outer;

	if (irp)
		throw 5;
	ACQUIRE();
	try {
		throws(NULL, (PIRP)&outer);
	} catch (int caught) {
		return caught;				/* line: caught */
	}
	return STATUS_SUCCESS;
}

static void hook(const struct spinrule_report *report)
{
	printf("%s in %s, %s at %u\n", report->id, report->site->function, report->site->ddi, report->site->line);
}

int main()
{
	ULONG_PTR i;

	setvbuf(stdout, NULL, _IONBF, 0);
	spinrule_set_report_hook(hook);
	for (i = 1; i <= 4; i++)
		with_value(NULL, (PIRP)i);
	/* expect: held-at-return in with_value, DRIVER_DISPATCH at LINE(value-1) */
	/* expect: in with_value, .* at LINE(value-2) */
	/* expect: in with_value, .* at LINE(value-3) */
	/* expect: in with_value, .* at LINE(value-3) */
	for (i = 1; i <= 3; i++)
		without_value(NULL, (PIRP)i);
	/* expect: in without_value, DRIVER_CANCEL at LINE(void-1) */
	/* expect: in without_value, .* at LINE(void-2) */
	/* expect: in without_value, .* at LINE(void-3) */
	throws(NULL, NULL);
	/* expect: in throws, .* at LINE(caught) */
	printf("end %d\n", destroyed);
	/* expect: ^end 15$ */
	return 0;
}
