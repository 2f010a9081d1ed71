/* bench.c - measures work.c's loops in a plain program, on POSIX systems and on Windows.
 *
 *     bench [turns=N] [divisor=N] [locks=N] [WORK...]      one line for each: WORK RAW CHECKED RATIO
 *     bench count SIDE WORK ROUNDS                         do that much of it and no more, for who counts instructions
 *     bench memory SIDE WORK                               the same, then print how much memory was used, in KB
 *
 * RAW and CHECKED are nanoseconds of a pair.  SIDE is raw or checked.  A program that is built with -DONE_SIDE has only
 * the raw side.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

#include "measure.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

WORK_SIDE(raw)
#ifdef ONE_SIDE
static const struct work *const of_checked;
static void checked_start(unsigned locks) { (void)locks; }
#else
WORK_SIDE(checked)
static const struct work *const of_checked = checked_works;
#endif

struct start {
	void (*routine)(void *);
	void *context;
};

#ifdef _WIN32

#include <windows.h>

const int clock_is_of_thread;

uint64_t clock_now(void)
{
	LARGE_INTEGER now, frequency;

	QueryPerformanceFrequency(&frequency);
	QueryPerformanceCounter(&now);
	return (uint64_t)now.QuadPart * (1000000000u / (uint64_t)frequency.QuadPart);
}

static HANDLE gate;
static unsigned arrived;

void meet(unsigned count)
{
	if (__atomic_add_fetch(&arrived, 1, __ATOMIC_ACQ_REL) == count)
		SetEvent(gate);
	WaitForSingleObject(gate, INFINITE);
}

static DWORD WINAPI start_in_thread(void *context)
{
	struct start *start = context;

	start->routine(start->context);
	return 0;
}

int run_threads(unsigned count, void (*routine)(void *context), void *contexts, unsigned size)
{
	static struct start starts[MANY_THREADS];
	static HANDLE threads[MANY_THREADS];

	arrived = 0;
	gate = CreateEventW(NULL, TRUE, FALSE, NULL);
	for (unsigned i = 0; i < count; i++) {
		starts[i] = (struct start){ routine, (char *)contexts + i * size };
		threads[i] = CreateThread(NULL, 65536, start_in_thread, &starts[i], STACK_SIZE_PARAM_IS_A_RESERVATION, NULL);
		if (!threads[i]) {
			fprintf(stderr, "bench: thread %u cannot be had\n", i);
			exit(1);
		}
	}
	for (unsigned i = 0; i < count; i++) {
		WaitForSingleObject(threads[i], INFINITE);
		CloseHandle(threads[i]);
	}
	CloseHandle(gate);
	return 1;
}

static long memory_used(void)
{
	return 0;
}

#else

#include <pthread.h>
#include <sched.h>
#include <sys/resource.h>
#include <time.h>

const int clock_is_of_thread = 1;

uint64_t clock_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
	return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

static pthread_barrier_t gate;

void meet(unsigned count)
{
	(void)count;
	pthread_barrier_wait(&gate);
}

static void *start_in_thread(void *context)
{
	struct start *start = context;

	start->routine(start->context);
	return NULL;
}

/* Two threads that meet at one lock do so on two processors. */
static void put_apart(pthread_attr_t *attributes, unsigned number)
{
	cpu_set_t all, one;
	int cpu = -1;

	if (sched_getaffinity(0, sizeof all, &all) || CPU_COUNT(&all) < 2)
		return;
	for (unsigned i = 0; i <= number % 2; i++)
		do
			cpu++;
		while (!CPU_ISSET(cpu, &all));
	CPU_ZERO(&one);
	CPU_SET(cpu, &one);
	pthread_attr_setaffinity_np(attributes, sizeof one, &one);
}

