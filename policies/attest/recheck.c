/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The firmware's code a second time: segments that the manifest says nobody is to write, digested
 * as they are in memory now, and compared with what was measured before the first instruction. The
 * firmware may run on other harts meanwhile, and between the slices on this one: what it puts back
 * in time is not seen.
 */
#include "attest/manifest.h"
#include "lib/string.h"
#include "policies/attest/attest.h"

#define SLICE_BYTES 32768u /* at 52 instructions each */

/* Written on the boot hart before the firmware runs. */
static struct {
	unsigned int measured; /* segments of any kind so far */
	unsigned int count;
	u32 mask;              /* which of them those are */
	struct range segment[MANIFEST_SEGMENTS_MAX];
	struct crypto_sha384 data; /* of their events */
} recheck_wanted;

/* How far it has come: done bytes of segment number at. Under attest_lock. */
static struct {
	unsigned int at;
	u64 done;
	struct crypto_sha384 bytes;
	struct crypto_sha384 data;
} recheck_state;

void attest_recheck_add(struct range segment, const u8 data[MEASURE_DATA_MAX])
{
	unsigned int n = recheck_wanted.measured++;

	if (n >= MANIFEST_SEGMENTS_MAX || (machine.manifest.fixed >> n & 1) == 0 ||
	    segment.size == 0) {
		return;
	}
	if (recheck_wanted.count == 0) {
		crypto_sha384_init(&recheck_wanted.data);
	}
	recheck_wanted.segment[recheck_wanted.count++] = segment;
	recheck_wanted.mask |= 1u << n;
	crypto_sha384_update(&recheck_wanted.data, data, MEASURE_DATA_MAX);
}

bool attest_recheck_begin(struct evidence_recheck *out)
{
	recheck_state.at = 0;
	recheck_state.done = 0;
	crypto_sha384_init(&recheck_state.data);
	crypto_sha384(NULL, 0, out->digest);
	out->state = EVIDENCE_NO_CODE;
	out->segments = recheck_wanted.mask;
	return recheck_wanted.count != 0;
}

/* The data of the event that this segment would have now. */
static void end_segment(struct range r)
{
	u8 data[MEASURE_DATA_MAX];
	struct sink s = { .out = data, .room = sizeof(data) };
	u8 digest[CRYPTO_SHA384_LEN];

	crypto_sha384_finish(&recheck_state.bytes, digest);
	sink_little(&s, r.base, 8);
	sink_little(&s, r.size, 8);
	sink_bytes(&s, digest, sizeof(digest));
	crypto_sha384_update(&recheck_state.data, data, s.kept);
	recheck_state.at++;
	recheck_state.done = 0;
}

static void compare(struct evidence_recheck *out)
{
	struct crypto_sha384 then = recheck_wanted.data;
	u8 digest[CRYPTO_SHA384_LEN];

	crypto_sha384_finish(&then, digest);
	crypto_sha384_finish(&recheck_state.data, out->digest);
	out->state = ct_equal(digest, out->digest, sizeof(digest)) ? EVIDENCE_SAME
								     : EVIDENCE_CHANGED;
}

enum crypto_progress attest_recheck_on(struct evidence_recheck *out)
{
	struct range r = recheck_wanted.segment[recheck_state.at];
	u64 left = r.size - recheck_state.done;
	u64 now = left < SLICE_BYTES ? left : SLICE_BYTES;

	if (recheck_state.done == 0) {
		crypto_sha384_init(&recheck_state.bytes);
	}
	crypto_sha384_update(&recheck_state.bytes,
			     (const void *)(uintptr_t)(r.base + recheck_state.done), now);
	recheck_state.done += now;
	if (now == left) {
		end_segment(r);
	}
	if (recheck_state.at != recheck_wanted.count) {
		return CRYPTO_MORE;
	}
	compare(out);
	return CRYPTO_DONE;
}
