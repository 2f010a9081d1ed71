/* With lock_order=1 the order counts for the very locks alone.
 *
 * SPDX-License-Identifier: MIT
 */
/* built: instrumented */
/* options: lock_order=1:history=0:callers=0 */
/* expect: ^spinrule: 0 violations, */

#include "lock-order-classes.c"
