/* matters.h - whether anything in the translation unit can matter to a lock.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef MATTERS_H
#define MATTERS_H

/* False if the unit names no DDI, has no annotation or assumption, and has and calls no
 * cancel routine: then no lock program of it has an operation on a lock.  Looks at
 * declarations and indirect calls only.  Roles must have been collected. */
bool unit_matters ();

#endif
