/* SPDX-License-Identifier: Apache-2.0 */
/* The contents page of boot: what happens between the move and the firmware's first instruction. */
#include "attest/identity.h"
#include "boot/load.h"
#include "boot/layout.h"
#include "boot/scrub.h"
#include "boot/verify.h"
#include "crypto/crypto.h"
#include "hw/csr.h"
#include "hw/mmio.h"
#include "lib/log.h"
#include "lib/string.h"
#include "monitor/ipi.h"
#include "monitor/mechanism.h"
#include "monitor/policy.h"
#include "monitor/remote.h"
#include "monitor/trap.h"
#include "monitor/vcsr.h"
#include "monitor/vpmp.h"

struct hart_area hart_areas[MAX_HARTS];

extern u32 boot_arrived;         /* start.S */
extern const char trap_entry[];  /* trap.S */
NORETURN void trap_enter(struct hart *h); /* trap.S */
NORETURN void boot_park(void);   /* start.S */

/* Set by the boot hart when the firmware may run (release), read by the others (acquire). */
static u32 firmware_ready;
static u64 firmware_entry;

/*
 * Harts that came (boot hart, before firmware_ready), those of them that are done with start_hart
 * (each adds itself, release), and whether one of them cannot carry the policies.
 */
static u32 harts_expected;
static u32 harts_settled;
static u32 harts_refused;

static const struct handoff *handoff(void)
{
	return &boot_scratch.handoff;
}

static_assert(PLATFORM_RANGES == MEMORY_RANGES, "machine.memory holds every range");

/* ---- the machine ---- */

static unsigned int index_of_hart(u64 id)
{
	const struct platform *p = &handoff()->platform;

	for (unsigned int i = 0; i < p->hart_count; i++) {
		if (p->hart_id[i] == id) {
			return i;
		}
	}
	return p->hart_count;
}

/* The smallest naturally aligned power of two around it, so that one PMP entry covers it. */
static struct range shield_around(struct range whole)
{
	struct range r = { whole.base, 4096 };

	if (whole.size == 0) {
		return whole;
	}
	while (!range_has(r, whole.base, whole.size)) {
		r.size <<= 1;
		r.base = whole.base & ~(r.size - 1);
	}
	return r;
}

static void describe_clint(struct clint_map *c, const struct clint_desc *d)
{
	c->msip = d->msip;
	c->mtimecmp = d->mtimecmp;
	c->mtime = d->mtime;
	c->shield = shield_around(d->whole);
	c->msip_count = d->msip_count;
	c->mtimecmp_count = d->mtimecmp_count;
	for (unsigned int i = 0; i < d->msip_count; i++) {
		c->msip_hart[i] = (u8)index_of_hart(d->msip_hart[i]);
	}
	for (unsigned int i = 0; i < d->mtimecmp_count; i++) {
		c->mtimecmp_hart[i] = (u8)index_of_hart(d->mtimecmp_hart[i]);
	}
}

static void describe_hart(struct hart *h, unsigned int index)
{
	const struct clint_map *c = &machine.clint;

	h->index = index;
	h->id = handoff()->platform.hart_id[index];
	for (unsigned int i = 0; i < c->msip_count; i++) {
		if (c->msip_hart[i] == index) {
			h->msip_addr = c->msip.base + 4 * (u64)i;
		}
	}
	for (unsigned int i = 0; i < c->mtimecmp_count; i++) {
		if (c->mtimecmp_hart[i] == index) {
			h->timer.mtimecmp_addr = c->mtimecmp.base + 8 * (u64)i;
		}
	}
}

static void describe_machine(void)
{
	const struct platform *p = &handoff()->platform;
	u64 size = 4096;

	while (size < image_offset(_end)) {
		size <<= 1;
	}
	machine.hart_count = p->hart_count;
	machine.handed = handoff()->handed;
	machine.initrd = p->initrd;
	if (!handoff()->payload.is_assumed) {
		machine.payload = handoff()->payload.r;
	}
	machine.timebase = p->timebase_hz;
	machine.self = range_make((u64)(uintptr_t)_start, size);
	for (unsigned int i = 0; i < p->memory.count; i++) {
		machine.memory[i] = p->memory.r[i];
		if (range_overlaps(p->memory.r[i], machine.self)) {
			machine.ram = p->memory.r[i];
		}
	}
	machine.memory_count = p->memory.count;
	describe_clint(&machine.clint, &p->clint);
	machine.devices = p->devices;
	for (unsigned int i = 0; i < p->hart_count; i++) {
		machine.harts[i] = &hart_areas[i].hart;
		describe_hart(machine.harts[i], i);
	}
}

