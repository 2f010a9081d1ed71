/* rule.h - the rule, the DDIs and the roles as data: enums and tables made from rule.def,
 * ddi.def and role.def.
 *
 * Everything here is constant: any thread, any IRQL.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef SPINRULE_RULE_H
#define SPINRULE_RULE_H

#ifdef __cplusplus
extern "C" {
#endif

/* The version that summaries and logs name. */
#define SPINRULE_VERSION "1.5"

enum spinrule_rule {
#define SPINRULE_RULE(NAME, PRINTED, CODE) SPINRULE_RULE_##NAME,
#include "rule.def"
	SPINRULE_RULES
};

enum spinrule_violation {
	SPINRULE_NONE,
#define SPINRULE_VIOLATION(NAME, ID, WORDS, RULE, CWE) SPINRULE_##NAME,
#include "rule.def"
	SPINRULE_VIOLATIONS
};

enum spinrule_state {
#define SPINRULE_STATE(NAME) SPINRULE_STATE_##NAME,
#include "rule.def"
	SPINRULE_STATES
};

enum spinrule_event {
#define SPINRULE_EVENT(NAME) SPINRULE_EVENT_##NAME,
#include "rule.def"
	SPINRULE_EVENTS
};

/* What a DDI does to its lock. */
enum spinrule_op {
	SPINRULE_OP_ACQUIRE,
	SPINRULE_OP_TRY,	/* returns nonzero when it acquired */
	SPINRULE_OP_RELEASE,
	SPINRULE_OP_INIT,
	SPINRULE_OP_MOMENTARY,
	SPINRULE_OP_LEAVE,	/* does not return */
	SPINRULE_OP_CONVERT,	/* returns nonzero when it made a shared lock exclusive */
	SPINRULE_OPS
};

/* A lock that a DDI of one group acquired must be released by a DDI of the same group. */
enum spinrule_group {
#define SPINRULE_GROUP(NAME, PRINTED, RULE, LEVEL, NAMED_BY) SPINRULE_GROUP_##NAME,
#include "rule.def"
	SPINRULE_GROUPS
};

/* What an acquire of a group does to the IRQL. */
enum spinrule_level { SPINRULE_STAYS, SPINRULE_RAISES, SPINRULE_DEVICE };

enum spinrule_irql {
	SPINRULE_IRQL_NONE,
	SPINRULE_IRQL_RETURNED,	/* the DDI returns the saved IRQL */
	SPINRULE_IRQL_THROUGH,	/* the DDI stores it through a pointer argument */
	SPINRULE_IRQL_GIVEN	/* the caller passes it as an argument, to be restored */
};

/* Where a DDI may be called: at any IRQL, or at DISPATCH_LEVEL at most or at least. */
enum spinrule_at { SPINRULE_AT_ANY, SPINRULE_AT_MOST, SPINRULE_AT_LEAST };

enum spinrule_convention { SPINRULE_STDCALL, SPINRULE_FASTCALL };

#define SPINRULE_NO_ARG (-1)

/* The system's one lock of VPBs, which has no address in the driver's source. */
#define SPINRULE_VPB_LOCK "the VPB spin lock"

/* The plugin sets this bit of the field "reported" of a site whose lock is a parameter of
 * the function: its name says nothing of the lock. */
#define SPINRULE_OF_PARAMETER (1u << 30)

/* The same, of a site of a callback that is a DriverUnload. */
#define SPINRULE_OF_UNLOAD (1u << 29)

/* From this bit on it has 3 bits of a site at which a callback is entered: the lowest
 * IRQL at which the system enters it, or 7 for HIGH_LEVEL. */
#define SPINRULE_ENTRY_IRQL_BIT 26
#define SPINRULE_ENTRY_IRQL_MAX 7u

/* DISPATCH_LEVEL: the IRQL of a processor that holds a spin lock. */
#define SPINRULE_DISPATCH_LEVEL 2
/* HIGH_LEVEL on i386, 15 on x86-64: no IRQL is higher. */
#define SPINRULE_HIGH_LEVEL 31

