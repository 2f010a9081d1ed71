/* roles.h - callbacks that one file defines and another registers.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef LINK_ROLES_H
#define LINK_ROLES_H

#include "link/maps.h"

/* Give functions the roles by which file F uses them, and note which parameters of its
 * helpers get callbacks. */
void roles_give(struct link_maps *m, int f);

/* CALLER, which is loaded, calls what PARAMETER describes: give roles to the functions
 * that it hands over, and note its own parameters if it hands over those. */
void roles_hand_over(struct link_maps *m, struct link_parameter parameter, int caller);

#endif
