/* { dg-do compile } */
/* Callbacks of KMDF, NDIS and StorPort are callbacks by their role types, as those of the kernel are.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"

typedef PVOID WDFDEVICE, WDFREQUEST, WDFQUEUE;
typedef VOID NTAPI EVT_WDF_IO_QUEUE_IO_STOP(WDFQUEUE queue, WDFREQUEST request, ULONG flags);
typedef EVT_WDF_IO_QUEUE_IO_STOP *PFN_WDF_IO_QUEUE_IO_STOP;
typedef VOID EVT_WDF_REQUEST_CANCEL(WDFREQUEST request);
typedef EVT_WDF_REQUEST_CANCEL *PFN_WDF_REQUEST_CANCEL;
typedef int MINIPORT_PAUSE(PVOID context, PVOID parameters);
typedef MINIPORT_PAUSE *MINIPORT_PAUSE_HANDLER;
typedef VOID FILTER_DETACH(PVOID context);
typedef int PROTOCOL_NET_PNP_EVENT(PVOID context, PVOID event);
typedef BOOLEAN HW_STARTIO(PVOID extension, PVOID request);

struct queue_config {
	ULONG size;
	PFN_WDF_IO_QUEUE_IO_STOP stop;
};

struct adapter {
	KSPIN_LOCK lock;
	KIRQL irql;
	int state;
};

static struct adapter adapter;

EVT_WDF_IO_QUEUE_IO_STOP good_io_stop;
VOID NTAPI good_io_stop(WDFQUEUE queue, WDFREQUEST request, ULONG flags)
{
	KIRQL irql;

	KeAcquireSpinLock(&adapter.lock, &irql);
	adapter.state = 0;
	KeReleaseSpinLock(&adapter.lock, irql);
}

/* By the field that its address is stored in. */
static VOID NTAPI warn_io_stop(WDFQUEUE queue, WDFREQUEST request, ULONG flags)
{
	KIRQL irql;

	KeAcquireSpinLock(&adapter.lock, &irql);
	adapter.state = 0;
}	/* { dg-warning "'adapter.lock' is still held at return .spinrule-held-at-return." "stored in a KMDF struct" } */

/* By the parameter that it is passed to. */
extern void mark_cancelable(WDFREQUEST request, PFN_WDF_REQUEST_CANCEL routine);

static VOID warn_request_cancel(WDFREQUEST request)
{
	KeReleaseSpinLock(&adapter.lock, adapter.irql);	/* { dg-warning "'adapter.lock' is released but not held .spinrule-release-unheld." "no lock is held when KMDF cancels" } */
}

void good_set_up(struct queue_config *config, WDFREQUEST request)
{
	config->stop = warn_io_stop;
	mark_cancelable(request, warn_request_cancel);
}

MINIPORT_PAUSE good_pause, warn_pause;
int good_pause(PVOID context, PVOID parameters)
{
	struct adapter *a = context;

	KeAcquireSpinLock(&a->lock, &a->irql);
	a->state = 1;
	KeReleaseSpinLock(&a->lock, a->irql);
	return 0;
}

int warn_pause(PVOID context, PVOID parameters)
{
	struct adapter *a = context;

	a->state = 1;
	KeReleaseSpinLock(&a->lock, a->irql);	/* { dg-warning "'a->lock' is released but not held .spinrule-release-unheld." "a miniport's handler" } */
	return 0;
}

FILTER_DETACH warn_detach;
VOID warn_detach(PVOID context)
{
	struct adapter *a = context;

	KeAcquireSpinLock(&a->lock, &a->irql);
	a->state = 2;
}	/* { dg-warning "'a->lock' is still held at return .spinrule-held-at-return." "a filter driver's" } */

PROTOCOL_NET_PNP_EVENT warn_pnp_event;
int warn_pnp_event(PVOID context, PVOID event)
{
	struct adapter *a = context;

	KeAcquireSpinLock(&a->lock, &a->irql);
	a->state = 3;
	return 0;	/* { dg-warning "'a->lock' is still held at return .spinrule-held-at-return." "a protocol driver's" } */
}

