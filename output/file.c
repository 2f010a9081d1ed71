/* file.c - files that a user names for output: whole, or as they were.
 *
 * SPDX-License-Identifier: MIT
 */

#define _GNU_SOURCE
#include "output/file.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- why not ---- */

/* "cannot VERB 'FILE': WHAT" */
static char *why_not(const char *verb, const char *file, const char *what)
{
	char *why = NULL;

	if (asprintf(&why, "cannot %s '%s': %s", verb, file, what) < 0)
		abort();
	return why;
}

/* What STATUS, no regular file, is. */
static const char *kind_of(const struct stat *status)
{
	switch (status->st_mode & S_IFMT) {
	case S_IFDIR:
		return strerror(EISDIR);
	case S_IFIFO:
		return "it is a pipe, not a file";
	case S_IFSOCK:
		return "it is a socket, not a file";
	default:
		return "it is a device, not a file";
	}
}

/* The standard stream of this process that STATUS is, or -1. */
static int own_stream(const struct stat *status)
{
	static const int streams[] = { STDOUT_FILENO, STDERR_FILENO };
	struct stat own;

	for (size_t i = 0; i < sizeof streams / sizeof *streams; i++)
		if (!fstat(streams[i], &own) && own.st_dev == status->st_dev &&
		    own.st_ino == status->st_ino)
			return streams[i];
	return -1;
}

/* True if STATUS is the null device: all may be written to it, since nothing is kept. */
static bool is_null(const struct stat *status)
{
	struct stat null;

	return S_ISCHR(status->st_mode) && !stat("/dev/null", &null) && S_ISCHR(null.st_mode) &&
	       null.st_rdev == status->st_rdev;
}

/* True if STATUS can be read and written as a file is. */
static bool is_file(const struct stat *status)
{
	return S_ISREG(status->st_mode) || is_null(status);
}

/* ---- writing ---- */

/* Write all of TEXT.  Returns 0, or errno.  A limit on the size of files is an error like
 * others, and no signal. */
static int write_all(int fd, const char *text, size_t size)
{
	struct sigaction ignore = { .sa_handler = SIG_IGN }, before;
	int why = 0;

	sigaction(SIGXFSZ, &ignore, &before);
	while (size && !why) {
		const ssize_t n = write(fd, text, size);

		if (n < 0 && errno != EINTR)
			why = errno;
		if (n > 0)
			text += n, size -= n;
	}
	sigaction(SIGXFSZ, &before, NULL);
	return why;
}

/* Open FILE, a regular file or the null device, with FLAGS. */
static char *open_regular(const char *file, const char *verb, int flags, int *fd)
{
	struct stat status;
	const char *what = NULL;

	/* A pipe without a reader would wait, and a device might do anything. */
	if (!stat(file, &status) && !is_file(&status))
		return why_not(verb, file, kind_of(&status));
	*fd = open(file, flags | O_NONBLOCK | O_CLOEXEC | O_NOCTTY, 0666);
	if (*fd < 0)
		return why_not(verb, file, strerror(errno));
	if (fstat(*fd, &status))
		what = strerror(errno);
	else if (!is_file(&status))
		what = kind_of(&status);
	if (!what)
		return NULL;
	close(*fd);
	return why_not(verb, file, what);
}

/* True if the last byte of FD, SIZE bytes long, is no end of a line: a writer without a
 * lock was ended there. */
static bool is_torn(int fd, off_t size)
{
	char last;

	return size > 0 && pread(fd, &last, 1, size - 1) == 1 && last != '\n';
}

char *file_append(const char *file, const char *text, size_t size)
{
	struct stat status;
	off_t before;
	int fd, why;
	char *refused;

	if (!stat(file, &status) && !S_ISREG(status.st_mode) && (fd = own_stream(&status)) >= 0) {
		why = write_all(fd, text, size);
		return why ? why_not("write", file, strerror(why)) : NULL;
	}
	refused = open_regular(file, "write", O_RDWR | O_CREAT | O_APPEND, &fd);
	if (refused)
		return refused;
	flock(fd, LOCK_EX);
	before = lseek(fd, 0, SEEK_END);
	why = is_torn(fd, before) ? write_all(fd, "\n", 1) : 0;
	if (!why)
		why = write_all(fd, text, size);
	if (why && ftruncate(fd, before))
		why = errno;
	if (close(fd) && !why)
		why = errno;
	return why ? why_not("write", file, strerror(why)) : NULL;
}

