/* source.c - the source lines around a place.
 *
 * A log may be of unknown origin, and the page may be published: only files that really
 * lie in a folder that the user named are shown, even if their name contains "../" or a
 * link.
 *
 * SPDX-License-Identifier: MIT
 */

#define _GNU_SOURCE
#include "source.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* A larger file is no source. */
enum { MAX_FILE = 16 << 20 };

struct file {
	const char *name;
	char *text;		/* NULL: not found, or not readable */
	size_t length;
};

const char *source_below(const char *file)
{
	for (;;)
		if (!strncmp(file, "./", 2))
			file += 2;
		else if (!strncmp(file, "../", 3))
			file += 3;
		else
			return file;
}

void source_start(struct source *source, struct store *store)
{
	memset(source, 0, sizeof *source);
	source->store = store;
}

void source_end(struct source *source)
{
	set_end(&source->files);
}

bool source_add_folder(struct source *source, const char *folder)
{
	char *path = realpath(folder, NULL);
	struct stat what;
	bool is_folder;

	if (!path)
		return false;
	is_folder = !stat(path, &what) && S_ISDIR(what.st_mode);
	if (is_folder)
		texts_add(source->store, &source->folders, store_name(source->store, path));
	else
		errno = ENOTDIR;
	free(path);
	return is_folder;
}

static bool is_inside(const char *path, const char *folder)
{
	size_t length = strlen(folder);

	if (!strncmp(path, folder, length))
		return path[length] == '/' || folder[length - 1] == '/';
	return false;
}

/* Open PATH, a real path.  Returns -1 if it is not in a folder of SOURCE, or no plain
 * file. */
static int open_inside(const struct source *source, const char *path)
{
	struct stat what;
	bool is_shown = false;
	int fd;

	for (size_t i = 0; i < source->folders.count; i++)
		is_shown |= is_inside(path, source->folders.items[i]);
	if (!is_shown)
		return -1;
	/* O_NONBLOCK: do not wait for the writer of a pipe. */
	fd = open(path, O_RDONLY | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC);
	if (fd >= 0 && (fstat(fd, &what) || !S_ISREG(what.st_mode) || what.st_size > MAX_FILE)) {
		close(fd);
		fd = -1;
	}
	return fd;
}

static int find_file(const struct source *source, const char *name)
{
	int fd = -1;

	for (size_t i = 0; fd < 0 && i < source->folders.count; i++) {
		const char *folder = source->folders.items[i];
		const char *joined = name;
		char *path;

		if (name[0] != '/')
			joined = store_format(source->store, "%s/%s", folder, name);
		path = realpath(joined, NULL);
		if (path)
			fd = open_inside(source, path);
		free(path);
	}
	return fd;
}

static void read_file(struct source *source, struct file *file, int fd)
{
	struct stat what;
	size_t size;
	ssize_t got = 0;

	if (fstat(fd, &what))
		return;
	size = (size_t)what.st_size;
	file->text = store_zeroed(source->store, size + 1);
	while (file->length < size &&
	       (got = read(fd, file->text + file->length, size - file->length)) > 0)
		file->length += (size_t)got;
}

static int compare_files(const void *a, const void *b)
{
	return strcmp(((const struct file *)a)->name, ((const struct file *)b)->name);
}

static const struct file *file_of(struct source *source, const char *name)
{
	struct file key = { .name = name };
	struct file *file = set_find(&source->files, &key, compare_files);
	int fd;

	if (file)
		return file;
	file = store_zeroed(source->store, sizeof *file);
	file->name = name;
	set_add(&source->files, file, compare_files);
	fd = find_file(source, name);
	/* As if the build had a folder of its own below it. */
	if (fd < 0)
		fd = find_file(source, source_below(name));
	if (fd >= 0) {
		read_file(source, file, fd);
		close(fd);
	} else {
		texts_add(source->store, &source->missing, name);
	}
	return file;
}

/* Write the lines of FILE from FIRST on, at most MAX, to LINES.  Returns their number. */
static size_t lines_from(const struct file *file, unsigned first, struct source_line *lines,
			 size_t max)
{
	const char *at = file->text, *end = at + file->length;
	unsigned number = 0;
	size_t count = 0;

	while (at < end && count < max) {
		const char *stop = memchr(at, '\n', end - at);
		const char *next = stop ? stop + 1 : end;

		if (!stop)
			stop = end;
		if (stop > at && stop[-1] == '\r')
			stop--;
		if (++number >= first)
			lines[count++] = (struct source_line) { number, at, stop - at };
		at = next;
	}
	return count;
}

size_t source_lines(struct source *source, const struct place *place, struct source_line *lines,
		    size_t max)
{
	const struct file *file;
	unsigned first;
	size_t count;

	if (!source->folders.count || !place_is_known(place))
		return 0;
	file = file_of(source, place->file);
	if (!file->text)
		return 0;
	first = place->line > max / 2 ? place->line - max / 2 : 1;
	count = lines_from(file, first, lines, max);
	return count && lines[count - 1].number >= place->line ? count : 0;
}

size_t source_range(struct source *source, const char *file, unsigned first, unsigned last,
		    struct source_line *lines)
{
	const struct file *found = source->folders.count ? file_of(source, file) : NULL;

	return found && found->text ? lines_from(found, first, lines, last - first + 1) : 0;
}
