/* rule.c - the rows of rule.def, ddi.def and role.def as data.
 *
 * The runtime and the plugin are both built from this file, so they agree on what is a
 * violation, on its name, and on what each DDI does.
 *
 * SPDX-License-Identifier: MIT
 */

#include "rule.h"

#define NONE SPINRULE_NO_ARG

static const struct {
	const char *name;
	unsigned code;
} rules[SPINRULE_RULES] = {
#define SPINRULE_RULE(NAME, PRINTED, CODE) { PRINTED, CODE },
#include "rule.def"
};

static const struct {
	const char *id, *words;
	enum spinrule_rule rule;
	int cwe;
} violations[SPINRULE_VIOLATIONS] = {
#define SPINRULE_VIOLATION(NAME, ID, WORDS, RULE, CWE) \
	[SPINRULE_##NAME] = { ID, WORDS, SPINRULE_RULE_##RULE, CWE },
#include "rule.def"
};

static const struct {
	enum spinrule_state next;
	enum spinrule_violation violation;
} transitions[SPINRULE_STATES][SPINRULE_EVENTS] = {
#define SPINRULE_ON(IN, EVENT, NEXT, VIOLATION) \
	[SPINRULE_STATE_##IN][SPINRULE_EVENT_##EVENT] = { SPINRULE_STATE_##NEXT, \
							  SPINRULE_##VIOLATION },
#include "rule.def"
};

/* A second row for the same state and event does not compile. */
enum {
#define SPINRULE_ON(IN, EVENT, NEXT, VIOLATION) row_##IN##_##EVENT,
#include "rule.def"
	rows
};

_Static_assert(rows == SPINRULE_STATES * SPINRULE_EVENTS, "rule.def misses a row");

enum { LOCK, HANDLE };

static const struct {
	const char *name;
	enum spinrule_rule rule;
	enum spinrule_level level;
	int named_by;
} groups[SPINRULE_GROUPS] = {
#define SPINRULE_GROUP(NAME, PRINTED, RULE, LEVEL, NAMED_BY) \
	{ PRINTED, SPINRULE_RULE_##RULE, SPINRULE_##LEVEL, NAMED_BY },
#include "rule.def"
};

/* NULL for NONE.  TEXT is a string literal: the result must be a constant expression. */
#define RELEASE_NAME(TEXT) (sizeof TEXT == sizeof "NONE" && (TEXT)[0] == 'N' ? 0 : TEXT)

const struct spinrule_ddi spinrule_ddis[SPINRULE_ALL_DDIS] = {
#define SPINRULE_DDI(NAME, WRITTEN, OP, GROUP, LOCK, HANDLE, IRQL, IRQL_ARG, PARAMS, \
		     CONVENTION, RELEASE, AT) \
	{ #NAME, #WRITTEN, SPINRULE_OP_##OP, SPINRULE_GROUP_##GROUP, LOCK, HANDLE, \
	  SPINRULE_IRQL_##IRQL, IRQL_ARG, PARAMS, SPINRULE_##CONVENTION, RELEASE_NAME(#RELEASE), \
	  NONE, 0, 0, 0, SPINRULE_AT_##AT },
#include "ddi.def"
#define SPINRULE_FAMILY(NAME, WRITTEN, OP, GROUP, LOCK, HANDLE, KIND, IRQL, IRQL_ARG, PARAMS, \
			RELEASE, AT) \
	{ #NAME, #WRITTEN, SPINRULE_OP_##OP, SPINRULE_GROUP_##GROUP, LOCK, HANDLE, \
	  SPINRULE_IRQL_##IRQL, IRQL_ARG, PARAMS, SPINRULE_STDCALL, RELEASE_NAME(#RELEASE), KIND, \
	  SPINRULE_GROUP_##GROUP == SPINRULE_GROUP_VPB ? SPINRULE_VPB_LOCK : 0, 0, 0, \
	  SPINRULE_AT_##AT },
#include "ddi.def"
};

const struct spinrule_left_out spinrule_left_outs[] = {
#define SPINRULE_LEFT_OUT(NAME, REASON) { #NAME, REASON },
#include "ddi.def"
	{ 0, 0 },
};

static const struct {
	const char *word, *text;
	int lowest;
} entry_irqls[SPINRULE_ENTRY_IRQLS] = {
#define SPINRULE_LEVEL(WORD, LOWEST, TEXT) { #WORD, TEXT, LOWEST },
#include "role.def"
};

#define NOTHING 0, SPINRULE_ENTRY_NONE, 0
#define CANCEL_LOCK 1, SPINRULE_ENTRY_NONE, 0
#define HANDLE_LOCK 0, SPINRULE_ENTRY_HANDLE, 0
#define INTERRUPT_LOCK 0, SPINRULE_ENTRY_INTERRUPT, 0
#define MESSAGE_LOCK 0, SPINRULE_ENTRY_MESSAGE, 0

const struct spinrule_role spinrule_roles[] = {
#define SPINRULE_ROLE(FUNCTION, POINTER, ENTRY, IRQL) \
	{ #FUNCTION, #POINTER, ENTRY, SPINRULE_ENTERED_AT_##IRQL },
#include "role.def"
	{ 0, 0, NOTHING, SPINRULE_ENTERED_AT_NOT_SAID },
};

/* strcmp () == 0, without a C library: the runtime is linked into drivers. */
static int same(const char *a, const char *b)
{
	while (*a && *a == *b)
		a++, b++;
	return *a == *b;
}

static const struct spinrule_own *own;

void spinrule_set_own(const struct spinrule_own *rows)
{
	own = rows;
}

/* The group of a table of one's own, or NULL. */
static const struct spinrule_own_group *own_group(enum spinrule_group group)
{
	return group > SPINRULE_GROUPS - 1 ? &own->groups[group - SPINRULE_GROUPS] : 0;
}

const struct spinrule_ddi *spinrule_ddi_by_name(const char *name)
{
	for (int i = 0; own && i < own->n_ddis; i++)
		if (same(own->ddis[i]->name, name))
			return own->ddis[i];
	for (int i = 0; i < SPINRULE_ALL_DDIS; i++)
		if (same(spinrule_ddis[i].name, name))
			return &spinrule_ddis[i];
	return 0;
}

int spinrule_is_ddi_name(const char *name)
{
	for (int i = 0; own && i < own->n_ddis; i++)
		if (same(own->ddis[i]->name, name) || same(own->ddis[i]->written, name))
			return 1;
	for (int i = 0; i < SPINRULE_ALL_DDIS; i++)
		if (same(spinrule_ddis[i].name, name) || same(spinrule_ddis[i].written, name))
			return 1;
	return 0;
}

const char *spinrule_completion(const char *name)
{
	static const struct {
		const char *name, *written;
	} rows[] = {
#define SPINRULE_COMPLETION(NAME, WRITTEN) { #NAME, #WRITTEN },
#include "ddi.def"
	};

	for (unsigned i = 0; i < sizeof rows / sizeof rows[0]; i++)
		if (same(rows[i].name, name))
			return rows[i].written;
	return 0;
}

/* True if NAME is one of N NAMES. */
static int is_among(const char *name, const char *const *names, unsigned n)
{
	for (unsigned i = 0; i < n; i++)
		if (same(names[i], name))
			return 1;
	return 0;
}

int spinrule_frees(const char *name)
{
	static const char *const names[] = {
#define SPINRULE_FREEING(NAME) #NAME,
#include "ddi.def"
	};

	return is_among(name, names, sizeof names / sizeof *names);
}

int spinrule_lowers(const char *name)
{
	static const char *const names[] = {
#define SPINRULE_LOWERING(NAME) #NAME,
#include "ddi.def"
	};

	return is_among(name, names, sizeof names / sizeof *names);
}

int spinrule_raises_to_synch(const struct spinrule_ddi *ddi)
{
	static const char *const names[] = {
#define SPINRULE_TO_SYNCH(NAME) #NAME,
#include "ddi.def"
	};

	return is_among(ddi->name, names, sizeof names / sizeof *names);
}

int spinrule_returns_status(const struct spinrule_ddi *ddi)
{
	static const char *const names[] = {
#define SPINRULE_STATUS(NAME) #NAME,
#include "ddi.def"
	};

	return is_among(ddi->name, names, sizeof names / sizeof *names);
}

const struct spinrule_role *spinrule_role_by_type(const char *name)
{
	for (const struct spinrule_role *role = spinrule_roles; role->function_type; role++)
		if (same(role->function_type, name) || same(role->pointer_type, name))
			return role;
	return 0;
}

const char *spinrule_entry_word(enum spinrule_entry_irql irql)
{
	return entry_irqls[irql].word;
}

const char *spinrule_entry_text(enum spinrule_entry_irql irql)
{
	return entry_irqls[irql].text;
}

int spinrule_entry_lowest(enum spinrule_entry_irql irql)
{
	return entry_irqls[irql].lowest;
}

int spinrule_threaded(const char *routine)
{
#define SPINRULE_THREADED(ROUTINE, ARGUMENT) \
	if (same(#ROUTINE, routine)) \
		return ARGUMENT;
#include "role.def"
	return NONE;
}

int spinrule_runs_alone(const char *name)
{
	static const char *const types[] = {
#define SPINRULE_ALONE(FUNCTION) #FUNCTION,
#include "role.def"
	};
	const struct spinrule_role *role = spinrule_role_by_type(name);

	return role && is_among(role->function_type, types, sizeof types / sizeof *types);
}

int spinrule_is_unload(const char *name)
{
	return same(name, "DRIVER_UNLOAD") || same(name, "PDRIVER_UNLOAD");
}

const char *spinrule_id(enum spinrule_violation violation)
{
	return violations[violation].id;
}

const char *spinrule_words(enum spinrule_violation violation)
{
	return violations[violation].words;
}

int spinrule_cwe(enum spinrule_violation violation)
{
	return violations[violation].cwe;
}

int spinrule_is_run_time_only(enum spinrule_violation violation)
{
	switch (violation) {
#define SPINRULE_RUN_TIME(NAME) case SPINRULE_##NAME:
#include "rule.def"
		return 1;
	default:
		return 0;
	}
}

int spinrule_is_on_request(enum spinrule_violation violation)
{
	switch (violation) {
#define SPINRULE_ON_REQUEST(NAME) case SPINRULE_##NAME:
#include "rule.def"
		return 1;
	default:
		return 0;
	}
}

enum spinrule_rule spinrule_rule_of(enum spinrule_violation violation, enum spinrule_group group)
{
	enum spinrule_rule rule = violations[violation].rule;

	if (rule == SPINRULE_RULE_TO_DISPATCH &&
	    spinrule_group_level(group) == SPINRULE_STAYS)
		return SPINRULE_RULE_AT_DISPATCH;
	return rule == SPINRULE_RULE_SPINLOCK && !own_group(group) ? groups[group].rule : rule;
}

const char *spinrule_rule_name(enum spinrule_rule rule)
{
	return rules[rule].name;
}

unsigned spinrule_rule_code(enum spinrule_rule rule)
{
	return rules[rule].code;
}

const char *spinrule_group_name(enum spinrule_group group)
{
	return own_group(group) ? own_group(group)->name : groups[group].name;
}

enum spinrule_level spinrule_group_level(enum spinrule_group group)
{
	return own_group(group) ? own_group(group)->level : groups[group].level;
}

int spinrule_is_by_handle(enum spinrule_group group)
{
	return own_group(group) ? own_group(group)->is_by_handle
				: groups[group].named_by == HANDLE;
}

int spinrule_nests(enum spinrule_group group)
{
	return own_group(group) ? own_group(group)->nests : group == SPINRULE_GROUP_NDIS_READ;
}

int spinrule_keeps_irql(enum spinrule_group group)
{
	if (own_group(group))
		return own_group(group)->keeps_irql;
	return group == SPINRULE_GROUP_NDIS || group == SPINRULE_GROUP_WDF ||
	       group == SPINRULE_GROUP_WDF_INTERRUPT || group == SPINRULE_GROUP_WDF_OBJECT;
}

enum spinrule_group spinrule_converted(enum spinrule_group group)
{
	if (group == SPINRULE_GROUP_EX_SHARED)
		return SPINRULE_GROUP_EX_EXCLUSIVE;
	if (group == SPINRULE_GROUP_EX_SHARED_DPC)
		return SPINRULE_GROUP_EX_EXCLUSIVE_DPC;
	return SPINRULE_GROUP_EX_CONVERTED;
}

enum spinrule_violation spinrule_step(enum spinrule_state *state, enum spinrule_event event)
{
	enum spinrule_violation violation = transitions[*state][event].violation;

	*state = transitions[*state][event].next;
	return violation;
}
