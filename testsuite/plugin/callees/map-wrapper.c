/* { dg-do compile } */
/* An acquire wrapper that returns a mapped pointer, and the wrapper that takes the pointer back.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"

typedef struct _RING {
	ULONG Head, Tail;
	ULONG Entries[64];
} RING, *PRING;

typedef struct _ADAPTER {
	KSPIN_LOCK RingLock;
	KIRQL RingIrql;
	PRING Ring;
	ULONG Dropped;
} ADAPTER, *PADAPTER;

static PRING MapRing(PADAPTER Adapter, PKIRQL OldIrql)
{
	KeAcquireSpinLock(&Adapter->RingLock, OldIrql);
	return Adapter->Ring;
}

static VOID UnmapRing(PADAPTER Adapter, PRING Ring, KIRQL OldIrql)
{
	Adapter->Ring = Ring;
	KeReleaseSpinLock(&Adapter->RingLock, OldIrql);
}

/* Gives no pointer, and no lock, when there is no ring. */
static PRING TryMapRing(PADAPTER Adapter)
{
	KIRQL irql;

	KeAcquireSpinLock(&Adapter->RingLock, &irql);
	if (Adapter->Ring == NULL) {
		KeReleaseSpinLock(&Adapter->RingLock, irql);
		return NULL;
	}
	Adapter->RingIrql = irql;
	return Adapter->Ring;
}

NTSTATUS good_put(PADAPTER Adapter, ULONG Value)
{
	KIRQL irql;
	PRING ring = MapRing(Adapter, &irql);

	if (ring->Head - ring->Tail >= RTL_NUMBER_OF(ring->Entries)) {
		Adapter->Dropped++;
		UnmapRing(Adapter, ring, irql);
		return STATUS_BUFFER_OVERFLOW;
	}
	ring->Entries[ring->Head++ % RTL_NUMBER_OF(ring->Entries)] = Value;
	UnmapRing(Adapter, ring, irql);
	return STATUS_SUCCESS;
}

NTSTATUS warn_put(PADAPTER Adapter, ULONG Value)
{
	KIRQL irql;
	PRING ring = MapRing(Adapter, &irql);

	if (ring->Head - ring->Tail >= RTL_NUMBER_OF(ring->Entries)) {
		Adapter->Dropped++;
		return STATUS_BUFFER_OVERFLOW;	/* { dg-warning "RingLock' is still held at return .spinrule-held-at-return." "ring full" } */
	}
	ring->Entries[ring->Head++ % RTL_NUMBER_OF(ring->Entries)] = Value;
	UnmapRing(Adapter, ring, irql);
	return STATUS_SUCCESS;
}

BOOLEAN good_get(PADAPTER Adapter, PULONG Value)
{
	PRING ring = TryMapRing(Adapter);

	if (ring == NULL)
		return FALSE;
	*Value = ring->Entries[ring->Tail++ % RTL_NUMBER_OF(ring->Entries)];
	UnmapRing(Adapter, ring, Adapter->RingIrql);
	return TRUE;
}

BOOLEAN warn_get(PADAPTER Adapter, PULONG Value)
{
	PRING ring = TryMapRing(Adapter);

	if (ring != NULL)
		*Value = ring->Entries[ring->Tail++ % RTL_NUMBER_OF(ring->Entries)];
	UnmapRing(Adapter, ring, Adapter->RingIrql);	/* { dg-warning "RingLock' is released but not held .spinrule-release-unheld." "not mapped" } */
	return ring != NULL;
}

KDEFERRED_ROUTINE good_dpc, warn_dpc;

VOID NTAPI good_dpc(PKDPC Dpc, PVOID Context, PVOID Argument1, PVOID Argument2)
{
	PADAPTER adapter = Context;
	PRING ring;

	while ((ring = TryMapRing(adapter)) != NULL) {
		BOOLEAN empty = ring->Head == ring->Tail;

		ring->Tail++;
		UnmapRing(adapter, ring, adapter->RingIrql);
		if (empty)
			break;
	}
}

VOID NTAPI warn_dpc(PKDPC Dpc, PVOID Context, PVOID Argument1, PVOID Argument2)
{
	PADAPTER adapter = Context;
	PRING ring;

	while ((ring = TryMapRing(adapter)) != NULL) {
		if (ring->Head == ring->Tail)
			break;
		ring->Tail++;
		UnmapRing(adapter, ring, adapter->RingIrql);
	}
}	/* { dg-warning "RingLock' is still held at return .spinrule-held-at-return." "broke out held" } */
