/* { dg-do compile } */
/* Interrupts: the ISR leaves the work to a DPC, which takes the driver's locks; KeSynchronizeExecution calls back at once.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"

struct ext {
	KSPIN_LOCK lock;
	struct _KINTERRUPT *interrupt;
	PDEVICE_OBJECT device;
	volatile ULONG *registers;
	ULONG pending;
	ULONG taken;
	KDPC dpc;
	LIST_ENTRY done;
	PIRP current;
};

struct take {
	struct ext *ext;
	ULONG events;
};

extern void handle(struct ext *, ULONG);

KSERVICE_ROUTINE good_isr, warn_isr;
KSYNCHRONIZE_ROUTINE good_take_events, warn_take_events;
IO_DPC_ROUTINE good_dpc_for_isr, warn_dpc_for_isr;
KDEFERRED_ROUTINE good_custom_dpc, warn_custom_dpc;

BOOLEAN NTAPI good_isr(struct _KINTERRUPT *interrupt, PVOID context)
{
	struct ext *ext = context;
	ULONG events = ext->registers[0];

	if (!events)
		return FALSE;
	ext->registers[0] = events;
	ext->pending |= events;
	KeInsertQueueDpc(&ext->dpc, NULL, NULL);
	return TRUE;
}

/* At the device's IRQL no spin lock of the DPC may be left behind. */
BOOLEAN NTAPI warn_isr(struct _KINTERRUPT *interrupt, PVOID context)
{
	struct ext *ext = context;
	ULONG events;

	KeAcquireSpinLockAtDpcLevel(&ext->lock);
	events = ext->registers[0];
	if (!events)
		return FALSE;	/* { dg-warning "'ext->lock' is still held at return .spinrule-held-at-return." "not ours" } */
	ext->pending |= events;
	KeReleaseSpinLockFromDpcLevel(&ext->lock);
	return TRUE;
}

BOOLEAN NTAPI good_take_events(PVOID context)
{
	struct take *take = context;

	take->events = take->ext->pending;
	take->ext->pending = 0;
	return take->events != 0;
}

BOOLEAN NTAPI warn_take_events(PVOID context)
{
	struct take *take = context;

	KeReleaseSpinLockFromDpcLevel(&take->ext->lock);	/* { dg-warning "'take->ext->lock' is released but not held .spinrule-release-unheld." "a callback of its own" } */
	take->events = take->ext->pending;
	take->ext->pending = 0;
	KeAcquireSpinLockAtDpcLevel(&take->ext->lock);
	return take->events != 0;	/* { dg-warning "'take->ext->lock' is still held at return .spinrule-held-at-return." "taken" } */
}

VOID NTAPI good_dpc_for_isr(PKDPC dpc, PDEVICE_OBJECT device, PIRP irp, PVOID context)
{
	struct ext *ext = device->DeviceExtension;
	struct take take;

	take.ext = ext;
	while (KeSynchronizeExecution(ext->interrupt, good_take_events, &take)) {
		KeAcquireSpinLockAtDpcLevel(&ext->lock);
		handle(ext, take.events);
		if (take.events & 1) {
			PIRP done = ext->current;

			ext->current = NULL;
			KeReleaseSpinLockFromDpcLevel(&ext->lock);
			if (done)
				IoCompleteRequest(done, IO_NO_INCREMENT);
			continue;
		}
		KeReleaseSpinLockFromDpcLevel(&ext->lock);
	}
}

VOID NTAPI warn_dpc_for_isr(PKDPC dpc, PDEVICE_OBJECT device, PIRP irp, PVOID context)
{
	struct ext *ext = device->DeviceExtension;
	struct take take;

	take.ext = ext;
	while (KeSynchronizeExecution(ext->interrupt, good_take_events, &take)) {
		KeAcquireSpinLockAtDpcLevel(&ext->lock);
		handle(ext, take.events);
		if (take.events & 1) {
			PIRP done = ext->current;

			ext->current = NULL;
			KeReleaseSpinLockFromDpcLevel(&ext->lock);
			if (done)
				IoCompleteRequest(done, IO_NO_INCREMENT);
		}
		KeReleaseSpinLockFromDpcLevel(&ext->lock);	/* { dg-warning "'ext->lock' is released but not held .spinrule-release-unheld." "no continue" } */
	}
}

/* Held while it calls back at once: the routine does not touch the lock. */
VOID NTAPI good_custom_dpc(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct ext *ext = context;
	struct take take = { ext, 0 };

	KeAcquireSpinLockAtDpcLevel(&ext->lock);
	KeSynchronizeExecution(ext->interrupt, good_take_events, &take);
	ext->taken |= take.events;
	KeReleaseSpinLockFromDpcLevel(&ext->lock);
}

VOID NTAPI warn_custom_dpc(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct ext *ext = context;
	struct take take = { ext, 0 };

	KeAcquireSpinLockAtDpcLevel(&ext->lock);
	if (!KeSynchronizeExecution(ext->interrupt, good_take_events, &take))
		return;		/* { dg-warning "'ext->lock' is still held at return .spinrule-held-at-return." "no events" } */
	ext->taken |= take.events;
	KeReleaseSpinLockFromDpcLevel(&ext->lock);
}
