/* JSON lines: a violation with its places, what is held and the history; sites, locks, notices, the summary.
 *
 * SPDX-License-Identifier: MIT
 */
/* options: format=json:coverage=1:stats=1:history=2:nonsense=1 */
/* exit: 66 */
/* expect: ^\{"type":"run","run":"0x[0-9A-F]+-[0-9]+","spinrule":"[0-9.]+","port":"[a-z0-9]+","program":"format-json-[^"]*\.exe","process":[0-9]+,"options":\{"halt":0,"exitcode":66,"logfile":"","format":"json","history":2,"callers":8,"resolve":[01],"dedup":1,.*"help":0\}\}$ */
/* expect: ^\{"type":"notice","run":"0x[0-9A-F]+-[0-9]+","text":"SPINRULE_OPTIONS: unknown option 'nonsense'; .*"\}$ */
/* expect: ^\{"type":"violation","run":"[^"]+","id":"double-acquire","message":"spin lock 'ext->lock' \(0x[0-9A-F]+\) is acquired while already held","rule":"SpinlockRelease","bugcheck":"0x0004000B","cwe":764,"lock":\{"text":"ext->lock","address":"0x[0-9A-F]+"\},"thread":[0-9]+,"site":\{"file":"[^"]*format-json\.c","line":{again},"column":[0-9]+,"function":"twice","ddi":"KeAcquireSpinLockAtDpcLevel","lock":"ext->lock"\},"callers":\[(\{"module":"[^"]*","offset":"0x[0-9A-F]+","lines":\[[^]]*\]\},?)+\],"first":\{"event":"acquire","site":\{[^}]*\}\},"acquired":\{"thread":[0-9]+,"site":\{"file":"[^"]*format-json\.c","line":{first},.*"held":\[\{"lock":\{"text":"ext->lock","address":"0x[0-9A-F]+"\},"site":\{"file":"[^"]*","line":{first},[^]]*\}\],"history":\[\{"event":"release","lock":\{"text":"\\"x\\"\[0\] == '.' \? &other : &other",.*\},\{"event":"acquire","lock":\{"text":"ext->lock",.*\}\],"fix":"[^"]*"\}$ */
/* expect: ^\{"type":"site","run":"[^"]+","executed":false,"site":\{"file":"[^"]*format-json\.c","line":({never}|{neverend}),"column":[0-9]+,"function":"never","ddi":"Ke[A-Za-z]*","lock":"other"\}\}$ */
/* expect: ^\{"type":"lock","run":"[^"]+","lock":\{"text":"[^ ]*lock","address":"0x[0-9A-F]+"\},"acquisitions":1,"contended":0,"longest_hold_us":[0-9]+,"longest_hold_site":\{.*\}\}$ */
/* expect: ^\{"type":"summary","run":"[^"]+","violations":\{"double-acquire":1\},"calls":6,"sites":8,"executed":6,"untold":0,"incomplete":false,"suppressions":\[\]\}$ */
/* built: hand */

#include "by-hand.h"

struct extension {
	KSPIN_LOCK lock;
};

static KSPIN_LOCK other;

void never(void)
{
	KeAcquireSpinLockAtDpcLevel(&other);	/* line: never */
	KeReleaseSpinLockFromDpcLevel(&other);	/* line: neverend */
}

static void twice(struct extension *ext)
{
	KeAcquireSpinLockAtDpcLevel("x"[0] == 'x' ? &other : &other);
	KeReleaseSpinLockFromDpcLevel("x"[0] == 'x' ? &other : &other);
	KeAcquireSpinLockAtDpcLevel(&ext->lock);	/* line: first */
	KeAcquireSpinLockAtDpcLevel(&ext->lock);	/* line: again */
	KeReleaseSpinLockFromDpcLevel(&ext->lock);
	KeReleaseSpinLockFromDpcLevel(&ext->lock);
}

int main(void)
{
	static struct extension extension;

	twice(&extension);
	return 0;
}
