/* report.c - which violations are reported: the hook, duplicates, counts, the summary.
 *
 * A mistake is printed once for each pair of sites and each chain of callers, however
 * often it is executed; the summary counts all.
 *
 * SPDX-License-Identifier: MIT
 */

#include "report.h"

#include "bracket.h"
#include "options.h"
#include "origin.h"
#include "port.h"
#include "suppress.h"
#include "text.h"
#include "violation.h"

enum { BUG_CHECK = 0xC4, PAIRS = 2048, PROBES = 32, BUFFERS = 16 };

static struct {
	int is_used;
	char text[PORT_TEXT_SIZE];
} buffers[BUFFERS];

/* The advice for each violation.  NULL: report_add_fix makes it from the report. */
static const char *const fixes[SPINRULE_VIOLATIONS] = {
	[SPINRULE_DOUBLE_ACQUIRE] = "this acquire would wait for ever; release the lock first, or "
				    "call a helper that expects it held",
	[SPINRULE_RELEASE_UNHELD] = "look for a release too many on the way here, or for an "
				    "acquire that failed or was left out",
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
	[SPINRULE_UNGUARDED] = "acquire the lock before, or write to the data where no other "
			       "code can reach it",
	[SPINRULE_LEVEL_ORDER] = "acquire the locks in the order of their levels",
	[SPINRULE_LOCK_ORDER] = "two threads that do both would wait for each other for ever; "
				"acquire the locks in one order everywhere",
	[SPINRULE_HOLD_TIME] = "do less while it is held: every other processor that wants it does "
			       "nothing meanwhile",
	[SPINRULE_COMPLETE_WHILE_HELD] = "release it first: completion routines of other drivers "
					 "run inside this call, and may come back",
	[SPINRULE_UNINITIALIZED] = "call KeInitializeSpinLock once, before its first use; its "
				   "memory may also have been freed, or written over",
	[SPINRULE_HANDLE_IN_USE] = "each acquire needs a handle of its own: a local variable, not "
				   "a field of what is shared",
	[SPINRULE_WRONG_LEVEL] = NULL,
	[SPINRULE_FREED_HELD] = "release it before, and free the memory when no other thread can "
				"reach it any more",
};

static spinrule_hook *hook;
static unsigned counts[SPINRULE_VIOLATIONS];	/* [SPINRULE_NONE]: all */
static unsigned unloads;			/* of shared objects */
static unsigned long long calls_before;		/* calls of the parent, after fork () */

static int is_json(void)
{
	return options_now()->format[0] == 'j';
}

/* ---- buffers ---- */

void report_take_buffer(struct report_buffer *buffer)
{
	for (unsigned i = 0; i < BUFFERS; i++)
		if (!__atomic_exchange_n(&buffers[i].is_used, 1, __ATOMIC_ACQUIRE)) {
			buffer->text = buffers[i].text;
			buffer->size = sizeof buffers[i].text;
			buffer->number = (int)i;
			return;
		}
	buffer->text = buffer->small;
	buffer->size = sizeof buffer->small;
	buffer->number = -1;
}

void report_give_back(const struct report_buffer *buffer)
{
	spinrule_assert(buffer->number < 0 || locks_load(buffers[buffer->number].is_used));
	if (buffer->number >= 0)
		__atomic_store_n(&buffers[buffer->number].is_used, 0, __ATOMIC_RELEASE);
}

/* ---- words that both formats use ---- */

const char *report_words_of(const void *lock)
{
	const char *name = bracket_global_name(lock);

	if (lock == locks_cancel())
		return "the cancel spin lock";
	return name && text_is_same(name, SPINRULE_VPB_LOCK) ? name : NULL;
}

const char *report_lock_text(const struct violation_report *violation)
{
	/* A call that completes a request names no lock. */
	if (violation->site && violation->site->lock[0])
		return violation->site->lock;
	if (violation->acquired && violation->acquired->site)
		return violation->acquired->site->lock;
	return "";
}

