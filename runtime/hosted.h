/* hosted.h - what the DDIs of plain programs need of their ports.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef SPINRULE_HOSTED_H
#define SPINRULE_HOSTED_H

#include <stdint.h>

/* port_irql () and port_set_irql (), inline in the port's own header: this thread's
 * IRQL, which is PASSIVE_LEVEL at the thread's start. */

/* Let another thread run: the owner of the lock may be waiting for this processor. */
void port_yield(void);

/* End this thread. */
void port_exit_thread(int32_t status) __attribute__((noreturn));

/* Raise STATUS as an exception; where there are none, end the program. */
void port_raise(int32_t status) __attribute__((noreturn));

/* End the program as a crash, for a bug check of the driver's own. */
void port_crash(void) __attribute__((noreturn));

#endif
