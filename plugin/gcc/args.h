/* args.h - the plugin's arguments.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef ARGS_H
#define ARGS_H

#include "runtime/rule.h"

/* A role of one's own: the name of its type. */
struct own_role {
	std::string type;
	bool enters_with_cancel_lock;
	std::string held;	/* as an annotation names it, or "" */
	int irql;	/* at the entry, enum spinrule_entry_irql; -1: as the row says */
};

/* Notes that can be left out. */
enum notes_kind { NOTES_RULE, NOTES_REST, N_NOTES };

struct spinrule_args {
	const char *plugin;	/* its file */
	bool is_left_out[N_NOTES];	/* by kind of note */
	bool no_warn, instrument, show_silenced, embed;
	bool is_error[SPINRULE_VIOLATIONS], is_disabled[SPINRULE_VIOLATIONS];	/* by id */
	const char *baseline, *baseline_write, *sarif;	/* NULL: none */
	const char *dump, *summary;	/* NULL: no; "": to standard error; else a file */
	int max_states, max_steps;	/* 0: the checker's own */
	std::vector<own_role> roles;
	/* Besides the source and the object; what ccache cannot know. */
	std::vector<const char *> files_read, files_written;
};

extern struct spinrule_args args;

/* Read what follows -fplugin-arg-spinrule-.  False after an error, which was reported. */
bool args_parse (const struct plugin_name_args *given);

#endif
