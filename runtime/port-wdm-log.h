/* port-wdm-log.h - text for the debugger.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef SPINRULE_PORT_WDM_LOG_H
#define SPINRULE_PORT_WDM_LOG_H

/* Write TEXT, whole lines, to the debugger only.  Any IRQL. */
void wdm_write_to_debugger(const char *text, unsigned length);

#endif
