/* SPDX-License-Identifier: Apache-2.0 */
/* Four-byte and eight-byte regions inside a page, and accesses that match only partly. */
/* Evidence for I-PMP-3. */
#include "payload.h"
#include "probe.h"
#include "insn.h"

static void probe(const char *name, uint64_t target)
{
	payload_word(name, MODE_S, insn_load(3, A0, A1, 0), target);
	payload_word(name, MODE_S, insn_load(2, A0, A1, 0), target);
	payload_word(name, MODE_U, insn_store(3, A2, A1, 0), target);
}

void guest_main(void)
{
	uint64_t at = (uint64_t)data_pages;

	data_fill();
	pmp_set(2, PMP_NAPOT | PMP_R | PMP_W | PMP_X, ~0ul);
	say("granularity 4 reads back: %x %x\n", (uint64_t)pmp_cfg(1), pmp_addr(1));
	pmp_set(0, PMP_NA4, (at + 64) >> 2);
	say("NA4: cfg %x addr %x\n", (uint64_t)pmp_cfg(0), pmp_addr(0));
	probe("on the hole", at + 64);
	probe("over the hole's start", at + 60);
	probe("behind the hole", at + 68);
	probe("ahead of the hole", at + 56);
	pmp_set(0, PMP_NAPOT | PMP_R, PMP_NAPOT_ADDR(at + 128, 8));
	probe("read-only eight bytes", at + 128);
	probe("half in", at + 124);
	probe("half out", at + 132);
	pmp_set(0, 0, (at + 200) >> 2);
	pmp_set(1, PMP_TOR | PMP_R, (at + 212) >> 2);
	probe("TOR of twelve bytes, first", at + 200);
	probe("TOR of twelve bytes, over its end", at + 208);
	probe("TOR of twelve bytes, behind", at + 216);
	/*
	 * M-mode itself may not cross a border (partial matches fail in every mode): clear first.
	 */
	pmp_set(1, 0, 0);
	pmp_set(0, 0, 0);
	say("data %x\n", data_hash());
}
