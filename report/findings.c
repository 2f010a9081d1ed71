/* findings.c - the violations and warnings, one by one and in one table.
 *
 * W1, W2, ... are warnings of the compiler, R1, R2, ... violations of runs.
 *
 * SPDX-License-Identifier: MIT
 */

#include "findings.h"

#include <string.h>

#include "../runtime/rule.h"

int findings_id(const char *id)
{
	for (int v = SPINRULE_NONE + 1; v < SPINRULE_VIOLATIONS; v++)
		if (!strcmp(spinrule_id(v), id))
			return v;
	return SPINRULE_NONE;
}

static const char *warning_anchor(struct page *page, const struct warning *warning)
{
	return store_format(page->store, "W%u", warning->number);
}

static const char *violation_anchor(struct page *page, const struct violation *violation)
{
	return store_format(page->store, "R%u", violation->number);
}

/* ---- in words ---- */

struct state {
	const char *words;
	enum tone tone;
};

static struct state state_of_warning(struct page *page, const struct warning *warning)
{
	static const struct state states[CONFIRMATIONS] = {
		[CONFIRMATION_NO_RUN] = { "not known from any run", TONE_PLAIN },
		[CONFIRMATION_NOT_REACHED] = { "not reached by any run", TONE_NOTE },
		[CONFIRMATION_ACQUIRED] = { "its acquire was executed, nothing seen", TONE_NOTE },
		[CONFIRMATION_REACHED] = { "reached, nothing seen", TONE_NOTE },
		[CONFIRMATION_RELATED] = { "not confirmed, same acquire in a violation",
					   TONE_NOTE },
		[CONFIRMATION_BY_ACQUIRE] = { "confirmed by a run", TONE_BAD },
		[CONFIRMATION_BY_SITE] = { "confirmed by a run", TONE_BAD },
	};
	static const char *const prefixes[] = {
		[STATUS_SHOWN] = "",
		[STATUS_SILENCED] = "silenced",
		[STATUS_BASELINE] = "in the baseline",
	};
	struct state state = states[warning->confirmation];

	if (page->has_baseline && warning->status == STATUS_SHOWN)
		state.words = page_joined(page, "new", state.words);
	state.words = page_joined(page, prefixes[warning->status], state.words);
	return state;
}

/* True if a warning that is shown reports the same mistake. */
static bool is_announced(const struct violation *violation)
{
	if (violation->confirmation < CONFIRMATION_BY_ACQUIRE)
		return false;
	for (size_t i = 0; i < violation->warnings.count; i++)
		if (((const struct warning *)violation->warnings.items[i])->status == STATUS_SHOWN)
			return true;
	return false;
}

static struct state state_of_violation(const struct violation *violation)
{
	if (violation->confirmation >= CONFIRMATION_BY_ACQUIRE)
		return is_announced(violation)
			       ? (struct state){ "warned of at compile time", TONE_NOTE }
			       : (struct state){ "the warning of it is silenced", TONE_BAD };
	if (violation->confirmation == CONFIRMATION_RELATED)
		return (struct state) { "no warning of this, one of the same acquire", TONE_BAD };
	if (violation->is_compiled)
		return (struct state) { "no static warning", TONE_BAD };
	return (struct state) { "no compile-time summary of its file", TONE_BAD };
}

static const char *how_joined(enum confirmation confirmation)
{
	if (confirmation == CONFIRMATION_BY_SITE)
		return "same id at the same line";
	if (confirmation == CONFIRMATION_BY_ACQUIRE)
		return "same id, same acquire and lock";
	return "another id, same acquire and lock";
}

/* "a.c:12:2 in f, KeAcquireSpinLock".  A site without a line is a call through a
 * pointer. */
static const char *site_text(struct page *page, const struct site *site, const char *otherwise)
{
	const char *text;

	if (!site)
		return otherwise;
	text = page_place(page, &site->place);
	if (!place_is_known(&site->place) && site->ddi[0])
		return store_format(page->store, "in a call of %s through a pointer", site->ddi);
	if (site->function[0])
		text = store_format(page->store, "%s in %s", text, site->function);
	return page_joined(page, text, site->ddi);
}

