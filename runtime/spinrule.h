/* spinrule.h - the functions of Spinrule's runtime for programs, and for instrumented
 * code.
 *
 * Link libspinrule-wdm.a into a test build of a driver, libspinrule-win32.a or
 * libspinrule-posix.a into a plain program that tests driver code.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef SPINRULE_H
#define SPINRULE_H

#include <stddef.h>

/* The runtime's other symbols are hidden in a shared object. */
#ifdef __ELF__
#pragma GCC visibility push(default)
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* ---- for programs ---- */

/* One violation, as a report hook gets it.  Strings and sites are never freed. */
struct spinrule_report {
	const char *id;			/* "double-acquire": an id of docs/rule.md */
	const char *words;		/* "is acquired while already held" */
	const char *rule;		/* "SpinlockRelease" */
	unsigned bugcheck_code;		/* parameter 1 of bug check 0xC4; 0: the rule has none */
	const void *lock;		/* the KSPIN_LOCK's address */
	const char *lock_text;		/* the lock as written at this site */
	unsigned long long thread;	/* the thread that broke the rule */
	const struct spinrule_site *site;		/* where */
	unsigned long long acquired_by;	/* thread; 0 when no acquire is known */
	const struct spinrule_site *acquired_at;	/* the acquire before, or NULL */
	/* release-unheld: this thread's last release of the lock, or NULL */
	const struct spinrule_site *released_at;
	/* lock-order: the acquires of the earlier order, or NULL */
	const struct spinrule_site *earlier_first, *earlier_second;
	unsigned microseconds;		/* hold-time: how long; else 0 */
	/* Addresses inside of the calls that led here: the first in the function of SITE,
	 * the next in its caller.  Valid during the call of the hook. */
	const void *const *callers;
	unsigned caller_count;
	/* With the option origins the same of the acquire before. */
	const void *const *acquired_callers;
	unsigned acquired_caller_count;
};

typedef void spinrule_hook(const struct spinrule_report *report);

/* Call HOOK for each violation instead of printing it.  HOOK may be called on any
 * thread and at any IRQL up to DISPATCH_LEVEL; it must not acquire a checked lock.
 * NULL restores printing.  Returns the previous hook. */
spinrule_hook *spinrule_set_report_hook(spinrule_hook *hook);

/* The number of violations found so far.  Any thread, any IRQL. */
unsigned long long spinrule_violation_count(void);

/* Write to the log which spin locks each thread holds now: to be called in a debugger.
 * Any thread, any IRQL. */
void spinrule_print_held(void);

/* ---- for drivers ---- */

/* Bytes that the runtime has for each thread. */
#ifdef __i386__
#define SPINRULE_SET_SIZE 4416
#else
#define SPINRULE_SET_SIZE 4480
#endif

/* In one C source of a driver, outside functions: room for COUNT threads, a power of two,
 * that are in callbacks or hold locks at the same time; without it for 1,024.  All of it
 * is in the driver's memory from the start. */
#define SPINRULE_THREADS(COUNT) \
	_Static_assert((COUNT) > 0 && ((COUNT) & ((COUNT) - 1)) == 0, "COUNT is a power of two"); \
	extern struct spinrule_set { \
		char bytes[SPINRULE_SET_SIZE]; \
	} __attribute__((aligned(64))) port_sets[COUNT]; \
	extern const unsigned port_set_count; \
	struct spinrule_set port_sets[COUNT]; \
	const unsigned port_set_count = (COUNT)

/* ---- for the plugin: the calls that instrumented code makes ----
 *
 * The plugin replaces a call of a DDI by a call of spinrule_<DDI> (the same arguments,
 * then the site), which is cdecl, and the address of a DDI by that of
 * spinrule_thunk_<DDI>, which has the DDI's own type and calling convention.  wrap.h
 * declares them. */

/* A place in the driver's source: a static object for each call.  The plugin writes it
 * field by field: change the plugin's site.cc too.  All sites of a program are in one
 * section ("spinrule_sites" in ELF, ".spinr$m" in PE), one after the other. */
