/* port-win32.c - the runtime in plain programs on Windows and Wine.
 *
 * On x86-64 the headers define KeGetCurrentIrql, KeRaiseIrql and KeLowerIrql as accesses
 * to register CR8, which fault in a program: an exception handler executes them on this
 * thread's IRQL.
 *
 * SPDX-License-Identifier: MIT
 */

#define PORT_PLACE_IS

#include "callback.h"
#include "hosted.h"
#include "locks.h"
#include "options.h"
#include "port.h"
#include "report.h"
#include "runtime.h"

#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <windows.h>

#define SETS 1024

const char *const port_options_place = "SPINRULE_OPTIONS";

struct held_set port_sets[SETS];
const unsigned port_set_count = SETS;
struct held_set port_no_set = LOCKS_NO_SET;

uintptr_t port_place;
static DWORD end_of_thread;
static HANDLE log_file;
static const char cannot_write[] = "spinrule: the log file cannot be written: reports come here\n";

/* ---- threads ---- */

static void set_set(struct held_set *set)
{
	__asm__ volatile("mov %1, " PORT_BLOCK ":(%0)"
			 :
			 : "r"(port_place), "r"((uintptr_t)set - (uintptr_t)&port_no_set));
}

static VOID WINAPI thread_ends(void *value)
{
	struct held_set *set = value;

	/* The end of the program calls this too, on the last thread, which has ended
	 * already. */
	if (!set || set != port_find_set())
		return;
	callback_thread_ends(NULL);
	set_set(&port_no_set);
	__atomic_store_n(&set->owner, 0, __ATOMIC_RELEASE);
}

static struct held_set *claim_new(int *is_new)
{
	static unsigned start;
	unsigned first = __atomic_fetch_add(&start, 1, __ATOMIC_RELAXED);

	for (unsigned i = 0; i < SETS; i++) {
		struct held_set *set = &port_sets[(first + i) % SETS];
		uintptr_t none = 0;

		if (!__atomic_load_n(&set->owner, __ATOMIC_RELAXED) &&
		    __atomic_compare_exchange_n(&set->owner, &none, 1, 0, __ATOMIC_ACQUIRE,
						__ATOMIC_RELAXED)) {
			set->thread = port_thread_number();
			locks_claimed(set, 0);
			set_set(set);
			FlsSetValue(end_of_thread, set);
			*is_new = 1;
			return set;
		}
	}
	return NULL;
}

struct held_set *port_claim_set(int *is_new)
{
	struct held_set *set = port_find_set();

	return set != &port_no_set ? set : claim_new(is_new);
}

/* A set stays with its thread until that ends. */
void port_drop_set(struct held_set *set)
{
	(void)set;
}

unsigned long long port_thread_number(void)
{
	return GetCurrentThreadId();
}

uint64_t port_microseconds(void)
{
	LARGE_INTEGER now, frequency;

	QueryPerformanceCounter(&now);
	QueryPerformanceFrequency(&frequency);
	return (uint64_t)now.QuadPart / (uint64_t)frequency.QuadPart * 1000000 +
	       (uint64_t)now.QuadPart % (uint64_t)frequency.QuadPart * 1000000 /
		       (uint64_t)frequency.QuadPart;
}

/* ---- text ---- */

void port_write(const char *text, unsigned length)
{
	/* Wine seeks to the end and writes in two steps: two writers could overwrite
	 * each other. */
	static int is_writing;
	DWORD saved = GetLastError(), written;

	while (__atomic_exchange_n(&is_writing, 1, __ATOMIC_ACQUIRE))
		SwitchToThread();
	while (length) {
		if (WriteFile(log_file, text, length, &written, NULL) && written) {
			text += written;
			length -= written;
			continue;
		}
		/* A full disk must not look like a driver without mistakes. */
		if (log_file == GetStdHandle(STD_ERROR_HANDLE))
			break;
		log_file = GetStdHandle(STD_ERROR_HANDLE);
		if (!WriteFile(log_file, cannot_write, sizeof cannot_write - 1, &written, NULL))
			break;
	}
	__atomic_store_n(&is_writing, 0, __ATOMIC_RELEASE);
	SetLastError(saved);
}

int port_open_log(const char *path)
{
	HANDLE file = CreateFileA(path, FILE_APPEND_DATA,
				  FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, NULL,
				  OPEN_ALWAYS, FILE_ATTRIBUTE_NORMAL, NULL);

	if (file == INVALID_HANDLE_VALUE)
		return 0;
	log_file = file;
	return 1;
}

