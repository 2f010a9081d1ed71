/* bench-driver.c - a driver that measures work.c's loops in a kernel; see ../driver/kernel.h.
 *
 * IOCTL function 0x801 + N measures work N and answers with the ratio in thousandths (low 16 bits) and the time of a
 * raw pair in tenths of a nanosecond (high 16 bits); 0 where it cannot be measured.  The one after them all measures
 * the first in a thread that is in no callback.
 *
 * SPDX-License-Identifier: MIT
 */

#include "../driver/kernel.h"

#include "bench-outside.h"

WORK_SIDE(raw)
WORK_SIDE(checked)

enum { TURNS = 31, TURNS_OF_THREADS = 5 };

static DRIVER_DISPATCH measure_leaf, measure_own, measure_shared, measure_nested, measure_million, measure_list, measure_threads,
	measure_outside;

const PDRIVER_DISPATCH scenarios[] = {
	measure_leaf, measure_own, measure_shared, measure_nested, measure_million, measure_list, measure_threads,
	measure_outside, NULL
};

const int clock_is_of_thread;

static KEVENT gate;
static unsigned arrived;

uint64_t clock_now(void)
{
	LARGE_INTEGER frequency, now = KeQueryPerformanceCounter(&frequency);

	return (uint64_t)now.QuadPart * (1000000000u / (uint64_t)frequency.QuadPart);
}

void meet(unsigned count)
{
	if (__atomic_add_fetch(&arrived, 1, __ATOMIC_ACQ_REL) == count)
		KeSetEvent(&gate, IO_NO_INCREMENT, FALSE);
	KeWaitForSingleObject(&gate, Executive, KernelMode, FALSE, NULL);
}

static struct start {
	void (*routine)(void *);
	void *context;
} starts[MANY_THREADS];

static KSTART_ROUTINE start_in_thread;

static VOID NTAPI start_in_thread(PVOID context)
{
	struct start *start = context;

	start->routine(start->context);
}

int run_threads(unsigned count, void (*routine)(void *context), void *contexts, unsigned size)
{
	static PVOID threads[MANY_THREADS];
	unsigned n;

	arrived = 0;
	KeInitializeEvent(&gate, NotificationEvent, FALSE);
	for (n = 0; n < count; n++) {
		starts[n].routine = routine;
		starts[n].context = (char *)contexts + n * size;
		threads[n] = start_thread(start_in_thread, &starts[n]);
		if (!threads[n])
			break;
	}
	/* Those that are there wait for the rest. */
	if (n < count)
		KeSetEvent(&gate, IO_NO_INCREMENT, FALSE);
	for (unsigned i = 0; i < n; i++)
		join_thread(threads[i]);
	return n == count;
}

NTSTATUS at_entry(PDEVICE_OBJECT device)
{
	(void)device;
	raw_start(MANY_LOCKS);
	checked_start(MANY_LOCKS);
	return STATUS_SUCCESS;
}

void at_unload(void)
{
}

static NTSTATUS answer_with(PIRP irp, const struct measured *result)
{
	ULONG raw = result->first / 10 < 0xffff ? result->first / 10 : 0xffff;
	ULONG ratio = result->ratio < 0xffff ? result->ratio : 0xffff;

	return complete(irp, STATUS_SUCCESS, raw << 16 | ratio);
}

static NTSTATUS answer(PIRP irp, enum work_kind kind)
{
	struct measured result;

	if (!measure(&raw_works[kind], &checked_works[kind], kind == WORK_THREADS ? TURNS_OF_THREADS : TURNS, 1, &result))
		return complete(irp, STATUS_SUCCESS, 0);
	return answer_with(irp, &result);
}

static NTSTATUS NTAPI measure_outside(PDEVICE_OBJECT device, PIRP irp)
{
	/* A thread that hangs goes on with it. */
	static struct outside outside;

	(void)device;
	outside.raw = &raw_works[WORK_LEAF];
	outside.checked = &checked_works[WORK_LEAF];
	join_thread(start_thread(outside_start, &outside));
	if (!outside.is_measured)
		return complete(irp, STATUS_SUCCESS, 0);
	return answer_with(irp, &outside.result);
}

static NTSTATUS NTAPI measure_leaf(PDEVICE_OBJECT device, PIRP irp) { (void)device; return answer(irp, WORK_LEAF); }
static NTSTATUS NTAPI measure_own(PDEVICE_OBJECT device, PIRP irp) { (void)device; return answer(irp, WORK_OWN); }
static NTSTATUS NTAPI measure_shared(PDEVICE_OBJECT device, PIRP irp) { (void)device; return answer(irp, WORK_SHARED); }
static NTSTATUS NTAPI measure_nested(PDEVICE_OBJECT device, PIRP irp) { (void)device; return answer(irp, WORK_NESTED); }
static NTSTATUS NTAPI measure_million(PDEVICE_OBJECT device, PIRP irp) { (void)device; return answer(irp, WORK_MILLION); }
static NTSTATUS NTAPI measure_list(PDEVICE_OBJECT device, PIRP irp) { (void)device; return answer(irp, WORK_LIST); }
static NTSTATUS NTAPI measure_threads(PDEVICE_OBJECT device, PIRP irp) { (void)device; return answer(irp, WORK_THREADS); }
