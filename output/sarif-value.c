/* sarif-value.c - the JSON values that a SARIF log is made of.
 *
 * SPDX-License-Identifier: MIT
 */

#define _GNU_SOURCE
#include "output/sarif-value.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* TEXT, of which bytes that are no UTF-8 become question marks. */
json_t *value_of_text(const char *text)
{
	json_t *value = json_string(text);
	char *clean;

	if (value)
		return value;
	clean = strdup(text);
	if (!clean)
		abort();
	for (char *c = clean; *c; c++)
		if (*c & 0x80)
			*c = '?';
	value = json_string(clean);
	free(clean);
	return value;
}

void value_set(json_t *object, const char *key, json_t *value)
{
	if (json_object_set_new(object, key, value))
		abort();
}

void value_set_text(json_t *object, const char *key, const char *text)
{
	value_set(object, key, value_of_text(text));
}

json_t *value_message(const char *text)
{
	json_t *made = json_object();

	value_set_text(made, "text", text);
	return made;
}

/* TEXT as a sentence. */
json_t *value_sentence(const char *text)
{
	char *made;
	json_t *value;

	if (asprintf(&made, "%s.", text) < 0)
		abort();
	if (made[0] >= 'a' && made[0] <= 'z')
		made[0] += 'A' - 'a';
	value = value_message(made);
	free(made);
	return value;
}

/* A reference to entry ID of the list of weaknesses. */
json_t *value_weakness(int cwe)
{
	json_t *made = json_object(), *component = json_object();
	char id[16];

	snprintf(id, sizeof id, "%d", cwe);
	value_set_text(made, "id", id);
	value_set_text(component, "name", "CWE");
	value_set(component, "index", json_integer(0));
	value_set(made, "toolComponent", component);
	return made;
}

json_t *value_list_of(json_t *item)
{
	json_t *made = json_array();

	json_array_append_new(made, item);
	return made;
}
