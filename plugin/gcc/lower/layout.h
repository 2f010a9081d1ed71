/* layout.h - types as the linker of lock programs compares them between files.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef LAYOUT_H
#define LAYOUT_H

/* What functions of TYPE take and return.  Types that may be called through one pointer
 * are equal. */
const char *function_type_name (tree type);

/* A digest of the layout of RECORD, a struct or union. */
const char *layout_of (tree record);

#endif
