/* StorPort's locks: of an adapter by their kinds, released by their handles; of messages by their numbers.
 *
 * SPDX-License-Identifier: MIT
 */
/* built: instrumented */
/* exit: 66 */
/* expect: ^good$ */
/* expect: ^spinrule: spin lock 'InterruptLock' \(0x[0-9A-F]+\) is acquired while already held \[spinrule-double-acquire\]$ */
/* expect: ^  by thread [0-9]+ at .*:{second}:[0-9]+ in warn_twice$ */
/* expect: ^  acquired by thread [0-9]+ at .*:{first}:[0-9]+ in warn_twice$ */
/* expect: ^  rule StorPortSpinLock$ */
/* expect: ^spinrule: spin lock 'handle' .* is released but not held \[spinrule-release-unheld\]$ */
/* expect: ^  by thread [0-9]+ at .*:{again}:[0-9]+ in warn_released_again$ */
/* expect: ^spinrule: spin lock 'message number' \(0x[0-9A-F]+\) is acquired while already held \[spinrule-double-acquire\]$ */
/* expect: ^  by thread [0-9]+ at .*:{message}:[0-9]+ in warn_message_twice$ */
/* expect: ^  acquired by thread [0-9]+ at .*:{before}:[0-9]+ in warn_message_twice$ */
/* expect: ^  rule StorPortMSILock$ */
/* expect: ^spinrule: spin lock 'message 1' .* is released but not held \[spinrule-release-unheld\]$ */
/* expect: ^  by thread [0-9]+ at .*:{other}:[0-9]+ in warn_other_message$ */
/* expect: ^spinrule: spin lock 'message 3' .* is still held at return \[spinrule-held-at-return\]$ */
/* expect: ^  acquired by thread [0-9]+ at .*:{left}:[0-9]+ in warn_left$ */
/* expect: ^spinrule: 5 violations, */

#include "by-hand.h"

typedef enum _STOR_SPINLOCK { DpcLock = 1, StartIoLock, InterruptLock } STOR_SPINLOCK;
typedef struct _STOR_LOCK_HANDLE {
	STOR_SPINLOCK Lock;
	PVOID Context[3];
} STOR_LOCK_HANDLE, *PSTOR_LOCK_HANDLE;
typedef VOID HW_DPC_ROUTINE(PVOID dpc, PVOID extension, PVOID first, PVOID second);

static struct extension {
	int acquires, dpc[8], completion_dpc[8];
} one, two;
static HW_DPC_ROUTINE warn_left;

/* What the port driver does: here a number of acquires, so that a mistake does not wait for ever. */
static __attribute__((noinline)) ULONG notify(struct extension *extension, int change)
{
	extension->acquires += change;
	return 0;
}

static inline VOID StorPortAcquireSpinLock(PVOID extension, STOR_SPINLOCK lock, PVOID context, PSTOR_LOCK_HANDLE handle)
{
	handle->Lock = lock;
	handle->Context[0] = extension;
	(void)context;
	notify(extension, 1);
}

static inline VOID StorPortReleaseSpinLock(PVOID extension, PSTOR_LOCK_HANDLE handle)
{
	handle->Context[0] = NULL;
	notify(extension, -1);
}

static inline ULONG StorPortAcquireMSISpinLock(PVOID extension, ULONG message, PULONG irql)
{
	*irql = message;
	return notify(extension, 1);
}

static inline ULONG StorPortReleaseMSISpinLock(PVOID extension, ULONG message, ULONG irql)
{
	(void)message, (void)irql;
	return notify(extension, -1);
}

static void good_kinds(void)
{
	STOR_LOCK_HANDLE first, second, third, fourth;

	StorPortAcquireSpinLock(&one, DpcLock, one.dpc, &first);
	StorPortAcquireSpinLock(&one, DpcLock, one.completion_dpc, &second);
	StorPortAcquireSpinLock(&one, StartIoLock, NULL, &third);
	StorPortAcquireSpinLock(&one, InterruptLock, NULL, &fourth);
	StorPortReleaseSpinLock(&one, &fourth);
	StorPortReleaseSpinLock(&one, &third);
	StorPortReleaseSpinLock(&one, &second);
	StorPortReleaseSpinLock(&one, &first);
	CHECK(!one.acquires);
}

/* Messages of one adapter, and one message of two. */
static void good_messages(void)
{
	ULONG irql[4];

	for (ULONG number = 0; number < 3; number++)
		StorPortAcquireMSISpinLock(&one, number, &irql[number]);
	StorPortAcquireMSISpinLock(&two, 0, &irql[3]);
	StorPortReleaseMSISpinLock(&two, 0, irql[3]);
	for (ULONG number = 3; number-- > 0;)
		StorPortReleaseMSISpinLock(&one, number, irql[number]);
	CHECK(!one.acquires && !two.acquires);
}

static void warn_twice(void)
{
	STOR_LOCK_HANDLE handle, other;

	StorPortAcquireSpinLock(&one, InterruptLock, NULL, &handle);	/* line: first */
	StorPortAcquireSpinLock(&one, InterruptLock, NULL, &other);	/* line: second */
	CHECK(one.acquires == 2);
	StorPortReleaseSpinLock(&one, &other);
	StorPortReleaseSpinLock(&one, &handle);
}

static void warn_released_again(void)
{
	STOR_LOCK_HANDLE handle;

	StorPortAcquireSpinLock(&one, StartIoLock, NULL, &handle);
	StorPortReleaseSpinLock(&one, &handle);
	StorPortReleaseSpinLock(&one, &handle);	/* line: again */
}

static void warn_message_twice(ULONG number)
{
	ULONG irql, above;

	StorPortAcquireMSISpinLock(&one, number, &irql);	/* line: before */
	StorPortAcquireMSISpinLock(&one, number, &above);	/* line: message */
	StorPortReleaseMSISpinLock(&one, number, above);
	StorPortReleaseMSISpinLock(&one, number, irql);
}

static void warn_other_message(void)
{
	ULONG irql;

	StorPortAcquireMSISpinLock(&one, 0, &irql);
	StorPortReleaseMSISpinLock(&one, 1, irql);	/* line: other */
	StorPortReleaseMSISpinLock(&one, 0, irql);
}

static VOID warn_left(PVOID dpc, PVOID extension, PVOID first, PVOID second)
{
	ULONG irql;

	(void)dpc, (void)first, (void)second;
	StorPortAcquireMSISpinLock(extension, 3, &irql);	/* line: left */
}

int main(void)
{
	good_kinds();
	good_messages();
	say("good");
	warn_twice();
	warn_released_again();
	warn_message_twice(2);
	warn_other_message();
	warn_left(NULL, &one, NULL, NULL);
	return 0;
}