void report_add_fix(struct text *text, const struct violation_report *violation)
{
	const struct spinrule_ddi *ddi;

	if (violation->violation == SPINRULE_MISMATCHED_RELEASE) {
		ddi = spinrule_ddi_by_name(violation->acquired->site->ddi);
		text_add(text, "what ");
		text_add(text, violation->acquired->site->ddi);
		text_add(text, " acquired is released by ");
		text_add(text, ddi && ddi->release ? ddi->release : "its own counterpart");
	} else if (violation->violation == SPINRULE_WRONG_LEVEL) {
		text_add(text, "the IRQL is ");
		text_add_number(text, (unsigned)violation->irql);
		text_add(text, violation->irql < SPINRULE_DISPATCH_LEVEL
				       ? ", and must be DISPATCH_LEVEL (2) at least: use the "
					 "routine that raises it"
				       : ", and must be DISPATCH_LEVEL (2) at most: use an "
					 "interrupt spin lock, or a DPC");
	} else if (violation->violation == SPINRULE_WRONG_IRQL &&
		   violation->group > SPINRULE_GROUPS - 1) {
		text_add(text, "give back the state that this acquire saved; each acquire needs a "
			       "variable of its own");
	} else if (violation->violation == SPINRULE_WRONG_IRQL) {
		text_add(text, "give back the ");
		text_add_number(text, locks_irql(violation->acquired));
		text_add(text, " that this acquire saved, not ");
		text_add_number(text, (unsigned)violation->irql);
		text_add(text, "; each acquire needs a variable of its own");
	} else {
		text_add(text, fixes[violation->violation]);
	}
}

/* ---- violations ---- */

/* A number for this violation at SITE, with the acquire or release BEFORE and CALLERS, a
 * number too. */
static uint64_t number_of(const struct spinrule_site *site, const struct spinrule_site *before,
			  enum spinrule_violation violation, uint64_t callers)
{
	uint64_t number = callers + (unsigned)violation +
			  ((uint64_t)locks_load(unloads) << 32);

	number = (number ^ (uintptr_t)site) * 0x9e3779b97f4a7c15u;
	number = (number ^ number >> 32 ^ (uintptr_t)before) * 0x9e3779b97f4a7c15u;
	number ^= number >> 32;
	return number ? number : 1;
}

/* True the first time that VIOLATION is found at a pair of sites with CALLERS; the first
 * time at SITE if the table, which is never emptied, is full. */
static int is_first(struct spinrule_site *site, const struct spinrule_site *before,
		    enum spinrule_violation violation, uint64_t callers)
{
	static uint64_t numbers[PAIRS];
	uint64_t number = number_of(site, before, violation, callers);
	uint32_t first = (uint32_t)(number >> 40);
	unsigned bit = 1u << violation;

	for (unsigned i = 0; i < PROBES; i++) {
		uint64_t *place = &numbers[(first + i) % PAIRS], there = 0;

		if (__atomic_compare_exchange_n(place, &there, number, 0, __ATOMIC_ACQ_REL,
						__ATOMIC_ACQUIRE))
			return 1;
		if (there == number)
			return 0;
	}
	if (!site)
		return 0;
	return !(__atomic_fetch_or(&site->reported, bit, __ATOMIC_RELAXED) &
		 bit);
}

