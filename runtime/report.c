/* report.c - telling the user what was found: the hook, the text, the summary.
 *
 *     spinrule: spin lock 'ext->lock' (0x1f20) is acquired while already held [spinrule-double-acquire]
 *       by thread 12 at irp.c:42:2 in MyRead
 *       acquired by thread 12 at irp.c:38:2 in MyRead
 *       rule SpinlockRelease, bug check 0xC4, parameter 1 = 0x0004000B
 *       fix: ...
 *
 * A site's mistake is printed once, however often it is executed; the summary counts them all.
 *
 * SPDX-License-Identifier: MIT
 */

#include "report.h"

#include "options.h"
#include "port.h"
#include "text.h"

enum { REPORT_SIZE = 1200, BUG_CHECK = 0xC4 };

/* What to do next, by violation.  NULL: made from the report. */
static const char *const fixes[SPINRULE_VIOLATIONS] = {
	[SPINRULE_DOUBLE_ACQUIRE] = "this acquire would wait for ever; release the lock first, or call a helper that expects it held",
	[SPINRULE_RELEASE_UNHELD] = "look for a release too many on the way here, or for an acquire that failed or was left out",
	[SPINRULE_WRONG_CONTEXT] = "release it in the thread that acquired it",
	[SPINRULE_HELD_AT_RETURN] = "release it on every way out of the function",
	[SPINRULE_MISMATCHED_RELEASE] = NULL,
	[SPINRULE_WRONG_IRQL] = NULL,
	[SPINRULE_TRY_IGNORED] = "use the lock only where the try returned TRUE",
	[SPINRULE_REINIT_HELD] = "initialize a lock once, before its first use",
	/* compile time only */
	[SPINRULE_CALL_UNHELD] = "acquire the lock before the call",
	[SPINRULE_CALL_HELD] = "release the lock before the call",
	[SPINRULE_ANNOTATION_MISMATCH] = "mend the annotation or the function",
};

static spinrule_hook *hook;
static unsigned violation_count;

/* ---- text ---- */

static void add_place(struct text *text, unsigned long long thread, const struct spinrule_site *site)
{
	text_add(text, "by thread ");
	text_add_number(text, thread);
	if (!site) {
		text_add(text, " at its end\n");
		return;
	}
	if (!site->line) {
		text_add(text, " in a call of ");
		text_add(text, site->ddi);
		text_add(text, " through a pointer\n");
		return;
	}
	text_add(text, " at ");
	text_add(text, site->file);
	text_add(text, ":");
	text_add_number(text, site->line);
	text_add(text, ":");
	text_add_number(text, site->column);
	text_add(text, " in ");
	text_add(text, site->function);
	text_add(text, "\n");
}

/* The lock as written where the rule was broken, else where it was acquired. */
static const char *lock_text(const struct violation_report *violation)
{
	if (violation->site && violation->site->lock[0])
		return violation->site->lock;
	if (violation->acquired && violation->acquired->site)
		return violation->acquired->site->lock;
	return "";
}

static void add_lock(struct text *text, const struct violation_report *violation)
{
	int number = locks_number_of(violation->lock);

	if (violation->lock == locks_cancel()) {
		text_add(text, "the cancel spin lock");
		return;
	}
	text_add(text, "spin lock ");
	if (lock_text(violation)[0]) {
		text_add(text, "'");
		text_add(text, lock_text(violation));
		text_add(text, "' ");
	}
	text_add(text, "(");
	if (number >= 0) {
		text_add(text, "queued spin lock number ");
		text_add_number(text, (unsigned)number);
	} else {
		text_add_hex(text, (uintptr_t)violation->lock, 1);
	}
	text_add(text, ")");
}

static void add_fix(struct text *text, const struct violation_report *violation)
{
	const struct spinrule_ddi *ddi;

	text_add(text, "  fix: ");
	if (violation->violation == SPINRULE_MISMATCHED_RELEASE) {
		ddi = spinrule_ddi_by_name(violation->acquired->site->ddi);
		text_add(text, "what ");
		text_add(text, violation->acquired->site->ddi);
		text_add(text, " acquired is released by ");
		text_add(text, ddi && ddi->release ? ddi->release : "its own counterpart");
	} else if (violation->violation == SPINRULE_WRONG_IRQL) {
		text_add(text, "give back the ");
		text_add_number(text, violation->acquired->irql);
		text_add(text, " that this acquire saved, not ");
		text_add_number(text, (unsigned)violation->irql);
		text_add(text, "; each acquire needs a variable of its own");
	} else {
		text_add(text, fixes[violation->violation]);
	}
	text_add(text, "\n");
}

