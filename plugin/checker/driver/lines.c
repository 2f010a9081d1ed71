/* lines.c - lines of the source.
 *
 * SPDX-License-Identifier: MIT
 */

#include "driver/lines.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lockprog/alloc.h"

const char *lines_folder(const struct lines_look *look, const char *file)
{
	const char *folders[] = { look->root, look->directory };

	if (file[0] == '/')
		return NULL;
	for (int i = 0; i < 2; i++) {
		char *path;
		bool is_there;

		if (!folders[i])
			continue;
		path = alloc_text("%s/%s", folders[i], file);
		is_there = !access(path, R_OK);
		free(path);
		if (is_there)
			return folders[i];
	}
	return NULL;
}

char *lines_find(const struct lines_look *look, const struct lockprog_place *place)
{
	const char *folder;
	char *path, *line = NULL;
	size_t size = 0;
	ssize_t length = -1;
	FILE *in;

	if (!place->file || !place->line)
		return NULL;
	folder = lines_folder(look, place->file);
	path = alloc_text("%s%s%s", folder ? folder : "", folder ? "/" : "", place->file);
	in = fopen(path, "r");
	free(path);
	if (!in)
		return NULL;
	for (int i = 0; i < place->line; i++)
		if ((length = getline(&line, &size, in)) < 0)
			break;
	fclose(in);
	if (length < 0) {
		free(line);
		return NULL;
	}
	line[strcspn(line, "\r\n")] = 0;
	return line;
}
