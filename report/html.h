/* html.h - the parts of the HTML page that are the same on each.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef HTML_H
#define HTML_H

extern const char html_style[], html_script[];

/* Of the script, as a policy wants it. */
extern const char html_script_hash[];

#endif
