/* runtime.c - start and end.
 *
 * In a driver DriverEntry is the start and the return of DriverUnload the end, or that of
 * a DriverEntry that fails.  In a plain program the port calls runtime_start and
 * runtime_end.
 *
 * SPDX-License-Identifier: MIT
 */

#include "runtime.h"

#include "callback.h"
#include "locks.h"
#include "options.h"
#include "owed.h"
#include "port.h"
#include "report.h"
#include "rule.h"
#include "set.h"
#include "suppress.h"
#include "text.h"
#include "watch.h"

void runtime_start(void *registry_path)
{
	static int has_started;
	char given[1000];

	if (__atomic_exchange_n(&has_started, 1, __ATOMIC_ACQ_REL))
		return;
	given[0] = 0;
	port_start(registry_path, given, sizeof given);
	options_start(given);
	suppress_start();
	watch_start();
}

void runtime_forked(void)
{
	report_forked();
	suppress_forget();
}

unsigned runtime_end(void)
{
	struct held_set *set = port_find_set();

	/* Inside a callback the program may end with locks held. */
	if (set && !set->depth)
		callback_thread_ends(NULL);
	report_summary();
	return spinrule_violation_count() ? options_now()->exitcode : 0;
}

void spinrule_driver_entry(void *driver, void *registry_path, struct spinrule_site *site)
{
	(void)driver;
	locks_mark_executed(site);
	runtime_start(registry_path);
}

void spinrule_completing(struct spinrule_site *site)
{
	locks_completing(site);
}

void spinrule_freeing(const void *memory, size_t size, struct spinrule_site *site)
{
	size_t block;

	locks_mark_executed(site);
	if (!memory)
		return;
	block = text_is_same(site->ddi, "free") ? port_block_size(memory) : 0;
	locks_freeing(memory, block > size ? block : size, site);
}

void spinrule_lowering(unsigned irql)
{
	struct held_set *set = set_of_this_thread();

	if (set)
		owed_lowering(set, (uint8_t)irql);
}

static COLD void write_lost(unsigned lost)
{
	char buffer[200];
	struct text text = text_in(buffer, sizeof buffer);

	text_add(&text, "too many reports at a raised IRQL to keep them all: this file lacks ");
	text_add_number(&text, lost);
	report_note(buffer, lost == 1 ? " report" : " reports");
}

/* Write the reports that were made at a raised IRQL to the log file. */
static void flush(void)
{
	const unsigned lost = port_flush();

	if (lost)
		write_lost(lost);
}

static COLD void driver_ends(struct spinrule_site *site)
{
	callback_unload(site);
	if (port_is_kernel)
		report_summary();
	port_close_log();
}

COLD void runtime_left(struct spinrule_site *site)
{
	flush();
	if (locks_peek(site->reported) & SPINRULE_OF_UNLOAD)
		driver_ends(site);
}

/* Other drivers' threads may be inside this one only if it has created devices: then it
 * has deleted them again. */
void spinrule_driver_entry_ended(int status, struct spinrule_site *site)
{
	if (status < 0 && port_is_kernel)
		driver_ends(site);
}