static void print(const struct violation_report *violation, const struct spinrule_report *report)
{
	char buffer[REPORT_SIZE];
	struct text text = text_in(buffer, sizeof buffer);

	text_add(&text, "spinrule: ");
	add_lock(&text, violation);
	text_add(&text, " ");
	text_add(&text, report->words);
	text_add(&text, " [spinrule-");
	text_add(&text, report->id);
	text_add(&text, "]\n  ");
	add_place(&text, report->thread, report->site);
	if (violation->acquired && violation->acquired->site) {
		text_add(&text, violation->acquired->flags & HELD_BY_KERNEL ? "  acquired by the kernel for this callback, entered "
									     : "  acquired ");
		add_place(&text, report->acquired_by, report->acquired_at);
	}
	text_add(&text, "  rule ");
	text_add(&text, report->rule);
	text_add(&text, ", bug check 0xC4, parameter 1 = ");
	text_add_hex(&text, report->bugcheck_code, 8);
	text_add(&text, "\n");
	add_fix(&text, violation);
	port_write(buffer, text.length);
}

void report_note(const char *words, const char *more)
{
	char buffer[300];
	struct text text = text_in(buffer, sizeof buffer);

	text_add(&text, "spinrule: ");
	text_add(&text, words);
	text_add(&text, more);
	text_add(&text, "\n");
	port_write(buffer, text.length);
}

/* ---- violations ---- */

/* True the first time that VIOLATION is found at SITE. */
static int is_first(const struct spinrule_site *site, enum spinrule_violation violation)
{
	unsigned bit = 1u << violation;

	if (!site)
		return 1;
	return !(__atomic_fetch_or((unsigned *)(uintptr_t)&site->reported, bit, __ATOMIC_RELAXED) & bit);
}

void report_violation(const struct violation_report *violation)
{
	enum spinrule_rule rule = spinrule_rule_of(violation->violation, violation->group);
	struct spinrule_report report = {
		.id = spinrule_id(violation->violation),
		.words = spinrule_words(violation->violation),
		.rule = spinrule_rule_name(rule),
		.bugcheck_code = spinrule_rule_code(rule),
		.lock = violation->lock,
		.lock_text = lock_text(violation),
		.thread = violation->thread,
		.site = violation->site,
		.acquired_by = violation->acquired ? violation->acquired_by : 0,
		.acquired_at = violation->acquired ? violation->acquired->site : NULL,
	};
	spinrule_hook *to_call = __atomic_load_n(&hook, __ATOMIC_ACQUIRE);

	__atomic_fetch_add(&violation_count, 1, __ATOMIC_RELAXED);
	if (to_call)
		to_call(&report);
	else if (is_first(violation->site, violation->violation))
		print(violation, &report);
	if (options_now()->halt)
		port_bug_check(BUG_CHECK, report.bugcheck_code, (uintptr_t)report.lock, (uintptr_t)report.site, 0);
}

spinrule_hook *spinrule_set_report_hook(spinrule_hook *new_hook)
{
	return __atomic_exchange_n(&hook, new_hook, __ATOMIC_ACQ_REL);
}

unsigned long long spinrule_violation_count(void)
{
	return __atomic_load_n(&violation_count, __ATOMIC_RELAXED);
}

/* ---- summary ---- */

/* All sites lie between these two.  In ELF the linker makes them when there is a site at all; in PE the
 * parts of a section are put together in the order of their names. */
#ifdef __ELF__
extern struct spinrule_site first_site[] __asm__("__start_spinrule_sites") __attribute__((weak));
extern struct spinrule_site last_site[] __asm__("__stop_spinrule_sites") __attribute__((weak));
#else
static void *first_site[1] __attribute__((section(".spinr$a"), used));
static void *last_site[1] __attribute__((section(".spinr$z"), used));
#endif

/* Count the sites, and those that were executed. */
static void count_sites(unsigned *all, unsigned *executed)
{
	char *place = (char *)first_site, *end = (char *)last_site;

	*all = *executed = 0;
	/* Not an array: each object's part is aligned, with zeros in between. */
	while (place + sizeof(struct spinrule_site) <= end) {
		struct spinrule_site *site = (struct spinrule_site *)place;

		if (!site->file) {
			place += sizeof(void *);
			continue;
		}
		++*all;
		*executed += site->executed != 0;
		place += sizeof *site;
	}
}

static void add_count(struct text *text, unsigned long long count, const char *what)
{
	text_add_number(text, count);
	text_add(text, what);
	if (count != 1)
		text_add(text, "s");
}

void report_summary(void)
{
	char buffer[300];
	struct text text = text_in(buffer, sizeof buffer);
	unsigned long long calls = locks_calls();
	unsigned all, executed;

	if (!options_now()->summary)
		return;
	text_add(&text, "spinrule: ");
	if (!calls) {
		text_add(&text, "no lock call was checked: none was executed, or the driver was not compiled with "
			 "-fplugin-arg-spinrule-instrument\n");
		port_write(buffer, text.length);
		return;
	}
	add_count(&text, spinrule_violation_count(), " violation");
	text_add(&text, ", ");
	add_count(&text, calls, " lock call");
	text_add(&text, " checked");
	count_sites(&all, &executed);
	if (all) {
		text_add(&text, ", ");
		text_add_number(&text, executed);
		text_add(&text, " of ");
		add_count(&text, all, " site");
		text_add(&text, " executed");
	}
	if (locks_are_incomplete())
		text_add(&text, "; checking is incomplete");
	text_add(&text, "\n");
	port_write(buffer, text.length);
}
