/* { dg-do compile } */
/* The lock of an interrupt, which its PKINTERRUPT stands for, and the lock of volume parameter blocks.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"

#ifndef _WIN32
typedef struct _KINTERRUPT *PKINTERRUPT;
typedef BOOLEAN KSYNCHRONIZE_ROUTINE(PVOID context);
typedef KSYNCHRONIZE_ROUTINE *PKSYNCHRONIZE_ROUTINE;
extern BOOLEAN NTAPI KeSynchronizeExecution(PKINTERRUPT interrupt, PKSYNCHRONIZE_ROUTINE routine, PVOID context);
extern KIRQL NTAPI KeAcquireInterruptSpinLock(PKINTERRUPT interrupt);
extern VOID NTAPI KeReleaseInterruptSpinLock(PKINTERRUPT interrupt, KIRQL irql);
#endif
extern VOID NTAPI IoAcquireVpbSpinLock(PKIRQL irql);
extern VOID NTAPI IoReleaseVpbSpinLock(KIRQL irql);

struct device {
	PKINTERRUPT interrupt;
	KSPIN_LOCK lock;
	int pending;
};

extern PKSYNCHRONIZE_ROUTINE read_status;

int good_pending(struct device *device)
{
	KIRQL irql = KeAcquireInterruptSpinLock(device->interrupt);
	int pending = device->pending;

	KeReleaseInterruptSpinLock(device->interrupt, irql);
	KeSynchronizeExecution(device->interrupt, read_status, device);
	return pending;
}

void warn_pending(struct device *device)
{
	KIRQL irql = KeAcquireInterruptSpinLock(device->interrupt);
	int pending = device->pending;

	if (!pending)
		return;	/* { dg-warning "'device->interrupt' is still held at return .spinrule-held-at-return." "none" } */
	KeReleaseInterruptSpinLock(device->interrupt, irql);
}

void warn_synchronize_inside(struct device *device)
{
	KIRQL irql = KeAcquireInterruptSpinLock(device->interrupt);

	KeSynchronizeExecution(device->interrupt, read_status, device);	/* { dg-warning "'device->interrupt' is acquired while already held .spinrule-double-acquire." "takes it too" } */
	KeReleaseInterruptSpinLock(device->interrupt, irql);
}

void good_below_another(struct device *device)
{
	KIRQL irql, device_irql;

	KeAcquireSpinLock(&device->lock, &irql);
	device_irql = KeAcquireInterruptSpinLock(device->interrupt);
	device->pending = 0;
	KeReleaseInterruptSpinLock(device->interrupt, device_irql);
	KeReleaseSpinLock(&device->lock, irql);
}

void warn_below_another(struct device *device)
{
	KIRQL irql, device_irql;

	KeAcquireSpinLock(&device->lock, &irql);
	device_irql = KeAcquireInterruptSpinLock(device->interrupt);
	device->pending = 0;
	KeReleaseInterruptSpinLock(device->interrupt, irql);	/* { dg-warning "'device->interrupt' is released with an IRQL that its acquire did not save .spinrule-wrong-irql." "the other one" } */
	KeReleaseSpinLock(&device->lock, irql);
}

void good_vpb(struct device *device)
{
	KIRQL irql;

	IoAcquireVpbSpinLock(&irql);
	device->pending++;
	IoReleaseVpbSpinLock(irql);
}

void warn_vpb(struct device *device)
{
	KIRQL irql;

	IoAcquireVpbSpinLock(&irql);
	if (device->pending)
		return;	/* { dg-warning "the VPB spin lock is still held at return .spinrule-held-at-return." "pending" } */
	IoReleaseVpbSpinLock(irql);
}
