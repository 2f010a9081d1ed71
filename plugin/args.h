/* args.h - the plugin's arguments.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef ARGS_H
#define ARGS_H

struct spinrule_args {
	bool no_warn, error, instrument;
	const char *dump, *summary;	/* NULL: no; "": to standard error; else a file */
	int max_states, max_steps;	/* 0: the checker's own */
};

extern struct spinrule_args args;

/* Read what follows -fplugin-arg-spinrule-.  False after an error, which was reported. */
bool args_parse (const struct plugin_name_args *given);

#endif
