/* unit-summary.h - what was checked in a unit and with which results, for programs and
 * for readers.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef UNIT_SUMMARY_H
#define UNIT_SUMMARY_H

#include "findings/baseline.h"
#include "findings/finding.h"
#include "source/place.h"

struct unit_summary {
	const struct lockprog_unit *unit;
	const struct check_result *result;
	std::vector<finding> findings;
	std::vector<call_site> sites;
	struct baseline baseline;	/* what was read of it */
};

/* A line of JSON at the end of FILE. */
void unit_summary_append (const unit_summary &summary, const char *file);

/* Text for readers. */
void unit_summary_print (const unit_summary &summary, FILE *out);

#endif