static const char *by_thread(struct page *page, const char *where, const char *thread)
{
	return thread[0] ? store_format(page->store, "%s, by thread %s", where, thread) : where;
}

static const char *lock_text(struct page *page, const char *lock, const char *address)
{
	if (!address[0])
		return lock;
	return lock[0] ? store_format(page->store, "%s (%s)", lock, address) : address;
}

static const char *title_of(struct page *page, const char *message, const char *lock,
			    const char *id)
{
	int known = findings_id(id);

	if (message[0])
		return message;
	if (!known)
		return store_format(page->store, "spin lock '%s': %s", lock, id);
	return store_format(page->store, "spin lock '%s' %s", lock, spinrule_words(known));
}

static const char *rule_text(struct page *page, const char *rule, const char *bugcheck,
			     unsigned long long cwe)
{
	const char *text = rule;

	if (bugcheck[0])
		text = page_joined(page, text,
				   store_format(page->store, "bug check 0xC4, parameter 1 = %s",
						bugcheck));
	return cwe ? page_joined(page, text, store_format(page->store, "CWE-%llu", cwe)) : text;
}

static void fact(struct page *page, const char *label, const char *text)
{
	if (text[0])
		page->format->fact(page, label, text, NULL, NULL);
}

static void fact_at(struct page *page, const char *label, const char *text,
		    const struct place *place)
{
	if (text[0])
		page->format->fact(page, label, text, NULL, place);
}

static void unknown_id(struct page *page, const char *id)
{
	if (!findings_id(id))
		fact(page, "id", "not known to this version of spinrule-report");
}

/* ---- run time ---- */

static void write_events(struct page *page, const char *title, const struct list *events)
{
	if (!events->count)
		return;
	page->format->steps_begin(page, title);
	for (size_t i = 0; i < events->count; i++) {
		const struct event *event = events->items[i];
		const char *text = event->what;
		const char *lock = lock_text(page, event->lock, event->address);
		struct shown_step shown = { .held = "" };

		if (lock[0])
			text = store_format(page->store, "%s%s%s", text, text[0] ? " " : "", lock);
		if (event->site && event->site->function[0])
			text = store_format(page->store, "%s in %s", text, event->site->function);
		if (event->site)
			text = page_joined(page, text, event->site->ddi);
		if (event->reason[0])
			text = store_format(page->store, "%s by the runtime, because %s", text,
					    event->reason);
		shown.where = event->site ? page_place(page, &event->site->place) : "";
		shown.text = text;
		page->format->step(page, &shown);
	}
	page->format->steps_end(page);
}

/* The calls that led to the place before. */
static void write_callers(struct page *page, const struct list *callers)
{
	for (size_t i = 0; i < callers->count; i++) {
		const struct caller *caller = callers->items[i];

		if (caller->place.line)
			fact_at(page, "called at",
				store_format(page->store, "%s in %s",
					     page_place(page, &caller->place),
					     caller->function),
				&caller->place);
		else
			fact(page, "called at", caller->function);
	}
}

/* The order of locks that this one contradicts. */
static void write_earlier(struct page *page, const struct violation *violation)
{
	static const char *const labels[] = { "earlier, first", "earlier, second" };

	for (int i = 0; i < 2; i++) {
		const struct site *site = violation->earlier[i];

		if (site)
			fact_at(page, labels[i],
				page_joined(page, violation->earlier_locks[i],
					    by_thread(page, site_text(page, site, ""),
						      violation->earlier_thread)),
				&site->place);
	}
}

