/* Reports of several threads at the same time do not mix: each is whole.
 *
 * SPDX-License-Identifier: MIT
 */
/* options: logfile=@LOG@:exitcode=0:summary=0:callers=0 */
/* exit: 0 */
/* built: hand */
/* expect: ^all whole$ */

#include "by-hand.h"

#include <string.h>

enum { THREADS = 4, REPORTS = 50, LINES = 4 };

static KSPIN_LOCK locks[THREADS];
static struct spinrule_site sites[THREADS][REPORTS];
static int go;

static thread_result THREAD_CALL worker(void *context)
{
	int me = (int)(intptr_t)context;

	wait_for_flag(&go);
	for (int i = 0; i < REPORTS; i++) {
		struct spinrule_site *site = &sites[me][i];

		site->file = "made-up.c";
		site->function = "worker";
		site->ddi = "KeReleaseSpinLockFromDpcLevel";
		site->lock = "locks[me]";
		site->line = (unsigned)(me * 1000 + i + 1);
		site->column = 1;
		spinrule_KeReleaseSpinLockFromDpcLevel(&locks[me], site);
	}
	return 0;
}

int main(void)
{
	char line[300], *name = getenv("SPINRULE_OPTIONS"), path[300];
	thread threads[THREADS];
	unsigned place = 0, reports = 0;
	FILE *log;

	for (int i = 0; i < THREADS; i++)
		threads[i] = thread_start(worker, (void *)(intptr_t)i);
	raise_flag(&go);
	for (int i = 0; i < THREADS; i++)
		thread_join(threads[i]);

	CHECK(name && sscanf(name, "logfile=%299s", path) == 1);
	*strstr(path, ":exitcode") = 0;
	log = fopen(path, "r");
	CHECK(log);
	while (fgets(line, sizeof line, log)) {
		static const char *const starts[LINES] = { "spinrule: spin lock 'locks[me]' (", "  by thread ", "  rule ", "  fix: " };

		CHECK(!strncmp(line, starts[place], strlen(starts[place])));
		CHECK(strchr(line, '\n'));
		reports += place == 0;
		place = (place + 1) % LINES;
	}
	CHECK(place == 0);
	CHECK(reports == THREADS * REPORTS);
	fclose(log);
	remove(path);
	say("all whole");
	return 0;
}
