/* SPDX-License-Identifier: Apache-2.0 */
/* What attest claims of the machine, the monitor and the firmware, value by value. */
#include "attest_call.h"

#include "attest/evidence.h"
#include "attest/facts.h"
#include "attest/identity.h"

#define LEN CRYPTO_SHA384_LEN
#define TIMEBASE 8000u
#define SLOT 1u

static struct identity_handoff left;
static struct evidence_claims claims;
static u8 code[LEN], authority[LEN];

/* What stage 0 has left of a start: nothing if it is not there. */
static void adopt(bool stage0, u32 mode, u32 flags)
{
	struct identity_start begun = {.handoff = &left, .code = code, .policies = "attest",
				       .version = "1.2", .authority = authority};

	memset(&left, 0, sizeof(left));
	memset(code, 0xc0, LEN);
	memset(authority, 0xaa, LEN);
	if (stage0) {
		left.magic = IDENTITY_MAGIC;
		left.version = IDENTITY_VERSION;
		left.size = sizeof(left);
		left.class = DICE_CLASS_FLASH;
		left.mode = mode;
		left.flags = flags;
		left.slot = SLOT;
		left.boot_count = 41;
		left.uds_cert_len = left.mon_cert_len = 100;
		left.flash_base = left.store_base = 0x20000000;
		left.flash_len = left.store_len = 0x4000000;
		memset(left.stage0_digest, 0x50, LEN);
		memset(left.device_digest, 0xde, LEN);
		memcpy(left.authority, authority, LEN);
		memcpy(left.code, code, LEN);
		memset(left.cdi_attest, 0x21, DICE_LEN);
		memset(left.seal_key, 0x22, DICE_LEN);
	}
	assert_true(identity_adopt(&begun));
}

static int setup_bare(void **state)
{
	unit_setup(state);
	sbi_start_payload();
	machine.timebase = TIMEBASE;
	machine.hart_count = 2;
	memset(&attest_facts, 0, sizeof(attest_facts));
	strcpy(attest_facts.platform, "fake-board");
	strcpy(attest_facts.version, "1.2");
	attest_facts.verified = true;
	attest_facts.svn = 70;
	attest_facts.least_svn = 60;
	return 0;
}

static int setup(void **state)
{
	setup_bare(state);
	adopt(true, DICE_MODE_NORMAL, 0);
	return 0;
}

static void claim(void)
{
	memset(&claims, 0x77, sizeof(claims));
	attest_claim(&hart, &claims);
}

/* Nobody counts, so anything could be started again. The first test: facts are never forgotten. */
static void without_a_stage_0_anything_could_be_next(void **state)
{
	(void)state;
	adopt(false, 0, 0);
	claim();
	assert_true(claims.update.replayable);
	assert_int_equal(claims.update.slot, IDENTITY_NO_SLOT);
	assert_int_equal(claims.identity_class, DICE_CLASS_ZERO);
	assert_false(claims.component[EVIDENCE_STAGE0].present);
}

static void the_machine_and_its_start(void **state)
{
	(void)state;
	fake.mtime = attest_began() + 7 * TIMEBASE + TIMEBASE - 1;
	claim();
	assert_int_equal(claims.uptime, 7);
	assert_int_equal(claims.platform.len, strlen("fake-board"));
	assert_memory_equal(claims.platform.data, "fake-board", claims.platform.len);
	assert_int_equal(claims.ueid[0], 1); /* RFC 9711, 4.2.1.1: RAND */
	assert_memory_equal(claims.ueid + 1, identity_facts()->device_digest,
			    sizeof(claims.ueid) - 1);
	assert_int_equal(claims.boot_count, 41);
	assert_int_equal(claims.identity_class, DICE_CLASS_FLASH);
	machine.timebase = 0;
	claim();
	assert_int_equal(claims.uptime, 0);
}

