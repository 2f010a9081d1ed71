/* A request is completed with a spin lock held; another after its release.
 *
 * SPDX-License-Identifier: MIT
 */
/* options: complete_while_held=1 */
/* flags: -Wno-attributes */
/* exit: 66 */
/* expect: ^spinrule: spin lock 'lock' \(0x[0-9A-F]+\) is held while a request is completed \[spinrule-complete-while-held\]$ */
/* expect: ^  by thread [0-9]+ at .*complete-while-held\.c:{complete}:[0-9]+ in warn_held$ */
/* expect: ^  acquired by thread [0-9]+ at .*complete-while-held\.c:{acquire}:[0-9]+ in warn_held$ */
/* expect: ^  rule SpinLockSafe$ */
/* expect: ^completed 2$ */
/* expect: ^spinrule: 1 violation, 4 lock calls checked */
/* expect: ^  complete-while-held: 1$ */

#include "by-hand.h"

#ifdef BY_HAND
#define ANNOUNCE() spinrule_completing(SITE_OF("IoCompleteRequest", ""))
#else
#define ANNOUNCE() ((void)0)
#endif

static KSPIN_LOCK lock;
static int completed;

/* The kernel's part of this program. */
VOID FASTCALL IofCompleteRequest(PIRP irp, CCHAR boost)
{
	(void)irp, (void)boost;
	completed++;
}

static void warn_held(PIRP irp)
{
	KIRQL irql;

	KeAcquireSpinLock(&lock, &irql);	/* line: acquire */
	ANNOUNCE(), IofCompleteRequest(irp, 0);	/* line: complete */
	KeReleaseSpinLock(&lock, irql);
}

static void good_after(PIRP irp)
{
	KIRQL irql;

	KeAcquireSpinLock(&lock, &irql);
	KeReleaseSpinLock(&lock, irql);
	ANNOUNCE(), IofCompleteRequest(irp, 0);
}

int main(void)
{
	good_after(NULL);
	warn_held(NULL);
	fprintf(stderr, "completed %d\n", completed);
	return 0;
}
