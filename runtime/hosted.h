/* hosted.h - what ddi-hosted.c needs of the ports for plain programs.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef SPINRULE_HOSTED_H
#define SPINRULE_HOSTED_H

#include <stdint.h>

/* port_irql () and port_set_irql (), inline in the port's own header: this thread's IRQL, PASSIVE_LEVEL at its start. */

/* Let another thread run: the one with the lock may be waiting for this processor. */
void port_yield(void);

/* Leave this thread. */
void port_exit_thread(int32_t status) __attribute__((noreturn));

/* Raise STATUS as an exception, or end the program where there are none. */
void port_raise(int32_t status) __attribute__((noreturn));

/* A bug check of the driver's own: say it, and end the program as a crash. */
void port_crash(void) __attribute__((noreturn));

#endif