struct spinrule_site {
	const char *file;
	const char *function;	/* as the programmer wrote it */
	const char *ddi;	/* as written: "KeAcquireSpinLock"; or the role of a callback */
	const char *lock;	/* as written: "ext->lock"; "" if the call has none */
	unsigned line, column;
	unsigned executed;	/* the runtime sets this field and the one below */
	/* A bit for each enum spinrule_violation that was printed; and bits of rule.h
	 * that the plugin sets: SPINRULE_OF_PARAMETER, SPINRULE_OF_UNLOAD, the IRQL at
	 * the entry. */
	unsigned reported;
	/* "EXT.lock of ring.h:12": the field that the lock is, and where it is declared;
	 * "" or NULL if it is none, or not known. */
	const char *lock_class;
} __attribute__((aligned(8)));

/* DRIVER_ENTRY starts: read options, open the log.  DRIVER and REGISTRY_PATH are
 * DriverEntry's own arguments.  PASSIVE_LEVEL.  May be called again. */
void spinrule_driver_entry(void *driver, void *registry_path, struct spinrule_site *site);

/* DRIVER_ENTRY has returned STATUS at SITE, after spinrule_callback_leave: a driver that
 * refuses to load has no DriverUnload. */
void spinrule_driver_entry_ended(int status, struct spinrule_site *site);

/* A callback starts.  WITH_CANCEL_LOCK: the kernel acquired the cancel spin lock for it.
 * Returns a mark for spinrule_callback_leave. */
unsigned spinrule_callback_enter(unsigned with_cancel_lock, struct spinrule_site *site);

/* The callback whose spinrule_callback_enter returned MARK returns at SITE: a lock
 * acquired since and still held is held-at-return. */
void spinrule_callback_leave(unsigned mark, struct spinrule_site *site);

/* The shared object whose sites lie between FIRST and LAST is unloaded, or the program
 * ends. */
void spinrule_unloading(struct spinrule_site *first, struct spinrule_site *last);

/* ---- lock functions that are not replaced ----
 *
 * A lock function without a wrapper (an inline one, one of a framework's table, one of a
 * table of one's own) is called as it is, between two events:
 *
 *     spinrule_before (&bracket, lock, handle, state, &site);
 *     old = lock_it (lock);
 *     spinrule_after (&bracket, lock, handle, old, &site);
 *
 * An acquire that returns a status ends with the other function:
 *
 *     status = acquire_it (lock, &old);
 *     spinrule_after_status (&bracket, lock, handle, old, &site, status); */

enum spinrule_bracket_flags {
	SPINRULE_SAVES = 1,	/* an acquire: its STATE after the call is what it saved */
	SPINRULE_GIVES = 2,	/* a release: its STATE is what it restores */
	SPINRULE_NESTS = 4,	/* the thread that has the lock may acquire it again */
	SPINRULE_BY_HANDLE = 8,	/* a release may name the handle alone */
	SPINRULE_OF_GLOBAL = 16,	/* it is for one lock, GLOBAL */
	SPINRULE_HAS_LOCK = 32,	/* an argument is the lock */
	SPINRULE_ZERO_IS_SUCCESS = 64	/* of a try */
};

/* A static object for each function, which the plugin writes field by field: change the
 * plugin's bracket.cc too. */
struct spinrule_bracket {
	const char *pair;	/* of a table of one's own: what belongs together; else "" */
	const char *global;	/* the name of the one lock that it is for; else "" */
	unsigned op, group;	/* enum spinrule_op, enum spinrule_group if PAIR is "" */
	unsigned flags;
} __attribute__((aligned(8)));

/* WHICH lock is its address or number.  STATE after a try is its result.  Arguments that
 * the function lacks are 0.  Any IRQL. */
void spinrule_before(const struct spinrule_bracket *bracket, size_t which, size_t handle,
		     size_t state, struct spinrule_site *site);
void spinrule_after(const struct spinrule_bracket *bracket, size_t which, size_t handle,
		    size_t state, struct spinrule_site *site);

/* STATUS is not 0: nothing was acquired. */
void spinrule_after_status(const struct spinrule_bracket *bracket, size_t which, size_t handle,
			   size_t state, struct spinrule_site *site, size_t status);

/* A request is about to be completed at SITE: complete-while-held. */
void spinrule_completing(struct spinrule_site *site);

/* MEMORY, which is at least SIZE bytes or NULL, is about to be freed at SITE: freed-held.
 * Any IRQL. */
void spinrule_freeing(const void *memory, size_t size, struct spinrule_site *site);

/* This thread is about to lower its IRQL to IRQL: mismatched-release.  Any IRQL. */
void spinrule_lowering(unsigned irql);

#ifdef __cplusplus
}
#endif

#ifdef __ELF__
#pragma GCC visibility pop
#endif

#endif
