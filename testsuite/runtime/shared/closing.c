/* closing.c - opens the object of object.c, which brings the runtime, and closes it while a thread that used it goes on.
 *
 * SPDX-License-Identifier: MIT
 */

#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

static void *object;
static pthread_barrier_t meeting;

static void call(const char *name)
{
	void (*function)(void);

	*(void **)&function = dlsym(object, name);
	if (!function)
		abort();
	function();
}

static void *use(void *context)
{
	call("good_nested");
	pthread_barrier_wait(&meeting);
	/* It is closed here. */
	pthread_barrier_wait(&meeting);
	return context;
}

int main(int count, char **args)
{
	pthread_t thread;

	object = count == 2 ? dlopen(args[1], RTLD_NOW) : NULL;
	if (!object)
		return 1;
	pthread_barrier_init(&meeting, NULL, 2);
	pthread_create(&thread, NULL, use, NULL);
	pthread_barrier_wait(&meeting);
	call("warn_released_twice");
	dlclose(object);
	pthread_barrier_wait(&meeting);
	pthread_join(thread, NULL);
	fprintf(stderr, "closed\n");
	return 0;
}
