/* An interrupt anywhere in the runtime: what is on by default.
 *
 * SPDX-License-Identifier: MIT
 */
/* port: posix */
/* options: history=0 */
/* expect: ^all instructions$ */
/* expect: ^spinrule: 0 violations, [0-9]+ lock calls checked, [0-9]+ of [0-9]+ sites executed$ */

#include "single-step.h"
