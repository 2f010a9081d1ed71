/* returns.h - returns of one function that disagree: some hold a lock that others do not,
 * and no value distinguishes them.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef RETURNS_H
#define RETURNS_H

#include "walk/walk.h"

/* Claim locks that some returns of WALK's function, which is no callback, hold and others
 * do not. */
void returns_check(struct walk *walk);

#endif
