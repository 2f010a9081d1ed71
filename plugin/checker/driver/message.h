/* message.h - violations as text, on standard output.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef DRIVER_MESSAGE_H
#define DRIVER_MESSAGE_H

#include "check/check.h"
#include "driver/lines.h"
#include "link/link.h"

/* A warning and a note for each event. */
void message_plain(const struct lockprog_function *function,
		   const struct check_violation *violation);

/* "b1: double-acquire L: b0 acquired, b1 acquired" */
void message_brief(const struct lockprog_function *function,
		   const struct check_violation *violation, bool name_function);

/* The same as a warning of GCC: with source lines, and with what other functions do on
 * PATH.  The violation is one of function number FUNCTION, which is loaded. */
void message_with_source(const struct lines_look *look, struct link_result *linked, int function,
			 const struct check_violation *violation, const struct check_path *path);

#endif