int run_threads(unsigned count, void (*routine)(void *context), void *contexts, unsigned size)
{
	static struct start starts[MANY_THREADS];
	static pthread_t threads[MANY_THREADS];
	pthread_attr_t attributes;

	pthread_barrier_init(&gate, NULL, count);
	pthread_attr_init(&attributes);
	pthread_attr_setstacksize(&attributes, 256 * 1024);
	for (unsigned i = 0; i < count; i++) {
		starts[i] = (struct start){ routine, (char *)contexts + i * size };
		if (count == 2)
			put_apart(&attributes, i);
		if (pthread_create(&threads[i], &attributes, start_in_thread, &starts[i])) {
			/* Those that are there wait for the rest. */
			fprintf(stderr, "bench: thread %u cannot be had\n", i);
			exit(1);
		}
	}
	for (unsigned i = 0; i < count; i++)
		pthread_join(threads[i], NULL);
	pthread_attr_destroy(&attributes);
	pthread_barrier_destroy(&gate);
	return 1;
}

static long memory_used(void)
{
	struct rusage usage;

	getrusage(RUSAGE_SELF, &usage);
	return usage.ru_maxrss;
}

#endif

static void __attribute__((noreturn)) usage(void)
{
	fputs("usage: bench [turns=N] [divisor=N] [locks=N] [WORK...]\n"
	      "       bench count|memory raw|checked WORK ROUNDS [locks=N] [threads=N]\n"
	      "works:", stderr);
	for (int i = 0; i < WORKS; i++)
		fprintf(stderr, " %s", raw_works[i].name);
	fputs("\n", stderr);
	exit(2);
}

static int work_named(const char *name)
{
	for (int i = 0; i < WORKS; i++)
		if (!strcmp(raw_works[i].name, name))
			return i;
	usage();
}

static void run_once(int argc, char **argv, unsigned locks, unsigned threads)
{
	struct work work;
	struct measured result;
	int is_raw;

	if (argc < 5)
		usage();
	is_raw = !strcmp(argv[2], "raw");
	if (!is_raw && !of_checked)
		usage();
	work = (is_raw ? raw_works : of_checked)[work_named(argv[3])];
	work.rounds = (unsigned)atoi(argv[4]);
	if (threads)
		work.threads = threads;
	if (is_raw)
		raw_start(locks);
	else
		checked_start(locks);
	/* No turn counts: the one to warm up is all. */
	measure(&work, NULL, 0, 1, &result);
	if (!strcmp(argv[1], "memory"))
		printf("%ld\n", memory_used());
}

int main(int argc, char **argv)
{
	unsigned turns = 41, divisor = 1, locks = MANY_LOCKS, threads = 0;
	int is_all = 1, n = 1;

	for (int i = 1; i < argc; i++)
		if (sscanf(argv[i], "turns=%u", &turns) != 1 && sscanf(argv[i], "divisor=%u", &divisor) != 1
		    && sscanf(argv[i], "locks=%u", &locks) != 1 && sscanf(argv[i], "threads=%u", &threads) != 1)
			argv[n++] = argv[i];
	if (locks > MANY_LOCKS || threads > MANY_THREADS || !divisor)
		usage();
	if (n > 1 && (!strcmp(argv[1], "count") || !strcmp(argv[1], "memory"))) {
		run_once(n, argv, locks, threads);
		return 0;
	}
	for (int i = 1; i < n; i++) {
		work_named(argv[i]);
		is_all = 0;
	}
	raw_start(locks);
	checked_start(locks);
	for (int i = 0; i < WORKS; i++) {
		const struct work *checked = of_checked ? &of_checked[i] : NULL;
		struct measured result;
		int is_wanted = is_all;

		for (int j = 1; j < n; j++)
			is_wanted |= !strcmp(argv[j], raw_works[i].name);
		if (!is_wanted)
			continue;
		if (!measure(&raw_works[i], checked, i == WORK_THREADS && turns > 11 ? 11 : turns, divisor, &result))
			continue;
		printf("%s %.2f %.2f %.3f\n", raw_works[i].name, result.first / 100., result.second / 100., result.ratio / 1000.);
		fflush(stdout);
	}
	return 0;
}
