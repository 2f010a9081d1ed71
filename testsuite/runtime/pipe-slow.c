/* Reports of many threads, to a pipe that takes a part of them at a time and is read slowly: all come, and each in one piece,
 * also where the pipe does not let its writers wait.
 *
 * SPDX-License-Identifier: MIT
 */
/* port: posix */
/* options: format=json:dedup=0:history=32:exitcode=0 */
/* expect: ^."type":"run" */
/* expect: ^240 lines, 240 whole$ */
/* expect: ^240 lines, 240 whole$ */
/* expect: ^."type":"summary",.*"double-acquire":480\} */

#include "by-hand.h"

#include <fcntl.h>
#include <string.h>

enum { THREADS = 12, VIOLATIONS = 20 };

static int ends[2];
static char said[THREADS * VIOLATIONS * 7000];
static size_t length;

static thread_result THREAD_CALL report(void *context)
{
	KSPIN_LOCK lock = 0;
	KIRQL irql, inner;

	(void)context;
	for (int i = 0; i < 40; i++) {
		KeAcquireSpinLock(&lock, &irql);
		KeReleaseSpinLock(&lock, irql);
	}
	KeAcquireSpinLock(&lock, &irql);
	for (int i = 0; i < VIOLATIONS; i++) {
		KeAcquireSpinLock(&lock, &inner);
		KeReleaseSpinLock(&lock, inner);
	}
	KeReleaseSpinLock(&lock, irql);
	return 0;
}

static thread_result THREAD_CALL read_slowly(void *context)
{
	ssize_t got;

	(void)context;
	rest();
	while ((got = read(ends[0], said + length, 5000)) > 0) {
		length += (size_t)got;
		usleep(100);
	}
	said[length] = 0;
	return 0;
}

/* Each is an object, and one. */
static void count_lines(void)
{
	int lines = 0, whole = 0;

	for (char *line = strtok(said, "\n"); line; line = strtok(NULL, "\n")) {
		const char *type = strstr(line, "{\"type\":");

		lines++;
		whole += type == line && !strstr(type + 1, "{\"type\":") && !strcmp(line + strlen(line) - 2, "\"}");
	}
	fprintf(stderr, "%d lines, %d whole\n", lines, whole);
}

static void run(int flags)
{
	thread threads[THREADS], reader;
	int saved = dup(STDERR_FILENO);

	CHECK(!pipe(ends) && !fcntl(ends[1], F_SETFL, flags));
	dup2(ends[1], STDERR_FILENO);
	close(ends[1]);
	length = 0;
	reader = thread_start(read_slowly, NULL);
	for (int i = 0; i < THREADS; i++)
		threads[i] = thread_start(report, NULL);
	for (int i = 0; i < THREADS; i++)
		thread_join(threads[i]);
	dup2(saved, STDERR_FILENO);
	close(saved);
	thread_join(reader);
	close(ends[0]);
	count_lines();
}

int main(void)
{
	run(0);
	run(O_NONBLOCK);
	return 0;
}
