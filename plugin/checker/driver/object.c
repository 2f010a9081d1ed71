/* object.c - the lock programs in object files and archives, by libbfd.
 *
 * libbfd knows COFF and ELF, archives, thin archives and import libraries.
 *
 * SPDX-License-Identifier: MIT
 */

#include "driver/object.h"

/* bfd.h asks for it. */
#define PACKAGE "spinrule"
#include <bfd.h>
#include <stdlib.h>

#include "link/pack.h"
#include "lockprog/alloc.h"

/* What libbfd would print to standard error is told once, by bfd_get_error. */
static void be_silent(const char *format, va_list list)
{
	(void)format;
	(void)list;
}

static bool read_object(bfd *object, const char *name, bool is_member, object_found *found,
			void *context, const char **error)
{
	asection *section = bfd_get_section_by_name(object, PACK_SECTION);
	bfd_byte *data = NULL;

	if (!section) {
		found(name, is_member, NULL, 0, context);
		return true;
	}
	if (!bfd_malloc_and_get_section(object, section, &data)) {
		*error = bfd_errmsg(bfd_get_error());
		free(data);
		return false;
	}
	found(name, is_member, data, (size_t)bfd_section_size(section), context);
	free(data);
	return true;
}

static bool read_archive(bfd *archive, const char *file, object_found *found, void *context,
			 const char **error)
{
	bfd *member = bfd_openr_next_archived_file(archive, NULL);
	bool is_good = true;

	while (member && is_good) {
		bfd *next;

		if (bfd_check_format(member, bfd_object)) {
			char *name;

			name = alloc_text("%s(%s)", file, bfd_get_filename(member));
			is_good = read_object(member, name, true, found, context, error);
			free(name);
		}
		next = bfd_openr_next_archived_file(archive, member);
		bfd_close(member);
		member = next;
	}
	if (is_good && bfd_get_error() != bfd_error_no_more_archived_files) {
		*error = bfd_errmsg(bfd_get_error());
		return false;
	}
	return is_good;
}

enum object_status object_read(const char *file, object_found *found, void *context,
			       const char **error)
{
	static bool is_ready;
	bool is_good = true, is_other = false;
	bfd *object;

	if (!is_ready) {
		bfd_init();
		bfd_set_error_handler(be_silent);
		is_ready = true;
	}
	object = bfd_openr(file, NULL);
	if (!object) {
		*error = bfd_errmsg(bfd_get_error());
		return OBJECT_FAILED;
	}
	if (bfd_check_format(object, bfd_archive))
		is_good = read_archive(object, file, found, context, error);
	else if (bfd_check_format(object, bfd_object))
		is_good = read_object(object, file, false, found, context, error);
	else
		is_other = true;
	bfd_close(object);
	if (is_other)
		return OBJECT_OTHER;
	return is_good ? OBJECT_READ : OBJECT_FAILED;
}
