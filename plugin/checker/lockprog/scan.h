/* scan.h - reads the text form of lock programs word by word.
 *
 * It reads one line at a time and one token ahead.  After the first error every function
 * fails, and there are no more tokens.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef LOCKPROG_SCAN_H
#define LOCKPROG_SCAN_H

#include <stddef.h>

#include "lockprog/lockprog.h"

enum token_kind { TOKEN_END, TOKEN_NAME, TOKEN_NUMBER, TOKEN_QUOTED, TOKEN_SIGN };

struct scan {
	const char *name;		/* of the file */
	int line;
	char *text;			/* the line */
	const char *at;			/* after TOKEN */
	const char *token_start;
	enum token_kind token;
	char *word;			/* NAME, QUOTED: the text; SIGN: the sign */
	size_t max_word;
	long long number;
	char *error;			/* malloc'ed; set once */
};

void scan_fail(struct scan *scan, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Go to the next token; TOKEN_END at the end of the line. */
void scan_next(struct scan *scan);

/* scan_is: is the token the name or sign WORD?  scan_accept: go past it if it is.
 * scan_expect: fail if it is not. */
bool scan_is(struct scan *scan, const char *word);
bool scan_accept(struct scan *scan, const char *word);
void scan_expect(struct scan *scan, const char *word);

/* True if '=' or ':' follows the token: the line defines it, or starts with it as a
 * block. */
bool scan_is_defined(const struct scan *scan);

/* A name, also in quotes: a shared string. */
bool scan_at_name(const struct scan *scan);
const char *scan_name(struct scan *scan);

long long scan_number(struct scan *scan);
struct lockprog_type scan_type(struct scan *scan);

/* Read "at FILE:LINE:COLUMN"; without it, the place is the current line.  The cookie is
 * the current line. */
struct lockprog_place scan_place(struct scan *scan);

#endif