/* A row of ddi.def, which explains the columns.  Arguments are numbered from 0. */
struct spinrule_ddi {
	const char *name, *written;
	enum spinrule_op op;
	enum spinrule_group group;
	int lock, handle;
	enum spinrule_irql irql;
	int irql_arg, params;
	enum spinrule_convention convention;
	const char *release;	/* NULL: the DDI acquires nothing */
	/* The argument that says which lock of the object LOCK it is, or none. */
	int kind;
	/* The name of the one lock that it is for; NULL: an argument says which lock. */
	const char *global;
	int succeeds_with_zero;	/* a try: it returns 0 when it acquired */
	const char *row;	/* of a table of one's own: its text; else NULL */
	enum spinrule_at at;
};

/* The part of a group's row that a table of one's own has. */
struct spinrule_own_group {
	const char *name;
	enum spinrule_level level;
	int nests, keeps_irql, is_by_handle;
};

/* Rows of one's own, which are found before those of ddi.def; groups are numbered from
 * SPINRULE_GROUPS on. */
struct spinrule_own {
	int n_ddis, n_groups;
	const struct spinrule_ddi **ddis;
	struct spinrule_own_group *groups;
};

/* Use ROWS, which the caller keeps. */
void spinrule_set_own(const struct spinrule_own *rows);

enum spinrule_ddi_id {
#define SPINRULE_DDI(NAME, ...) SPINRULE_DDI_##NAME,
#include "ddi.def"
	SPINRULE_DDIS,
	/* Rows from here on have no functions in the runtime. */
	SPINRULE_FAMILY_BEFORE = SPINRULE_DDIS - 1,
#define SPINRULE_FAMILY(NAME, ...) SPINRULE_FAMILY_##NAME,
#include "ddi.def"
	SPINRULE_ALL_DDIS
};

extern const struct spinrule_ddi spinrule_ddis[SPINRULE_ALL_DDIS];

/* True if DDI may fail, as its result tells. */
static inline int spinrule_is_try(const struct spinrule_ddi *ddi)
{
	return ddi->op == SPINRULE_OP_TRY || ddi->op == SPINRULE_OP_CONVERT;
}

/* True if the runtime has no functions for DDI: its calls stay. */
static inline int spinrule_is_compile_time(const struct spinrule_ddi *ddi)
{
	return ddi < spinrule_ddis || ddi >= spinrule_ddis + SPINRULE_DDIS;
}

/* The row of the DDI whose symbol is NAME, or NULL. */
const struct spinrule_ddi *spinrule_ddi_by_name(const char *name);

/* True if NAME is the symbol of a DDI, or the name that programmers write for one. */
int spinrule_is_ddi_name(const char *name);

/* The name that programmers write for the completion routine whose symbol is NAME, or
 * NULL if no row of SPINRULE_COMPLETION has that symbol. */
const char *spinrule_completion(const char *name);

/* True if the routine NAME frees the memory that its first argument points to. */
int spinrule_frees(const char *name);

/* True if the routine NAME makes its argument the IRQL. */
int spinrule_lowers(const char *name);

/* A row of SPINRULE_LEFT_OUT; the array ends with a row whose name is NULL. */
struct spinrule_left_out {
	const char *name, *reason;
};

extern const struct spinrule_left_out spinrule_left_outs[];

/* The lock besides the cancel spin lock that is held at the entry and at the return. */
enum spinrule_entry_lock {
	SPINRULE_ENTRY_NONE,
	SPINRULE_ENTRY_NAMED,
	SPINRULE_ENTRY_HANDLE,		/* that which the first argument stands for */
	SPINRULE_ENTRY_START_IO,	/* the adapter's, which the first argument is */
	SPINRULE_ENTRY_INTERRUPT,
	/* The adapter's interrupt lock, or that of the message which the second argument
	 * is, by the adapter's mode; in neither mode can it acquire one of them. */
	SPINRULE_ENTRY_MESSAGE,
};

