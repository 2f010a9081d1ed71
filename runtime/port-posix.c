/* port-posix.c - the runtime in plain programs on POSIX systems.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

#include "callback.h"
#include "hosted.h"
#include "locks.h"
#include "options.h"
#include "port.h"
#include "runtime.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#define SETS 1024

/* Say so if another copy of the runtime is in this process: port-posix-copies.c. */
void port_look_for_copies(void);

const char *const port_options_place = "SPINRULE_OPTIONS";

struct held_set port_sets[SETS];
#ifdef SPINRULE_GDB_SCRIPT
/* gdb runs this when it loads the program, if the user lets it (auto-load safe-path). */
__asm__(".pushsection .debug_gdb_scripts,\"MS\",@progbits,1\n"
	"	.byte 4\n"
	"	.ascii \"spinrule\\n\"\n"
	"	.incbin \"" SPINRULE_GDB_SCRIPT "\"\n"
	"	.byte 0\n"
	"	.popsection");
#endif

const unsigned port_set_count = SETS;
struct held_set port_no_set = LOCKS_NO_SET;

__thread struct port_self port_self = { &port_no_set, PORT_PASSIVE_LEVEL };

static int log_file = STDERR_FILENO;
static const char cannot_write[] = "spinrule: the log file cannot be written: reports come here\n";
static pthread_key_t end_of_thread;

/* ---- threads ---- */

static void thread_ends(void *value)
{
	struct held_set *set = value;

	callback_thread_ends(NULL);
	port_self.set = &port_no_set;
	__atomic_store_n(&set->owner, 0, __ATOMIC_RELEASE);
}

static struct held_set *claim_new(int *is_new)
{
	static unsigned start;
	unsigned first = __atomic_fetch_add(&start, 1, __ATOMIC_RELAXED);

	for (unsigned i = 0; i < SETS; i++) {
		struct held_set *set = &port_sets[(first + i) % SETS], *mine = &port_no_set;
		uintptr_t none = 0;

		if (!__atomic_load_n(&set->owner, __ATOMIC_RELAXED) &&
		    __atomic_compare_exchange_n(&set->owner, &none, 1, 0, __ATOMIC_ACQUIRE,
						__ATOMIC_RELAXED)) {
			set->thread = port_thread_number();
			locks_claimed(set, 0);
			/* A signal handler may have come first, and hold locks in its
			 * set. */
			if (!__atomic_compare_exchange_n(&port_self.set, &mine, set, 0,
							 __ATOMIC_RELAXED, __ATOMIC_RELAXED)) {
				__atomic_store_n(&set->owner, 0, __ATOMIC_RELEASE);
				return mine;
			}
			pthread_setspecific(end_of_thread, set);
			*is_new = 1;
			return set;
		}
	}
	return NULL;
}

struct held_set *port_claim_set(int *is_new)
{
	return port_self.set != &port_no_set ? port_self.set : claim_new(is_new);
}

/* A set stays with its thread until that ends. */
void port_drop_set(struct held_set *set)
{
	(void)set;
}

unsigned long long port_thread_number(void)
{
#ifdef SYS_gettid
	return (unsigned long long)syscall(SYS_gettid);
#else
	return (unsigned long long)(uintptr_t)pthread_self();
#endif
}

uint64_t port_microseconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}

/* ---- text ---- */

/* The thread that is writing, because a pipe takes a text in pieces.  A signal handler
 * of that thread writes between them.  A thread that was cancelled while writing makes
 * the others wait once. */
static const void *writer;

static int begin_writing(void)
{
	enum { YIELDS = 100, WAITS = 3000 };
	const struct timespec a_millisecond = { 0, 1000000 };

	for (int i = 0; i < YIELDS + WAITS; i++) {
		const void *other = NULL;

		if (__atomic_compare_exchange_n(&writer, &other, &port_self, 0, __ATOMIC_ACQUIRE,
						__ATOMIC_RELAXED))
			return 1;
		if (other == &port_self)
			return 0;
		if (i < YIELDS)
			sched_yield();
		else
			nanosleep(&a_millisecond, NULL);
	}
	__atomic_store_n(&writer, &port_self, __ATOMIC_RELAXED);
	return 1;
}

