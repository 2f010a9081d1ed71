/* object.h - the lock programs in object files and archives.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef DRIVER_OBJECT_H
#define DRIVER_OBJECT_H

#include <stdbool.h>
#include <stddef.h>

/* What object_read found: NAME is the file or "archive(member)".  DATA: the section with
 * its lock programs, or NULL: it has none. */
typedef void object_found(const char *name, bool is_member, const unsigned char *data,
			  size_t size, void *context);

enum object_status {
	OBJECT_READ,
	OBJECT_OTHER,		/* the file is neither an object nor an archive */
	OBJECT_FAILED		/* *ERROR has words */
};

/* Read FILE, and call FOUND for each object in it. */
enum object_status object_read(const char *file, object_found *found, void *context,
			       const char **error);

#endif
