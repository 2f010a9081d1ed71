/* The lock of an interrupt, and the kernel's lock of volume parameter blocks: a program's own stand-ins for the kernel's
 * functions, their calls between two events.
 *
 * SPDX-License-Identifier: MIT
 */
/* built: instrumented */
/* options: wrong_level=1 */
/* exit: 66 */
/* expect: ^good$ */
/* expect: ^spinrule: spin lock 'device\.interrupt' \(0x[0-9A-F]+\) is acquired while already held \[spinrule-double-acquire\]$ */
/* expect: ^  by thread [0-9]+ at .*:{second}:[0-9]+ in warn_twice$ */
/* expect: ^  acquired by thread [0-9]+ at .*:{first}:[0-9]+ in warn_twice$ */
/* expect: ^  rule SpinlockRelease, bug check 0xC4, parameter 1 = 0x0004000B$ */
/* expect: ^spinrule: spin lock 'device\.interrupt' \(0x[0-9A-F]+\) is acquired while already held \[spinrule-double-acquire\]$ */
/* expect: ^  by thread [0-9]+ at .*:{inside}:[0-9]+ in warn_synchronize_inside$ */
/* expect: ^  acquired by thread [0-9]+ at .*:{around}:[0-9]+ in warn_synchronize_inside$ */
/* expect: ^spinrule: spin lock 'device\.interrupt' .* is released with an IRQL that its acquire did not save \[spinrule-wrong-irql\]$ */
/* expect: ^  by thread [0-9]+ at .*:{irql}:[0-9]+ in warn_irql$ */
/* expect: ^  acquired by thread [0-9]+ at .*:{saved}:[0-9]+ in warn_irql$ */
/* expect: ^spinrule: spin lock 'device\.interrupt' .* is released but not held \[spinrule-release-unheld\]$ */
/* expect: ^  by thread [0-9]+ at .*:{unheld}:[0-9]+ in warn_unheld$ */
/* expect: ^spinrule: spin lock 'device\.interrupt' .* is still held at return \[spinrule-held-at-return\]$ */
/* expect: ^  acquired by thread [0-9]+ at .*:{left}:[0-9]+ in warn_left$ */
/* expect: ^spinrule: the VPB spin lock is acquired while already held \[spinrule-double-acquire\]$ */
/* expect: ^  by thread [0-9]+ at .*:{vpbsecond}:[0-9]+ in warn_vpb_twice$ */
/* expect: ^  acquired by thread [0-9]+ at .*:{vpbfirst}:[0-9]+ in warn_vpb_twice$ */
/* expect: ^spinrule: the VPB spin lock is released but not held \[spinrule-release-unheld\]$ */
/* expect: ^  by thread [0-9]+ at .*:{vpbunheld}:[0-9]+ in warn_vpb_unheld$ */
/* expect: ^spinrule: the VPB spin lock is acquired at an IRQL that its routine does not allow \[spinrule-wrong-level\]$ */
/* expect: ^  by thread [0-9]+ at .*:{high}:[0-9]+ in warn_vpb_high$ */
/* expect: ^spinrule: 8 violations, */

#include "by-hand.h"

#ifdef _WIN32
/* <ddk/wdm.h> imports these, from a kernel that no program has. */
#pragma GCC diagnostic ignored "-Wattributes"
#else
typedef struct _KINTERRUPT *PKINTERRUPT;
typedef BOOLEAN KSYNCHRONIZE_ROUTINE(PVOID context);
typedef KSYNCHRONIZE_ROUTINE *PKSYNCHRONIZE_ROUTINE;
#endif

enum { DEVICE_LEVEL = 5 };

/* What the kernel has: here a number of acquires, so that a mistake does not wait for ever. */
static int interrupt_acquires, vpb_acquires;

__attribute__((noinline)) KIRQL NTAPI KeAcquireInterruptSpinLock(PKINTERRUPT interrupt)
{
	KIRQL irql;

	(void)interrupt;
	KeRaiseIrql(DEVICE_LEVEL, &irql);
	interrupt_acquires++;
	return irql;
}

__attribute__((noinline)) VOID NTAPI KeReleaseInterruptSpinLock(PKINTERRUPT interrupt, KIRQL irql)
{
	(void)interrupt;
	interrupt_acquires--;
	KeLowerIrql(irql);
}

__attribute__((noinline)) BOOLEAN NTAPI KeSynchronizeExecution(PKINTERRUPT interrupt, PKSYNCHRONIZE_ROUTINE routine, PVOID context)
{
	BOOLEAN result;
	KIRQL irql;

	(void)interrupt;
	KeRaiseIrql(DEVICE_LEVEL, &irql);
	interrupt_acquires++;
	result = routine(context);
	interrupt_acquires--;
	KeLowerIrql(irql);
	return result;
}

__attribute__((noinline)) VOID NTAPI IoAcquireVpbSpinLock(PKIRQL irql)
{
	KIRQL old = KeGetCurrentIrql();

	if (old < DISPATCH_LEVEL)
		KeRaiseIrql(DISPATCH_LEVEL, &old);
	*irql = old;
	vpb_acquires++;
}

