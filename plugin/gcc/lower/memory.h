/* memory.h - loads and stores of references.
 *
 * A store of one whole cell is a store; where more cells may be written, or a part of
 * one, each that some function loads is clobbered.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef MEMORY_H
#define MEMORY_H

#include "lower/member.h"

/* Make VALUE what REF holds. */
void lower_load (function_lowering &l, tree ref, int value);

/* STMT assigns VALUE, or -1: something, to REF; to what POINTER points to. */
void lower_store (function_lowering &l, gimple *stmt, tree ref, int value);
void lower_store_through (function_lowering &l, gimple *stmt, tree pointer, int value);

/* STMT assigns all of OBJECT at once: zeros, a string, or what FROM, of the same type,
 * holds.  Fields that some function loads are stored one by one; the rest has changed. */
void lower_store_object (function_lowering &l, gimple *stmt, tree object, tree from);

/* STORE copies words of one variable to another as if they were one word.  False if it
 * does something else. */
bool lower_copy_words (function_lowering &l, gassign *store);

/* A struct of TYPE is copied between REF and the object that is, for values of its kind,
 * called NAME: into REF, or out of it. */
void lower_take_struct (function_lowering &l, gimple *stmt, tree ref, const char *name);
void lower_hand_struct (function_lowering &l, const char *name, tree ref, lockprog_place place);

/* What the object called NAME, a struct of TYPE, holds is unknown now. */
void lower_forget_struct (function_lowering &l, const char *name, tree type, lockprog_place place);

/* A cell has changed to something unknown; so has all that POINTER points to.  The second
 * returns false if the cells cannot be named. */
void lower_clobber (function_lowering &l, const cell &changed, lockprog_place place);
bool clobber_pointed (function_lowering &l, tree pointer, lockprog_place place);

#endif
