/* cache.c - what was found in parts of drivers before, kept in a folder.
 *
 *     FOLDER/KEY       the magic, the CRC of what follows, and a cached result
 *     FOLDER/new-...   an entry that is being written
 *
 * SPDX-License-Identifier: MIT
 */

#include "driver/cache.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <lzma.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "driver/cached-result.h"
#include "lockprog/alloc.h"
#include "output/md5.h"

static const char magic[8] = "SPINRUL1";

enum {
	DIGEST_BYTES = CACHE_KEY_DIGITS / 2,
	HEADER_SIZE = sizeof magic + 4,
	/* Whoever writes an entry is done after so many seconds, or gone. */
	OLD_SECONDS = 3600
};

/* Nothing of the cache is larger. */
static const off_t max_entry = 64 << 20;

/* ---- files ---- */

/* What FILE has, malloc'ed, or NULL. */
static unsigned char *read_file(const char *file, size_t *size)
{
	int fd = open(file, O_RDONLY | O_CLOEXEC);
	struct stat status;
	unsigned char *bytes = NULL;

	*size = 0;
	if (fd < 0)
		return NULL;
	if (!fstat(fd, &status) && S_ISREG(status.st_mode) && status.st_size <= max_entry) {
		ssize_t got = 1;

		bytes = alloc_zeroed((size_t)status.st_size + 1);
		while (got > 0 && *size < (size_t)status.st_size) {
			got = read(fd, bytes + *size, (size_t)status.st_size - *size);
			*size += got > 0 ? (size_t)got : 0;
		}
		/* What is used is kept longest. */
		futimens(fd, NULL);
	}
	close(fd);
	return bytes;
}

static char *name_in(const struct cache *cache, const char *name)
{
	return alloc_text("%s/%s", cache->folder, name);
}

static void put_digits(const unsigned char *digest, char digits[CACHE_KEY_DIGITS + 1])
{
	for (size_t i = 0; i < DIGEST_BYTES; i++)
		snprintf(&digits[2 * i], 3, "%02x", digest[i]);
}

static void fail(struct cache *cache, const char *what)
{
	if (!cache->error)
		cache->error = alloc_text("%s: %s", what, strerror(errno));
}

/* ---- keys ---- */

void cache_key(const struct cache *cache, const struct check_options *options,
	       struct link_identity *identity, char key[CACHE_KEY_DIGITS + 1])
{
	const int numbers[] = { options->max_states, options->max_steps, options->patience,
				options->counts_paths };
	unsigned char digest[DIGEST_BYTES];

	link_identify_bytes(identity, cache->program, sizeof cache->program);
	link_identify_bytes(identity, numbers, sizeof numbers);
	md5_buffer((const char *)identity->bytes, identity->n, digest);
	put_digits(digest, key);
}

/* ---- entries ---- */

void cache_begin(struct cache *cache, const char *folder, unsigned long long limit,
		 const char *program)
{
	size_t size;
	unsigned char *bytes = program ? read_file(program, &size) : NULL,
		      digest[DIGEST_BYTES];

	*cache = (struct cache){ .limit = limit };
	if (!bytes)
		return;
	cache->folder = folder;
	md5_buffer((const char *)bytes, size, digest);
	put_digits(digest, cache->program);
	free(bytes);
	if (mkdir(folder, 0777) && errno != EEXIST)
		fail(cache, "it cannot be made");
}

struct check_result *cache_find(struct cache *cache, const char *key, int n)
{
	char *file = name_in(cache, key);
	size_t size;
	unsigned char *bytes = read_file(file, &size);
	struct check_result *found = NULL;

	if (bytes && size >= HEADER_SIZE && !memcmp(bytes, magic, sizeof magic)) {
		unsigned crc;

		memcpy(&crc, bytes + sizeof magic, sizeof crc);
		if (crc == lzma_crc32(bytes + HEADER_SIZE, size - HEADER_SIZE, 0))
			found = cached_result_read(bytes + HEADER_SIZE, size - HEADER_SIZE, n);
	}
	if (found) {
		cache->n_found++;
	} else if (bytes) {
		cache->n_damaged++;
		if (!cache->damaged)
			cache->damaged = alloc_text("%s", file);
	}
	cache->n_missed += !found;
	free(bytes);
	free(file);
	return found;
}

