/* instrument.h - calls of spin-lock DDIs become calls of the runtime.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef INSTRUMENT_H
#define INSTRUMENT_H

#include "source/place.h"

/* Watch functions from now on.  Call in plugin_init when the unit will be
 * instrumented. */
void instrument_init (const char *plugin_name);

/* Redirect this translation unit's DDIs to the runtime's wrappers and give its callbacks
 * their entry and exit checks.  Call once, in the pass, after roles_collect and after all
 * that wants to see the code as it was written. */
void instrument_unit ();

/* The calls that instrument_unit redirects or would redirect, in the order of the
 * source's functions; changes nothing.  Call before it. */
std::vector<call_site> instrument_sites ();

#endif