static const char *names_of(struct page *page, const struct list *runs)
{
	enum { MAX_NAMES = 8 };
	const char *names = "";

	for (size_t i = 0; i < runs->count && i < MAX_NAMES; i++)
		names = page_joined(page, names, model_run_name(page->store, runs->items[i]));
	if (runs->count > MAX_NAMES)
		names = page_joined(page, names,
				    store_format(page->store, "and %zu more",
						 runs->count - MAX_NAMES));
	return names;
}

static void write_violation(struct page *page, const struct violation *violation)
{
	struct state state = state_of_violation(violation);
	const char *thread =
		violation->thread[0]
			? store_format(page->store, "Last events of thread %s, oldest first",
				       violation->thread)
			: "Last events, oldest first";
	struct finding_head head = {
		.anchor = violation_anchor(page, violation),
		.id = violation->id,
		.state = state.words,
		.tone = state.tone,
		.title = title_of(page, violation->message, violation->lock, violation->id),
		.where = violation->site ? page_place(page, &violation->site->place) : "",
		.kind = violation->confirmation >= CONFIRMATION_BY_ACQUIRE ? "run confirmed"
									   : "run unannounced",
		.is_shown = true,
	};

	page->format->finding_begin(page, &head);
	fact_at(page, "at",
		by_thread(page,
			  site_text(page, violation->site,
				    "the end of a thread, of the program or of the driver"),
			  violation->thread),
		violation->site ? &violation->site->place : NULL);
	write_callers(page, &violation->callers);
	if (violation->first && violation->first->lock != violation->lock)
		fact_at(page,
			strcmp(violation->first_event, "acquire") ? "initialized"
								  : "first acquired",
			store_format(page->store, "as %s, %s", violation->first->lock,
				     site_text(page, violation->first, "")),
			&violation->first->place);
	if (violation->acquired)
		fact_at(page, "acquired",
			by_thread(page, site_text(page, violation->acquired, ""),
				  violation->acquired_thread),
			&violation->acquired->place);
	write_callers(page, &violation->acquired_callers);
	if (violation->released)
		fact_at(page, "released", site_text(page, violation->released, ""),
			&violation->released->place);
	write_earlier(page, violation);
	if (violation->held_us)
		fact(page, "held for",
		     store_format(page->store, "%llu microseconds", violation->held_us));
	fact(page, "lock", lock_text(page, violation->lock, violation->address));
	fact(page, "rule", rule_text(page, violation->rule, violation->bugcheck, violation->cwe));
	fact(page, "fix", violation->fix);
	for (size_t i = 0; i < violation->warnings.count; i++) {
		const struct warning *warning = violation->warnings.items[i];

		page->format->fact(page, "static warning",
				   store_format(page->store, "%s, %s: %s",
						warning_anchor(page, warning),
						page_place(page, &warning->place),
						how_joined(violation->confirmation)),
				   warning_anchor(page, warning), NULL);
	}
	fact(page, "reported",
	     store_format(page->store, "%s, in %s", page_count(page, violation->reports, "time"),
			  names_of(page, &violation->runs)));
	unknown_id(page, violation->id);
	write_events(page, "Held then, first acquired first", &violation->held);
	write_events(page, thread, &violation->history);
	page->format->finding_end(page);
}

/* ---- compile time ---- */

static const char *compilers_of(struct page *page, const struct warning *warning)
{
	const char *names = "", *last = "";

	for (size_t i = 0; i < warning->units.count; i++) {
		const struct unit *unit = warning->units.items[i];

		if (unit->compiler != last)
			names = page_joined(page, names, unit->compiler);
		last = unit->compiler;
	}
	return names;
}

static const char *function_text(struct page *page, const struct warning *warning)
{
	const char *text = page_place(page, &warning->place);

	if (warning->function[0])
		text = store_format(page->store, "%s in %s", text, warning->function);
	if (warning->in && warning->in->callback[0])
		text = store_format(page->store, "%s (%s)", text, warning->in->callback);
	return text;
}

