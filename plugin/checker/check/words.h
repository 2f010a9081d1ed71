/* words.h - the words for a violation and the events of its path in messages.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef WORDS_H
#define WORDS_H

#include "check/check.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The message of VIOLATION without location, severity and id: "spin lock 'ext->lock' is
 * acquired while already held". Returns BUFFER. */
const char *words_of_violation(const struct check_violation *violation, char *buffer, int size);

/* True if EVENT of VIOLATION is a call, which messages underline as a whole. */
bool words_are_of_call(const struct check_violation *violation, const struct path_event *event);

/* The words of EVENT without its number: "'ext->lock' acquired here", "taking the branch
 * where 'irp' is null". Returns BUFFER. */
const char *words_of_event(const struct lockprog_function *function,
			   const struct check_violation *violation, const struct path_event *event,
			   char *buffer, int size);

#ifdef __cplusplus
}
#endif

#endif
