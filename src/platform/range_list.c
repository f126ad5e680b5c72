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
