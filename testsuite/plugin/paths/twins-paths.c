/* { dg-do compile } */
/* { dg-undecided "good_field" } */
/* Pairs that differ in a line: which way a path goes.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"

struct ext {
	KSPIN_LOCK lock, other, locks[8];
	KIRQL irql;
	BOOLEAN busy;
	ULONG flags, count;
	LIST_ENTRY list;
	struct ext *next;
};

extern int work(void);
extern void use(void *);

/* correlated parameter.  */
void good_param_twice(struct ext *ext, int sync)
{
	KIRQL irql = 0;
	if (sync)
		KeAcquireSpinLock(&ext->lock, &irql);
	ext->count++;
	if (sync)
		KeReleaseSpinLock(&ext->lock, irql);
}

void warn_param_twice(struct ext *ext, int sync, int rel)
{
	KIRQL irql = 0;
	if (sync)
		KeAcquireSpinLock(&ext->lock, &irql);
	ext->count++;
	if (rel)
		KeReleaseSpinLock(&ext->lock, irql);
}	/* { dg-warning "is still held at return .spinrule-held-at-return." } */

/* flag.  */
void good_flag(struct ext *ext, int n)
{
	KIRQL irql = 0;
	BOOLEAN locked = FALSE;
	if (n > 3) {
		KeAcquireSpinLock(&ext->lock, &irql);
		locked = TRUE;
	}
	work();
	if (locked)
		KeReleaseSpinLock(&ext->lock, irql);
}

void warn_flag(struct ext *ext, int n)
{
	KIRQL irql = 0;
	BOOLEAN locked = FALSE;
	if (n > 3) {
		KeAcquireSpinLock(&ext->lock, &irql);
		locked = TRUE;
	}
	if (work())
		locked = FALSE;
	if (locked)
		KeReleaseSpinLock(&ext->lock, irql);
}	/* { dg-warning "is still held at return .spinrule-held-at-return." } */

/* bit.  */
void good_bit(struct ext *ext, ULONG flags)
{
	KIRQL irql = 0;
	if (flags & 4)
		KeAcquireSpinLock(&ext->lock, &irql);
	work();
	if (flags & 4)
		KeReleaseSpinLock(&ext->lock, irql);
}

void warn_bit(struct ext *ext, ULONG flags)
{
	KIRQL irql = 0;
	if (flags & 4)
		KeAcquireSpinLock(&ext->lock, &irql);
	work();
	if (flags & 8)
		KeReleaseSpinLock(&ext->lock, irql);
}	/* { dg-warning "is still held at return .spinrule-held-at-return." } */

/* null.  */
void good_null(struct ext *ext, PIRP irp)
{
	KIRQL irql = 0;
	if (irp != NULL)
		KeAcquireSpinLock(&ext->lock, &irql);
	work();
	if (!irp)
		return;
	KeReleaseSpinLock(&ext->lock, irql);
}

void warn_null(struct ext *ext, PIRP irp)
{
	KIRQL irql = 0;
	if (irp != NULL)
		KeAcquireSpinLock(&ext->lock, &irql);
	work();
	if (!irp || irp->Cancel)
		return;	/* { dg-warning "is still held at return .spinrule-held-at-return." } */
	KeReleaseSpinLock(&ext->lock, irql);
}

/* NTSTATUS.  */
NTSTATUS prepare(struct ext *ext);

NTSTATUS good_status(struct ext *ext)
{
	KIRQL irql = 0;
	NTSTATUS s = prepare(ext);
	if (NT_SUCCESS(s)) {
		KeAcquireSpinLock(&ext->lock, &irql);
		ext->count++;
	}
	if (s < 0)
		return s;
	KeReleaseSpinLock(&ext->lock, irql);
	return STATUS_SUCCESS;
}

NTSTATUS warn_status(struct ext *ext)
{
	KIRQL irql = 0;
	NTSTATUS s = prepare(ext);
	if (NT_SUCCESS(s)) {
		KeAcquireSpinLock(&ext->lock, &irql);
		ext->count++;
		s = prepare(ext);
	}
	if (s < 0)
		return STATUS_UNSUCCESSFUL;	/* { dg-warning "is still held at return .spinrule-held-at-return." } */
	KeReleaseSpinLock(&ext->lock, irql);
	return STATUS_SUCCESS;
}

