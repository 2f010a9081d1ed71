/* files.c - many processes change one new file: what each wrote is in it at the end.
 *
 * usage: files FILE ROUNDS
 *
 * SPDX-License-Identifier: MIT
 */

#include "output/file.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { WRITERS = 8, LETTERS = WRITERS / 2 };

/* In the place of libc's: time passes between the question and what is done with its
 * answer, in which others write. */
int access(const char *file, int mode)
{
	const int answer = faccessat(AT_FDCWD, file, mode, 0);

	usleep(getpid() % 5 * 50);
	return answer;
}

/* Add LETTER to FILE if it is not in it. */
static int add(const char *file, char letter)
{
	struct file_update update;
	char text[LETTERS + 1];

	if (file_begin(&update, file) || update.size > LETTERS)
		return 1;
	if (memchr(update.text, letter, update.size)) {
		file_cancel(&update);
		return 0;
	}
	memcpy(text, update.text, update.size);
	text[update.size] = letter;
	return file_commit(&update, text, update.size + 1) != NULL;
}

/* Begin WRITERS processes that add to FILE all at once; wait until they have ended. */
static void add_all(const char *file)
{
	int gate[2];
	char none;

	if (pipe(gate))
		abort();
	for (int w = 0; w < WRITERS; w++)
		if (!fork()) {
			close(gate[1]);
			_exit(read(gate[0], &none, 1) || add(file, 'a' + w % LETTERS));
		}
	close(gate[0]);
	close(gate[1]);
	for (int w = 0; w < WRITERS; w++)
		if (wait(NULL) < 0)
			abort();
}

int main(int argc, char **argv)
{
	const int rounds = argc == 3 ? atoi(argv[2]) : 0;
	int lost = 0;

	for (int r = 0; r < rounds; r++) {
		char *text;
		size_t size;

		unlink(argv[1]);
		add_all(argv[1]);
		if (file_read(argv[1], &text, &size) || size != LETTERS)
			lost++;
		free(text);
	}
	printf("%d of %d rounds lost what a process wrote\n", lost, rounds);
	return lost || !rounds;
}