/* RFC 9711, 4.2.9: 0 is enabled, 2 is disabled since boot. */
static void whoever_can_change_what_runs_is_debugging(void **state)
{
	(void)state;
	claim();
	assert_int_equal(claims.debug_status, 2);
	assert_true(claims.verified_boot);
	attest_facts.test_keys = true;
	claim();
	assert_int_equal(claims.debug_status, 0);
	attest_facts.test_keys = false;
	attest_facts.verified = false;
	claim();
	assert_int_equal(claims.debug_status, 0);
	assert_false(claims.verified_boot);
	attest_facts.verified = true;
	adopt(true, DICE_MODE_DEBUG, 0);
	claim();
	assert_int_equal(claims.debug_status, 0);
}

static void policies_are_those_of_the_build(void **state)
{
	static const char *const names[] = {"alpha", "beta", "gamma"};

	(void)state;
	claim();
	assert_int_equal(claims.policies, 3);
	for (unsigned int i = 0; i < 3; i++) {
		assert_string_equal(claims.policy[i].name, names[i]);
		assert_int_equal(claims.policy[i].pmp_entries, 0);
		assert_false(claims.policy[i].saves_payload || claims.policy[i].mediates ||
			     claims.policy[i].scrubs);
		assert_int_equal(claims.policy[i].switched_off, 0);
	}
}

static void the_manifest_names_monitor_and_firmware(void **state)
{
	const struct evidence_component *list = claims.component;
	u8 digest[LEN];

	(void)state;
	claim();
	assert_true(list[EVIDENCE_STAGE0].present);
	assert_memory_equal(list[EVIDENCE_STAGE0].digest, identity_facts()->stage0_digest, LEN);
	assert_true(list[EVIDENCE_MONITOR].present);
	assert_memory_equal(list[EVIDENCE_MONITOR].digest, code, LEN);
	assert_string_equal(list[EVIDENCE_MONITOR].version, "1.2");
	assert_memory_equal(list[EVIDENCE_MONITOR].signer, identity_facts()->authority, LEN);
	assert_true(list[EVIDENCE_POLICY_SET].present);
	evidence_policies(&claims, digest);
	assert_memory_equal(list[EVIDENCE_POLICY_SET].digest, digest, LEN);
	assert_null(list[EVIDENCE_POLICY_SET].version);
	assert_null(list[EVIDENCE_STAGE0].version);
	attest_facts.verified = false;
	claim();
	assert_null(list[EVIDENCE_MONITOR].version);
	assert_null(list[EVIDENCE_MONITOR].signer);
}

/* The firmware's digest is that of the descriptions of its segments, in order. */
static void segments_make_the_firmwares_digest(void **state)
{
	const struct measure_log *log;
	struct crypto_sha384 hash;
	u8 digest[LEN];

	(void)state;
	claim();
	assert_false(claims.component[EVIDENCE_FIRMWARE].present);
	crypto_sha384_init(&hash);
	for (u64 i = 0; i < 3; i++) {
		policy_attest.on_measure(&hart, MEASURED_FIRMWARE, range_make(0x1000 * i, 0));
		log = attest_take();
		crypto_sha384_update(&hash, log->event[log->count - 1].data, MEASURE_DATA_MAX);
		attest_give();
	}
	crypto_sha384_finish(&hash, digest);
	claim();
	assert_true(claims.component[EVIDENCE_FIRMWARE].present);
	assert_memory_equal(claims.component[EVIDENCE_FIRMWARE].digest, digest, LEN);
	assert_string_equal(claims.component[EVIDENCE_FIRMWARE].version, "1.2");
	assert_false(claims.component[EVIDENCE_TREE].present);
}