static const char *paths_text(struct page *page, const struct warning *warning)
{
	const struct function *in = warning->in;

	if (!in || !in->paths[0] || !in->violating_paths[0])
		return "";
	return store_format(page->store, "%s of %s paths through %s break the rule%s",
			    in->violating_paths, in->paths, in->name,
			    in->is_undecided ? "; others were not decided" : "");
}

/* The locks that a path holds, the oldest first. */
struct held_locks { size_t count; const char *names[16]; };

static void follow(struct held_locks *held, const struct step *step)
{
	size_t at = held->count;

	/* What a callee does, the step of its call has said. */
	if (step->depth || !step->lock[0])
		return;
	for (size_t i = held->count; i-- > 0; )
		if (held->names[i] == step->lock)
			at = i;
	if (step->kind == STEP_ACQUIRE && at == held->count &&
	    held->count < sizeof held->names / sizeof *held->names) {
		held->names[held->count++] = step->lock;
	} else if (step->kind == STEP_RELEASE && held->count) {
		/* A name that is not among them is another one of the lock. */
		if (at == held->count)
			at--;
		memmove(&held->names[at], &held->names[at + 1],
			(held->count - at - 1) * sizeof *held->names);
		held->count--;
	}
}

static const char *held_text(struct page *page, const struct held_locks *held)
{
	const char *text = "";

	for (size_t i = 0; i < held->count; i++)
		text = page_joined(page, text, held->names[i]);
	return text;
}

static void write_path(struct page *page, const struct list *path)
{
	struct held_locks held = { 0 }, before = { 0 };

	if (!path->count)
		return;
	page->format->way_begin(page, "The way there");
	for (size_t i = 0; i < path->count; i++) {
		const struct step *step = path->items[i];
		const struct step *next = i + 1 < path->count ? path->items[i + 1] : NULL;
		struct shown_step shown;
		bool is_inside;

		if (!step->depth)
			before = held;
		follow(&held, step);
		shown.where = page_place(page, &step->place);
		shown.text = step->text;
		shown.place = &step->place;
		shown.depth = step->depth;
		/* A call does at its end what it does. */
		is_inside = next && next->depth > step->depth;
		shown.held = held_text(page, is_inside ? &before : &held);
		shown.n_held = (is_inside ? &before : &held)->count;
		page->format->way_step(page, &shown);
	}
	page->format->way_end(page);
}

static void write_warning(struct page *page, const struct warning *warning)
{
	struct state state = state_of_warning(page, warning);
	struct finding_head head = {
		.anchor = warning_anchor(page, warning),
		.id = warning->id,
		.state = state.words,
		.tone = state.tone,
		.title = title_of(page, warning->message, warning->lock, warning->id),
		.where = page_place(page, &warning->place),
		.kind = warning->confirmation >= CONFIRMATION_BY_ACQUIRE    ? "warning confirmed"
			: warning->confirmation == CONFIRMATION_NOT_REACHED ? "warning unreached"
									    : "warning",
		.is_shown = warning->status == STATUS_SHOWN,
	};

	page->format->finding_begin(page, &head);
	write_path(page, &warning->path);
	fact_at(page, "at", function_text(page, warning), &warning->place);
	fact(page, "acquired", page_place(page, &warning->acquired));
	fact(page, "lock", warning->lock);
	fact(page, "rule", rule_text(page, warning->rule, warning->bugcheck, warning->cwe));
	fact(page, "paths", paths_text(page, warning));
	for (size_t i = 0; i < warning->violations.count; i++) {
		const struct violation *violation = warning->violations.items[i];

		page->format->fact(page, "seen in a run",
				   store_format(page->store, "%s, %s: %s",
						violation_anchor(page, violation),
						site_text(page, violation->site, "at the end"),
						how_joined(violation->confirmation)),
				   violation_anchor(page, violation), NULL);
	}
	fact(page, "compiled for", compilers_of(page, warning));
	fact(page, "fingerprint", warning->fingerprint);
	unknown_id(page, warning->id);
	if (warning->picture)
		page->format->picture(page,
				      store_format(page->store, "Control flow of %s",
						   warning->in->name),
				      warning->picture);
	page->format->finding_end(page);
}

