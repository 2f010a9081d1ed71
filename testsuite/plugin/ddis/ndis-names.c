/* { dg-do compile } */
/* NDIS spin locks where a header makes them macros over the kernel's, as the kits do for drivers that run on one system.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"

typedef struct _LITE_SPIN_LOCK {
	KSPIN_LOCK SpinLock;
	KIRQL OldIrql;
} LITE_SPIN_LOCK, *PLITE_SPIN_LOCK;

#define LiteAllocateSpinLock(Lock_)	KeInitializeSpinLock(&(Lock_)->SpinLock)
#define LiteFreeSpinLock(Lock_)
#define LiteAcquireSpinLock(Lock_)	KeAcquireSpinLock(&(Lock_)->SpinLock, &(Lock_)->OldIrql)
#define LiteReleaseSpinLock(Lock_)	KeReleaseSpinLock(&(Lock_)->SpinLock, (Lock_)->OldIrql)
#define LiteDprAcquireSpinLock(Lock_)				\
{								\
	KeAcquireSpinLockAtDpcLevel(&(Lock_)->SpinLock);	\
	(Lock_)->OldIrql = DISPATCH_LEVEL;			\
}
#define LiteDprReleaseSpinLock(Lock_)	KeReleaseSpinLockFromDpcLevel(&(Lock_)->SpinLock)

typedef struct _MINIPORT {
	LITE_SPIN_LOCK Lock;
	LITE_SPIN_LOCK SendLock;
	LIST_ENTRY SendList;
	ULONG Flags;
	ULONG Resets;
	BOOLEAN InReset;
} MINIPORT, *PMINIPORT;

#define MINIPORT_HALTING	0x1
#define MINIPORT_NO_RECEIVE	0x2

/* ndis.h has what these would be: miniport handlers are no roles of wdm.h. */
extern void indicate(PMINIPORT);
extern int transmit(PMINIPORT, PLIST_ENTRY);
extern NTSTATUS reset_hardware(PMINIPORT);

void good_initialize(PMINIPORT Miniport)
{
	LiteAllocateSpinLock(&Miniport->Lock);
	LiteAllocateSpinLock(&Miniport->SendLock);
	InitializeListHead(&Miniport->SendList);
	LiteAcquireSpinLock(&Miniport->Lock);
	Miniport->Flags = 0;
	LiteReleaseSpinLock(&Miniport->Lock);
}

/* Dropped around the indication, as NDIS asks. */
void good_indicate(PMINIPORT Miniport)
{
	LiteDprAcquireSpinLock(&Miniport->Lock);
	if (!(Miniport->Flags & MINIPORT_NO_RECEIVE)) {
		LiteDprReleaseSpinLock(&Miniport->Lock);
		indicate(Miniport);
		LiteDprAcquireSpinLock(&Miniport->Lock);
	}
	Miniport->Resets = 0;
	LiteDprReleaseSpinLock(&Miniport->Lock);
}

void warn_indicate(PMINIPORT Miniport)
{
	LiteDprAcquireSpinLock(&Miniport->Lock);
	if (!(Miniport->Flags & MINIPORT_NO_RECEIVE)) {
		LiteDprReleaseSpinLock(&Miniport->Lock);
		indicate(Miniport);
	}
	Miniport->Resets = 0;
	LiteDprReleaseSpinLock(&Miniport->Lock);	/* { dg-warning "'Miniport->Lock' is released but not held .spinrule-release-unheld." "not taken again" } */
}

NTSTATUS good_send(PMINIPORT Miniport, PLIST_ENTRY Packet)
{
	NTSTATUS status = STATUS_PENDING;

	LiteAcquireSpinLock(&Miniport->SendLock);
	if (Miniport->Flags & MINIPORT_HALTING)
		status = STATUS_SUCCESS;
	else if (!IsListEmpty(&Miniport->SendList) || !transmit(Miniport, Packet))
		InsertTailList(&Miniport->SendList, Packet);
	else
		status = STATUS_SUCCESS;
	LiteReleaseSpinLock(&Miniport->SendLock);
	return status;
}

NTSTATUS warn_send(PMINIPORT Miniport, PLIST_ENTRY Packet)
{
	NTSTATUS status = STATUS_PENDING;

	LiteAcquireSpinLock(&Miniport->SendLock);
	if (Miniport->Flags & MINIPORT_HALTING)
		return STATUS_SUCCESS;	/* { dg-warning "SendLock' is still held at return .spinrule-held-at-return." "halting" } */
	else if (!IsListEmpty(&Miniport->SendList) || !transmit(Miniport, Packet))
		InsertTailList(&Miniport->SendList, Packet);
	else
		status = STATUS_SUCCESS;
	LiteReleaseSpinLock(&Miniport->SendLock);
	return status;
}

/* Two locks of one object, one inside the other. */
NTSTATUS good_reset(PMINIPORT Miniport)
{
	NTSTATUS status;

	LiteAcquireSpinLock(&Miniport->Lock);
	if (Miniport->InReset) {
		LiteReleaseSpinLock(&Miniport->Lock);
		return STATUS_PENDING;
	}
	Miniport->InReset = TRUE;
	LiteDprAcquireSpinLock(&Miniport->SendLock);
	while (!IsListEmpty(&Miniport->SendList))
		RemoveHeadList(&Miniport->SendList);
	LiteDprReleaseSpinLock(&Miniport->SendLock);
	LiteReleaseSpinLock(&Miniport->Lock);
	status = reset_hardware(Miniport);
	LiteAcquireSpinLock(&Miniport->Lock);
	Miniport->InReset = FALSE;
	LiteReleaseSpinLock(&Miniport->Lock);
	return status;
}

NTSTATUS warn_reset(PMINIPORT Miniport)
{
	NTSTATUS status;

	LiteAcquireSpinLock(&Miniport->Lock);
	if (Miniport->InReset) {
		LiteReleaseSpinLock(&Miniport->Lock);
		return STATUS_PENDING;
	}
	Miniport->InReset = TRUE;
	LiteDprAcquireSpinLock(&Miniport->SendLock);
	while (!IsListEmpty(&Miniport->SendList))
		RemoveHeadList(&Miniport->SendList);
	LiteDprReleaseSpinLock(&Miniport->SendLock);
	status = reset_hardware(NULL);
	LiteAcquireSpinLock(&Miniport->Lock);	/* { dg-warning "'Miniport->Lock' is acquired while already held .spinrule-double-acquire." "not dropped before" } */
	Miniport->InReset = FALSE;
	LiteReleaseSpinLock(&Miniport->Lock);
	return status;
}

/* The adapter goes by a handle. */
void good_isr_deferred(PVOID Context)
{
	LiteDprAcquireSpinLock(&((PMINIPORT)Context)->Lock);
	((PMINIPORT)Context)->Flags |= MINIPORT_NO_RECEIVE;
	LiteDprReleaseSpinLock(&((PMINIPORT)Context)->Lock);
}

void warn_isr_deferred(PVOID Context)
{
	LiteDprAcquireSpinLock(&((PMINIPORT)Context)->Lock);
	((PMINIPORT)Context)->Flags |= MINIPORT_NO_RECEIVE;
	LiteDprAcquireSpinLock(&((PMINIPORT)Context)->Lock);	/* { dg-warning "Lock' is acquired while already held .spinrule-double-acquire." "release was meant" } */
}
