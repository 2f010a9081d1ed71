/* embed.h - the object carries its lock program, for a check of the whole driver.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef EMBED_H
#define EMBED_H

/* Call in plugin_init. */
void embed_init (const char *plugin_name);

/* Make the lock program of this translation unit; it is written at the end of the
 * assembler's input.  Roles and silencers must have been collected. */
void embed_unit ();

#endif
