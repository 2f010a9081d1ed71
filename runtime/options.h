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

/* The values now; the defaults until options_start.  Any thread, any IRQL. */
const struct options *options_now(void);

/* TELL each option and its value: NUMBER, or, where that is NULL, TEXT. */
void options_each(void (*tell)(const char *name, const unsigned *number, const char *text));

/* Take the values in GIVEN, name=value:name=value.  A ':' inside a value needs no quotes unless
 * name= follows; a value may stand in '' or "".  What is wrong in GIVEN is said in the log, and
 * the rest counts.  Call once, at the start. */
void options_start(const char *given);

#endif
