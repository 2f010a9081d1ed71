/* Names that are long, as those of templates are: a report gives up its history, then what is held; each line is an object.
 *
 * SPDX-License-Identifier: MIT
 */
/* built: hand */
/* options: """"""""""""""""""""""""""""""""""""""""""""""""""""""""""""""""""""""""""""""""""""""""""""" */
/* options: exitcode=5 */
/* options: logfile=@LOG@ */
/* options: format=json */
/* options: coverage=1 */
/* options: stats=1 */
/* exit: 5 */
/* expect: ^."type":"run",.*\}$ */
/* expect: ^."type":"notice",.*"SPINRULE_OPTIONS: not name=value: '(\\"){93}.*\}$ */
/* expect: ^."type":"violation",.*"double-acquire",.*"line":10,.*"line":1,.*"fix":".*"\}$ */
/* expect: ^."type":"violation",.*"release-unheld",.*"line":11,.*"fix":".*"\}$ */
/* expect: ^."type":"notice",.*"too long to be written: double-acquire"\}$ */
/* expect: ^."type":"site",.*"line":9,.*\}$ */
/* expect: ^."type":"notice",.*"too long to be written: a site"\}$ */
/* expect: ^."type":"lock",.*\}$ */
/* expect: ^."type":"summary",.*"double-acquire":2,.*\}$ */
/* reject: ^[^{] */
/* reject: [^}]$ */

#include "by-hand.h"

#include <string.h>

enum { LOCKS = 9, NORMAL = 140, LONGER = 900, TOO_LONG = 3000 };

static KSPIN_LOCK locks[LOCKS], other;
static struct spinrule_site sites[LOCKS + 3] SITES;

/* A name of LENGTH letters. */
static char *name(unsigned length)
{
	char *letters = calloc(length + 1, 1);

	memset(letters, 'x', length);
	return letters;
}

static struct spinrule_site *site(int number, unsigned length)
{
	struct spinrule_site new = { name(length), name(length), "KeAcquireSpinLockAtDpcLevel", name(length), (unsigned)number, 1, 0, 0 };

	memcpy(&sites[number - 1], &new, sizeof new);
	return &sites[number - 1];
}

int main(void)
{
	for (int i = 0; i < LOCKS; i++)
		spinrule_KeAcquireSpinLockAtDpcLevel(&locks[i], site(i + 1, NORMAL));
	spinrule_KeAcquireSpinLockAtDpcLevel(&locks[0], site(10, NORMAL));
	/* What is held has no place beside it. */
	spinrule_KeReleaseSpinLockFromDpcLevel(&other, site(11, LONGER));
	spinrule_KeAcquireSpinLockAtDpcLevel(&locks[1], site(12, TOO_LONG));
	for (int i = LOCKS; i-- > 0; )
		spinrule_KeReleaseSpinLockFromDpcLevel(&locks[i], &sites[i]);
	spinrule_KeReleaseSpinLockFromDpcLevel(&locks[0], &sites[0]);
	spinrule_KeReleaseSpinLockFromDpcLevel(&locks[1], &sites[1]);
	return 0;
}
