/* join.h - which warnings the runs confirm, and which violations no warning announced.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef JOIN_H
#define JOIN_H

#include "model.h"

/* Set `confirmation`, and link the warnings with the violations, of MODEL, which is
 * finished. */
void join(struct model *model);

#endif