/* ---- all ---- */

/* A warning or a violation, in the order of the page. */
struct listed {
	const struct warning *warning;		/* or NULL */
	const struct violation *violation;
	const struct place *place;
	const char *function;
};

/* By file and place, so that what is wrong in a function is together. */
static int compare_listed(const void *left, const void *right)
{
	const struct listed *a = left, *b = right;
	int order = place_compare(a->place, b->place);

	if (!order)
		order = !a->warning - !b->warning;
	if (order)
		return order;
	return a->warning ? (int)a->warning->number - (int)b->warning->number
			  : (int)a->violation->number - (int)b->violation->number;
}

static void list_findings(struct page *page, const struct model *model, struct list *list)
{
	static const struct place nowhere = { .file = "" };

	for (size_t i = 0; i < model->warnings.count; i++) {
		const struct warning *warning = model->warnings.items[i];
		struct listed *listed;

		if (warning->status != STATUS_SHOWN)
			continue;
		listed = store_zeroed(page->store, sizeof *listed);
		*listed = (struct listed){ .warning = warning, .place = &warning->place,
					   .function = warning->function };
		list_add(page->store, list, listed);
	}
	for (size_t i = 0; i < model->violations.count; i++) {
		const struct violation *violation = model->violations.items[i];
		const struct site *site = violation->site ? violation->site : violation->acquired;
		struct listed *listed = store_zeroed(page->store, sizeof *listed);

		*listed = (struct listed){ .violation = violation,
					   .place = site ? &site->place : &nowhere,
					   .function = site ? site->function : "" };
		list_add(page->store, list, listed);
	}
	list_sort(list, compare_listed);
}

void findings_all(struct page *page, const struct model *model)
{
	const struct listed *before = NULL;
	struct list list = { 0 };

	list_findings(page, model, &list);
	if (!list.count)
		return;
	page->format->controls(page);
	for (size_t i = 0; i < list.count; i++) {
		const struct listed *listed = list.items[i];

		if (!before || before->place->file != listed->place->file ||
		    before->function != listed->function)
			page->format->group(page, listed->place->file, listed->function);
		if (listed->warning)
			write_warning(page, listed->warning);
		else
			write_violation(page, listed->violation);
		before = listed;
	}
	page->format->group(page, NULL, NULL);
}

void findings_hidden(struct page *page, const struct model *model)
{
	for (size_t i = 0; i < model->warnings.count; i++) {
		const struct warning *warning = model->warnings.items[i];

		if (warning->status != STATUS_SHOWN)
			write_warning(page, warning);
	}
}

static bool is_found(const struct model *model, const char *id)
{
	for (size_t i = 0; i < model->warnings.count; i++) {
		const struct warning *warning = model->warnings.items[i];

		if (!strcmp(warning->id, id))
			return true;
	}
	for (size_t i = 0; i < model->violations.count; i++)
		if (!strcmp(((const struct violation *)model->violations.items[i])->id, id))
			return true;
	return false;
}

void findings_count(struct page *page, const struct model *model)
{
	for (int v = SPINRULE_NONE + 1; v < SPINRULE_VIOLATIONS; v++)
		if (is_found(model, spinrule_id(v)))
			page->ids[page->n_ids++] = spinrule_id(v);
	for (size_t i = 0; i < model->warnings.count; i++) {
		const struct warning *warning = model->warnings.items[i];

		page->n_findings += warning->status == STATUS_SHOWN;
		page->has_unknown_ids |= !findings_id(warning->id);
	}
	for (size_t i = 0; i < model->violations.count; i++)
		page->has_unknown_ids |=
			!findings_id(((const struct violation *)model->violations.items[i])->id);
	page->n_findings += model->violations.count;
}

/* ---- tables ---- */

