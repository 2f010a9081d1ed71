/* callback.h - entry and exit checks of callbacks.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef CALLBACK_H
#define CALLBACK_H

/* Watch functions from now on.  Call in plugin_init. */
void callback_init (const char *plugin_name);

/* Look at the unit's callbacks.  Call before the first callback_instrument. */
void callback_start_unit ();

/* Give the function FUN, which is cfun, its entry and exit checks if it is a callback.
 * Returns true if it was changed. */
bool callback_instrument (function *fun);

#endif