/* ---- every hart ---- */

static void refuse_machine(void)
{
	log_line("nothing was started");
	__atomic_store_n(&harts_refused, 1, __ATOMIC_RELEASE);
}

/* Makes the running hart ready for the firmware; false: it cannot run it, and is to be parked. */
static bool start_hart(struct hart *h)
{
	csr_write(CSR_MTVEC, (u64)(uintptr_t)trap_entry);
	hart_probe(&h->caps);
	ipi_show_msip(h, false);
	if (!h->caps.has_s || !h->caps.has_mcounteren) {
		log_at(BOOT, LOG_INFO, "hart %lu has no S-mode: parked", h->id);
		return false;
	}
	if (h->caps.pmp_count < vpmp_reserved()) {
		log_line("hart %lu has %u PMP entries, the monitor needs %u: parked", h->id,
			 h->caps.pmp_count, vpmp_reserved());
		return false;
	}
	if (!policy_pmp_fits(h)) {
		refuse_machine();
		return false;
	}
	vcsr_init(h);
	if (!policy_init(h)) {
		refuse_machine();
		return false;
	}
	return true;
}

/*
 * No firmware runs before every hart has started its policies. Harts that come later, which only
 * disabled ones do, start theirs when they come.
 */
static void settle(void)
{
	__atomic_fetch_add(&harts_settled, 1, __ATOMIC_RELEASE);
	while (__atomic_load_n(&harts_settled, __ATOMIC_ACQUIRE) < harts_expected) {
	}
}

NORETURN static void run_hart(struct hart *h, bool able)
{
	const struct handoff *ho = handoff();

	if (able) {
		remote_join(h);
	}
	settle();
	if (!able || __atomic_load_n(&harts_refused, __ATOMIC_ACQUIRE) != 0) {
		boot_park();
	}
	h->x[10] = h->id;
	h->x[11] = ho->arg[1];
	h->x[12] = ho->arg[2];
	h->pc = firmware_entry;
	hw_fence_i();
	trap_enter(h);
}

NORETURN void boot_secondary(unsigned int index)
{
	struct hart *h;

	while (__atomic_load_n(&firmware_ready, __ATOMIC_ACQUIRE) == 0) {
	}
	h = machine.harts[index];
	run_hart(h, start_hart(h));
}

/* ---- the boot hart ---- */

#define ARRIVAL_SPINS 1000000000u

static bool arrived(unsigned int others, u32 spins)
{
	for (u32 i = 0; i < spins; i++) {
		if (__atomic_load_n(&boot_arrived, __ATOMIC_ACQUIRE) == others) {
			return true;
		}
	}
	return false;
}

/*
 * A hart still at the old place would run whatever is loaded there, in M-mode: wait for all. Those
 * that the device tree calls disabled may never come; they have had the same time.
 */
static bool all_arrived(const struct platform *p)
{
	unsigned int disabled = 0;

	for (unsigned int i = 0; i < p->hart_count; i++) {
		disabled += p->hart_disabled[i] ? 1 : 0;
	}
	if (arrived(p->hart_count - 1, disabled != 0 ? ARRIVAL_SPINS / 10 : ARRIVAL_SPINS) ||
	    (disabled != 0 && boot_arrived + disabled >= p->hart_count - 1)) {
		return true;
	}
	log_line("refused: only %u of %u other harts arrived", boot_arrived, p->hart_count - 1);
	return false;
}

static void say_what_runs(const struct hart *h, const struct image_info *info)
{
	const struct vpmp *v = &h->vpmp;

	log_at(BOOT, LOG_INFO, "monitor at %lx +%lu KiB, %u harts, policies: %s", machine.self.base,
	       machine.self.size / KIB, machine.hart_count,
	       policy_names()[0] != '\0' ? policy_names() : "none");
	log_at(BOOT, LOG_INFO, "PMP: %u entries of 2^%u bytes, %u of them for the firmware",
	       h->caps.pmp_count, h->caps.pmp_grain + 2, v->count);
	if (v->count == 0) {
		log_at(BOOT, LOG_INFO,
		       "too few PMP entries to share: the firmware sees a hart without PMP");
	}
	if (mechanism_switched_off() != 0) {
		log_line("TEST IMAGE: protections %x are switched off", mechanism_switched_off());
	}
	verify_warn();
	if (identity_warning() != NULL) {
		log_line("%s", identity_warning());
	}
	log_at(BOOT, LOG_INFO, "firmware %s, entry %lx", info->bundle.fw_name,
	       info->bundle.fw_entry);
}

