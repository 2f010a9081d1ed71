/* record.h - one record of a log or a summary, from JSON into the model.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef RECORD_H
#define RECORD_H

#include <jansson.h>

#include "model.h"

/* Add the record JSON, read from INPUT, to MODEL.  Returns NULL, or what is wrong with
 * it.  A record of an unknown type is only counted: that is no error. */
const char *record_read(struct model *model, struct input *input, const json_t *json);

#endif
