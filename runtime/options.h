/* options.h - options at run time: options.def with the values that the user gave.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef SPINRULE_OPTIONS_H
#define SPINRULE_OPTIONS_H

#define OPTION_TEXT_SIZE 300

typedef unsigned option_NUMBER;
typedef char option_TEXT[OPTION_TEXT_SIZE];

struct options {
#define SPINRULE_OPTION(NAME, KIND, HOSTED, KERNEL, HELP) option_##KIND NAME;
#include "options.def"
};

/* The current values; the defaults until options_start.  Any thread, any IRQL. */
const struct options *options_now(void);

/* Call VISIT for each option and its value: NUMBER, or TEXT if NUMBER is NULL. */
void options_each(void (*visit)(const char *name, const unsigned *number, const char *text));

/* Set the options to the values in GIVEN, name=value:name=value.  A ':' inside a value
 * needs no quotes unless name= follows; a value may be quoted with '' or "".  Mistakes
 * in GIVEN are reported in the log and ignored.  Call once, at the start. */
void options_start(const char *given);

#endif
