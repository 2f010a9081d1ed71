/* annotations.h - what the source says of functions and locks that cannot be seen: attributes, SAL, assumptions.
 *
 * runtime/spinrule-sal.h turns SAL's names into the attributes; docs/annotations.md is for users.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef ANNOTATIONS_H
#define ANNOTATIONS_H

#include "lockprog/lockprog.h"

enum annotation_kind {
	ANNOTATION_ACQUIRES,
	ANNOTATION_RELEASES,
	ANNOTATION_REQUIRES_HELD,
	ANNOTATION_REQUIRES_NOT_HELD,
	ANNOTATION_IRQL_SAVES,		/* through the parameter, or as the result */
	ANNOTATION_IRQL_RESTORES,	/* the parameter */
	ANNOTATION_KINDS
};

struct annotation {
	annotation_kind kind;
	std::string lock;		/* the expression as written; "" for IRQLs */
	std::string condition;		/* "return != 0"; "" for always */
	int param;			/* number of the parameter it stands at, which is _Curr_; -1: none */
	std::string at;			/* IRQLs, read from source: what _At_ says in place of PARAM; "": nothing */
};

/* Watch attributes and declarations from now on.  Call in plugin_init. */
void annotations_init (const char *plugin_name);

/* SAL's name of KIND: "_Acquires_lock_". */
const char *annotation_word (annotation_kind kind);

/* Take annotations and assumptions out of the unit: functions that are alike but for an attribute
 * are two to GCC, and assumptions are calls of no function.  Call this last, whether or not
 * anything was checked. */
void annotations_remove ();

/* What the function DECL, its declarations and its parameters are annotated with; or what the pointer or typedef DECL
 * is that annotated_pointer gave. */
void annotations_of (tree decl, std::vector<annotation> *found);

/* The declaration whose annotations hold for calls through the pointer that DECL declares, or that is of TYPE: its own, or
 * else its type's typedef; or NULL. */
tree annotated_pointer (tree decl);
tree annotated_pointer_type (tree type);

/* The type of the functions that DECL declares, or declares a pointer to, or an array of pointers to; or NULL. */
tree annotated_type (tree decl);

/* The number of DECL's parameter NAME in any of its declarations, or -1. */
int annotation_parameter (tree decl, const std::string &name);

/* What NAME means at file scope where an annotation uses it: a variable, a type (a tag with
 * IS_TAG) or a constant; NULL if that is not known. */
tree annotation_global (const std::string &name, bool is_tag);

/* PART of EXPRESSION, in an annotation of DECL, is not understood: warn once. */
void annotation_warn (tree decl, const std::string &expression, const std::string &part);

/* ---- assumptions: assume.cc ---- */

enum assumption {
	ASSUMPTION_NONE,
	ASSUMPTION_FACT,	/* __spinrule_assume (condition) */
	ASSUMPTION_LOCK		/* __spinrule_assume_lock ("name of the macro", is it held, lock) */
};

/* What the statement STMT assumes. */
assumption assumption_of (gimple *stmt);

/* Take all assumptions out of the unit's code, with what only they use. */
void assumptions_remove ();

/* Each assumption of the unit, in the order of the code.  USED: it told the checker something,
 * that is, it stands in a function with locks. */
struct annotation_use {
	const char *kind;		/* "assume", "assume-lock" */
	lockprog_place place;
	int used;
};

void annotation_note_use (const char *kind, lockprog_place place, int used);
const std::vector<annotation_use> &annotation_uses ();

#endif
