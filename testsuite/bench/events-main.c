/* events-main.c - calls what events.c has, as code does that is not instrumented.
 *
 * SPDX-License-Identifier: MIT
 */

#include "events.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int main(int argc, char **argv)
{
	unsigned long rounds = argc == 3 ? strtoul(argv[2], NULL, 10) : 0;

	for (const struct event_kind *kind = event_kinds; rounds && kind->name; kind++) {
		if (strcmp(kind->name, argv[1]))
			continue;
		for (unsigned long i = 0; kind->callback && i < rounds; i++)
			kind->callback(NULL, NULL, NULL, NULL);
		if (kind->loop)
			kind->loop(rounds);
		return 0;
	}
	fprintf(stderr, "events: usage: events KIND ROUNDS\n");
	return 2;
}
