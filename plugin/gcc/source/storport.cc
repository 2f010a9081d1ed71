/* storport.cc - the locks that StorPort names by an object and a number.
 *
 * SPDX-License-Identifier: MIT
 */

#include "compat.h"
#include "source/storport.h"

/* STOR_SPINLOCK of storport.h. */
enum { kind_dpc = 1, kind_start_io = 2, kind_interrupt = 3, kind_threaded_dpc = 4,
       kind_dpc_level = 5 };

static const char *const names[] = { "", "DpcLock", "StartIoLock", "InterruptLock" };

bool
storport_is_of_dpc (long long number)
{
	return number == kind_dpc || number == kind_threaded_dpc || number == kind_dpc_level;
}

const char *
storport_kind_name (int number)
{
	return names[number];
}

int
storport_entry_kind (spinrule_entry_lock entry)
{
	return entry == SPINRULE_ENTRY_START_IO ? kind_start_io : kind_interrupt;
}

spinrule_entry_lock
storport_entry_lock (const std::string &name)
{
	for (spinrule_entry_lock entry : { SPINRULE_ENTRY_START_IO, SPINRULE_ENTRY_INTERRUPT })
		if (name == storport_kind_name (storport_entry_kind (entry)))
			return entry;
	return SPINRULE_ENTRY_NAMED;
}
