/* sarif-log.h - the findings of a unit as a SARIF log.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef SARIF_LOG_H
#define SARIF_LOG_H

#include "findings/unit-summary.h"

/* Write SUMMARY to FILE, or below it if it is a folder or ends in a slash.  Errors are
 * reported. */
void sarif_log_write (const unit_summary &summary, const char *file);

#endif
