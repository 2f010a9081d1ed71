/* Copies of inline functions, in a file that has constants and locals before them.
 *
 * SPDX-License-Identifier: MIT
 */

static const char *const before[] = { "low", "one more" };

static const char *pick(int i)
{
	char words[4] = "any";

	return words[i & 3] ? before[i & 1] : "none";
}

#include "copies.h"

LONG low_part(void)
{
	return parts.low;
}

DRIVER_DISPATCH good_second;

void say(const char *words)
{
	last_words = words;
}

NTSTATUS NTAPI good_second(PDEVICE_OBJECT device, PIRP irp)
{
	say(pick(device != 0));
	same_copy(irp == 0);
	other_copy();
	return 0;
}
