/* port.h - what the runtime needs of the system below it; the same names in every port.
 *
 * There are three ports: port-posix.c and port-win32.c for plain programs, port-wdm.c for
 * drivers, each with a header for the functions that are inlined into the wrappers.  In
 * plain programs ddi-hosted.c implements the DDIs.  The target selects the port, and
 * -ffreestanding that for drivers.
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
#define PORT_HIGH_LEVEL 15

/* True in a driver, where by default a violation stops the machine. */
#if __STDC_HOSTED__
enum { port_is_kernel = 0 };
#else
enum { port_is_kernel = 1 };
#endif

/* ---- threads ----
 *
 * A set belongs to a thread from port_claim_set until port_drop_set (kernel) or until
 * the thread ends (plain programs).  Neither function waits or allocates; any IRQL. */

/* The size of port_sets[], which locks.h declares. */
extern const unsigned port_set_count;

/* The set of all threads that have none: see LOCKS_NO_SET. */
extern struct held_set port_no_set;

/* port_find_set (), inline in the port's own header, returns the set of this thread, or
 * &port_no_set if it has none. */

/* The set of this thread.  If it has none, it gets a free one and *IS_NEW becomes
 * true; NULL if none is free. */
struct held_set *port_claim_set(int *is_new);

/* Give up SET, this thread's, which is empty: another thread may claim it. */
void port_drop_set(struct held_set *set);

/* Microseconds since a fixed moment.  Any IRQL. */
uint64_t port_microseconds(void);

/* Let other threads run, where the IRQL permits it. */
void port_pause(void);

/* The number of this thread, as debuggers show it. */
unsigned long long port_thread_number(void);

/* ---- text ---- */

/* Every text that is written at once is shorter. */
#define PORT_TEXT_SIZE 6000

/* Write TEXT, whole lines, to the log.  Any IRQL. */
void port_write(const char *text, unsigned length);

/* From now on write to the end of the file PATH.  Returns false if it cannot be opened.
 * PASSIVE_LEVEL. */
int port_open_log(const char *path);

/* Read the file PATH into BUFFER and add a zero.  Returns its length, at most SIZE -
 * 1, or -1 if it cannot be read.  PASSIVE_LEVEL. */
int port_read_file(const char *path, char *buffer, unsigned size);

/* Close the log file: the driver is being unloaded.  PASSIVE_LEVEL. */
void port_close_log(void);

/* Write the texts that could not be written to the log file at a raised IRQL.  Does
 * nothing at a raised IRQL.  Returns the number of texts lost since the last call,
 * because the port had no room for them. */
unsigned port_flush(void);

/* port_has_delayed (), inline in the port's own header, is true if there are such
 * texts. */

/* ---- the calls that led here ---- */

/* Write to CALLS addresses inside of the calls that led here, the innermost first, at
 * most MAX.  Returns their number.  Waits for nothing. */
unsigned port_walk(const void **calls, unsigned max);

struct port_line {
	const char *function, *file;
	unsigned line;
};

/* What is known of an address in code. */
struct port_code {
	const char *module;	/* file name of the program, the name of the driver; or NULL */
	uintptr_t offset;	/* in the module; POSIX: as its debug information counts */
	int is_of_system;	/* of the C library or the kernel */
	unsigned line_count;
	/* The innermost first: a function that is inlined into another has a line of
	 * its own. */
	struct port_line lines[4];
};

/* Find the lines of all CALLS now, where the port can. */
void port_resolve(const void *const *calls, unsigned count);

void port_describe(const void *call, struct port_code *code);

/* Other code may lie where some was. */
void port_forget_code(void);

/* ---- memory ---- */

/* The size of the block at MEMORY, which free () of the C library will get; 0 if that is
 * not known. */
size_t port_block_size(const void *memory);

/* ---- start and stop ---- */

/* Where a user sets options: "SPINRULE_OPTIONS", or the driver's registry value. */
extern const char *const port_options_place;

