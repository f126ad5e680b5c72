/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The check of a bundle reads nothing outside the file, whatever the file says.
 *
 * Proved, for a file of any length up to the bound and any content: image_check() and
 * image_check_running() read and write only the bytes given, the result and their own state, and
 * hand to the digests only bytes that lie within; if they accept, each part that is in the file
 * lies in it, and each firmware part in the address space.
 * Assumed: nothing of the digests' values (any may fit); each look at more than four bytes of the
 * file finds anything at all, so nothing depends on two looks being equal; relocations, of four
 * bytes, are what the file has.
 * Bounds: PROOF_ROOM bytes besides the two headers and the end mark.
 */
#include <stdlib.h>

#include "attest/image.h"
#include "crypto/crypto.h"

#define FILE_MAX (sizeof(struct image_monitor_header) + sizeof(struct image_bundle_header) + \
		  IMAGE_END_LEN + PROOF_ROOM)

uint64_t nondet_u64(void);
_Bool nondet_bool(void);

static void look(const void *data, size_t len)
{
	__CPROVER_assert(len == 0 || __CPROVER_r_ok(data, len), "only bytes of the file are read");
}

void *memcpy(void *to, const void *from, size_t len)
{
	look(from, len);
	__CPROVER_assert(__CPROVER_w_ok(to, len), "only what is given is written");
	if (len == sizeof(uint32_t)) {
		for (size_t i = 0; i < sizeof(uint32_t); i++) {
			((uint8_t *)to)[i] = ((const uint8_t *)from)[i];
		}
	} else {
		__CPROVER_havoc_slice(to, len);
	}
	return to;
}

void crypto_sha384_init(struct crypto_sha384 *ctx)
{
	(void)ctx;
}

void crypto_sha384_update(struct crypto_sha384 *ctx, const void *data, size_t len)
{
	(void)ctx;
	look(data, len);
}

void crypto_sha384_finish(struct crypto_sha384 *ctx, uint8_t digest[CRYPTO_SHA384_LEN])
{
	(void)ctx;
	(void)digest;
}

void crypto_sha384(const void *data, size_t len, uint8_t digest[CRYPTO_SHA384_LEN])
{
	(void)digest;
	look(data, len);
}

bool ct_equal(const void *a, const void *b, size_t len)
{
	look(a, len);
	look(b, len);
	return nondet_bool();
}

static void check_parts(const struct image_info *info)
{
	uint64_t total = info->monitor.total_len;

	for (uint32_t i = 0; i < info->bundle.part_count; i++) {
		const struct image_part *p = &info->bundle.part[i];

		__CPROVER_assert(p->type == IMAGE_PART_SCRATCH ||
				 (p->offset <= total && p->len <= total - p->offset),
				 "a part lies in the file");
		__CPROVER_assert(p->mem_len <= IMAGE_ADDR_LIMIT &&
				 p->load_addr <= IMAGE_ADDR_LIMIT - p->mem_len,
				 "a part lies in the address space");
	}
}

int main(void)
{
	struct image_running running = { nondet_u64(), nondet_bool(), nondet_bool() };
	size_t len = nondet_u64() % (FILE_MAX + 1);
	const uint8_t *file = malloc(len);
	static struct image_info info;
	enum image_status status;

	__CPROVER_assume(file != NULL);
	status = nondet_bool() ? image_check(file, len, &info)
			       : image_check_running(file, len, &running, &info);
	if (status == IMAGE_OK) {
		__CPROVER_assert(info.monitor.total_len <= len, "the file is long enough");
		__CPROVER_assert(info.bundle.part_count <= IMAGE_PARTS_MAX, "the table's length");
		check_parts(&info);
		__CPROVER_assert(0, "witness: a file is accepted");
	}
	__CPROVER_assert(0, "witness: the end is reached");
	return 0;
}
