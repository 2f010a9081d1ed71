/* raised.c - the driver's port at a raised IRQL, where no file can be written.
 *
 * Wine has no IRQLs.  This is a program that has the wdm port and Wine's kernel as a library, and gives register CR8 the
 * value that a real machine would have.
 *
 *     raised.exe KEY LOG COUNT     COUNT violations at DISPATCH_LEVEL, in one callback; KEY in HKEY_LOCAL_MACHINE is
 *                                  made and has the options, LOG as the kernel names it
 *     raised.exe KEY LOG levels    acquires at IRQLs that their routines allow and do not, with wrong_level=1
 *
 * For "levels" the runtime must not know Wine, which has no IRQLs to ask for, and the routines that raise and lower
 * the IRQL are this program's.
 *
 * SPDX-License-Identifier: MIT
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <windows.h>
#include <winternl.h>

#include "../../runtime/spinrule.h"
#include "../../runtime/wrap.h"

static DWORD64 irql;

/* mov reg, cr8: 44 or 45, 0F, 20, ModRM. */
static LONG WINAPI read_cr8(EXCEPTION_POINTERS *exception)
{
	CONTEXT *context = exception->ContextRecord;
	const BYTE *code = (const BYTE *)context->Rip;

	if (exception->ExceptionRecord->ExceptionCode != EXCEPTION_PRIV_INSTRUCTION || (code[0] & ~1) != 0x44 || code[1] != 0x0f
	    || code[2] != 0x20)
		return EXCEPTION_CONTINUE_SEARCH;
	(&context->Rax)[(code[3] & 7) | (code[0] & 1) << 3] = irql;
	context->Rip += 4;
	return EXCEPTION_CONTINUE_EXECUTION;
}

/* ---- a kernel with IRQLs ---- */

static int has_irqls;

typedef PVOID NTAPI LOOK_UP(PUNICODE_STRING name);

static PVOID NTAPI look_up(PUNICODE_STRING name)
{
	static const wchar_t *const known[] = { L"MmIsAddressValid", L"RtlCaptureStackBackTrace", L"KeQueryPerformanceCounter", L"KeQuerySystemTime" };
	static LOOK_UP *real;

	if (!real)
		real = (LOOK_UP *)(ULONG_PTR)GetProcAddress(GetModuleHandleA("ntoskrnl.exe"), "MmGetSystemRoutineAddress");
	for (size_t i = 0; has_irqls && i < sizeof known / sizeof known[0]; i++)
		if (!wcscmp(name->Buffer, known[i]))
			return real(name);
	return has_irqls ? NULL : real(name);
}

static UCHAR NTAPI acquire_lock(ULONG_PTR *spin_lock)
{
	UCHAR old = (UCHAR)irql;

	*spin_lock = 1;
	irql = PORT_DISPATCH_LEVEL > irql ? PORT_DISPATCH_LEVEL : irql;
	return old;
}

static void NTAPI release_lock(ULONG_PTR *spin_lock, UCHAR old)
{
	*spin_lock = 0;
	irql = old;
}

static void NTAPI acquire_at_dpc(ULONG_PTR *spin_lock)
{
	*spin_lock = 1;
}

static void NTAPI release_from_dpc(ULONG_PTR *spin_lock)
{
	*spin_lock = 0;
}

/* What the runtime imports. */
PVOID __imp_MmGetSystemRoutineAddress = look_up, __imp_KeAcquireSpinLockRaiseToDpc = acquire_lock, __imp_KeReleaseSpinLock = release_lock,
      __imp_KeAcquireSpinLockAtDpcLevel = acquire_at_dpc, __imp_KeReleaseSpinLockFromDpcLevel = release_from_dpc;

static struct spinrule_site at(const char *ddi, unsigned line)
{
	return (struct spinrule_site){ .file = "raised.c", .function = "levels", .ddi = ddi, .lock = "lock", .line = line };
}

/* At each IRQL: a raising pair in line 100 + IRQL, one at DPC level in line 200 + IRQL. */
static void levels(ULONG_PTR *spin_lock)
{
	static struct spinrule_site sites[4][8];

	for (unsigned level = 0; level < 8; level++) {
		sites[0][level] = at("KeAcquireSpinLock", 100 + level);
		sites[1][level] = at("KeReleaseSpinLock", 100 + level);
		sites[2][level] = at("KeAcquireSpinLockAtDpcLevel", 200 + level);
		sites[3][level] = at("KeReleaseSpinLockFromDpcLevel", 200 + level);
		irql = level;
		spinrule_KeReleaseSpinLock(spin_lock, spinrule_KeAcquireSpinLockRaiseToDpc(spin_lock, &sites[0][level]), &sites[1][level]);
		spinrule_KeAcquireSpinLockAtDpcLevel(spin_lock, &sites[2][level]);
		spinrule_KeReleaseSpinLockFromDpcLevel(spin_lock, &sites[3][level]);
		irql = PORT_PASSIVE_LEVEL;
	}
}

/* ---- the driver ---- */

static struct spinrule_site entry = { .file = "raised.c", .function = "DriverEntry", .ddi = "DRIVER_INITIALIZE", .lock = "", .line = 1 };
static struct spinrule_site callback = { .file = "raised.c", .function = "dpc", .ddi = "KDEFERRED_ROUTINE", .lock = "", .line = 2 };
static struct spinrule_site release[100];
static ULONG_PTR lock;

int main(int argc, char **argv)
{
	char options[900], path[300];
	wchar_t wide[300];
	UNICODE_STRING registry_path;
	unsigned mark;
	HKEY key;

	if (argc != 4 || atoi(argv[3]) > 100)
		return 2;
	has_irqls = !strcmp(argv[3], "levels");
	AddVectoredExceptionHandler(1, read_cr8);
	/* More than 512 characters, a usual limit of values. */
	snprintf(options, sizeof options, "%0500d:halt=0:history=0:logfile=%s", 0, argv[2]);
	memcpy(options, has_irqls ? "wrong_level=1:hold_time=" : "hold_time=", has_irqls ? 24 : 10);
	snprintf(path, sizeof path, "\\Registry\\Machine\\%s", argv[1]);
	if (RegCreateKeyA(HKEY_LOCAL_MACHINE, argv[1], &key)
	    || RegSetValueExA(key, "SpinruleOptions", 0, REG_SZ, (BYTE *)options, (DWORD)strlen(options) + 1))
		return 3;
	MultiByteToWideChar(CP_ACP, 0, path, -1, wide, 300);
	RtlInitUnicodeString(&registry_path, wide);
	spinrule_driver_entry(NULL, &registry_path, &entry);

	mark = spinrule_callback_enter(0, &callback);
	if (has_irqls) {
		levels(&lock);
		spinrule_callback_leave(mark, &callback);
		return 0;
	}
	irql = PORT_DISPATCH_LEVEL;
	for (int i = 0; i < atoi(argv[3]); i++) {
		release[i] = (struct spinrule_site){ .file = "raised.c", .function = "dpc", .ddi = "KeReleaseSpinLockFromDpcLevel",
						     .lock = "lock", .line = (unsigned)(100 + i) };
		spinrule_KeReleaseSpinLockFromDpcLevel(&lock, &release[i]);
	}
	spinrule_callback_leave(mark, &callback);
	puts("still raised");
	/* The next callback is at PASSIVE_LEVEL at its end. */
	mark = spinrule_callback_enter(0, &callback);
	irql = PORT_PASSIVE_LEVEL;
	spinrule_callback_leave(mark, &callback);
	puts("lowered");
	return 0;
}
