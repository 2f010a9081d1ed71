/* storport.h - the locks that StorPort names by an object and a number.
 *
 * Include compat.h first.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef STORPORT_H
#define STORPORT_H

#include <string>

#include "runtime/rule.h"

/* Where the locks of one object lie: where no field of it is, STORPORT_LOCK_SIZE
 * bytes from one kind or message to the next. */
static const long long storport_first_kind = 0x40000000, storport_first_message = 0x50000000,
		       storport_lock_size = 16;

/* Kinds of locks have numbers up to this. */
enum { storport_kinds = 64 };

/* True if a lock of kind NUMBER (STOR_SPINLOCK) is that of a DPC, which the argument
 * after the kind names. */
bool storport_is_of_dpc (long long number);

/* The kind of the adapter's lock that callbacks with ENTRY_START_IO, ENTRY_INTERRUPT and
 * ENTRY_MESSAGE are entered with, and its name in STOR_SPINLOCK. */
int storport_entry_kind (spinrule_entry_lock entry);
const char *storport_kind_name (int number);

/* Of an argument's lock NAME: that adapter's lock, "StartIoLock" or "InterruptLock", or
 * ENTRY_NAMED. */
spinrule_entry_lock storport_entry_lock (const std::string &name);

#endif
