/* SPDX-License-Identifier: Apache-2.0 */
/* What is claimed, gathered at one moment. */
#include "attest/facts.h"
#include "attest/identity.h"
#include "lib/string.h"
#include "monitor/mechanism.h"
#include "monitor/timer.h"
#include "policies/attest/attest.h"

/* RFC 9711 */
#define UEID_RAND 1u /* 4.2.1.1 */
#define DEBUG_ENABLED 0u /* 4.2.9 */
#define DEBUG_DISABLED_SINCE_BOOT 2u

/* Written under attest_lock. */
static struct evidence_claims claims;

/*
 * Everything that lets somebody change what runs without a trace: keys that everybody has, a
 * protection that is switched off, an image that says so, or no signature at all.
 */
static bool is_debug(void)
{
	return attest_facts.test_keys || !attest_facts.verified ||
	       identity_facts()->mode == DICE_MODE_DEBUG || mechanism_switched_off() != 0;
}

static void claim_standard(struct evidence_claims *c)
{
	const struct identity_facts *id = identity_facts();
	u64 ticks = timer_now() - attest_began();

	c->platform = (struct crypto_bytes){ attest_facts.platform,
					     strlen(attest_facts.platform) };
	c->ueid[0] = UEID_RAND;
	memcpy(c->ueid + 1, id->device_digest, sizeof(c->ueid) - 1);
	c->uptime = machine.timebase != 0 ? ticks / machine.timebase : 0;
	c->verified_boot = attest_facts.verified;
	c->debug_status = is_debug() ? DEBUG_ENABLED : DEBUG_DISABLED_SINCE_BOOT;
	c->boot_count = id->boot_count;
	memcpy(c->boot_seed, attest_boot_seed(), sizeof(c->boot_seed));
	c->identity_class = id->class;
}

static void claim_policies(struct evidence_claims *c)
{
	c->policies = 0;
	POLICY_EACH(p) {
		c->policy[c->policies++] = (struct evidence_policy){
			.name = p->name,
			.pmp_entries = p->pmp_slots,
			.saves_payload = p->saves_payload,
			.mediates = p->mediates,
			.scrubs = p->scrubs,
			.switched_off = mechanism_switched_off(),
		};
	}
}
static_assert(POLICY_COUNT <= EVIDENCE_POLICIES_MAX, "all policies are claimed");

/* Version and signer are the manifest's, for what a manifest names. */
static void sign(struct evidence_component *c)
{
	if (c->present && attest_facts.verified) {
		c->version = attest_facts.version;
		c->signer = identity_facts()->authority;
	}
}

static void claim_components(struct evidence_claims *c)
{
	const struct identity_facts *id = identity_facts();
	struct evidence_component *list = c->component;

	memset(list, 0, sizeof(c->component));
	attest_components(list);
	list[EVIDENCE_STAGE0].present = id->has_stage0;
	memcpy(list[EVIDENCE_STAGE0].digest, id->stage0_digest, CRYPTO_SHA384_LEN);
	list[EVIDENCE_MONITOR].present = true;
	memcpy(list[EVIDENCE_MONITOR].digest, id->code, CRYPTO_SHA384_LEN);
	list[EVIDENCE_POLICY_SET].present = true;
	evidence_policies(c, list[EVIDENCE_POLICY_SET].digest);
	sign(&list[EVIDENCE_MONITOR]);
	sign(&list[EVIDENCE_FIRMWARE]);
}

static u64 sum(enum refusal what)
{
	u64 all = 0;

	for (unsigned int i = 0; i < machine.hart_count; i++) {
		all += __atomic_load_n(&machine.harts[i]->counts.refused[what], __ATOMIC_RELAXED);
	}
	return all;
}

static bool has_stopped(void)
{
	return __atomic_load_n(&machine.firmware_stopped, __ATOMIC_ACQUIRE) != 0;
}

