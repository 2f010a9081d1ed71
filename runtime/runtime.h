/* runtime.h - the runtime's start and end.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef SPINRULE_RUNTIME_H
#define SPINRULE_RUNTIME_H

/* Read the options and open the log, the first time.  REGISTRY_PATH is DriverEntry's, NULL in a plain
 * program.  PASSIVE_LEVEL. */
void runtime_start(void *registry_path);

/* The process was made by fork (), on its one thread. */
void runtime_forked(void);

/* The program ends on this thread: what it holds is never released.  Returns the exit code that
 * the options ask for, 0 for the program's own. */
unsigned runtime_end(void);

#endif