/* Put TEXT in the place of REAL, a name without links, by a new file beside it. */
static char *put(const char *real, const char *text, size_t size)
{
	struct stat status;
	char *name, *failed = NULL;
	int fd, why;
	mode_t mask;

	if (asprintf(&name, "%s.XXXXXX", real) < 0)
		abort();
	fd = mkostemp(name, O_CLOEXEC);
	if (fd < 0) {
		failed = why_not("write", real, strerror(errno));
		free(name);
		return failed;
	}
	mask = umask(0);
	umask(mask);
	fchmod(fd, stat(real, &status) ? 0666 & ~mask : status.st_mode & 0777);
	why = write_all(fd, text, size);
	if (close(fd) && !why)
		why = errno;
	if (!why && rename(name, real))
		why = errno;
	if (why) {
		unlink(name);
		failed = why_not("write", real, strerror(why));
	}
	free(name);
	return failed;
}

/* FILE without links, which may not be there yet; malloc'ed. */
static char *real_name(const char *file)
{
	char *real = realpath(file, NULL);

	if (!real && !(real = strdup(file)))
		abort();
	return real;
}

char *file_replace(const char *file, const char *text, size_t size)
{
	struct stat status;
	char *real, *failed;
	int fd, why;

	if (!stat(file, &status) && !S_ISREG(status.st_mode)) {
		fd = own_stream(&status);
		if (fd < 0 && is_null(&status))
			return NULL;
		if (fd < 0)
			return why_not("write", file, kind_of(&status));
		why = write_all(fd, text, size);
		return why ? why_not("write", file, strerror(why)) : NULL;
	}
	real = real_name(file);
	failed = put(real, text, size);
	free(real);
	return failed;
}

/* ---- reading ---- */

/* Read FD, which is at its start, to its end.  Returns 0, or errno. */
static int read_all(int fd, char **text, size_t *size)
{
	size_t room = 0;
	ssize_t n;

	*text = NULL;
	*size = 0;
	do {
		if (room - *size < 4096) {
			room = room ? 2 * room : 16384;
			*text = realloc(*text, room);
			if (!*text)
				abort();
		}
		n = read(fd, *text + *size, room - *size - 1);
		if (n > 0)
			*size += n;
	} while (n > 0 || (n < 0 && errno == EINTR));
	(*text)[*size] = 0;
	return n < 0 ? errno : 0;
}

char *file_read(const char *file, char **text, size_t *size)
{
	int fd, why;
	char *refused = open_regular(file, "read", O_RDONLY, &fd);

	*text = NULL;
	*size = 0;
	if (refused)
		return refused;
	why = read_all(fd, text, size);
	close(fd);
	return why ? why_not("read", file, strerror(why)) : NULL;
}

/* ---- reading and writing ---- */

/* True if FD is still the file that NAME names: another writer may have replaced it. */
static bool is_current(int fd, const char *name)
{
	struct stat opened, named;

	return !fstat(fd, &opened) && !stat(name, &named) && opened.st_dev == named.st_dev &&
	       opened.st_ino == named.st_ino;
}

char *file_begin(struct file_update *update, const char *file)
{
	struct stat status;

	*update = (struct file_update){ .fd = -1 };
	for (;;) {
		const bool was_absent = access(file, F_OK) != 0;
		char *refused = open_regular(file, "write", O_RDWR | O_CREAT, &update->fd);
		int why;

		if (refused) {
			update->fd = -1;
			return refused;
		}
		flock(update->fd, LOCK_EX);
		if (!is_current(update->fd, file)) {
			close(update->fd);
			continue;
		}
		update->real = real_name(file);
		why = read_all(update->fd, &update->text, &update->size);
		/* What has contents is another writer's, who was faster. */
		update->is_new = was_absent && !update->size;
		update->is_null = !fstat(update->fd, &status) && is_null(&status);
		return why ? why_not("read", file, strerror(why)) : NULL;
	}
}

/* Forget UPDATE; the next writer may go on. */
static void let_go(struct file_update *update)
{
	if (update->fd >= 0)
		close(update->fd);
	free(update->real);
	free(update->text);
}

char *file_commit(struct file_update *update, const char *text, size_t size)
{
	char *failed = update->is_null ? NULL : put(update->real, text, size);

	if (failed && update->is_new)
		unlink(update->real);
	let_go(update);
	return failed;
}

void file_cancel(struct file_update *update)
{
	if (update->fd >= 0 && update->is_new)
		unlink(update->real);
	let_go(update);
}