static void refusals_of_all_harts_are_added(void **state)
{
	(void)state;
	refuse(&hart, REFUSED_CSR);
	refuse(&fake_other, REFUSED_CSR);
	refuse(&fake_other, REFUSED_DEVICE);
	claim();
	assert_int_equal(claims.counter[EVIDENCE_CSR], 2);
	assert_int_equal(claims.counter[EVIDENCE_DEVICE], 1);
	assert_int_equal(claims.counter[EVIDENCE_CALL], 0);
	assert_int_equal(claims.counter[EVIDENCE_DEATHS], 0);
	assert_false(claims.firmware.stopped);
	machine.firmware_stopped = 1;
	claim();
	assert_int_equal(claims.counter[EVIDENCE_DEATHS], 1);
	assert_true(claims.firmware.stopped);
}

static void the_log_is_of_this_moment(void **state)
{
	struct measure_log *log = attest_take();
	u8 digest[LEN];
	u64 bytes;

	(void)state;
	log->dropped[0] = 3;
	log->dropped[1] = 4;
	bytes = measure_digest_cbor(log, digest);
	attest_give();
	claim();
	assert_true(log->count > 0);
	assert_int_equal(claims.log.events, log->count);
	assert_int_equal(claims.log.dropped, 7);
	assert_int_equal(claims.log.bytes, bytes);
	assert_memory_equal(claims.log.digest, digest, LEN);
	assert_memory_equal(claims.reg, log->value, sizeof(claims.reg));
	log->dropped[0] = log->dropped[1] = 0;
}

/* No sandbox is in this build: who has QEMU's fw_cfg has memory by its DMA. */
static void devices_with_dma_are_told_of(void **state)
{
	(void)state;
	claim();
	assert_int_equal(claims.isolation.pmp_entries, hart.caps.pmp_count);
	assert_true(claims.isolation.smepmp);
	assert_false(claims.isolation.iommu);
	assert_true(claims.isolation.fw_cfg_denied);
	assert_int_equal(claims.isolation.harts, 2);
	machine.devices.count = 2;
	strcpy(machine.devices.d[0].name, "uart");
	strcpy(machine.devices.d[1].name, "fw-cfg@1");
	claim();
	assert_false(claims.isolation.fw_cfg_denied);
	machine.devices.count = 1;
	claim();
	assert_true(claims.isolation.fw_cfg_denied);
	machine.devices.overflow = true; /* it may be among those that nobody has noted */
	claim();
	assert_false(claims.isolation.fw_cfg_denied);
}

static void versions_and_updates_are_told(void **state)
{
	(void)state;
	attest_facts.pending = true;
	claim();
	assert_false(claims.zkt);
	assert_true(claims.firmware.verified);
	assert_int_equal(claims.firmware.svn, 70);
	assert_int_equal(claims.firmware.least_svn, 60);
	assert_int_equal(claims.update.slot, SLOT);
	assert_true(claims.update.pending);
	assert_false(claims.update.confirmed);
	assert_false(claims.update.replayable);
	attest_facts.pending = false;
	attest_facts.confirmed = true;
	adopt(true, DICE_MODE_NORMAL, IDENTITY_REPLAYABLE);
	claim();
	assert_false(claims.update.pending);
	assert_true(claims.update.confirmed);
	assert_true(claims.update.replayable);
}

#define CLAIMS_TEST(name) cmocka_unit_test_setup(name, setup)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(without_a_stage_0_anything_could_be_next, setup_bare),
		CLAIMS_TEST(the_machine_and_its_start),
		CLAIMS_TEST(whoever_can_change_what_runs_is_debugging),
		CLAIMS_TEST(policies_are_those_of_the_build),
		CLAIMS_TEST(the_manifest_names_monitor_and_firmware),
		CLAIMS_TEST(segments_make_the_firmwares_digest),
		CLAIMS_TEST(refusals_of_all_harts_are_added),
		CLAIMS_TEST(the_log_is_of_this_moment),
		CLAIMS_TEST(devices_with_dma_are_told_of),
		CLAIMS_TEST(versions_and_updates_are_told),
	};

	return cmocka_run_group_tests_name("claims", tests, NULL, NULL);
}