/* Start the port and copy the user's options to BUFFER; "" if there are none.
 * REGISTRY_PATH is DriverEntry's in a driver, else NULL.  PASSIVE_LEVEL. */
void port_start(void *registry_path, char *buffer, unsigned size);

/* These two distinguish the runs that write to the same file: the current time of the
 * system, and the number of the process (a driver: its address in memory).  A process
 * made by fork () has another number. */
uint64_t port_moment(void);
unsigned long long port_process(void);

/* "posix", "win32", "wdm". */
extern const char *const port_name;

/* The file name of the program, the service name of the driver: in UTF-8, "" if it is
 * not known. */
void port_program(char *buffer, unsigned size);

/* Stop the machine, or the program with the exit code that the options set. */
void port_bug_check(unsigned code, uintptr_t p1, uintptr_t p2, uintptr_t p3, uintptr_t p4)
	__attribute__((noreturn));

/* ---- the real DDIs ----
 *
 * As documented, under their C names.  If a kernel lacks one, the port does its work
 * by other means.  The ones used most are inline, in the port's own header:
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

/* SITE: of the acquire, for a note that it waits; or NULL. */
struct spinrule_site;
uint8_t port_acquire_cancel(struct spinrule_site *site);
void port_IoReleaseCancelSpinLock(uint8_t irql);

void port_KeInitializeSpinLock(void *lock);

uint8_t port_ExAcquireSpinLockShared(void *lock);
void port_ExAcquireSpinLockSharedAtDpcLevel(void *lock);
uint32_t port_ExTryAcquireSpinLockSharedAtDpcLevel(void *lock);
void port_ExReleaseSpinLockShared(void *lock, uint8_t irql);
void port_ExReleaseSpinLockSharedFromDpcLevel(void *lock);
uint8_t port_ExAcquireSpinLockExclusive(void *lock);
void port_ExAcquireSpinLockExclusiveAtDpcLevel(void *lock);
uint32_t port_ExTryAcquireSpinLockExclusiveAtDpcLevel(void *lock);
void port_ExReleaseSpinLockExclusive(void *lock, uint8_t irql);
void port_ExReleaseSpinLockExclusiveFromDpcLevel(void *lock);
uint32_t port_ExTryConvertSharedSpinLockExclusive(void *lock);

/* Lower the IRQL of this thread, or processor, from DISPATCH_LEVEL or above to IRQL. */
void port_lower_irql(uint8_t irql);

/* The IRQL now; -1 in a kernel that keeps none (Wine). */
int port_level(void);

/* The state of a lock that its memory shows: 0 is a free lock, as for KeTestSpinLock.
 * Any IRQL up to DISPATCH_LEVEL. */
enum port_word {
	PORT_WORD_NOTHING,	/* the system's locks do not show their state */
	PORT_WORD_GONE,		/* the memory does not exist any more */
	PORT_WORD_FREE,
	PORT_WORD_TAKEN,	/* as an acquire without a queue leaves it */
	PORT_WORD_OTHER		/* of a queue, or not of a lock */
};

enum port_word port_look_at(const void *lock);

/* The ExInterlocked routines. */
enum port_momentary {
	PORT_INSERT_HEAD,
	PORT_INSERT_TAIL,
	PORT_REMOVE_HEAD,
	PORT_POP,
	PORT_PUSH,
	PORT_ADD_ULONG,
	PORT_MOMENTARIES
};

/* Call ROUTINE with its own arguments, in order.  Returns its result, a pointer or a
 * 32-bit number. */
uintptr_t port_momentary(enum port_momentary routine, void *first, uintptr_t second, void *lock);
union port_large_integer port_ExInterlockedAddLargeInteger(void *addend,
							   union port_large_integer increment,
							   void *lock);

void port_ExRaiseStatus(int32_t status) __attribute__((noreturn));
void port_ExRaiseAccessViolation(void) __attribute__((noreturn));
void port_ExRaiseDatatypeMisalignment(void) __attribute__((noreturn));
int32_t port_PsTerminateSystemThread(int32_t status);

#endif
