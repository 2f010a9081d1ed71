/* sarif-result.h - one finding as a result of a SARIF log.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef OUTPUT_SARIF_RESULT_H
#define OUTPUT_SARIF_RESULT_H

#include <jansson.h>

#include "output/sarif.h"

/* The root of the source tree, what stands before an id, and the fingerprint. */
#define RESULT_ROOT "%SRCROOT%"
#define RESULT_PREFIX "spinrule-"
#define RESULT_FINGERPRINT "spinruleBaseline/v1"

/* What is checked: the address of UNIT, and the folder ROOT of the source tree. */
struct sarif_source {
	char *unit, *root;
};

/* RESULT of SOURCE, a new value. */
json_t *result_value(const struct sarif_source *source, const struct sarif_result *result);

/* TEXT, which is no finding, about PLACE (or NULL). */
json_t *result_note(const struct sarif_source *source, const struct sarif_place *place,
		    const char *text);

#endif