/* switch value.  */
void good_switch(struct ext *ext, int code)
{
	KIRQL irql = 0;
	switch (code) {
	case 1:
	case 5:
		KeAcquireSpinLock(&ext->lock, &irql);
		break;
	case 2:
		work();
		break;
	default:
		return;
	}
	work();
	if (code == 1 || code == 5)
		KeReleaseSpinLock(&ext->lock, irql);
}

void warn_switch(struct ext *ext, int code)
{
	KIRQL irql = 0;
	switch (code) {
	case 1:
	case 5:
		KeAcquireSpinLock(&ext->lock, &irql);
		break;
	case 2:
		work();
		break;
	default:
		return;
	}
	work();
	if (code == 1)
		KeReleaseSpinLock(&ext->lock, irql);
}	/* { dg-warning "is still held at return .spinrule-held-at-return." } */

/* switch case break.  */
NTSTATUS good_switch_cases(struct ext *ext, int code)
{
	KIRQL irql;
	NTSTATUS s;
	KeAcquireSpinLock(&ext->lock, &irql);
	switch (code) {
	case 0:
		s = STATUS_SUCCESS;
		break;
	case 1:
		KeReleaseSpinLock(&ext->lock, irql);
		return STATUS_PENDING;
	case 2:
		ext->count = 0; /* fallthrough */
	default:
		s = STATUS_NOT_SUPPORTED;
		break;
	}
	KeReleaseSpinLock(&ext->lock, irql);
	return s;
}

NTSTATUS warn_switch_cases(struct ext *ext, int code)
{
	KIRQL irql;
	NTSTATUS s;
	KeAcquireSpinLock(&ext->lock, &irql);
	switch (code) {
	case 0:
		s = STATUS_SUCCESS;
		break;
	case 1:
		KeReleaseSpinLock(&ext->lock, irql);
		s = STATUS_PENDING;
		break;
	case 2:
		ext->count = 0; /* fallthrough */
	default:
		s = STATUS_NOT_SUPPORTED;
		break;
	}
	KeReleaseSpinLock(&ext->lock, irql);	/* { dg-warning "is released but not held .spinrule-release-unheld." } */
	return s;
}

/* field reread.  */
void good_field(struct ext *ext)
{
	KIRQL irql = 0;
	if (ext->busy)
		KeAcquireSpinLock(&ext->lock, &irql);
	ext->count++;
	if (ext->busy)
		KeReleaseSpinLock(&ext->lock, irql);
}

void warn_field(struct ext *ext, BOOLEAN b)
{
	KIRQL irql = 0;
	if (ext->busy)
		KeAcquireSpinLock(&ext->lock, &irql);
	ext->busy = b;
	if (ext->busy)
		KeReleaseSpinLock(&ext->lock, irql);
}	/* { dg-warning "is still held at return .spinrule-held-at-return." } */

/* reassigned condition.  */
void good_reassigned(struct ext *ext, int n)
{
	KIRQL irql;
	int had = n;
	if (n)
		KeAcquireSpinLock(&ext->lock, &irql);
	n = work();
	if (had)
		KeReleaseSpinLock(&ext->lock, irql);
}

void warn_reassigned(struct ext *ext, int n)
{
	KIRQL irql;
	int had = n;
	if (n)
		KeAcquireSpinLock(&ext->lock, &irql);
	n = work();
	if (n)
		KeReleaseSpinLock(&ext->lock, irql);
	use(&had);
}	/* { dg-warning "is still held at return .spinrule-held-at-return." } */

