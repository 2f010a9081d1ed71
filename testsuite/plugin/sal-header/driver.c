/* A driver full of SAL as the WDK's samples have it: it compiles without a word, and is right.  */
/* SPDX-License-Identifier: MIT */
#ifdef SAL_FIRST
#include "../../../runtime/spinrule-sal.h"
#endif
#include "wdm-lite.h"
#ifdef SAL_LAST
#include "../../../runtime/spinrule-sal.h"
#endif
#ifndef _WIN32
/* What MinGW's headers have, and the small <wdm.h> of the runtime has not. */
#define _Inout_opt_
#define _Out_opt_
#define _Outptr_
#define _In_reads_(n)
#define _In_reads_bytes_(n)
#define _Out_writes_bytes_to_(n, m)
#define _Success_(e)
#define _Check_return_
#define _Pre_satisfies_(e)
#define _Post_satisfies_(e)
#define _Field_size_bytes_(n)
#define _Interlocked_operand_
#endif

typedef struct _DEVICE_EXTENSION {
	_Guarded_by_(Lock) LONG Count;
	_Interlocked_ LONG Pending;
	_Has_lock_kind_(_Lock_kind_spin_lock_) KSPIN_LOCK Lock;
	_Write_guarded_by_(Lock) LIST_ENTRY Queue;
	KIRQL Irql;
	ULONG Length;
	_Field_size_bytes_(Length) PUCHAR Buffer;
} DEVICE_EXTENSION, *PDEVICE_EXTENSION;

_IRQL_requires_max_(DISPATCH_LEVEL)
_IRQL_saves_
_IRQL_raises_(DISPATCH_LEVEL)
_Acquires_lock_(Extension->Lock)
KIRQL LockExtension(_Inout_ PDEVICE_EXTENSION Extension);

_IRQL_requires_(DISPATCH_LEVEL)
_Requires_lock_held_(Extension->Lock)
_Releases_lock_(Extension->Lock)
VOID UnlockExtension(_Inout_ PDEVICE_EXTENSION Extension, _In_ _IRQL_restores_ KIRQL Irql);

_Must_inspect_result_
_Check_return_
_Success_(return != 0)
_When_(return != 0, _Acquires_lock_(Extension->Lock) _IRQL_raises_(DISPATCH_LEVEL))
_When_(return == 0, _IRQL_requires_same_)
BOOLEAN TryLockExtension(_Inout_ PDEVICE_EXTENSION Extension, _Out_ _At_(*Irql, _IRQL_saves_) PKIRQL Irql);

_When_(Length > 0, _At_(Buffer, _Pre_satisfies_(Buffer != NULL)))
_When_(Length == 0, _Some_annotation_that_nobody_knows_(Buffer))
NTSTATUS CopyData(_In_reads_bytes_(Length) const UCHAR *Buffer, _In_ ULONG Length,
		  _Out_writes_bytes_to_(*Written, *Written) PUCHAR Out, _Out_opt_ PULONG Written);

_Use_decl_annotations_
KIRQL LockExtension(PDEVICE_EXTENSION Extension)
{
	KIRQL irql;

	KeAcquireSpinLock(&Extension->Lock, &irql);
	return irql;
}

_Use_decl_annotations_
VOID UnlockExtension(PDEVICE_EXTENSION Extension, KIRQL Irql)
{
	KeReleaseSpinLock(&Extension->Lock, Irql);
}

_Use_decl_annotations_
BOOLEAN TryLockExtension(PDEVICE_EXTENSION Extension, PKIRQL Irql)
{
	if (Extension->Pending)
		return FALSE;
	KeAcquireSpinLock(&Extension->Lock, Irql);
	if (!Extension->Count) {
		KeReleaseSpinLock(&Extension->Lock, *Irql);
		return FALSE;
	}
	_Analysis_assume_lock_held_(Extension->Lock);
	return TRUE;
}

_Function_class_(DRIVER_DISPATCH)
_Dispatch_type_(IRP_MJ_READ)
DRIVER_DISPATCH DispatchRead;

NTSTATUS NTAPI DispatchRead(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
	PDEVICE_EXTENSION extension = (PDEVICE_EXTENSION)DeviceObject->DeviceExtension;
	KIRQL irql;

	(void)Irp;
	_Analysis_assume_(extension != NULL);
	__analysis_assume(extension->Length != 0 && extension->Buffer != NULL);
	if (TryLockExtension(extension, &irql))
		UnlockExtension(extension, irql);
	irql = LockExtension(extension);
	extension->Count++;
#ifdef WRONG
	if (extension->Count > 3)
		return STATUS_UNSUCCESSFUL;
#endif
	UnlockExtension(extension, irql);
	return STATUS_SUCCESS;
}
