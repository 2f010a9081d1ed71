/* port-wdm-kernel.h - the kernel, as the files of this port use it: its types, what it
 * exports, and the routines that some kernels lack.
 *
 * The types are the runtime's own, so it builds without the headers of a driver kit.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef SPINRULE_PORT_WDM_KERNEL_H
#define SPINRULE_PORT_WDM_KERNEL_H

#include "locks.h"
#include "port.h"

#if __STDC_HOSTED__
#error compile every file of the runtime for a driver with -ffreestanding
#endif

#define STDCALL PORT_STDCALL
#define FASTCALL PORT_FASTCALL
#define IMPORT PORT_IMPORT

typedef int32_t status;

struct wide_string {
	uint16_t length, size;	/* in bytes */
	uint16_t *text;
};

struct object_attributes {
	uint32_t size;
	void *root;
	struct wide_string *name;
	uint32_t attributes;
	void *security, *quality;
};

struct io_status {
	uintptr_t status, information;
};

enum {
	OBJECT_CASE_INSENSITIVE = 0x40,
	OBJECT_KERNEL_HANDLE = 0x200,
	ACCESS_KEY_READ = 0x20019,
	ACCESS_READ_DATA = 1,
	ACCESS_APPEND = 4,
	ACCESS_SYNCHRONIZE = 0x100000,
	SHARE_READ_WRITE = 3,
	FILE_OPEN_THERE = 1,
	FILE_OPEN_OR_CREATE = 3,
	FILE_SYNCHRONOUS_NOT_A_FOLDER = 0x20 | 0x40,
	ATTRIBUTE_NORMAL = 0x80,
	KEY_VALUE_PARTIAL = 2,
	TYPE_TEXT = 1,
	STATUS_IS_LONGER = (int)0x80000005	/* STATUS_BUFFER_OVERFLOW */
};

IMPORT void *STDCALL KeGetCurrentThread(void);
IMPORT void *STDCALL PsGetCurrentThreadId(void);
IMPORT void *STDCALL MmGetSystemRoutineAddress(struct wide_string *name);
IMPORT void STDCALL KeBugCheckEx(uint32_t code, uintptr_t p1, uintptr_t p2, uintptr_t p3,
				 uintptr_t p4) __attribute__((noreturn));
IMPORT uint32_t DbgPrint(const char *format, ...);
IMPORT status STDCALL ZwCreateFile(void **handle, uint32_t access,
				   struct object_attributes *attributes, struct io_status *result,
				   int64_t *size, uint32_t file_attributes, uint32_t share,
				   uint32_t disposition, uint32_t options, void *extended,
				   uint32_t extended_size);
IMPORT status STDCALL ZwWriteFile(void *handle, void *event, void *routine, void *context,
				  struct io_status *result, const void *buffer, uint32_t size,
				  int64_t *offset, uint32_t *key);
IMPORT status STDCALL ZwReadFile(void *handle, void *event, void *routine, void *context,
				 struct io_status *result, void *buffer, uint32_t size,
				 int64_t *offset, uint32_t *key);
IMPORT status STDCALL ZwClose(void *handle);
IMPORT status STDCALL KeDelayExecutionThread(int8_t mode, uint8_t alertable, int64_t *interval);
IMPORT status STDCALL ZwOpenKey(void **handle, uint32_t access,
				struct object_attributes *attributes);
IMPORT status STDCALL ZwQueryValueKey(void *handle, struct wide_string *name, int kind,
				      void *buffer, uint32_t size, uint32_t *needed);

#ifdef __i386__
IMPORT uint8_t STDCALL KeGetCurrentIrql(void);
#endif
IMPORT void FASTCALL KeAcquireInStackQueuedSpinLock(void *lock, void *handle);
IMPORT void FASTCALL KeAcquireInStackQueuedSpinLockAtDpcLevel(void *lock, void *handle);
IMPORT void FASTCALL KeReleaseInStackQueuedSpinLock(void *handle);
IMPORT void FASTCALL KeReleaseInStackQueuedSpinLockFromDpcLevel(void *handle);
IMPORT void STDCALL IoAcquireCancelSpinLock(uint8_t *irql);
IMPORT void STDCALL IoReleaseCancelSpinLock(uint8_t irql);
IMPORT void STDCALL ExRaiseStatus(int32_t status) __attribute__((noreturn));
IMPORT void STDCALL ExRaiseAccessViolation(void) __attribute__((noreturn));
IMPORT void STDCALL ExRaiseDatatypeMisalignment(void) __attribute__((noreturn));
IMPORT status STDCALL PsTerminateSystemThread(int32_t status);

