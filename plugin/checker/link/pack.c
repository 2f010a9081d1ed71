/* pack.c - lock programs in object files.
 *
 * SPDX-License-Identifier: MIT
 */

#include "link/pack.h"

#include <lzma.h>
#include <stdlib.h>
#include <string.h>

#include "limits.h"
#include "lockprog/alloc.h"

static const char magic[8] = { 'S', 'P', 'I', 'N', 'R', 'U', 'L', 'E' };

enum { VERSION = 13, HEADER_SIZE = 24 };

/* What LZMA remembers of the code: all, but in files that no driver has. */
enum { SMALLEST_MEMORY = 4096, LARGEST_MEMORY = 1 << 24 };

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

/* How code of SIZE bytes is compressed; FILTERS refers to SETTINGS. */
static void choose(lzma_options_lzma *settings, lzma_filter *filters, size_t size)
{
	/* It fails only for numbers that there are not. */
	lzma_lzma_preset(settings, 9 | LZMA_PRESET_EXTREME);
	settings->dict_size = size < SMALLEST_MEMORY  ? SMALLEST_MEMORY
			      : size < LARGEST_MEMORY ? (uint32_t)size
						      : LARGEST_MEMORY;
	/* Numbers of one or more bytes have no alignment. */
	settings->lc = 2, settings->lp = 0, settings->pb = 0;
	filters[0] = (lzma_filter){ LZMA_FILTER_LZMA1, settings };
	filters[1] = (lzma_filter){ LZMA_VLI_UNKNOWN, NULL };
}

unsigned char *pack_code(const unsigned char *code, size_t size, size_t *packed_size)
{
	const size_t room = size + size / 2 + 1000;
	unsigned char *packed = alloc_zeroed(HEADER_SIZE + room);
	lzma_options_lzma settings;
	lzma_filter filters[2];
	size_t n = 0;

	choose(&settings, filters, size);
	/* It fails only without memory. */
	if (lzma_raw_buffer_encode(filters, NULL, code, size, packed + HEADER_SIZE, &n, room) !=
	    LZMA_OK)
		alloc_exhausted();
	memcpy(packed, magic, sizeof magic);
	put_number(packed + 8, VERSION);
	put_number(packed + 12, n);
	put_number(packed + 16, size);
	put_number(packed + 20, lzma_crc32(code, size, 0));
	*packed_size = HEADER_SIZE + n;
	return packed;
}

/* The LENGTH bytes that the PACKED bytes at DATA stand for, malloc'ed; NULL if they stand
 * for others. */
static unsigned char *unpack(const unsigned char *data, size_t packed, size_t length)
{
	lzma_stream stream = LZMA_STREAM_INIT;
	lzma_options_lzma settings;
	lzma_filter filters[2];
	lzma_ret status;
	size_t room = 0;
	unsigned char *code = NULL;

	choose(&settings, filters, length);
	if (lzma_raw_decoder(&stream, filters) != LZMA_OK)
		alloc_exhausted();
	stream.next_in = data;
	stream.avail_in = packed;
	/* What damaged data says of its length is not believed at once. */
	do {
		const size_t more = room ? room : 16 * packed + 1000;

		room = length - room < more ? length : room + more;
		code = realloc(code, room + 1);
		if (!code)
			alloc_exhausted();
		stream.next_out = code + stream.total_out;
		stream.avail_out = room - stream.total_out;
		status = lzma_code(&stream, LZMA_FINISH);
	} while (status == LZMA_OK && !stream.avail_out && room < length);
	/* With all bytes there, its end may be left. */
	if (status == LZMA_OK && !stream.avail_out)
		status = lzma_code(&stream, LZMA_FINISH);
	if (status != LZMA_STREAM_END || stream.total_out != length || stream.avail_in) {
		free(code);
		code = NULL;
	}
	lzma_end(&stream);
	if (code)
		code[length] = 0;
	return code;
}

unsigned char *pack_next(const unsigned char **data, size_t *size, size_t *code_size,
			 const char **error)
{
	size_t packed, length;
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
	if (packed > *size - HEADER_SIZE || length > PACK_MAX_TEXT) {
		*error = "it is damaged";
		return NULL;
	}
	code = unpack(*data + HEADER_SIZE, packed, length);
	if (!code || lzma_crc32(code, length, 0) != get_number(*data + 20)) {
		free(code);
		*error = "it is damaged";
		return NULL;
	}
	*data += HEADER_SIZE + packed;
	*size -= HEADER_SIZE + packed;
	*code_size = length;
	return code;
}
