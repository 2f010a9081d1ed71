/* program.c - calls object.c; for shared.exp.  With -DRELEASES it releases a lock that the object acquired.
 *
 * SPDX-License-Identifier: MIT
 */

#include "wdm-lite.h"

extern KSPIN_LOCK shared_lock;
void good_nested(void);
KIRQL acquire_for_program(void);
void warn_released_twice(void);

int main(void)
{
	good_nested();
#ifdef RELEASES
	KeReleaseSpinLock(&shared_lock, acquire_for_program());
#endif
	warn_released_twice();
	return 0;
}
