/* options.c - the runtime's options for Wine's test drivers, linked in with -Wl,--wrap=options_start.
 *
 * A driver's options are in its registry key, and Wine's test programs make and delete those keys
 * while they run.
 *
 * SPDX-License-Identifier: MIT
 */

#include "../../runtime/options.h"

/* The linker's names for the runtime's options_start and for the one below that is called in its place. */
void __real_options_start(const char *given);
void __wrap_options_start(const char *given);

void __wrap_options_start(const char *given)
{
	(void)given;
	__real_options_start("halt=0:logfile=\\??\\C:\\spinrule.log");
}
