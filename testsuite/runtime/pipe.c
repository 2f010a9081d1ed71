/* A pipe that nobody reads, given as the log file, and one that nobody writes, given as suppressions: both are told, and
 * neither is waited for.
 *
 * SPDX-License-Identifier: MIT
 */
/* port: posix */
/* exit: 66 */
/* expect: ^spinrule: .*cannot open log file '.*'; reports come here$ */
/* expect: ^spinrule: suppressions: .*: cannot be read, or is no ordinary file$ */
/* expect: ^spinrule: spin lock 'lock' .* is released but not held \[spinrule-release-unheld\]$ */
/* expect: ^spinrule: 1 violation, 1 lock call checked */

#include "by-hand.h"

#include <sys/stat.h>

static KSPIN_LOCK lock;

/* The runtime opens its files before main: the pipe is made by a first run for a second one. */
int main(int count, char **args)
{
	char name[64], options[160];

	if (count == 1) {
		snprintf(name, sizeof name, "/tmp/spinrule-pipe-%ld", (long)getpid());
		snprintf(options, sizeof options, "logfile=%s:suppressions=%s", name, name);
		CHECK(!mkfifo(name, 0600));
		setenv("SPINRULE_OPTIONS", options, 1);
		execl("/proc/self/exe", args[0], name, (char *)NULL);
		return 1;
	}
	unlink(args[1]);
	KeReleaseSpinLockFromDpcLevel(&lock);
	return 0;
}
