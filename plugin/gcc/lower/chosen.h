/* chosen.h - calls of one of several DDIs, through a pointer.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef CHOSEN_H
#define CHOSEN_H

#include "lower/function.h"

/* True if CALL is through a pointer that leads to DDIs only. */
bool is_of_chosen_ddi (gcall *call);

/* If it is, add a way for each of them, which join behind it, and return true;
 * *COMES_BACK is false if no way leads on. */
bool lower_chosen_ddi (function_lowering &l, gcall *call, bool *comes_back);

#endif
