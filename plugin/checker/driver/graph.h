/* graph.h - the control flow of a function, for Graphviz.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef DRIVER_GRAPH_H
#define DRIVER_GRAPH_H

#include "check/check.h"
#include "link/link.h"

/* Write the control flow of function NAME to FILE for Graphviz: the operations of each
 * block, the locks with which it is entered, and the paths of violations.  Returns false
 * after an error, which was printed. */
bool graph_write(struct link_result *linked, const struct check_result *result,
		 const struct check_options *options, const char *name, const char *file);

#endif
