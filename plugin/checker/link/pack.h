/* pack.h - the code of a lock program (code.h) as an object file carries it: compressed,
 * behind a header.
 *
 *     bytes 0-7    "SPINRULE"
 *           8-11   version of the format, little endian, as all numbers
 *          12-15   bytes of the compressed code
 *          16-19   bytes of the code
 *          20-23   CRC-32 of the code
 *          24-     the code, compressed by LZMA, with an end marker
 *
 * One section may have several, with zeros between them: ld -r appends sections.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef LINK_PACK_H
#define LINK_PACK_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The name of the section that has it. */
#define PACK_SECTION ".spinrule"

/* Pack CODE of SIZE bytes: malloc'ed, *PACKED_SIZE bytes. */
unsigned char *pack_code(const unsigned char *code, size_t size, size_t *packed_size);

/* Unpack the first code of *DATA, SIZE bytes, and go past it: malloc'ed, *CODE_SIZE
 * bytes.  Returns NULL at the end, or, with *ERROR set to words, where the data is
 * damaged or of another version. */
unsigned char *pack_next(const unsigned char **data, size_t *size, size_t *code_size,
			 const char **error);

#ifdef __cplusplus
}
#endif

#endif
