/* sarif-value.h - the JSON values that a SARIF log is made of.
 *
 * Each function returns a new value, which its caller puts somewhere.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef OUTPUT_SARIF_VALUE_H
#define OUTPUT_SARIF_VALUE_H

#include <jansson.h>

/* TEXT, of which bytes that are no UTF-8 become question marks. */
json_t *value_of_text(const char *text);

/* Make VALUE, which OBJECT takes over, what OBJECT has at KEY. */
void value_set(json_t *object, const char *key, json_t *value);
void value_set_text(json_t *object, const char *key, const char *text);

/* TEXT as a message, and as one that is a sentence. */
json_t *value_message(const char *text);
json_t *value_sentence(const char *text);

/* A reference to entry CWE of the list of weaknesses. */
json_t *value_weakness(int cwe);

/* A list of ITEM, which it takes over. */
json_t *value_list_of(json_t *item);

#endif