/* early return.  */
NTSTATUS good_early(struct ext *ext, SIZE_T n)
{
	KIRQL irql;
	void *p;
	KeAcquireSpinLock(&ext->lock, &irql);
	p = ExAllocatePoolWithTag(NonPagedPool, n, 'x');
	if (!p) {
		KeReleaseSpinLock(&ext->lock, irql);
		return STATUS_INSUFFICIENT_RESOURCES;
	}
	use(p);
	KeReleaseSpinLock(&ext->lock, irql);
	return STATUS_SUCCESS;
}

NTSTATUS warn_early(struct ext *ext, SIZE_T n)
{
	KIRQL irql;
	void *p;
	KeAcquireSpinLock(&ext->lock, &irql);
	p = ExAllocatePoolWithTag(NonPagedPool, n, 'x');
	if (!p) {
		return STATUS_INSUFFICIENT_RESOURCES;	/* { dg-warning "is still held at return .spinrule-held-at-return." } */
	}
	use(p);
	KeReleaseSpinLock(&ext->lock, irql);
	return STATUS_SUCCESS;
}

/* list.  */
PIRP good_list(struct ext *ext)
{
	KIRQL irql;
	PIRP irp = NULL;
	KeAcquireSpinLock(&ext->lock, &irql);
	if (!IsListEmpty(&ext->list))
		irp = CONTAINING_RECORD(RemoveHeadList(&ext->list), IRP, Tail.Overlay.ListEntry);
	KeReleaseSpinLock(&ext->lock, irql);
	return irp;
}

PIRP warn_list(struct ext *ext)
{
	KIRQL irql;
	PIRP irp = NULL;
	KeAcquireSpinLock(&ext->lock, &irql);
	if (IsListEmpty(&ext->list))
		return NULL;	/* { dg-warning "is still held at return .spinrule-held-at-return." } */
	irp = CONTAINING_RECORD(RemoveHeadList(&ext->list), IRP, Tail.Overlay.ListEntry);
	KeReleaseSpinLock(&ext->lock, irql);
	return irp;
}

/* goto exits.  */
NTSTATUS good_goto(struct ext *ext, int a, int b)
{
	NTSTATUS s = STATUS_SUCCESS;
	KIRQL irql;
	if (!a) {
		s = STATUS_INVALID_PARAMETER;
		goto out;
	}
	KeAcquireSpinLock(&ext->lock, &irql);
	if (!b) {
		s = STATUS_DEVICE_BUSY;
		goto unlock;
	}
	work();
unlock:
	KeReleaseSpinLock(&ext->lock, irql);
out:
	return s;
}

NTSTATUS warn_goto(struct ext *ext, int a, int b)
{
	NTSTATUS s = STATUS_SUCCESS;
	KIRQL irql;
	if (!a) {
		s = STATUS_INVALID_PARAMETER;
		goto out;
	}
	KeAcquireSpinLock(&ext->lock, &irql);
	if (!b) {
		s = STATUS_DEVICE_BUSY;
		goto out;
	}
	work();
	KeReleaseSpinLock(&ext->lock, irql);
out:
	return s;	/* { dg-warning "is still held at return .spinrule-held-at-return." } */
}

/* loops.  */
void good_loop(struct ext *ext, int n)
{
	KIRQL irql;
	int i;
	for (i = 0; i < n; i++) {
		KeAcquireSpinLock(&ext->lock, &irql);
		ext->count += i;
		if (ext->count > 9) {
			KeReleaseSpinLock(&ext->lock, irql);
			continue;
		}
		work();
		KeReleaseSpinLock(&ext->lock, irql);
	}
}

void warn_loop(struct ext *ext, int n)
{
	KIRQL irql;
	int i;
	for (i = 0; i < n; i++) {
		KeAcquireSpinLock(&ext->lock, &irql);	/* { dg-warning "is acquired while already held .spinrule-double-acquire." } */
		ext->count += i;
		if (ext->count > 9) {
			continue;
		}
		work();
		KeReleaseSpinLock(&ext->lock, irql);
	}
}	/* { dg-warning "is still held at return .spinrule-held-at-return." } */

/* break.  */
void good_break(struct ext *ext, int n)
{
	KIRQL irql;
	for (;;) {
		KeAcquireSpinLock(&ext->lock, &irql);
		if (ext->count == 0)
			break;
		ext->count--;
		KeReleaseSpinLock(&ext->lock, irql);
		work();
	}
	KeReleaseSpinLock(&ext->lock, irql);
}

