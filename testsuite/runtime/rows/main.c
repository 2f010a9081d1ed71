/* main.c - what rows.exp calls its uses of lock functions from: a call each, at an IRQL.
 *
 *     rows.exe            all uses that come back
 *     rows.exe NAME       the one that does not, on a thread of its own
 *
 * SPDX-License-Identifier: MIT
 */

#include "by-hand.h"

#include <string.h>

struct use {
	const char *name;
	VOID (*routine)(PVOID timer, PVOID object);
	int level;
};

extern const struct use uses[], leaving[];
extern PVOID list[4], object[4];

static void call(const struct use *use)
{
	KIRQL irql;

	list[0] = list[1] = list;
	KeRaiseIrql((KIRQL)use->level, &irql);
	use->routine(NULL, object);
	KeLowerIrql(PASSIVE_LEVEL);
}

static thread_result THREAD_CALL call_in_thread(void *use)
{
	call(use);
	return 0;
}

int main(int argc, char **argv)
{
	const struct use *use;

	if (argc > 1) {
		for (use = leaving; use->name; use++)
			if (!strcmp(use->name, argv[1]))
				run_in_thread(call_in_thread, (void *)use);
	} else {
		for (use = uses; use->name; use++)
			call(use);
	}
	say("end");
	return 0;
}
