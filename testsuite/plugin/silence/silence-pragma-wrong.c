/* { dg-do compile } */
/* #pragma spinrule with what it does not know: an error each, which says what there is.  */
/* SPDX-License-Identifier: MIT */

#pragma spinrule	/* { dg-error "'#pragma spinrule' needs 'ignored', 'warning', 'error', 'push', 'pop' or 'lock_levels'" "nothing" } */
#pragma spinrule ignore "all"	/* { dg-error "'#pragma spinrule' needs 'ignored'" "another word" } */
#pragma spinrule "ignored"	/* { dg-error "'#pragma spinrule' needs 'ignored'" "a string" } */
#pragma spinrule ignored	/* { dg-error "needs an id in quotes" "no id" } */
#pragma spinrule ignored double	/* { dg-error "needs an id in quotes" "no quotes" } */
#pragma spinrule ignored "double-aquire"	/* { dg-error "unknown id 'double-aquire' in '#pragma spinrule ignored'; did you mean 'double-acquire'" "misspelt" } */
#pragma spinrule warning "zzzzzzzzzzzzz"	/* { dg-error "unknown id 'zzzzzzzzzzzzz' in '#pragma spinrule warning'; the ids are" "like none" } */
#pragma spinrule error "all" more	/* { dg-error "junk at the end of '#pragma spinrule error'" "junk" } */
#pragma spinrule ignored "all", why	/* { dg-error "junk at the end of '#pragma spinrule ignored'" "reason without quotes" } */
#pragma spinrule push "all"	/* { dg-error "junk at the end of '#pragma spinrule push'" "junk" } */
#pragma spinrule pop	/* { dg-error "'#pragma spinrule pop' without a 'push' before it" "pop" } */

int f(int x)
{
#pragma spinrule pop	/* { dg-error "without a 'push'" "pop in a function" } */
	return x;
}