static const struct column columns[] = {
	{ "Finding", CELL_TEXT }, { "Id", CELL_CODE },
	{ "Place", CELL_CODE },	  { "Function", CELL_CODE },
	{ "Lock", CELL_CODE },	  { "Compile time and run time", CELL_TONED },
};

static void add_warning(struct page *page, struct table *table, const struct warning *warning)
{
	struct cell *cells = page_row(page, table);
	struct state state = state_of_warning(page, warning);

	cells[0].text = cells[0].link = warning_anchor(page, warning);
	cells[1].text = warning->id;
	cells[2].text = page_place(page, &warning->place);
	cells[2].place = &warning->place;
	cells[3].text = warning->function;
	cells[4].text = warning->lock;
	cells[5].text = state.words;
	cells[5].tone = state.tone;
	if (warning->violations.count) {
		const struct violation *first = warning->violations.items[0];

		cells[5].text = store_format(page->store, "%s: %s", state.words,
					     violation_anchor(page, first));
		cells[5].link = violation_anchor(page, first);
	}
}

static void add_violation(struct page *page, struct table *table, const struct violation *violation)
{
	struct cell *cells = page_row(page, table);
	struct state state = state_of_violation(violation);
	const struct site *site = violation->site ? violation->site : violation->acquired;

	cells[0].text = cells[0].link = violation_anchor(page, violation);
	cells[1].text = violation->id;
	cells[2].text = site ? page_place(page, &site->place) : "";
	cells[2].place = site ? &site->place : NULL;
	cells[3].text = site ? site->function : "";
	cells[4].text = violation->lock;
	cells[5].text = state.words;
	cells[5].tone = state.tone;
}

/* By file and place, so that what is wrong in a function is together. */
static int compare_rows(const void *left, const void *right)
{
	const struct cell *a = left, *b = right;
	int order = !a[2].place - !b[2].place;

	if (!order && a[2].place)
		order = place_compare(a[2].place, b[2].place);
	return order ? order : strcmp(a[0].text, b[0].text);
}

void findings_overview(struct page *page, const struct model *model)
{
	struct table table = {
		.caption = "W: warned of at compile time; R: seen in a run without such a warning",
		.columns = columns, .n_columns = sizeof columns / sizeof *columns,
	};

	for (size_t i = 0; i < model->warnings.count; i++)
		if (((const struct warning *)model->warnings.items[i])->status == STATUS_SHOWN)
			add_warning(page, &table, model->warnings.items[i]);
	for (size_t i = 0; i < model->violations.count; i++)
		if (!is_announced(model->violations.items[i]))
			add_violation(page, &table, model->violations.items[i]);
	list_sort(&table.rows, compare_rows);
	/* The page has the findings themselves, folded. */
	if (page->format->has_overview)
		page_table(page, &table);
}

void findings_fixed(struct page *page, const struct model *model)
{
	static const struct column fixed_columns[] = {
		{ "Id", CELL_CODE },
		{ "File", CELL_CODE },
		{ "Function", CELL_CODE },
		{ "Lock", CELL_CODE },
	};
	struct table table = {
		.caption = "Fixed: in the baseline, and found no more",
		.columns = fixed_columns,
		.n_columns = sizeof fixed_columns / sizeof *fixed_columns,
	};

	for (size_t i = 0; i < model->fixed.count; i++) {
		const struct fixed *fixed = model->fixed.items[i];
		struct cell *cells = page_row(page, &table);

		cells[0].text = fixed->id;
		cells[1].text = fixed->file;
		cells[2].text = fixed->function;
		cells[3].text = fixed->lock;
	}
	page_table(page, &table);
}

void findings_silenced(struct page *page, const struct model *model)
{
	struct table table = {
		.caption = "Warnings that are not shown",
		.columns = columns, .n_columns = sizeof columns / sizeof *columns,
	};

	for (size_t i = 0; i < model->warnings.count; i++)
		if (((const struct warning *)model->warnings.items[i])->status != STATUS_SHOWN)
			add_warning(page, &table, model->warnings.items[i]);
	page_table(page, &table);
}
