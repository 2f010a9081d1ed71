/* Each way out of a callback is told apart, whatever the optimizer merged. */
/* run */
/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include "wdm-lite.h"
#include "../../../runtime/spinrule.h"

static KSPIN_LOCK lock;
static int spoilt;

#ifdef __i386__
#define ACQUIRE() KefAcquireSpinLockAtDpcLevel(&lock)
#define RELEASE() KefReleaseSpinLockFromDpcLevel(&lock)
#else
#define ACQUIRE() KeAcquireSpinLockAtDpcLevel(&lock)
#define RELEASE() KeReleaseSpinLockFromDpcLevel(&lock)
#endif

DRIVER_DISPATCH with_value, through_goto, of_conditional;
KDEFERRED_ROUTINE without_value, with_loops, falls_off, with_cleanup;
KSERVICE_ROUTINE truth;

NTSTATUS NTAPI with_value(PDEVICE_OBJECT device, PIRP irp)
{
	ULONG_PTR n = (ULONG_PTR)irp;

	ACQUIRE();				/* line: acquired */
	if (n == 1)
		return STATUS_SUCCESS;		/* line: value-1 */
	if (n == 2)
		return STATUS_SUCCESS;		/* line: value-2 */
	switch (n) {
	case 3:
		return STATUS_UNSUCCESSFUL;	/* line: value-3 */
	case 4: {
		NTSTATUS status = (NTSTATUS)n;
		return status; }		/* line: value-4 */
	}
	return
		STATUS_PENDING;			/* line: value-5 */
}

NTSTATUS NTAPI through_goto(PDEVICE_OBJECT device, PIRP irp)
{
	ULONG_PTR n = (ULONG_PTR)irp;
	NTSTATUS status = STATUS_UNSUCCESSFUL;

	ACQUIRE();
	if (n == 1)
		goto out;
	if (n == 2)
		return STATUS_PENDING;		/* line: goto-2 */
	status = STATUS_SUCCESS;
out:
	return status;				/* line: goto-1 */
}

NTSTATUS NTAPI of_conditional(PDEVICE_OBJECT device, PIRP irp)
{
	ACQUIRE();
	return irp ? STATUS_SUCCESS : STATUS_UNSUCCESSFUL;	/* line: conditional */
}

VOID NTAPI without_value(PKDPC dpc, PVOID context, PVOID a, PVOID b)
{
	ULONG_PTR n = (ULONG_PTR)context;

	ACQUIRE();
	if (n == 1)
		return;				/* line: void-1 */
	switch (n) {
	case 2:
		return;				/* line: void-2 */
	case 3:
		spoilt++;
		return;				/* line: void-3 */
	case 4:
		break;
	case 5:
		goto out;
	}
	if (n == 6)
		return;				/* line: void-6 */
	if (n == 7)
		spoilt++;
out:	;
}						/* line: void-end */

VOID NTAPI with_loops(PKDPC dpc, PVOID context, PVOID a, PVOID b)
{
	ULONG_PTR n = (ULONG_PTR)context;

	ACQUIRE();
	for (;;) {
		if (n-- == 5)
			return;			/* line: loop-5 */
		while (n > 6)
			if (n-- == 8)
				return;		/* line: loop-8 */
		if (n < 2)
			break;
	}
}						/* line: loop-end */

VOID NTAPI falls_off(PKDPC dpc, PVOID context, PVOID a, PVOID b)
{
	ACQUIRE();
	spoilt++;
}						/* line: falls-off */

static void count(int *n)
{
	spoilt += *n;
}

VOID NTAPI with_cleanup(PKDPC dpc, PVOID context, PVOID a, PVOID b)
{
	__attribute__((cleanup(count))) int n = 1;

	ACQUIRE();
	if (context)
		return;				/* line: cleanup */
	spoilt += n;
}						/* line: cleanup-end */

BOOLEAN NTAPI truth(struct _KINTERRUPT *interrupt, PVOID context)
{
	ACQUIRE();
	if (!context)
		return FALSE;			/* line: false */
	return TRUE;				/* line: true */
}

static void hook(const struct spinrule_report *report)
{
	printf("%s in %s, %s at %u, of %u\n", report->id, report->site->function, report->site->ddi,
	       report->site->line, report->acquired_at ? report->acquired_at->line : 0);
}

#define N(n) ((PVOID)(ULONG_PTR)(n))

int main(void)
{
	int i;

	setvbuf(stdout, NULL, _IONBF, 0);
	spinrule_set_report_hook(hook);
	for (i = 1; i <= 5; i++)
		with_value(NULL, N(i));
	/* expect: held-at-return in with_value, DRIVER_DISPATCH at LINE(value-1), of LINE(acquired) */
	/* expect: in with_value, .* at LINE(value-2), */
	/* expect: in with_value, .* at LINE(value-3), */
	/* expect: in with_value, .* at LINE(value-4), */
	/* expect: in with_value, .* at LINE(value-5), */
	for (i = 1; i <= 3; i++)
		through_goto(NULL, N(i));
	/* expect: in through_goto, .* at LINE(goto-1), */
	/* expect: in through_goto, .* at LINE(goto-2), */
	/* expect: in through_goto, .* at LINE(goto-1), */
	of_conditional(NULL, NULL);
	of_conditional(NULL, N(1));
	/* expect: in of_conditional, .* at LINE(conditional), */
	/* expect: in of_conditional, .* at LINE(conditional), */
	for (i = 1; i <= 8; i++)
		without_value(NULL, N(i), NULL, NULL);
	/* expect: in without_value, KDEFERRED_ROUTINE at LINE(void-1), */
	/* expect: in without_value, .* at LINE(void-2), */
	/* expect: in without_value, .* at LINE(void-3), */
	/* expect: in without_value, .* at LINE(void-end), */
	/* expect: in without_value, .* at LINE(void-end), */
	/* expect: in without_value, .* at LINE(void-6), */
	/* expect: in without_value, .* at LINE(void-end), */
	/* expect: in without_value, .* at LINE(void-end), */
	with_loops(NULL, N(5), NULL, NULL);
	with_loops(NULL, N(9), NULL, NULL);
	with_loops(NULL, N(3), NULL, NULL);
	/* expect: in with_loops, .* at LINE(loop-5), */
	/* expect: in with_loops, .* at LINE(loop-8), */
	/* expect: in with_loops, .* at LINE(loop-end), */
	falls_off(NULL, NULL, NULL, NULL);
	/* expect: in falls_off, .* at LINE(falls-off), */
	with_cleanup(NULL, N(1), NULL, NULL);
	with_cleanup(NULL, NULL, NULL, NULL);
	/* expect: in with_cleanup, .* at LINE(cleanup), */
	/* expect: in with_cleanup, .* at LINE(cleanup-end), */
	truth(NULL, NULL);
	truth(NULL, N(1));
	/* expect: in truth, KSERVICE_ROUTINE at LINE(false), */
	/* expect: in truth, .* at LINE(true), */
	printf("end %d\n", spoilt);
	/* expect: ^end 6$ */
	return 0;
}
