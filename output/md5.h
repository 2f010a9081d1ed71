/* md5.h - the digest of RFC 1321, by which fingerprints are made.
 *
 * It protects nothing: equal texts have equal digests, and others do not by chance.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef OUTPUT_MD5_H
#define OUTPUT_MD5_H

#include <stddef.h>

enum { MD5_SIZE = 16 };

void md5_of(const void *data, size_t size, unsigned char digest[MD5_SIZE]);

#endif