int port_read_file(const char *path, char *buffer, unsigned size)
{
	HANDLE file = CreateFileA(path, GENERIC_READ,
				  FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, NULL,
				  OPEN_EXISTING, FILE_ATTRIBUTE_NORMAL, NULL);
	DWORD length = 0, got;

	if (file == INVALID_HANDLE_VALUE)
		return -1;
	/* A pipe or a console could block the program for ever. */
	if (GetFileType(file) != FILE_TYPE_DISK) {
		CloseHandle(file);
		return -1;
	}
	while (length + 1 < size) {
		if (!ReadFile(file, buffer + length, size - 1 - length, &got, NULL)) {
			CloseHandle(file);
			return -1;
		}
		if (!got)
			break;
		length += got;
	}
	CloseHandle(file);
	buffer[length] = 0;
	return (int)length;
}

/* A program may load its driver again: the file stays open until the program ends. */
void port_close_log(void)
{
}

unsigned port_flush(void)
{
	return 0;
}

/* ---- the calls that led here ---- */

/* On i386 Windows follows the frame pointers: code without them is left out. */
unsigned port_walk(const void **calls, unsigned max)
{
	void *returns[64];
	unsigned count = RtlCaptureStackBackTrace(0, max < 62 ? max : 62, returns, NULL);

	for (unsigned i = 0; i < count; i++)
		calls[i] = (const char *)returns[i] - 1;
	return count;
}

void port_resolve(const void *const *calls, unsigned count)
{
	(void)calls, (void)count;
}

/* The name of MODULE's file, kept for ever; a program has few modules. */
static const char *name_of(HMODULE module)
{
	static struct {
		HMODULE module;
		char name[60];
	} names[16];
	static int is_busy;
	const char *found = "?";
	char path[MAX_PATH];

	while (__atomic_exchange_n(&is_busy, 1, __ATOMIC_ACQUIRE))
		SwitchToThread();
	for (unsigned i = 0; i < sizeof names / sizeof *names; i++) {
		DWORD length, from;

		if (names[i].module == module) {
			found = names[i].name;
			break;
		}
		if (names[i].module)
			continue;
		length = GetModuleFileNameA(module, path, sizeof path - 1);
		path[length < sizeof path ? length : 0] = 0;
		for (from = length; from && path[from - 1] != '\\'; from--)
			;
		snprintf(names[i].name, sizeof names[i].name, "%s", path + from);
		names[i].module = module;
		found = names[i].name;
		break;
	}
	__atomic_store_n(&is_busy, 0, __ATOMIC_RELEASE);
	return found;
}

void port_forget_code(void)
{
}

void port_describe(const void *call, struct port_code *code)
{
	DWORD saved = GetLastError();
	HMODULE module = NULL;

	code->line_count = 0;
	code->module = NULL;
	code->offset = (uintptr_t)call;
	code->is_of_system = 1;
	if (GetModuleHandleExA(GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS |
				       GET_MODULE_HANDLE_EX_FLAG_UNCHANGED_REFCOUNT,
			       (LPCSTR)call, &module)) {
		code->module = name_of(module);
		code->offset -= (uintptr_t)module;
		code->is_of_system = module == GetModuleHandleA("kernel32.dll") ||
				     module == GetModuleHandleA("kernelbase.dll") ||
				     module == GetModuleHandleA("msvcrt.dll") ||
				     module == GetModuleHandleA("ucrtbase.dll") ||
				     module == GetModuleHandleA("ntdll.dll");
	}
	SetLastError(saved);
}

/* ---- register CR8 ---- */

#ifdef __x86_64__

/* The registers in the order of their numbers in instructions. */
static DWORD64 *register_of(CONTEXT *context, unsigned number)
{
	return &context->Rax + number;
}

/* mov reg, cr8 and mov cr8, reg: 44 (45 for registers 8 to 15), 0F, 20 or 22, ModRM 11
 * 000 reg. */
static LONG WINAPI move_cr8(EXCEPTION_POINTERS *exception)
{
	CONTEXT *context = exception->ContextRecord;
	const uint8_t *code;
	DWORD64 *operand;

	if (exception->ExceptionRecord->ExceptionCode != EXCEPTION_PRIV_INSTRUCTION)
		return EXCEPTION_CONTINUE_SEARCH;
	code = (const uint8_t *)context->Rip;
	if ((code[0] & ~1) != 0x44 || code[1] != 0x0f || (code[2] != 0x20 && code[2] != 0x22) ||
	    (code[3] & 0xf8) != 0xc0)
		return EXCEPTION_CONTINUE_SEARCH;

	operand = register_of(context, (code[3] & 7u) | (code[0] & 1u) << 3);
	if (code[2] == 0x20)
		*operand = port_irql();
	else
		port_set_irql((uint8_t)*operand);
	context->Rip += 4;
	return EXCEPTION_CONTINUE_EXECUTION;
}

#endif

/* ---- start and stop ---- */

/* The name of an object of Windows' own tells copies of one process from each other. */
static HANDLE copy_sign;