static void end_writing(void)
{
	const void *mine = &port_self;

	__atomic_compare_exchange_n(&writer, &mine, NULL, 0, __ATOMIC_RELEASE, __ATOMIC_RELAXED);
}

void port_write(const char *text, unsigned length)
{
	int saved = errno, is_writer = begin_writing();

	while (length) {
		ssize_t written = write(log_file, text, length);

		if (written < 0 && errno == EINTR)
			continue;
		/* A pipe that is full and does not block. */
		if (written < 0 && errno == EAGAIN) {
			struct pollfd room = { .fd = log_file, .events = POLLOUT };

			if (poll(&room, 1, -1) > 0 || errno == EINTR)
				continue;
		}
		if (written <= 0) {
			/* A full disk must not look like a driver without mistakes. */
			if (__atomic_exchange_n(&log_file, STDERR_FILENO, __ATOMIC_RELAXED) ==
			    STDERR_FILENO)
				break;
			if (write(STDERR_FILENO, cannot_write, sizeof cannot_write - 1) < 0)
				break;
			continue;
		}
		text += written;
		length -= (unsigned)written;
	}
	if (is_writer)
		end_writing();
	errno = saved;
}

int port_open_log(const char *path)
{
	/* A pipe without a reader must not block the program: opening it fails. */
	int file =
		open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NONBLOCK | O_NOCTTY, 0666);

	if (file < 0)
		return 0;
	fcntl(file, F_SETFL, O_APPEND);
	log_file = file;
	return 1;
}

int port_read_file(const char *path, char *buffer, unsigned size)
{
	int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	unsigned length = 0;
	struct stat what;
	ssize_t got;

	if (file < 0)
		return -1;
	/* A pipe or a terminal could block the program for ever. */
	if (fstat(file, &what) || !S_ISREG(what.st_mode)) {
		close(file);
		return -1;
	}
	while (length + 1 < size && (got = read(file, buffer + length, size - 1 - length)) != 0) {
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0) {
			close(file);
			return -1;
		}
		length += (unsigned)got;
	}
	close(file);
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

/* ---- start and stop ---- */

/* Only the thread that called fork () is there. */
static void program_forked(void)
{
	for (unsigned i = 0; i < SETS; i++)
		if (&port_sets[i] != port_self.set && port_sets[i].owner) {
			locks_abandon(&port_sets[i]);
			port_sets[i].owner = 0;
		}
	if (port_self.set != &port_no_set)
		port_self.set->thread = port_thread_number();
	writer = NULL;
	runtime_forked();
}

static void program_ends(void)
{
	unsigned code;

	/* exit () would do it next: the program's output comes before the summary. */
	fflush(NULL);
	code = runtime_end();
	if (!code)
		return;
#ifdef __GLIBC__
	/* Only the exit code changes: the handlers that are left still run, and write
	 * what the program's own sanitizers and gcov have found. */
	exit((int)code);
#else
	_exit((int)code);
#endif
}

/* On some systems these are in a library that not every program is linked with. */
#pragma weak dladdr
#pragma weak dlsym
#pragma weak dlerror

extern size_t malloc_usable_size(void *memory) __attribute__((weak));

size_t port_block_size(const void *memory)
{
	Dl_info of_free, of_size;
	static int is_known;	/* 1: yes, -1: no */
	int known = locks_load(is_known);

	/* A program may bring a free () of its own. */
	if (!known) {
		known = malloc_usable_size && dladdr &&
				dladdr((const void *)(uintptr_t)free, &of_free) &&
				dladdr((const void *)(uintptr_t)malloc_usable_size, &of_size) &&
				of_free.dli_fbase == of_size.dli_fbase ? 1 : -1;
		locks_store(is_known, known);
	}
	return known > 0 ? malloc_usable_size((void *)(uintptr_t)memory) : 0;
}

