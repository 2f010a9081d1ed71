/* { dg-do compile } */
/* spinrule_ignore takes two strings.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"

__attribute__((spinrule_ignore)) void no_arguments(void);	/* { dg-error "wrong number of arguments" "none" } */
__attribute__((spinrule_ignore("all"))) void no_reason(void);	/* { dg-error "attribute needs a reason: 'spinrule_ignore \\(\"all\", \"reason\"\\)'" "one" } */
__attribute__((spinrule_ignore("all", "a", "b"))) void three(void);	/* { dg-error "wrong number of arguments" "three" } */
__attribute__((spinrule_ignore("all", ""))) void empty_reason(void);	/* { dg-error "needs a reason" "empty" } */
__attribute__((spinrule_ignore(1, "a number"))) void number(void);	/* { dg-error "needs two strings" "number" } */
__attribute__((spinrule_ignore("all", 2))) void number_too(void);	/* { dg-error "needs two strings" "number too" } */
__attribute__((spinrule_ignore(L"all", "wide"))) void wide(void);	/* { dg-error "needs two strings" "wide" } */