static void look_for_copies(void)
{
	char name[60];

	snprintf(name, sizeof name, "Local\\SpinruleRuntime-%lu", GetCurrentProcessId());
	copy_sign = CreateEventA(NULL, TRUE, FALSE, name);
	if (copy_sign && GetLastError() == ERROR_ALREADY_EXISTS)
		report_note("another copy of the runtime is in this process: neither knows the "
			    "locks that code of the other acquires; link one for both", "");
}

static void program_ends(void)
{
	unsigned code;

	/* A library that goes while the program stays. */
	if (copy_sign)
		CloseHandle(copy_sign);

	/* exit () would do it next: the program's output comes before the summary. */
	fflush(NULL);
	code = runtime_end();
	if (!code)
		return;
	TerminateProcess(GetCurrentProcess(), code);
}

/* The offset of two adjacent slots in every thread's block.  Most of a program's 64
 * slots are free at its start. */
static uintptr_t new_place(void)
{
	DWORD slots[64], count = 0;
	uint64_t mine = 0;

	/* Until a new one is adjacent to an earlier one. */
	while ((slots[count] = TlsAlloc()) < 64) {
		DWORD slot = slots[count++];

		mine |= (uint64_t)1 << slot;
		if (slot > 0 && mine >> (slot - 1) & 1)
			slot--;
		else if (slot == 63 || !(mine >> (slot + 1) & 1))
			continue;
		for (DWORD i = 0; i < count; i++)
			if (slots[i] != slot && slots[i] != slot + 1)
				TlsFree(slots[i]);
		return (sizeof(void *) == 8 ? 0x1480 : 0xe10) + slot * sizeof(void *);
	}
	fprintf(stderr, "spinrule: error: no two slots of thread-local storage are free\n");
	abort();
}

/* A program has no DriverEntry to start the runtime.  Runs before the program's
 * constructors. */
static void __attribute__((constructor(101))) program_starts(void)
{
	port_place = new_place();
	end_of_thread = FlsAlloc(thread_ends);
	log_file = GetStdHandle(STD_ERROR_HANDLE);
#ifdef __x86_64__
	AddVectoredExceptionHandler(1, move_cr8);
#endif
	runtime_start(NULL);
	look_for_copies();
	atexit(program_ends);
}

void port_start(void *registry_path, char *buffer, unsigned size)
{
	DWORD length = GetEnvironmentVariableA(port_options_place, buffer, size);

	(void)registry_path;
	if (length >= size) {
		fprintf(stderr, "spinrule: %s is too long: not used\n", port_options_place);
		length = 0;
	}
	buffer[length] = 0;
}

const char *const port_name = "win32";

uint64_t port_moment(void)
{
	FILETIME now;

	GetSystemTimeAsFileTime(&now);
	return (uint64_t)now.dwHighDateTime << 32 | now.dwLowDateTime;
}

size_t port_block_size(const void *memory)
{
	size_t size = _msize((void *)(uintptr_t)memory);

	return size == (size_t)-1 ? 0 : size;
}

unsigned long long port_process(void)
{
	return GetCurrentProcessId();
}

void port_program(char *buffer, unsigned size)
{
	WCHAR path[MAX_PATH];
	DWORD length = GetModuleFileNameW(NULL, path, MAX_PATH);
	const WCHAR *name = path;

	buffer[0] = 0;
	if (!length || length >= MAX_PATH)
		return;
	for (DWORD i = 0; i < length; i++)
		if (path[i] == '\\')
			name = path + i + 1;
	if (!WideCharToMultiByte(CP_UTF8, 0, name, -1, buffer, (int)size, NULL, NULL))
		buffer[0] = 0;
}

void port_bug_check(unsigned code, uintptr_t p1, uintptr_t p2, uintptr_t p3, uintptr_t p4)
{
	unsigned exit_code = options_now()->exitcode;

	(void)code, (void)p1, (void)p2, (void)p3, (void)p4;
	TerminateProcess(GetCurrentProcess(), exit_code ? exit_code : 1);
	abort();
}

/* ReadProcessMemory would need no query before it, but is slow on Wine. */
enum port_word port_look_at(const void *lock)
{
	MEMORY_BASIC_INFORMATION memory;
	DWORD saved = GetLastError();
	int is_there = VirtualQuery(lock, &memory, sizeof memory) && memory.State == MEM_COMMIT
		       && !(memory.Protect & (PAGE_NOACCESS | PAGE_GUARD));

	SetLastError(saved);
	if (!is_there)
		return PORT_WORD_GONE;
	return hosted_word(__atomic_load_n((const uintptr_t *)lock, __ATOMIC_RELAXED));
}

/* ---- hosted.h ---- */

void port_yield(void)
{
	SwitchToThread();
}

void port_exit_thread(int32_t status)
{
	ExitThread((DWORD)status);
}

void port_raise(int32_t status)
{
	RaiseException((DWORD)status, EXCEPTION_NONCONTINUABLE, 0, NULL);
	abort();
}

void port_crash(void)
{
	fflush(NULL);
	abort();
}