static void measure_firmware(struct hart *h, const struct image_bundle_header *b)
{
	for (unsigned int i = 0; i < b->part_count; i++) {
		if (b->part[i].type == IMAGE_PART_FIRMWARE) {
			policy_on_measure(h, MEASURED_FIRMWARE,
					  range_make(b->part[i].load_addr, b->part[i].mem_len));
		}
	}
}

NORETURN static void start_nothing(void)
{
	log_line("nothing was started");
	boot_park();
}

/* In a test build: does the cryptography compute on this machine what it should? */
static bool selftest_passes(void)
{
	const char *wrong = CRYPTO_SELFTEST ? crypto_selftest() : NULL;

	if (wrong != NULL) {
		log_line("self-test: %s is wrong; do not use this monitor", wrong);
	} else if (CRYPTO_SELFTEST) {
		log_line("self-test: cryptography is right");
	}
	return wrong == NULL;
}

/* Before the policies start: one of them may need it. Nobody does anything with it afterwards. */
static bool adopt_identity(const struct image_info *info)
{
	const struct manifest_facts *m = &machine.manifest;
	struct identity_start start = {
		.handoff = &boot_scratch.handoff.identity,
		.code = info->bundle.part[0].digest,
		.policies = info->bundle.policies,
		.off = mechanism_switched_off(),
		.version = m->version,
		.svn = m->svn,
		.authority = m->verified ? m->authority : NULL,
		.manifest_digest = m->verified ? m->digest : NULL,
	};

	if (!identity_adopt(&start)) {
		log_line("refused: stage 0 and monitor do not fit: take both from one build");
		return false;
	}
	machine.flash = range_make(identity_facts()->flash_base, identity_facts()->flash_len);
	machine.tpm = shield_around(range_make(identity_facts()->tpm_base,
					       identity_facts()->tpm_len));
	return true;
}

/* More than what this function and wipe have of the stack. */
#define OWN_FRAMES 128u

/*
 * What is needed no more, and what cryptography has left on this stack (docs/crypto.md): all below
 * the caller's frame.
 */
__attribute__((noinline)) static void forget_identity(const struct hart *h)
{
	u8 *bottom = hart_areas[h->index].stack;

	identity_forget();
	wipe(bottom, (size_t)((u8 *)__builtin_frame_address(0) - OWN_FRAMES - bottom));
}

NORETURN void boot_main(void)
{
	const struct handoff *ho = handoff();
	static struct image_info info;
	struct hart *h = &hart_areas[index_of_hart(ho->arg[0])].hart;
	bool able;

	boot_open_console(&ho->platform);
	describe_machine();
	if (!selftest_passes() || !load_check(ho, &info) || !verify_bundle(ho, &info) ||
	    !adopt_identity(&info) || !all_arrived(&ho->platform) ||
	    !load_firmware(ho, &info, machine.self)) {
		start_nothing();
	}
	if (platform_patch_fdt(&ho->platform, machine.self) != PLATFORM_OK ||
	    !platform_disable(&ho->platform, machine.flash) ||
	    !platform_disable(&ho->platform, machine.tpm)) {
		log_line("%s", platform_status_text(PLATFORM_FDT_FULL));
		start_nothing();
	}
	if (policy_scrubs() && mechanism_on(MECH_SCRUB)) {
		scrub_memory(ho, &info.bundle, machine.self);
	}
	machine.firmware = load_extent(&info.bundle);
	firmware_entry = info.bundle.fw_entry;
	load_note_facts(&info);
	harts_expected = boot_arrived + 1;
	able = start_hart(h);
	forget_identity(h);
	if (able) {
		measure_firmware(h, &info.bundle);
		say_what_runs(h, &info);
	}
	__atomic_store_n(&firmware_ready, 1, __ATOMIC_RELEASE);
	run_hart(h, able);
}
