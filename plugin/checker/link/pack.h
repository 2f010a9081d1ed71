/* pack.h - the text of a lock program as an object file carries it: compressed, behind a
 * header.
 *
 *     bytes 0-7    "SPINRULE"
 *           8-11   version of the format, little endian, as all numbers
 *          12-15   bytes of the compressed text
 *          16-19   bytes of the text
 *          20-     the text (read.c), compressed by zlib
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

/* Pack TEXT of SIZE bytes: malloc'ed, *PACKED_SIZE bytes. */
unsigned char *pack_text(const char *text, size_t size, size_t *packed_size);

/* Unpack the first text of *DATA, SIZE bytes, and go past it: malloc'ed, *TEXT_SIZE
 * bytes.  Returns NULL at the end, or, with *ERROR set to words, where the data is
 * damaged or of another version. */
char *pack_next(const unsigned char **data, size_t *size, size_t *text_size, const char **error);

#ifdef __cplusplus
}
#endif

#endif
