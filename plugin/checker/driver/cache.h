/* cache.h - what was found in parts of drivers before, kept in a folder.
 *
 * An entry is a file named after the digest of all that its contents follow from: the
 * part's lock programs, the options and the program that checks.  Entries are written
 * under another name first, so that any number of processes may share the folder.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef DRIVER_CACHE_H
#define DRIVER_CACHE_H

#include "check/check.h"
#include "link/link.h"

enum { CACHE_KEY_DIGITS = 32 };

struct cache {
	const char *folder;		/* NULL: nothing is kept */
	unsigned long long limit;	/* bytes that entries may take */
	char program[CACHE_KEY_DIGITS + 1];	/* digest of the program that checks */
	/* So far: parts that were found, and not; entries that are damaged. */
	int n_found, n_missed, n_damaged;
	char *damaged;			/* the first of these */
	char *error;			/* why nothing can be written, or NULL */
};

/* Keep what is found in FOLDER, which is made if it is missing, in at most LIMIT bytes.
 * PROGRAM is the file of this program, or NULL: nothing is kept. */
void cache_begin(struct cache *cache, const char *folder, unsigned long long limit,
		 const char *program);

/* The digest of IDENTITY, that of the functions of a part, to which OPTIONS and the
 * program are added. */
void cache_key(const struct cache *cache, const struct check_options *options,
	       struct link_identity *identity, char key[CACHE_KEY_DIGITS + 1]);

/* What was found under KEY, of N functions, or NULL.  The caller frees it by
 * check_free. */
struct check_result *cache_find(struct cache *cache, const char *key, int n);

/* Keep RESULT under KEY. */
void cache_keep(struct cache *cache, const char *key, const struct check_result *result);

/* Remove entries that were not used for the longest time, if all are larger than the
 * limit, and tell the user what went wrong. */
void cache_end(struct cache *cache);

#endif