/* The program may close the shared object that contains the runtime while its threads
 * run.  Keep it loaded until the program ends. */
static void stay_loaded(void)
{
	void *(*open_object)(const char *, int);
	Dl_info object;

	if (!dladdr || !dlsym || !dlerror || !dladdr(&port_sets, &object) || !object.dli_fname)
		return;
	/* By name: the linker of a static program warns of dlopen, and there is
	 * nothing to keep loaded. */
	*(void **)&open_object = dlsym(RTLD_DEFAULT, "dlopen");
	if (open_object)
		open_object(object.dli_fname, RTLD_LAZY | RTLD_NOLOAD | RTLD_NODELETE);
	dlerror();
}

/* Only shared objects refer to it: link it into every program. */
static void (*const for_objects)(struct spinrule_site *first, struct spinrule_site *last)
	__attribute__((used)) = spinrule_unloading;

/* A program has no DriverEntry to start the runtime.  Runs before the program's
 * constructors. */
static void __attribute__((constructor(101))) program_starts(void)
{
	stay_loaded();
	pthread_key_create(&end_of_thread, thread_ends);
	runtime_start(NULL);
	port_look_for_copies();
	pthread_atfork(NULL, NULL, program_forked);
	atexit(program_ends);
}

void port_start(void *registry_path, char *buffer, unsigned size)
{
	const char *given = getenv(port_options_place);

	(void)registry_path;
	if (given && strlen(given) < size)
		memcpy(buffer, given, strlen(given) + 1);
	else if (given)
		fprintf(stderr, "spinrule: %s is too long: not used\n", port_options_place);
}

const char *const port_name = "posix";

uint64_t port_moment(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}

unsigned long long port_process(void)
{
	return (unsigned long long)getpid();
}

void port_program(char *buffer, unsigned size)
{
	snprintf(buffer, size, "%s", program_invocation_short_name);
}

void port_bug_check(unsigned code, uintptr_t p1, uintptr_t p2, uintptr_t p3, uintptr_t p4)
{
	unsigned exit_code = options_now()->exitcode;

	(void)code, (void)p1, (void)p2, (void)p3, (void)p4;
	_exit(exit_code ? (int)exit_code : 1);
}

/* The word at PLACE for process_vm_readv, which only reads there, but takes the struct
 * that is also used for writing. */
static struct iovec word_at(const void *place)
{
	return (struct iovec){ (void *)(uintptr_t)place, sizeof(uintptr_t) };
}

/* Read the word at PLACE, which may be no memory any more.  Returns 1 if it was read,
 * 0 if there is no memory, -1 if this system cannot tell. */
static int peek(const void *place, uintptr_t *word)
{
#ifdef SYS_process_vm_readv
	struct iovec here = { word, sizeof *word }, there = word_at(place);
	ssize_t got = process_vm_readv(getpid(), &here, 1, &there, 1, 0);

	return got == (ssize_t)sizeof *word ? 1 : got >= 0 || errno == EFAULT ? 0 : -1;
#else
	(void)place, (void)word;
	return -1;
#endif
}

enum port_word port_look_at(const void *lock)
{
	uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE), word;
	int saved = errno, is_there = peek(lock, &word);

	/* The next best: msync succeeds also for memory that cannot be read. */
	if (is_there < 0) {
		is_there = !msync((void *)((uintptr_t)lock & ~(page - 1)), 1, MS_ASYNC);
		if (is_there)
			word = __atomic_load_n((const uintptr_t *)lock, __ATOMIC_RELAXED);
	}
	errno = saved;
	if (!is_there)
		return PORT_WORD_GONE;
	return hosted_word(word);
}

/* ---- hosted.h ---- */

void port_yield(void)
{
	sched_yield();
}

void port_exit_thread(int32_t status)
{
	pthread_exit((void *)(intptr_t)status);
}

void port_raise(int32_t status)
{
	fprintf(stderr, "spinrule: exception 0x%08X raised, which nothing handles here\n",
		(unsigned)status);
	abort();
}

void port_crash(void)
{
	fflush(NULL);
	abort();
}
