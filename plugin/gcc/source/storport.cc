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
storport_adapter_lock (const std::string &name)
{
	for (int kind = kind_start_io; kind <= kind_interrupt; kind++)
		if (name == names[kind])
			return kind;
	return 0;
}
