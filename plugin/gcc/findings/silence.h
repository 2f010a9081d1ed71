/* silence.h - silencers: what the programmer wants not reported, where, and how often
 * that happened.
 *
 * Kinds of silencers, the strongest first:
 *
 *     __attribute__((spinrule_ignore ("ID", "reason")))    a function
 *     #pragma warning(suppress: 28167)                     the next line of code, or the
 *                                                          function it heads
 *     #pragma spinrule ignored|warning|error "ID"          from here on; push and pop
 *     #pragma warning(disable|default|once|error: 28167)   the same in Microsoft's words
 *     -fplugin-arg-spinrule-disable=ID, -error=ID          the unit
 *
 * Pragmas act by the order of lines, as GCC's own do: what counts is where the warning
 * is, and that is the line where a macro is used.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef SILENCE_H
#define SILENCE_H

#include "ids.h"

enum silence_level { LEVEL_DEFAULT, LEVEL_IGNORED, LEVEL_WARNING, LEVEL_ERROR };

enum silence_kind {
	SILENCE_ATTRIBUTE,
	SILENCE_PRAGMA,
	SILENCE_SUPPRESS,	/* Microsoft's, one line */
	SILENCE_WARNING,	/* Microsoft's, until further notice */
	SILENCE_ARGUMENT
};

struct silencer {
	silence_kind kind;
	location_t where;		/* UNKNOWN_LOCATION for arguments */
	spinrule_violation id;
	std::string reason;		/* "": none given */
	int number;			/* Microsoft's, or 0 */
	bool for_function;		/* SUPPRESS: also the function that it heads */
	int used;			/* violations that it silenced */
};

/* All silencers of the unit in the order in which they were read.  Their numbers do not
 * change. */
extern std::vector<silencer> silencers;

/* "attribute", "pragma", ... */
const char *silence_kind_name (silence_kind kind);

/* Understand the attribute and the pragmas.  Call in plugin_init. */
void silence_init (const char *plugin_name);
void pragma_init (const char *plugin_name);

/* ---- for pragma.cc ---- */

/* Microsoft's pragmas have a stack of their own. */
enum pragma_family { FAMILY_SPINRULE, FAMILY_MICROSOFT, PRAGMA_FAMILIES };

void silence_set (pragma_family family, location_t where, spinrule_violation id,
		  silence_level level, const char *reason,
		  int number);
/* The next line of code, or with FOR_FUNCTION also the function that it heads. */
void silence_suppress (location_t where, spinrule_violation id, bool for_function,
		       const char *reason, int number);
void silence_push (pragma_family family);
/* True if something was set since the last push, so that a pop will change something. */
bool silence_is_changed (pragma_family family);
/* False if nothing was pushed. */
bool silence_pop (pragma_family family, location_t where);

/* ---- for the pass ---- */

/* Read the attributes of all functions and remove them: GCC merges equal functions only
 * if their attributes are equal, and code must not depend on the plugin. */
void silence_collect ();

/* How a violation ID at WHERE in FNDECL is reported; the silencers that silence it are
 * added to BY. */
silence_level silence_decide (tree fndecl, location_t where, spinrule_violation id,
			      std::vector<int> *by);

/* Report each attribute and pragma that silenced nothing.  DECLS are the functions that
 * were checked; silencers in those that are IS_UNDECIDED are not reported, since these
 * may have violations. */
void silence_report_unused (const std::vector<tree> &decls, const std::vector<bool> &is_undecided);

#endif
