/* cached-result.h - what was found in functions, as an entry of the cache has it.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef DRIVER_CACHED_RESULT_H
#define DRIVER_CACHED_RESULT_H

#include <stddef.h>

#include "check/check.h"

/* RESULT as bytes; malloc'ed. */
unsigned char *cached_result_write(const struct check_result *result, size_t *size);

/* The result of N functions that BYTES are, or NULL: they are damaged. */
struct check_result *cached_result_read(const unsigned char *bytes, size_t size, int n);

#endif
