/* append.cc - text at the end of a file that other compiles write as well.
 *
 * SPDX-License-Identifier: MIT
 */

#include "compat.h"
#include <fcntl.h>
#include <sys/file.h>
#include "findings/append.h"

void
append_lines (const char *file, const std::string &text)
{
	int fd = open (file, O_WRONLY | O_CREAT | O_APPEND, 0666);
	bool failed = fd < 0;
	size_t written = 0;

	/* One write is whole on a local file system.  The lock is for those where a long
	 * one is not. */
	if (!failed)
		flock (fd, LOCK_EX);
	while (!failed && written < text.size ()) {
		ssize_t n = write (fd, text.data () + written, text.size () - written);

		if (n < 0 && errno == EINTR)
			continue;
		failed = n < 0;
		written += failed ? 0 : n;
	}
	int why = errno;
	if (fd >= 0 && close (fd) && !failed) {
		failed = true;
		why = errno;
	}
	errno = why;
	if (failed)
		error_at (UNKNOWN_LOCATION, "spinrule: cannot write %qs: %m", file);
}
