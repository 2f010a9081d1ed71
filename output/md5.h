/* md5.h - the digest of RFC 1321, by which fingerprints are made: libiberty's.
 *
 * It protects nothing: equal texts have equal digests, and others do not by chance.
 *
 * Declared here because libiberty is installed without this header.  The plugin uses
 * the function that the compiler itself exports.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef OUTPUT_MD5_H
#define OUTPUT_MD5_H

#include <stddef.h>

enum { MD5_SIZE = 16 };

/* Put the digest of SIZE bytes at DATA into DIGEST, of MD5_SIZE bytes; returns DIGEST. */
void *md5_buffer(const char *data, size_t size, void *digest);

#endif
