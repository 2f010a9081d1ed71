/* pack.c - lock programs in object files.
 *
 * SPDX-License-Identifier: MIT
 */

#include "link/pack.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "limits.h"
#include "lockprog/alloc.h"

static const char magic[8] = { 'S', 'P', 'I', 'N', 'R', 'U', 'L', 'E' };

enum { VERSION = 11, HEADER_SIZE = 20 };

static void put_number(unsigned char *to, size_t number)
{
	for (int i = 0; i < 4; i++)
		to[i] = (unsigned char)(number >> 8 * i);
}

static size_t get_number(const unsigned char *from)
{
	size_t number = 0;

	for (int i = 0; i < 4; i++)
		number |= (size_t)from[i] << 8 * i;
	return number;
}

unsigned char *pack_code(const unsigned char *code, size_t size, size_t *packed_size)
{
	uLongf room = compressBound((uLong)size);
	unsigned char *packed = alloc_zeroed(HEADER_SIZE + room);

	/* It fails only without memory. */
	if (compress2(packed + HEADER_SIZE, &room, code, (uLong)size, 9) != Z_OK)
		alloc_exhausted();
	memcpy(packed, magic, sizeof magic);
	put_number(packed + 8, VERSION);
	put_number(packed + 12, room);
	put_number(packed + 16, size);
	*packed_size = HEADER_SIZE + room;
	return packed;
}

unsigned char *pack_next(const unsigned char **data, size_t *size, size_t *code_size,
			 const char **error)
{
	size_t packed, length;
	uLongf room;
	unsigned char *code;

	*error = NULL;
	while (*size && !**data)
		++*data, --*size;
	if (!*size)
		return NULL;
	if (*size < HEADER_SIZE || memcmp(*data, magic, sizeof magic) != 0) {
		*error = "it is damaged";
		return NULL;
	}
	if (get_number(*data + 8) != VERSION) {
		*error = "it has another version; build the plugin and spinrule-check together";
		return NULL;
	}
	packed = get_number(*data + 12);
	length = get_number(*data + 16);
	/* zlib makes code at most 1032 times smaller. */
	if (packed > *size - HEADER_SIZE || length / 1100 > packed || length > PACK_MAX_TEXT) {
		*error = "it is damaged";
		return NULL;
	}
	code = alloc_zeroed(length + 1);
	room = (uLongf)length;
	if (uncompress(code, &room, *data + HEADER_SIZE, (uLong)packed) != Z_OK ||
	    room != length) {
		free(code);
		*error = "it is damaged";
		return NULL;
	}
	*data += HEADER_SIZE + packed;
	*size -= HEADER_SIZE + packed;
	*code_size = length;
	return code;
}
