/* Copies of inline functions: that they differ is told of those that do.
 *
 * SPDX-License-Identifier: MIT
 */

#define FIRST_COPY
#include "copies.h"

KSPIN_LOCK copies_lock;
struct without_tags parts;
const char *last_words;

DRIVER_DISPATCH good_first;

NTSTATUS NTAPI good_first(PDEVICE_OBJECT device, PIRP irp)
{
	(void)device;
	same_copy(irp != 0);
	other_copy();
	return 0;
}
/* says: the copies of 'other_copy' in */
/* does not say: the copies of 'same_copy' */
