/* record.h - one record of a log or a summary, from JSON into the model.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef RECORD_H
#define RECORD_H

#include <jansson.h>

#include "model.h"

/* Add what JSON says to MODEL as read from INPUT.  Returns NULL, or what is wrong with it; a record
 * of a type that is not known is counted and nothing is wrong. */
const char *record_read(struct model *model, struct input *input, const json_t *json);

#endif