void report_violation(struct violation_report *violation)
{
	struct callers callers, acquired_callers;
	enum spinrule_rule rule = spinrule_rule_of(violation->violation, violation->group);
	struct spinrule_report report = {
		.id = spinrule_id(violation->violation),
		.words = spinrule_words(violation->violation),
		.rule = spinrule_rule_name(rule),
		/* Driver Verifier knows no locks of tables. */
		.bugcheck_code = violation->group > SPINRULE_GROUPS - 1
					 ? 0
					 : spinrule_rule_code(rule),
		.lock = violation->lock,
		.lock_text = report_lock_text(violation),
		.thread = violation->thread,
		.site = violation->site,
		.acquired_by = violation->acquired ? violation->acquired_by : 0,
		.acquired_at = violation->acquired ? violation->acquired->site : NULL,
		.released_at = violation->released ? locks_released(violation->released) : NULL,
		.earlier_first = violation->conflict ? violation->conflict->first_site : NULL,
		.earlier_second = violation->conflict ? violation->conflict->second_site : NULL,
		.microseconds = violation->microseconds,
	};
	spinrule_hook *to_call = __atomic_load_n(&hook, __ATOMIC_ACQUIRE);

	if (suppress_is(&report))
		return;
	/* At the end of a thread only the system calls. */
	if (violation->is_late)
		callers = *violation->callers;
	else if (violation->site)
		callers_here(&callers);
	else
		callers.count = 0;
	watch_origin(violation->acquired, &acquired_callers);
	violation->callers = &callers;
	violation->acquired_callers = &acquired_callers;
	report.acquired_callers = acquired_callers.calls;
	report.acquired_caller_count = acquired_callers.count;
	report.callers = callers.calls;
	report.caller_count = callers.count;
	__atomic_fetch_add(&counts[SPINRULE_NONE], 1, __ATOMIC_RELAXED);
	__atomic_fetch_add(&counts[violation->violation], 1, __ATOMIC_RELAXED);
	if (to_call)
		to_call(&report);
	else if (!options_now()->dedup ||
		 is_first(violation->site,
			  report.acquired_at ? report.acquired_at : report.released_at,
			  violation->violation,
			  callers_number(&callers) + 3 * callers_number(&acquired_callers))) {
		if (is_json())
			report_print_json(violation, &report);
		else
			report_print_text(violation, &report);
	}
	if (options_now()->halt)
		port_bug_check(BUG_CHECK, report.bugcheck_code, (uintptr_t)report.lock,
			       (uintptr_t)report.site, 0);
}

void report_note(const char *words, const char *more)
{
	if (is_json())
		report_note_json(words, more);
	else
		report_note_text(words, more);
}

void report_start(void)
{
	if (is_json())
		report_run_json();
}

void report_forked(void)
{
	calls_before = locks_calls();
	for (unsigned i = 0; i < SPINRULE_VIOLATIONS; i++)
		counts[i] = 0;
	report_forked_json();
}

void report_unloaded(void)
{
	__atomic_fetch_add(&unloads, 1, __ATOMIC_RELAXED);
	port_forget_code();
	origin_forget_code();
}

spinrule_hook *spinrule_set_report_hook(spinrule_hook *new_hook)
{
	return __atomic_exchange_n(&hook, new_hook, __ATOMIC_ACQ_REL);
}

unsigned long long spinrule_violation_count(void)
{
	return __atomic_load_n(&counts[SPINRULE_NONE], __ATOMIC_RELAXED);
}

/* ---- summary ---- */

/* All sites lie between these two.  In ELF the linker defines them if there is any
 * site; in PE it sorts the parts of a section by their names. */
#ifdef __ELF__
extern struct spinrule_site first_site[] __asm__("__start_spinrule_sites")
	__attribute__((weak, visibility("hidden")));
extern struct spinrule_site last_site[] __asm__("__stop_spinrule_sites")
	__attribute__((weak, visibility("hidden")));
#else
static void *first_site[1] __attribute__((section(".spinr$a"), used));
static void *last_site[1] __attribute__((section(".spinr$z"), used));
#endif

const struct spinrule_site *report_next_site(const struct spinrule_site *site)
{
	const char *place = site ? (const char *)(site + 1) : (const char *)first_site,
		   *end = (const char *)last_site;

	/* Not an array: each object's part is aligned, with zeros between the parts. */
	while (place + sizeof(struct spinrule_site) <= end) {
		site = (const struct spinrule_site *)place;
		if (site->file)
			return site;
		place += sizeof(void *);
	}
	return NULL;
}

void report_summary(void)
{
	struct summary summary = {
		.calls = locks_calls() - calls_before,
		.unreported = violation_unreported(),
		.is_incomplete = locks_are_incomplete(),
	};

	for (unsigned i = 0; i < SPINRULE_VIOLATIONS; i++)
		summary.violations[i] = __atomic_load_n(&counts[i], __ATOMIC_RELAXED);
	for (const struct spinrule_site *site = NULL; (site = report_next_site(site)); ) {
		summary.sites++;
		summary.executed += locks_load(site->executed) != 0;
	}
	if (is_json())
		report_summary_json(&summary);
	else
		report_summary_text(&summary);
}
