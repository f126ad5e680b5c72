/* SPDX-License-Identifier: Apache-2.0 */
/* Lists of address ranges. */
#include "platform/platform.h"

void range_list_add(struct range_list *list, struct range r)
{
	if (r.size == 0) {
		return;
	}
	if (list->count == PLATFORM_RANGES) {
		list->overflow = true;
		return;
	}
	list->r[list->count++] = r;
}

bool range_list_touches(const struct range_list *list, struct range r)
{
	for (unsigned int i = 0; i < list->count; i++) {
		if (range_overlaps(list->r[i], r)) {
			return true;
		}
	}
	return false;
}

bool range_list_holds(const struct range_list *list, struct range r)
{
	for (unsigned int i = 0; i < list->count; i++) {
		if (range_has(list->r[i], r.base, r.size)) {
			return true;
		}
	}
	return false;
}

bool range_list_covers(const struct range_list *list, struct range r)
{
	u64 held = 0; /* bytes of r from its base on that the list holds */

	for (unsigned int pass = 0; pass < list->count && held < r.size; pass++) {
		for (unsigned int i = 0; i < list->count && held < r.size; i++) {
			struct range one = list->r[i];
			u64 at = r.base + held;

			held += range_has(one, at, 1) ? one.size - (at - one.base) : 0;
		}
	}
	return held >= r.size;
}
