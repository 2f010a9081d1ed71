/* port-posix-callers.c - the calls that led to a report, with functions and lines as
 * addr2line (of binutils) names them.
 *
 * It runs in a process that is no child of the program's, so that neither wait () nor a
 * handler of SIGCHLD sees it, and with all signals blocked.  What it said is kept, so an
 * address is looked up once.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

#include "options.h"
#include "port.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <unwind.h>

/* ---- the walk ---- */

struct walk {
	const void **calls;
	unsigned count, max;
};

static _Unwind_Reason_Code visit(struct _Unwind_Context *context, void *argument)
{
	struct walk *walk = argument;
	int is_exact = 0;
	uintptr_t at = _Unwind_GetIPInfo(context, &is_exact);

	if (!at || walk->count == walk->max)
		return _URC_END_OF_STACK;
	/* A return address may be the start of the next line, or of another function. */
	walk->calls[walk->count++] = (const void *)(is_exact ? at : at - 1);
	return _URC_NO_REASON;
}

unsigned port_walk(const void **calls, unsigned max)
{
	struct walk walk = { .calls = calls, .max = max };

	_Unwind_Backtrace(visit, &walk);
	return walk.count;
}

/* ---- modules ---- */

#pragma weak dladdr1

static int is_of_system(const char *module)
{
	static const char *const starts[] = { "libc.", "libc-", "libpthread", "ld-",
					      "ld.",   "libasan", "libtsan" };

	for (unsigned i = 0; i < sizeof starts / sizeof *starts; i++)
		if (!strncmp(module, starts[i], strlen(starts[i])))
			return 1;
	return 0;
}

/* The module of CALL, with the path of its file in PATH; "" if that is not known. */
static void find_module(const void *call, struct port_code *code, const char **path)
{
	static char program[] = "/proc/self/exe";
	struct link_map *map = NULL;
	Dl_info object;

	code->line_count = 0;
	code->is_of_system = 0;
	code->module = program_invocation_short_name;
	code->offset = (uintptr_t)call;
	*path = program;
#ifdef __GLIBC__
	/* A static program has one module, which lies where it was linked. */
	if (!dladdr1)
		return;
	if (!dladdr1(call, &object, (void **)&map, RTLD_DL_LINKMAP) || !map) {
		code->module = NULL;
		code->is_of_system = 1;
		*path = "";
		return;
	}
	code->offset -= map->l_addr;
	/* The program itself has no name there. */
	if (map->l_name && map->l_name[0]) {
		const char *slash = strrchr(map->l_name, '/');

		code->module = slash ? slash + 1 : map->l_name;
		code->is_of_system = is_of_system(code->module);
		*path = map->l_name;
	}
#else
	(void)map, (void)object;
#endif
}

/* ---- what is known ---- */

/* A file and a function are kept as offsets in names[]. */
struct known {
	const void *call;
	unsigned line_count;
	struct {
		unsigned function, file, line;
	} lines[4];
};

enum { KNOWN = 512, NAMES_SIZE = 60000, OUTPUT_SIZE = 12000 };

static struct known known[KNOWN];
static unsigned known_count;
static char names[NAMES_SIZE];
static unsigned names_size;
static int is_resolving;

static const struct known *find_known(const void *call)
{
	unsigned count = __atomic_load_n(&known_count, __ATOMIC_ACQUIRE);

	for (unsigned i = 0; i < count; i++)
		if (known[i].call == call)
			return &known[i];
	return NULL;
}

/* NAME, kept; 0, which is "", if there is no room. */
static unsigned keep_name(const char *name)
{
	unsigned size = (unsigned)strlen(name) + 1, place = 1;

	while (place < names_size) {
		if (!strcmp(names + place, name))
			return place;
		place += (unsigned)strlen(names + place) + 1;
	}
	if (!names_size)
		names_size = 1;
	if (size > NAMES_SIZE - names_size)
		return 0;
	place = names_size;
	memcpy(names + place, name, size);
	names_size += size;
	return place;
}

/* ---- addr2line ---- */

#ifdef __linux__

enum { STACK_SIZE = 32768 };

static char stacks[2][STACK_SIZE] __attribute__((aligned(16)));

struct command {
	char *const *words;
	int output;
	pid_t process;
};

/* In the new process, which shares this one's memory until it is another program. */
static int run_command(void *argument)
{
	static char *const environment[] = { (char *)"PATH=/usr/bin:/bin:/usr/local/bin",
					     (char *)"LC_ALL=C", NULL };
	const struct command *command = argument;
	int nothing = open("/dev/null", O_RDWR | O_CLOEXEC);

	if (nothing < 0 || dup2(nothing, 0) < 0 || dup2(command->output, 1) < 0 ||
	    dup2(nothing, 2) < 0)
		_exit(127);
	execvpe(command->words[0], command->words, environment);
	_exit(127);
}

/* A process between the two: its end, which is without a signal, makes the other one
 * nobody's child. */
static int start_command(void *argument)
{
	struct command *command = argument;

	command->process = clone(run_command, stacks[1] + STACK_SIZE,
				 CLONE_VM | CLONE_VFORK | SIGCHLD, command);
	_exit(command->process < 0);
}

/* Read all that FILE has to say into BUFFER, and add a zero.  Gives up after some
 * seconds. */
static int read_output(int file, char *buffer, unsigned size)
{
	enum { PATIENCE = 5000 };	/* milliseconds without a word */
	struct pollfd has_text = { .fd = file, .events = POLLIN };
	unsigned length = 0;

	for (;;) {
		ssize_t got;

		if (poll(&has_text, 1, PATIENCE) <= 0)
			return 0;
		got = read(file, buffer + length, size - 1 - length);
		if (got < 0)
			return 0;
		length += (unsigned)got;
		if (!got || length + 1 == size) {
			buffer[length] = 0;
			return !got;
		}
	}
}