HW_STARTIO warn_start_io;
BOOLEAN warn_start_io(PVOID extension, PVOID request)
{
	struct adapter *a = extension;

	KeAcquireSpinLock(&a->lock, &a->irql);
	a->state = 4;
	return TRUE;	/* { dg-warning "'a->lock' is still held at return .spinrule-held-at-return." "a StorPort miniport's" } */
}

/* Its type is no role: its caller may do the rest. */
int good_no_callback(PVOID context, PVOID parameters)
{
	struct adapter *a = context;

	KeAcquireSpinLock(&a->lock, &a->irql);
	return 0;
}

/* ---- class extensions, work items of NDIS, the filter manager ---- */

typedef int EVT_ACX_CIRCUIT_POWER_UP(WDFDEVICE device, PVOID circuit, int previous);
typedef VOID NTAPI NDIS_IO_WORKITEM_FUNCTION(PVOID context, PVOID handle);
typedef int (NTAPI *PFLT_PRE_OPERATION_CALLBACK)(PVOID data, PVOID objects, PVOID *context);

EVT_ACX_CIRCUIT_POWER_UP good_power_up, warn_power_up;
int good_power_up(WDFDEVICE device, PVOID circuit, int previous)
{
	KeAcquireSpinLock(&adapter.lock, &adapter.irql);
	adapter.state = previous;
	KeReleaseSpinLock(&adapter.lock, adapter.irql);
	return 0;
}

int warn_power_up(WDFDEVICE device, PVOID circuit, int previous)
{
	KeReleaseSpinLock(&adapter.lock, adapter.irql);	/* { dg-warning "'adapter.lock' is released but not held .spinrule-release-unheld." "an extension's event" } */
	return previous;
}

NDIS_IO_WORKITEM_FUNCTION warn_work;
VOID NTAPI warn_work(PVOID context, PVOID handle)
{
	KeReleaseSpinLock(&adapter.lock, adapter.irql);	/* { dg-warning "'adapter.lock' is released but not held .spinrule-release-unheld." "a work item of NDIS" } */
}

static int NTAPI warn_pre_create(PVOID data, PVOID objects, PVOID *context)
{
	KeReleaseSpinLock(&adapter.lock, adapter.irql);	/* { dg-warning "'adapter.lock' is released but not held .spinrule-release-unheld." "before an operation" } */
	return 0;
}

const struct { int operation; PFLT_PRE_OPERATION_CALLBACK before; } operations[] = { { 1, warn_pre_create } };

/* ---- structs of callbacks that registration functions get ---- */

typedef int FILTER_ATTACH(PVOID filter, PVOID context, PVOID parameters);
typedef FILTER_ATTACH *FILTER_ATTACH_HANDLER;
typedef VOID FILTER_RETURN_NET_BUFFER_LISTS(PVOID context, PVOID list, ULONG flags);
typedef FILTER_RETURN_NET_BUFFER_LISTS *FILTER_RETURN_NET_BUFFER_LISTS_HANDLER;

struct filter_characteristics {
	ULONG size;
	FILTER_ATTACH_HANDLER attach;
	FILTER_RETURN_NET_BUFFER_LISTS_HANDLER give_back;
};

extern int register_filter(const struct filter_characteristics *characteristics);
extern int register_filters(struct filter_characteristics characteristics[2]);

static int warn_attach(PVOID filter, PVOID context, PVOID parameters)
{
	KeAcquireSpinLock(&adapter.lock, &adapter.irql);
	adapter.state = 2;
	return 0;	/* { dg-warning "'adapter.lock' is still held at return .spinrule-held-at-return." "in a constant struct" } */
}

static VOID warn_give_back(PVOID context, PVOID list, ULONG flags)
{
	KeReleaseSpinLock(&adapter.lock, adapter.irql);	/* { dg-warning "'adapter.lock' is released but not held .spinrule-release-unheld." "in an array of structs" } */
}

static VOID good_give_back(PVOID context, PVOID list, ULONG flags)
{
	KeAcquireSpinLock(&adapter.lock, &adapter.irql);
	adapter.state = 3;
	KeReleaseSpinLock(&adapter.lock, adapter.irql);
}

int good_register(void)
{
	static const struct filter_characteristics one = { sizeof one, warn_attach, good_give_back };
	struct filter_characteristics two[2] = { { sizeof two, 0, good_give_back } };

	two[1].give_back = warn_give_back;
	return register_filter(&one) + register_filters(two);
}
