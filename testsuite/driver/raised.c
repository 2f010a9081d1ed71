/* raised.c - the driver's port at a raised IRQL, where no file can be written.
 *
 * Wine has no IRQLs.  This is a program that has the wdm port and Wine's kernel as a library, and gives register CR8 the
 * value that a real machine would have.
 *
 *     raised.exe KEY LOG COUNT     COUNT violations at DISPATCH_LEVEL, in one callback; KEY in HKEY_LOCAL_MACHINE is
 *                                  made and has the options, LOG as the kernel names it
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
	AddVectoredExceptionHandler(1, read_cr8);
	/* More than 512 characters, a usual limit of values. */
	snprintf(options, sizeof options, "%0500d:halt=0:history=0:logfile=%s", 0, argv[2]);
	memcpy(options, "hold_time=", 10);
	snprintf(path, sizeof path, "\\Registry\\Machine\\%s", argv[1]);
	if (RegCreateKeyA(HKEY_LOCAL_MACHINE, argv[1], &key)
	    || RegSetValueExA(key, "SpinruleOptions", 0, REG_SZ, (BYTE *)options, (DWORD)strlen(options) + 1))
		return 3;
	MultiByteToWideChar(CP_ACP, 0, path, -1, wide, 300);
	RtlInitUnicodeString(&registry_path, wide);
	spinrule_driver_entry(NULL, &registry_path, &entry);

	mark = spinrule_callback_enter(0, &callback);
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