/* Run WORDS and read what it writes.  Returns false if that is nothing. */
static int read_command(char *const *words, char *buffer, unsigned size)
{
	struct command command = { .words = words };
	int ends[2], status, is_read;
	pid_t process;

	if (pipe2(ends, O_CLOEXEC))
		return 0;
	command.output = ends[1];
	process = clone(start_command, stacks[0] + STACK_SIZE, CLONE_VM | CLONE_VFORK, &command);
	close(ends[1]);
	if (process < 0) {
		close(ends[0]);
		return 0;
	}
	while (waitpid(process, &status, __WCLONE) < 0 && errno == EINTR)
		;
	is_read = command.process > 0 && read_output(ends[0], buffer, size);
	if (command.process > 0 && !is_read)
		kill(command.process, SIGKILL);
	close(ends[0]);
	return is_read && buffer[0];
}

/* The next line of *TEXT, without its end; NULL if there is none. */
static char *next_line(char **text)
{
	char *line = *text, *end = strchr(line, '\n');

	if (!end)
		return NULL;
	*end = 0;
	*text = end + 1;
	return line;
}

/* Remember what OUTPUT says of the COUNT addresses CALLS: after a line 0x..., a line
 * with a function and one FILE:LINE, and two more for each function that this is inlined
 * into. */
static void take_output(char *output, const void *const *calls, unsigned count)
{
	char *line = next_line(&output);

	for (unsigned i = 0; i < count && line && known_count < KNOWN; i++) {
		struct known *one = &known[known_count];
		char *function;

		one->call = calls[i];
		one->line_count = 0;
		while ((function = next_line(&output)) && strncmp(function, "0x", 2)) {
			char *place = next_line(&output), *colon;

			if (!place)
				break;
			colon = strrchr(place, ':');
			if (!colon || one->line_count == 4 || place[0] == '?' ||
			    !strtoul(colon + 1, NULL, 10))
				continue;
			*colon = 0;
			one->lines[one->line_count].function = keep_name(function);
			one->lines[one->line_count].file = keep_name(place);
			one->lines[one->line_count].line =
				(unsigned)strtoul(colon + 1, NULL, 10);
			one->line_count++;
		}
		line = function;
		__atomic_store_n(&known_count, known_count + 1, __ATOMIC_RELEASE);
	}
}

/* Ask addr2line for all CALLS that are not known and lie in the module of the first of
 * these.  Returns false if there are none. */
static int resolve_module(const void *const *calls, unsigned count)
{
	static char output[OUTPUT_SIZE], numbers[32][24];
	char *words[40] = { (char *)"addr2line", (char *)"-a", (char *)"-f", (char *)"-i",
			    (char *)"-C", (char *)"-e" };
	const void *asked[32];
	const char *path = NULL, *other;
	unsigned asked_count = 0, word = 6;

	for (unsigned i = 0; i < count && asked_count < 32; i++) {
		struct port_code code;

		if (find_known(calls[i]))
			continue;
		find_module(calls[i], &code, &other);
		if (path && strcmp(path, other))
			continue;
		path = other;
		asked[asked_count] = calls[i];
		snprintf(numbers[asked_count], sizeof numbers[0], "0x%lx",
			 (unsigned long)code.offset);
		asked_count++;
	}
	if (!asked_count)
		return 0;
	/* The file that this process has, whoever reads the link: not addr2line's own. */
	if (!strcmp(path, "/proc/self/exe")) {
		static char own[40];

		snprintf(own, sizeof own, "/proc/%ld/exe", (long)getpid());
		path = own;
	}
	words[word++] = (char *)(uintptr_t)path;
	for (unsigned i = 0; i < asked_count; i++)
		words[word++] = numbers[i];
	if (path[0] && read_command(words, output, sizeof output))
		take_output(output, asked, asked_count);
	/* Those of which it says nothing are known to be without lines. */
	for (unsigned i = 0; i < asked_count && known_count < KNOWN; i++)
		if (!find_known(asked[i])) {
			known[known_count].call = asked[i];
			known[known_count].line_count = 0;
			__atomic_store_n(&known_count, known_count + 1, __ATOMIC_RELEASE);
		}
	return known_count < KNOWN;
}

void port_resolve(const void *const *calls, unsigned count)
{
	enum { WAITS = 6000 };
	const struct timespec a_millisecond = { 0, 1000000 };
	int saved = errno, waits = 0, has_new = 0;
	sigset_t all, before;

	for (unsigned i = 0; i < count; i++)
		has_new |= !find_known(calls[i]);
	if (!has_new || !options_now()->resolve || known_count == KNOWN)
		return;
	/* A handler that reports meanwhile would wait for this one. */
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	while (__atomic_exchange_n(&is_resolving, 1, __ATOMIC_ACQUIRE) && waits++ < WAITS)
		nanosleep(&a_millisecond, NULL);
	if (waits <= WAITS) {
		while (resolve_module(calls, count))
			;
		__atomic_store_n(&is_resolving, 0, __ATOMIC_RELEASE);
	}
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	errno = saved;
}

#else

void port_resolve(const void *const *calls, unsigned count)
{
	(void)calls, (void)count;
}

#endif

void port_forget_code(void)
{
	__atomic_store_n(&known_count, 0, __ATOMIC_RELEASE);
}

void port_describe(const void *call, struct port_code *code)
{
	const struct known *one = find_known(call);
	const char *path;

	find_module(call, code, &path);
	for (unsigned i = 0; one && i < one->line_count; i++) {
		code->lines[i].function = names + one->lines[i].function;
		code->lines[i].file = names + one->lines[i].file;
		code->lines[i].line = one->lines[i].line;
		code->line_count = i + 1;
	}
}