void warn_break(struct ext *ext, int n)
{
	KIRQL irql;
	for (;;) {
		KeAcquireSpinLock(&ext->lock, &irql);
		if (ext->count == 0)
			break;
		ext->count--;
		KeReleaseSpinLock(&ext->lock, irql);
		if (work())
			break;
	}
	KeReleaseSpinLock(&ext->lock, irql);	/* { dg-warning "is released but not held .spinrule-release-unheld." } */
}

/* macros.  */
#define LOCK(ext) KeAcquireSpinLock(&(ext)->lock, &(ext)->irql)
#define UNLOCK(ext) KeReleaseSpinLock(&(ext)->lock, (ext)->irql)
#define BAIL_IF(c, s)               \
	do {                        \
		if (c)              \
			return (s); \
	} while (0)

NTSTATUS good_macros(struct ext *ext)
{
	LOCK(ext);
	ext->count++;
	UNLOCK(ext);
	BAIL_IF(ext->busy, STATUS_SUCCESS);
	return STATUS_SUCCESS;
}

NTSTATUS warn_macros(struct ext *ext)
{
	LOCK(ext);
	ext->count++;
	BAIL_IF(ext->busy, STATUS_SUCCESS);	/* { dg-warning "is still held at return .spinrule-held-at-return." } */
	UNLOCK(ext);
	return STATUS_SUCCESS;
}

/* ranges, and, comparisons.  */
void good_range(struct ext *ext, int n)
{
	KIRQL irql;
	if (n > 5)
		KeAcquireSpinLock(&ext->lock, &irql);
	work();
	if (n >= 6)
		KeReleaseSpinLock(&ext->lock, irql);
}

void warn_range(struct ext *ext, int n)
{
	KIRQL irql;
	if (n > 5)
		KeAcquireSpinLock(&ext->lock, &irql);
	work();
	if (n >= 7)
		KeReleaseSpinLock(&ext->lock, irql);
}	/* { dg-warning "is still held at return .spinrule-held-at-return." } */

void good_enum_mask(struct ext *ext, ULONG f)
{
	KIRQL irql;
	if ((f & 0xff) == 3)
		KeAcquireSpinLock(&ext->lock, &irql);
	work();
	if ((f & 0xff) == 3)
		KeReleaseSpinLock(&ext->lock, irql);
}

void good_and(struct ext *ext, int a, int b)
{
	KIRQL irql;
	if (a && b)
		KeAcquireSpinLock(&ext->lock, &irql);
	work();
	if (a && b)
		KeReleaseSpinLock(&ext->lock, irql);
}

void warn_and(struct ext *ext, int a, int b)
{
	KIRQL irql;
	if (a && b)
		KeAcquireSpinLock(&ext->lock, &irql);
	work();
	if (a && b && ext->count)
		KeReleaseSpinLock(&ext->lock, irql);
}	/* { dg-warning "is still held at return .spinrule-held-at-return." } */

void good_cond_expr(struct ext *ext, int a)
{
	KIRQL irql;
	BOOLEAN l = a ? TRUE : FALSE;
	if (l)
		KeAcquireSpinLock(&ext->lock, &irql);
	work();
	if (a)
		KeReleaseSpinLock(&ext->lock, irql);
}

void good_cmp_vars(struct ext *ext, int a, int b)
{
	KIRQL irql;
	if (a < b)
		KeAcquireSpinLock(&ext->lock, &irql);
	work();
	if (b > a)
		KeReleaseSpinLock(&ext->lock, irql);
}

void warn_cmp_vars(struct ext *ext, int a, int b)
{
	KIRQL irql;
	if (a < b)
		KeAcquireSpinLock(&ext->lock, &irql);
	work();
	if (b > a && ext->count)
		KeReleaseSpinLock(&ext->lock, irql);
}	/* { dg-warning "is still held at return .spinrule-held-at-return." } */
