/* port.h - what the runtime needs from the system below it; the same names in every port.
 *
 * Three ports: port-posix.c and port-win32.c for plain programs, port-wdm.c for drivers, each with a header
 * for what is inlined into the wrappers.  In the plain ones the DDIs themselves are ddi-hosted.c.  What tells them
 * apart is the target, and -ffreestanding for a driver.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef SPINRULE_PORT_H
#define SPINRULE_PORT_H

#include <stddef.h>
#include <stdint.h>

struct held_set;

#define PORT_PASSIVE_LEVEL 0
#define PORT_DISPATCH_LEVEL 2

/* True in a driver, where a violation stops the machine unless told otherwise. */
#if __STDC_HOSTED__
enum { port_is_kernel = 0 };
#else
enum { port_is_kernel = 1 };
#endif

/* ---- threads ----
 *
 * A set of PORT_SETS belongs to a thread from port_claim_set until port_drop_set (kernel) or
 * until the thread ends (plain programs).  Neither waits nor allocates; any IRQL. */

/* The sets themselves, port_sets[] of them, are in locks.h. */
extern const unsigned port_set_count;

/* What a thread has that has no set: nothing is held in it, and everything about it is slow. */
extern struct held_set port_no_set;

/* port_find_set (), inline in the port's own header: the set of this thread; &port_no_set if it has none. */

/* The set of this thread, a free one if it has none yet (then *IS_NEW becomes true); NULL if there is
 * no free one. */
struct held_set *port_claim_set(int *is_new);

/* SET, this thread's, is empty: another thread may have it. */
void port_drop_set(struct held_set *set);

/* Microseconds since some moment.  Any IRQL. */
uint64_t port_microseconds(void);

/* This thread as debuggers show it. */
unsigned long long port_thread_number(void);

/* ---- text ---- */

/* What is written at a time is shorter. */
#define PORT_TEXT_SIZE 6000

/* Write TEXT, whole lines, to the log.  Any IRQL. */
void port_write(const char *text, unsigned length);

/* Write from now on to the file PATH, at its end.  Returns false if it cannot be opened.  PASSIVE_LEVEL. */
int port_open_log(const char *path);

/* Read the file PATH to BUFFER, a zero after it.  Returns its length, at most SIZE - 1, or -1 if it cannot be read.  PASSIVE_LEVEL. */
int port_read_file(const char *path, char *buffer, unsigned size);

/* Give up the log file: the driver is going.  PASSIVE_LEVEL. */
void port_close_log(void);

/* Write what could not go to the log file at a raised IRQL.  Does nothing at one.  Returns how many more there were than the
 * port has room for, since the last time; those are lost. */
unsigned port_flush(void);

/* ---- start and stop ---- */

/* The place where a user gives options: "SPINRULE_OPTIONS" or the driver's registry value. */
extern const char *const port_options_place;

/* Start the port and copy the user's options to BUFFER; "" if there are none.  DRIVER_ENTRY's
 * registry path in a driver, else NULL.  PASSIVE_LEVEL. */
void port_start(void *registry_path, char *buffer, unsigned size);

/* What tells a run from others that write to the same file: the moment, as the system counts time, and the number of the
 * process, in a driver its place in memory.  A process made by fork () has another number. */
uint64_t port_moment(void);
unsigned long long port_process(void);

/* "posix", "win32", "wdm". */
extern const char *const port_name;

/* The file name of the program, the service name of the driver: in UTF-8, "" if it is not known. */
void port_program(char *buffer, unsigned size);

/* Stop the machine, or the program with the exit code that the options say. */
void port_bug_check(unsigned code, uintptr_t p1, uintptr_t p2, uintptr_t p3, uintptr_t p4)
	__attribute__((noreturn));