__attribute__((noinline)) VOID NTAPI IoReleaseVpbSpinLock(KIRQL irql)
{
	vpb_acquires--;
	KeLowerIrql(irql);
}

static struct device {
	PKINTERRUPT interrupt, other;
	int status;
} device = { (PKINTERRUPT)&device.interrupt, (PKINTERRUPT)&device.other, 1 };

static KSYNCHRONIZE_ROUTINE good_read_status;
static DRIVER_DISPATCH warn_left;

static BOOLEAN NTAPI good_read_status(PVOID context)
{
	CHECK(interrupt_acquires > 0);
	return ((struct device *)context)->status != 0;
}

/* The locks of two interrupts; an acquire is right at any IRQL below that of its device. */
static void good_interrupts(void)
{
	KIRQL irql, inner;

	irql = KeAcquireInterruptSpinLock(device.interrupt);
	CHECK(irql == PASSIVE_LEVEL);
	inner = KeAcquireInterruptSpinLock(device.other);
	CHECK(inner == DEVICE_LEVEL);
	KeReleaseInterruptSpinLock(device.other, inner);
	CHECK(KeSynchronizeExecution(device.other, good_read_status, &device));
	KeReleaseInterruptSpinLock(device.interrupt, irql);
	CHECK(KeSynchronizeExecution(device.interrupt, good_read_status, &device));
	CHECK(!interrupt_acquires && KeGetCurrentIrql() == PASSIVE_LEVEL);
}

static void good_vpb(void)
{
	KIRQL irql, interrupt_irql;

	IoAcquireVpbSpinLock(&irql);
	interrupt_irql = KeAcquireInterruptSpinLock(device.interrupt);
	KeReleaseInterruptSpinLock(device.interrupt, interrupt_irql);
	IoReleaseVpbSpinLock(irql);
	CHECK(!vpb_acquires && KeGetCurrentIrql() == PASSIVE_LEVEL);
}

/* The calls stay: both are made. */
static void warn_twice(void)
{
	KIRQL irql, again;

	irql = KeAcquireInterruptSpinLock(device.interrupt);	/* line: first */
	again = KeAcquireInterruptSpinLock(device.interrupt);	/* line: second */
	CHECK(interrupt_acquires == 2);
	KeReleaseInterruptSpinLock(device.interrupt, again);
	KeReleaseInterruptSpinLock(device.interrupt, irql);
}

static void warn_synchronize_inside(void)
{
	KIRQL irql = KeAcquireInterruptSpinLock(device.interrupt);	/* line: around */

	KeSynchronizeExecution(device.interrupt, good_read_status, &device);	/* line: inside */
	KeReleaseInterruptSpinLock(device.interrupt, irql);
}

static void warn_irql(void)
{
	KIRQL irql = KeAcquireInterruptSpinLock(device.interrupt);	/* line: saved */

	KeReleaseInterruptSpinLock(device.interrupt, irql + 1);	/* line: irql */
	KeLowerIrql(PASSIVE_LEVEL);
}

static void warn_unheld(void)
{
	KIRQL irql = KeAcquireInterruptSpinLock(device.interrupt);

	KeReleaseInterruptSpinLock(device.interrupt, irql);
	KeReleaseInterruptSpinLock(device.interrupt, irql);	/* line: unheld */
	interrupt_acquires = 0;
}

static NTSTATUS NTAPI warn_left(PDEVICE_OBJECT object, PIRP irp)
{
	(void)object, (void)irp;
	KeAcquireInterruptSpinLock(device.interrupt);	/* line: left */
	return STATUS_SUCCESS;
}

static void warn_vpb_twice(void)
{
	KIRQL irql, again;

	IoAcquireVpbSpinLock(&irql);	/* line: vpbfirst */
	IoAcquireVpbSpinLock(&again);	/* line: vpbsecond */
	CHECK(vpb_acquires == 2);
	IoReleaseVpbSpinLock(again);
	IoReleaseVpbSpinLock(irql);
}

static void warn_vpb_unheld(void)
{
	IoReleaseVpbSpinLock(PASSIVE_LEVEL);	/* line: vpbunheld */
}

static void warn_vpb_high(void)
{
	KIRQL irql, old;

	KeRaiseIrql(DEVICE_LEVEL, &old);
	IoAcquireVpbSpinLock(&irql);	/* line: high */
	IoReleaseVpbSpinLock(irql);
	KeLowerIrql(old);
}

int main(void)
{
	good_interrupts();
	good_vpb();
	say("good");
	warn_twice();
	warn_synchronize_inside();
	warn_irql();
	warn_unheld();
	warn_left(NULL, NULL);
	KeLowerIrql(PASSIVE_LEVEL);
	warn_vpb_twice();
	warn_vpb_unheld();
	warn_vpb_high();
	return 0;
}