/* ---- routines that some kernels lack ---- */

typedef uint8_t FASTCALL acquire_function(void *lock);
typedef void FASTCALL release_function(void *lock, uint8_t irql);
typedef uint8_t FASTCALL try_function(void *lock);
typedef void FASTCALL queued_acquire_function(void *lock, void *handle);
typedef void FASTCALL queued_release_function(void *handle);
typedef uint8_t FASTCALL numbered_acquire_function(uintptr_t number);
typedef uint32_t FASTCALL numbered_try_function(uintptr_t number, uint8_t *irql);
typedef void FASTCALL numbered_release_function(uintptr_t number, uint8_t irql);
typedef uintptr_t STDCALL momentary_2_function(void *first, void *lock);
typedef uintptr_t STDCALL momentary_3_function(void *first, uintptr_t second, void *lock);
typedef union port_large_integer STDCALL add_large_function(void *addend,
							    union port_large_integer increment,
							    void *lock);

/* NULL where the kernel lacks it, or, as Wine does, exports it without an
 * implementation. */
extern struct kernel_routines {
	acquire_function *acquire_synch, *acquire_for_dpc;
	release_function *release_for_dpc;
	try_function *try_at_dpc;
	queued_acquire_function *queued_synch, *queued_for_dpc;
	queued_release_function *queued_release_for_dpc;
	numbered_acquire_function *numbered, *numbered_synch;
	numbered_try_function *numbered_try, *numbered_try_synch;
	numbered_release_function *numbered_release;
	void *momentary[PORT_MOMENTARIES];
	add_large_function *add_large;
	struct shared_routines {
		uint8_t (STDCALL *acquire)(void *lock);
		void (STDCALL *acquire_at_dpc)(void *lock);
		uint32_t (STDCALL *try_at_dpc)(void *lock);
		void (STDCALL *release)(void *lock, uint8_t irql);
		void (STDCALL *release_from_dpc)(void *lock);
	} shared, exclusive;
	uint32_t (STDCALL *convert)(void *lock);
	/* hal.dll or ntoskrnl.exe exports it, depending on the kernel. */
	int64_t (STDCALL *query_counter)(int64_t *frequency);
	/* KeQuerySystemTime or KeQuerySystemTimePrecise: on Windows for x86-64 the
	 * first is only an inline function of the headers. */
	void (STDCALL *query_time)(int64_t *time);
	uint16_t (STDCALL *walk_stack)(uint32_t skip, uint32_t max, void **returns,
				      uint32_t *hash);
	uint8_t (STDCALL *is_address_valid)(const void *address);
	/* NULL on Wine, and before Windows Server 2003. */
	uint8_t (STDCALL *are_all_apcs_disabled)(void);
	/* False in a kernel for one processor, which does not write to its locks. */
	int has_lock_words;
	/* False on Wine. */
	int has_irqls;
} kernel;

/* Look up all of them.  Once, at the start, before anything else of this port is used. */
void kernel_start(void);

/* The IRQL of the machine.  On Wine it is always 0, and files can always be written. */
static inline uint8_t kernel_irql(void)
{
#ifdef __x86_64__
	uintptr_t irql;

	__asm__ volatile("mov %%cr8, %0" : "=r"(irql));
	return (uint8_t)irql;
#else
	return KeGetCurrentIrql();
#endif
}

/* NAME in 16-bit characters in BUFFER of COUNT. */
struct wide_string kernel_string(const char *name, uint16_t *buffer, unsigned count);

/* The attributes with which the object NAME is opened. */
struct object_attributes kernel_attributes(struct wide_string *name);

#endif