/* ---- the real DDIs ----
 *
 * As documented, with their C names.  Where a kernel lacks one, the port does the same by
 * other means.  Those used most are inline, in the port's own header:
 *
 *     uint8_t port_KeAcquireSpinLockRaiseToDpc(void *lock);
 *     void port_KeReleaseSpinLock(void *lock, uint8_t irql);
 *     void port_KeAcquireSpinLockAtDpcLevel(void *lock);
 *     uint8_t port_KeTryToAcquireSpinLockAtDpcLevel(void *lock);
 *     void port_KeReleaseSpinLockFromDpcLevel(void *lock); */

union port_large_integer {
	struct {
		uint32_t low;
		int32_t high;
	} u;
	int64_t quad;
};

struct port_list {
	struct port_list *next, *previous;
};

struct port_single_list {
	struct port_single_list *next;
};

uint8_t port_KeAcquireSpinLockRaiseToSynch(void *lock);
uint8_t port_KeAcquireSpinLockForDpc(void *lock);
void port_KeReleaseSpinLockForDpc(void *lock, uint8_t irql);


void port_KeAcquireInStackQueuedSpinLock(void *lock, void *handle);
void port_KeAcquireInStackQueuedSpinLockRaiseToSynch(void *lock, void *handle);
void port_KeAcquireInStackQueuedSpinLockForDpc(void *lock, void *handle);
void port_KeAcquireInStackQueuedSpinLockAtDpcLevel(void *lock, void *handle);
void port_KeReleaseInStackQueuedSpinLock(void *handle);
void port_KeReleaseInStackQueuedSpinLockForDpc(void *handle);
void port_KeReleaseInStackQueuedSpinLockFromDpcLevel(void *handle);

uint8_t port_KeAcquireQueuedSpinLock(unsigned number);
uint8_t port_KeAcquireQueuedSpinLockRaiseToSynch(unsigned number);
uint32_t port_KeTryToAcquireQueuedSpinLock(unsigned number, uint8_t *irql);
uint32_t port_KeTryToAcquireQueuedSpinLockRaiseToSynch(unsigned number, uint8_t *irql);
void port_KeReleaseQueuedSpinLock(unsigned number, uint8_t irql);

uint8_t port_IoAcquireCancelSpinLock(void);
void port_IoReleaseCancelSpinLock(uint8_t irql);

void port_KeInitializeSpinLock(void *lock);

/* This thread, or processor, is at DISPATCH_LEVEL or above and goes to IRQL. */
void port_lower_irql(uint8_t irql);

/* What the memory of LOCK says, where the system's locks say something: 0 is a lock that nobody holds, as KeTestSpinLock has
 * it.  Any IRQL up to DISPATCH_LEVEL. */
enum port_word {
	PORT_WORD_NOTHING,
	PORT_WORD_GONE,		/* there is no such memory any more */
	PORT_WORD_FREE,
	PORT_WORD_TAKEN,	/* as an acquire leaves it that is of no queue */
	PORT_WORD_OTHER		/* of a queue, or no lock's */
};

enum port_word port_look_at(const void *lock);

/* What the ExInterlocked routines do under their lock.  ARGUMENTS are a routine's own, in order. */
enum port_momentary {
	PORT_INSERT_HEAD,
	PORT_INSERT_TAIL,
	PORT_REMOVE_HEAD,
	PORT_POP,
	PORT_PUSH,
	PORT_ADD_ULONG,
	PORT_MOMENTARIES
};

/* Returns the result of the routine, a pointer or a 32-bit number. */
uintptr_t port_momentary(enum port_momentary routine, void *first, uintptr_t second, void *lock);
union port_large_integer port_ExInterlockedAddLargeInteger(void *addend,
							   union port_large_integer increment,
							   void *lock);

void port_ExRaiseStatus(int32_t status) __attribute__((noreturn));
void port_ExRaiseAccessViolation(void) __attribute__((noreturn));
void port_ExRaiseDatatypeMisalignment(void) __attribute__((noreturn));
int32_t port_PsTerminateSystemThread(int32_t status);

#endif