static void claim_counters(struct evidence_claims *c)
{
	static const u8 class[] = {
		[EVIDENCE_CSR] = REFUSED_CSR,
		[EVIDENCE_CALL] = REFUSED_CALL,
		[EVIDENCE_DEVICE] = REFUSED_DEVICE,
		[EVIDENCE_INJECT] = REFUSED_INJECT,
		[EVIDENCE_MEMORY] = REFUSED_MEMORY,
		[EVIDENCE_RESUME] = REFUSED_RESUME,
		[EVIDENCE_MONITOR_MEMORY] = REFUSED_MONITOR,
		[EVIDENCE_INSTRUCTION] = REFUSED_INSTRUCTION,
	};

	static_assert(ARRAY_SIZE(class) == REFUSED_CLASSES, "every class is a counter");
	for (unsigned int i = 0; i < ARRAY_SIZE(class); i++) {
		c->counter[i] = sum((enum refusal)class[i]);
	}
	c->counter[EVIDENCE_DEATHS] = has_stopped() ? 1 : 0;
}

/* Registers and log of one moment: the digest is that of the log whose replay gives them. */
static void claim_log(struct evidence_claims *c)
{
	const struct measure_log *log = attest_take();

	memcpy(c->reg, log->value, sizeof(c->reg));
	c->log.events = log->count;
	c->log.dropped = log->dropped[0] + log->dropped[1];
	c->log.bytes = measure_digest_cbor(log, c->log.digest);
	attest_give();
}

static bool has_policy(const char *name)
{
	POLICY_EACH(p) {
		if (strcmp(p->name, name) == 0) {
			return true;
		}
	}
	return false;
}

static bool has_fw_cfg(void)
{
	for (unsigned int i = 0; i < machine.devices.count; i++) {
		if (strncmp(machine.devices.d[i].name, "fw-cfg", 6) == 0) {
			return true;
		}
	}
	return machine.devices.overflow;
}

/*
 * Nothing here programs an IOMMU: a device that the payload lets read or write memory does so
 * wherever it likes, in the monitor, too. The firmware is kept from all of them by sandbox.
 */
static void claim_isolation(struct evidence_claims *c, const struct hart *h)
{
	bool judged = has_policy("sandbox") && mechanism_on(MECH_DENY) &&
		      mechanism_on(MECH_DEVICES);

	c->isolation.pmp_entries = h->caps.pmp_count;
	c->isolation.smepmp = h->caps.has_smepmp;
	c->isolation.iommu = false;
	c->isolation.fw_cfg_denied = judged || !has_fw_cfg();
	c->isolation.harts = machine.hart_count;
}

static void claim_state(struct evidence_claims *c)
{
	const struct identity_facts *id = identity_facts();

	c->random_source = attest_random_source();
	c->zkt = false; /* nobody here has looked */
	c->firmware.verified = attest_facts.verified;
	c->firmware.svn = attest_facts.svn;
	c->firmware.least_svn = attest_facts.least_svn;
	c->firmware.stopped = has_stopped();
	c->update.slot = id->slot;
	c->update.pending = attest_facts.pending;
	c->update.confirmed = attest_facts.confirmed;
	/* Without a stage 0 nobody counts, so anything could be started again. */
	c->update.replayable = !id->has_stage0 || (id->flags & IDENTITY_REPLAYABLE) != 0;
}

void attest_claim(struct hart *h, struct evidence_claims *c)
{
	claim_standard(c);
	claim_policies(c);
	claim_components(c);
	claim_counters(c);
	claim_log(c);
	claim_isolation(c, h);
	claim_state(c);
}

size_t attest_claims(struct hart *h, const struct attest_question *q,
		     uint8_t out[EVIDENCE_CLAIMS_MAX])
{
	struct sink s = { .out = out, .room = EVIDENCE_CLAIMS_MAX };

	attest_claim(h, &claims);
	claims.nonce = q->nonce;
	claims.cnf = q->cnf;
	claims.recheck = q->recheck;
	evidence_write_claims(&claims, &s);
	return s.total == s.kept ? s.kept : 0;
}
