/* keep.h - trees that the garbage collector must leave alone while the plugin uses them.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef KEEP_H
#define KEEP_H

/* Call in plugin_init. */
void keep_init (const char *plugin_name);

/* Keep NODE, and what it refers to, as long as the process lives. */
void keep_tree (tree node);

#endif
