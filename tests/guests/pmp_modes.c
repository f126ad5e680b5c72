/* SPDX-License-Identifier: Apache-2.0 */
/*
 * OFF, TOR, NA4 and NAPOT entries decide the payload's access at every border, TOR from 0
 * included.
 */
/* Evidence for I-PMP-3. */
#include "payload.h"
#include "probe.h"

static uint64_t at;

static void fill_ebreaks(void)
{
	for (unsigned i = 0; i < 2 * PAGE_SIZE / 8; i++)
		data_pages[i] = 0x9002900290029002ul;
	fence_i();
}

static void borders(const char *name, uint64_t from, uint64_t to)
{
	fill_ebreaks();
	say("%s\n", name);
	payload_access(" first", MODE_S, from);
	payload_access(" last", MODE_S, to - 2);
	payload_access(" below", MODE_S, from - 2);
	payload_access(" above", MODE_S, to);
	payload_access(" first", MODE_U, from);
	payload_access(" above", MODE_U, to);
}

void guest_main(void)
{
	at = (uint64_t)data_pages;
	pmp_set(3, PMP_NAPOT | PMP_R | PMP_W | PMP_X, ~0ul);
	for (uint8_t rwx = 0; rwx < 8; rwx++) {
		if ((rwx & 3) == PMP_W)
			continue;
		say("permissions %x\n", (uint64_t)rwx);
		pmp_set(0, 0, at >> 2);
		pmp_set(1, PMP_TOR | rwx, (at + PAGE_SIZE) >> 2);
		borders("TOR over a page", at, at + PAGE_SIZE);
		pmp_set(0, 0, 0);
		pmp_set(1, PMP_NAPOT | rwx, PMP_NAPOT_ADDR(at, PAGE_SIZE));
		borders("NAPOT over a page", at, at + PAGE_SIZE);
	}
	pmp_set(1, 0, 0);
	pmp_set(0, PMP_TOR | PMP_R, (at + PAGE_SIZE) >> 2);
	payload_access("TOR from zero, inside", MODE_S, at);
	payload_access("TOR from zero, behind", MODE_S, at + PAGE_SIZE);
	payload_access("TOR from zero, at the UART", MODE_S, UART_BASE + 7);
	pmp_set(0, 0, ~0ul >> 10);
	pmp_set(1, PMP_TOR, (at + PAGE_SIZE) >> 2);
	payload_access("TOR below its predecessor", MODE_S, at);
	pmp_set(0, PMP_NAPOT | PMP_R | PMP_X, PMP_NAPOT_ADDR(0x80000000ul, 0x100000));
	pmp_set(1, PMP_TOR, (at + PAGE_SIZE) >> 2);
	payload_access("TOR behind a NAPOT entry", MODE_S, at);
	pmp_set(0, PMP_NAPOT | PMP_R | PMP_W | PMP_X, ~0ul);
	pmp_set(1, PMP_NAPOT, ~0ul);
	payload_access("the lower entry wins", MODE_S, at);
	pmp_set(0, PMP_NAPOT, ~0ul);
	pmp_set(1, PMP_NAPOT | PMP_R | PMP_W | PMP_X, ~0ul);
	payload_access("the lower entry wins again", MODE_U, at);
	pmp_set(0, 0, 0);
	pmp_set(1, 0, 0);
	pmp_set(3, 0, 0);
	payload_access("no entry matches", MODE_S, at);
	payload_access("no entry matches", MODE_U, at);
}
