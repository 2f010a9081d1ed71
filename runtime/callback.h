/* callback.h - the starts and ends of callbacks, of threads and of the driver: what must
 * be released then.  Callbacks: see spinrule_callback_enter and spinrule_callback_leave.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef SPINRULE_CALLBACK_H
#define SPINRULE_CALLBACK_H

#include "spinrule.h"

/* With wrong_level=1 in plain programs: the IRQL at which the system enters the innermost
 * callback of this thread that it enters above PASSIVE_LEVEL; PORT_PASSIVE_LEVEL if there
 * is none.  *IS_INNERMOST: no other runs in it, and no jump seems to have left it. */
int callback_irql(int *is_innermost);

/* An exception leaves the function at SITE for good: the innermost callback ends here. */
void callback_raise(struct spinrule_site *site);

/* This thread ends at SITE (NULL: not at a call), in any number of callbacks. */
void callback_thread_ends(struct spinrule_site *site);

/* The driver is unloaded after SITE: no thread may hold a lock now. */
void callback_unload(struct spinrule_site *site);

#endif
