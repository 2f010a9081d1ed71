/* layout.h - structs as the linker of lock programs compares them between files.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef LAYOUT_H
#define LAYOUT_H

/* A digest of the layout of RECORD, a struct or union. */
const char *layout_of (tree record);

#endif
