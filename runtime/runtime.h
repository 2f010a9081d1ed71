/* runtime.h - the start and the end of the runtime.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef SPINRULE_RUNTIME_H
#define SPINRULE_RUNTIME_H

#include "spinrule.h"

/* Read the options and open the log; the first call only.  REGISTRY_PATH is
 * DriverEntry's, NULL in a plain program.  PASSIVE_LEVEL. */
void runtime_start(void *registry_path);

/* This process was made by fork ().  Called on its only thread. */
void runtime_forked(void);

/* The program ends on this thread: the locks that it holds are never released.
 * Returns the exit code that the options set, or 0 for the program's own. */
unsigned runtime_end(void);

/* The outermost callback of this thread has returned at SITE.  Needed if there are texts
 * that could not be written, or if it was DriverUnload. */
void runtime_left(struct spinrule_site *site);

#endif
