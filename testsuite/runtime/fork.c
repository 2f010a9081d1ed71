/* A process made by fork () counts what it does itself, under its own thread number, and ends with an exit code of its own.
 *
 * SPDX-License-Identifier: MIT
 */
/* port: posix */
/* options: format=json:history=0 */
/* exit: 66 */
/* expect: ^\{"type":"run","run":"([^"]*)","spinrule" */
/* expect: "type":"violation",.*"id":"release-unheld",.*"line":{parent}, */
/* expect: ^\{"type":"summary".*"violations":\{\},"calls":2,.*"suppressions":\[\]\}$ */
/* expect: ^clean child: 0$ */
/* expect: ^\{"type":"run","run":"[^"]*","parent":"[^"]*","spinrule" */
/* expect: "type":"violation",.*"id":"double-acquire",.*"line":{child}, */
/* expect: ^\{"type":"summary".*"violations":\{"double-acquire":1\}, */
/* expect: ^child: 66$ */
/* expect: ^\{"type":"summary".*"violations":\{"release-unheld":1\}, */

#include "by-hand.h"

#include <sys/wait.h>

static KSPIN_LOCK lock;

static int end_of_child(pid_t child)
{
	int status;

	CHECK(child > 0 && waitpid(child, &status, 0) == child && WIFEXITED(status));
	return WEXITSTATUS(status);
}

int main(void)
{
	pid_t child;

	KeReleaseSpinLockFromDpcLevel(&lock);	/* line: parent */

	child = fork();
	if (!child) {
		KeAcquireSpinLockAtDpcLevel(&lock);
		KeReleaseSpinLockFromDpcLevel(&lock);
		return 0;
	}
	fprintf(stderr, "clean child: %d\n", end_of_child(child));

	/* What is held goes on being held in the child. */
	KeAcquireSpinLockAtDpcLevel(&lock);
	child = fork();
	if (!child) {
		KeAcquireSpinLockAtDpcLevel(&lock);	/* line: child */
		KeReleaseSpinLockFromDpcLevel(&lock);
		KeReleaseSpinLockFromDpcLevel(&lock);
		return 0;
	}
	fprintf(stderr, "child: %d\n", end_of_child(child));
	KeReleaseSpinLockFromDpcLevel(&lock);
	return 0;
}