/* The IRQL at the entry: a word of role.def. */
enum spinrule_entry_irql {
#define SPINRULE_LEVEL(WORD, LOWEST, TEXT) SPINRULE_ENTERED_AT_##WORD,
#include "role.def"
	SPINRULE_ENTRY_IRQLS
};

/* A row of role.def; the array ends with a row whose names are NULL. */
struct spinrule_role {
	const char *function_type, *pointer_type;
	int enters_with_cancel_lock;
	enum spinrule_entry_lock entry_lock;
	const char *held;	/* for ENTRY_NAMED, as an annotation names the lock; or NULL */
	enum spinrule_entry_irql irql;
};

/* Of an IRQL at the entry: the word for it, "UPTO_DISPATCH", what it means,
 * "DISPATCH_LEVEL at most", and the lowest level that it may be. */
const char *spinrule_entry_word(enum spinrule_entry_irql irql);
const char *spinrule_entry_text(enum spinrule_entry_irql irql);
int spinrule_entry_lowest(enum spinrule_entry_irql irql);

/* The argument of ROUTINE that is the routine of a threaded DPC; SPINRULE_NO_ARG if it
 * has none. */
int spinrule_threaded(const char *routine);

extern const struct spinrule_role spinrule_roles[];

/* The role whose function type or pointer type is called NAME, or NULL. */
const struct spinrule_role *spinrule_role_by_type(const char *name);

/* True if DDI raises to SYNCH_LEVEL: a row of SPINRULE_TO_SYNCH. */
int spinrule_raises_to_synch(const struct spinrule_ddi *ddi);

/* True if DDI returns 0 if it did its work: a row of SPINRULE_STATUS. */
int spinrule_returns_status(const struct spinrule_ddi *ddi);

/* True if a callback of the role type NAME runs while no other code uses its data: a row
 * of SPINRULE_ALONE. */
int spinrule_runs_alone(const char *name);

/* True if NAME is the function type or the pointer type of DriverUnload: sites have
 * either, because Wine's headers declare routines by pointer types only. */
int spinrule_is_unload(const char *name);

/* The id in "[spinrule-ID]", for example "double-acquire"; NULL for SPINRULE_NONE. */
const char *spinrule_id(enum spinrule_violation violation);

/* What completes "spin lock 'x' ...", for example "is acquired while already held". */
const char *spinrule_words(enum spinrule_violation violation);

int spinrule_cwe(enum spinrule_violation violation);

/* True if only the runtime reports VIOLATION, and only if an option turns that on. */
int spinrule_is_run_time_only(enum spinrule_violation violation);

/* True if the check at compile time reports VIOLATION only if an argument asks for it. */
int spinrule_is_on_request(enum spinrule_violation violation);

/* The rule that VIOLATION breaks if the lock is of GROUP. */
enum spinrule_rule spinrule_rule_of(enum spinrule_violation violation, enum spinrule_group group);

/* Microsoft's name of RULE, and parameter 1 of its bug check 0xC4 (0: it has none). */
const char *spinrule_rule_name(enum spinrule_rule rule);
unsigned spinrule_rule_code(enum spinrule_rule rule);

/* The name of GROUP in messages: "raising", "at DPC level", ... */
const char *spinrule_group_name(enum spinrule_group group);

enum spinrule_level spinrule_group_level(enum spinrule_group group);

/* True if releases of GROUP name the lock by a handle alone. */
int spinrule_is_by_handle(enum spinrule_group group);

/* True if the thread that holds the lock by GROUP may acquire it by GROUP once more. */
int spinrule_nests(enum spinrule_group group);

/* True if the IRQL that an acquire of GROUP saves stays in the lock. */
int spinrule_keeps_irql(enum spinrule_group group);

/* The group of a lock that was held by GROUP and that a conversion made exclusive. */
enum spinrule_group spinrule_converted(enum spinrule_group group);

/* One step of the rule: replace *STATE by the state after EVENT.  Returns the violation,
 * or SPINRULE_NONE. */
enum spinrule_violation spinrule_step(enum spinrule_state *state, enum spinrule_event event);

#ifdef __cplusplus
}
#endif

#endif
