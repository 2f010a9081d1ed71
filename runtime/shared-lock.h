/* shared-lock.h - the work of a reader/writer spin lock (EX_SPIN_LOCK), for plain
 * programs and for kernels that lack it.
 *
 * A lock is 32 bits wide: 0 when free, else the number of readers, or that a writer has
 * it.  A writer that waits keeps new readers out.  Nothing here waits; any IRQL.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef SPINRULE_SHARED_LOCK_H
#define SPINRULE_SHARED_LOCK_H

/* Each takes LOCK and returns true if it could. */
int shared_lock_try_read(void *lock);
int shared_lock_try_write(void *lock);

/* The same for a writer that goes on trying until it has LOCK. */
int shared_lock_try_write_soon(void *lock);

/* The only reader of LOCK becomes its writer.  Returns false if there are others. */
int shared_lock_convert(void *lock);

void shared_lock_end_read(void *lock);
void shared_lock_end_write(void *lock);

/* True if LOCK's memory says that it is free. */
int shared_lock_is_free(const void *lock);

#endif