/* Write the N bytes of DATA to a new file FD.  False if that fails. */
static bool write_all(int fd, const unsigned char *data, size_t n)
{
	while (n) {
		ssize_t written = write(fd, data, n);

		if (written < 0 && errno != EINTR)
			return false;
		if (written > 0)
			data += written, n -= (size_t)written;
	}
	return true;
}

void cache_keep(struct cache *cache, const char *key, const struct check_result *result)
{
	char *file = name_in(cache, key), *made = name_in(cache, "new-XXXXXX");
	size_t size;
	unsigned char *bytes = cached_result_write(result, &size);
	const unsigned crc = lzma_crc32(bytes, size, 0);
	int fd;

	if (cache->error || size > (size_t)max_entry - HEADER_SIZE) {
		free(bytes);
		free(made);
		free(file);
		return;
	}
	fd = mkstemp(made);
	if (fd >= 0) {
		bool is_good = write_all(fd, (const unsigned char *)magic, sizeof magic) &&
			       write_all(fd, (const unsigned char *)&crc, sizeof crc) &&
			       write_all(fd, bytes, size);

		/* Others who share the folder read it. */
		is_good = is_good && !fchmod(fd, 0644);
		is_good = !close(fd) && is_good;
		if (!is_good || rename(made, file)) {
			fail(cache, "nothing can be written there");
			unlink(made);
		}
	} else {
		fail(cache, "nothing can be written there");
	}
	free(bytes);
	free(made);
	free(file);
}

/* ---- the limit ---- */

struct entry {
	char *file;
	struct timespec used;
	unsigned long long size;
};

static int compare_entries(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;

	if (x->used.tv_sec != y->used.tv_sec)
		return x->used.tv_sec < y->used.tv_sec ? -1 : 1;
	return (x->used.tv_nsec > y->used.tv_nsec) - (x->used.tv_nsec < y->used.tv_nsec);
}

/* True if NAME is one of the cache's files: others stay. */
static bool is_entry(const char *name)
{
	return strlen(name) == CACHE_KEY_DIGITS &&
	       strspn(name, "0123456789abcdef") == CACHE_KEY_DIGITS;
}

/* Remove the oldest entries until a fifth of the room is free. */
static void make_room(const struct cache *cache)
{
	DIR *folder = opendir(cache->folder);
	struct entry *entries = NULL;
	unsigned long long size = 0;
	int n = 0, max = 0;
	const struct dirent *found;

	while (folder && (found = readdir(folder))) {
		const bool is_new = !strncmp(found->d_name, "new-", 4);
		char *file = is_new || is_entry(found->d_name) ? name_in(cache, found->d_name)
							       : NULL;
		struct stat status;

		if (!file || stat(file, &status) || !S_ISREG(status.st_mode)) {
			free(file);
			continue;
		}
		if (is_new) {
			if (status.st_mtim.tv_sec + OLD_SECONDS < time(NULL))
				unlink(file);
			free(file);
			continue;
		}
		entries = alloc_grow(entries, n, &max, sizeof *entries);
		entries[n++] = (struct entry){ file, status.st_mtim,
					       (unsigned long long)status.st_blocks * 512 };
		size += entries[n - 1].size;
	}
	if (folder)
		closedir(folder);
	if (size > cache->limit) {
		qsort(entries, n, sizeof *entries, compare_entries);
		for (int i = 0; i < n && size > cache->limit / 5 * 4; i++) {
			unlink(entries[i].file);
			size -= entries[i].size;
		}
	}
	for (int i = 0; i < n; i++)
		free(entries[i].file);
	free(entries);
}

void cache_end(struct cache *cache)
{
	if (cache->folder && cache->n_missed && !cache->error)
		make_room(cache);
	if (cache->n_damaged)
		fprintf(stderr,
			"spinrule-check: note: %d entr%s of the cache %s damaged, and checked "
			"again: %s%s\n",
			cache->n_damaged, cache->n_damaged == 1 ? "y" : "ies",
			cache->n_damaged == 1 ? "is" : "are", cache->damaged,
			cache->n_damaged == 1 ? "" : ", ...");
	if (cache->error)
		fprintf(stderr, "spinrule-check: note: the cache '%s' is not used: %s\n",
			cache->folder, cache->error);
	free(cache->damaged);
	free(cache->error);
}
