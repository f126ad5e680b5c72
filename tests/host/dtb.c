/* SPDX-License-Identifier: Apache-2.0 */
/* Device trees from files. */
#include <stdlib.h>

#include "dtb.h"

struct dtb dtb_load(const char *name, size_t room)
{
	char path[200];
	struct dtb t = {0};
	FILE *f;

	snprintf(path, sizeof(path), UNIT_DTB_DIR "/%s.dtb", name);
	f = fopen(path, "rb");
	if (f == NULL) {
		fail_msg("cannot read %s", path);
	}
	fseek(f, 0, SEEK_END);
	t.size = (size_t)ftell(f);
	rewind(f);
	t.bytes = aligned_alloc(8, (t.size + room + 7) / 8 * 8);
	assert_int_equal(fread(t.bytes, 1, t.size, f), t.size);
	fclose(f);
	return t;
}
