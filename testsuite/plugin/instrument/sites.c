/* Reports name file, line, column, function, DDI and lock of both sites as the programmer wrote them. */
/* run */
/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <string.h>
#include "wdm-lite.h"
#include "../../../runtime/spinrule.h"

struct ext {
	int before;
	struct {
		KSPIN_LOCK lock;
	} queue;
};

static struct ext shared;

#define LOCK_EXT(e, irql) \
	KeAcquireSpinLock(&(e)->queue.lock, &(irql))

static void twice(struct ext *ext)
{
	KIRQL irql, nested;

	KeAcquireSpinLock(&ext->queue.lock, &irql);	/* line: first */
		LOCK_EXT(ext, nested);			/* line: second */
	KeReleaseSpinLock(&ext->queue.lock, nested);
	KeReleaseSpinLock(&ext->queue.lock, irql);
}

static void not_held(struct ext *ext)
{
	if (ext->before == 0) KeReleaseSpinLock(&ext->queue.lock, PASSIVE_LEVEL);	/* line: unheld */
}

static void through_pointer(void)
{
#ifdef __i386__
	__typeof__(&KfReleaseSpinLock) release = KfReleaseSpinLock;
#else
	__typeof__(&KeReleaseSpinLock) release = KeReleaseSpinLock;
#endif

	release(&shared.queue.lock, PASSIVE_LEVEL);
}

static void initialized(void)
{
	KIRQL irql;

	KeAcquireSpinLock(&shared.queue.lock, &irql);	/* line: held */
	KeInitializeSpinLock(&shared.queue.lock);	/* line: again */
}

static void say(const char *what, const struct spinrule_site *site)
{
	const char *file;

	if (!site) {
		printf("%s none\n", what);
		return;
	}
	file = site->file + strlen(site->file);
	while (file != site->file && file[-1] != '/' && file[-1] != '\\')
		file--;
	printf("%s %s:%u:%u in %s by %s of '%s'\n", what, file, site->line, site->column, site->function, site->ddi, site->lock);
}

static void hook(const struct spinrule_report *report)
{
	printf("%s\n", report->id);
	say("at", report->site);
	say("acquired", report->acquired_at);
}

int main(void)
{
	setvbuf(stdout, NULL, _IONBF, 0);
	spinrule_set_report_hook(hook);
	twice(&shared);
	/* expect: ^double-acquire$ */
	/* expect: ^at sites.c:LINE(second):3 in twice by KeAcquireSpinLock of 'ext->queue.lock'$ */
	/* expect: ^acquired sites.c:LINE(first):2 in twice by KeAcquireSpinLock of 'ext->queue.lock'$ */
	not_held(&shared);
	/* expect: ^release-unheld$ */
	/* expect: ^at sites.c:LINE(unheld):24 in not_held by KeReleaseSpinLock of 'ext->queue.lock'$ */
	/* expect: ^acquired none$ */
	through_pointer();
	/* expect: ^release-unheld$ */
	/* expect: by KeReleaseSpinLock of ''$ */
	initialized();
	/* expect: ^reinit-held$ */
	/* expect: ^at sites.c:LINE(again):2 in initialized by KeInitializeSpinLock of 'shared.queue.lock'$ */
	/* expect: ^acquired sites.c:LINE(held):2 in initialized by KeAcquireSpinLock of 'shared.queue.lock'$ */
	return 0;
}
