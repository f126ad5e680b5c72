/* SPDX-License-Identifier: Apache-2.0 */
/* The appraisal: is what the claims say what the relying party wants? */
#include "appraise_parts.h"

#include <string.h>

#include "log.h"

#define START_REGISTER 0u
#define FIRMWARE_REGISTER 3u
#define RUNTIME_REGISTER 6u
#define PAYLOAD_REGISTER 8u

const struct policy_claim *find_policy(const struct claims *claims, const char *name)
{
	for (size_t i = 0; i < claims->policy_count; i++) {
		if (span_equal(claims->policy[i].name, span_text(name))) {
			return &claims->policy[i];
		}
	}
	return NULL;
}

bool firmware_is_free(const struct appraising *a)
{
	const struct policy_claim *sandbox = find_policy(&a->claims, "sandbox");

	return a->in->any_firmware && sandbox != NULL && sandbox->enforcing;
}

/* What is wrong with a component, as the end of a sentence; NULL if nothing is. */
static const char *component_fault(const struct component *have,
				   const struct reference_component *want)
{
	if (!have->present) {
		return want->any_of.count == 0 ? NULL : "is missing";
	}
	if (want->any_of.count == 0) {
		return "is there, and no reference value knows it";
	}
	if (!alternatives_have(&want->any_of, have->digest)) {
		return "has another digest than the reference values";
	}
	return want->has_tcb && want->in_tcb != have->in_tcb
		? "is in the trusted computing base, or not, against the reference values" : NULL;
}

void judge_components(struct appraising *a)
{
	bool other_firmware = false;
	unsigned int count = 0;

	if (!step_good(a, STEP_REFERENCE)) {
		return;
	}
	for (int i = 0; i < COMPONENT_TYPES; i++) {
		const char *fault = component_fault(&a->claims.component[i],
						    &a->reference.component[i]);

		count += a->claims.component[i].present;
		if (fault != NULL && i == COMPONENT_FIRMWARE && firmware_is_free(a)) {
			other_firmware = true;
		} else if (fault != NULL) {
			step_fail(a, STEP_COMPONENTS, CORDON_REFERENCE, "%s %s",
				  component_name((enum component_type)i), fault);
			return;
		}
	}
	if (other_firmware) {
		step_warn(a, STEP_COMPONENTS, "the firmware is unknown, and enclosed by sandbox; "
			  "all else is as the reference values say");
	} else {
		step_pass(a, STEP_COMPONENTS, "all %u are as the reference values say", count);
	}
}

void judge_svn(struct appraising *a)
{
	const struct reference_component *monitor = &a->reference.component[COMPONENT_MONITOR];
	uint64_t least = a->in->min_svn;

	if (monitor->has_min_svn && monitor->min_svn > least) {
		least = monitor->min_svn;
	}
	if (a->chain.dice.svn < least) {
		step_fail(a, STEP_SVN, CORDON_POLICY,
			  "the monitor's security version is %llu; %llu is the least",
			  (unsigned long long)a->chain.dice.svn, (unsigned long long)least);
	} else if (a->claims.firmware_svn < a->claims.firmware_min_svn) {
		step_fail(a, STEP_SVN, CORDON_POLICY,
			  "the firmware's security version is below the device's counter");
	} else {
		step_pass(a, STEP_SVN, "%llu, and %llu is the least%s",
			  (unsigned long long)a->chain.dice.svn, (unsigned long long)least,
			  a->claims.replayable ? "; the device's own counter can be put back" : "");
	}
}

void judge_policies(struct appraising *a)
{
	for (size_t i = 0; i < a->in->policy_count; i++) {
		if (find_policy(&a->claims, a->in->policies[i]) == NULL) {
			step_fail(a, STEP_POLICIES, CORDON_POLICY,
				  "the policy %s is required, and the monitor does not have it",
				  shown_text(span_text(a->in->policies[i])).text);
			return;
		}
	}
	for (size_t i = 0; i < a->claims.policy_count; i++) {
		if (!a->claims.policy[i].enforcing) {
			step_fail(a, STEP_POLICIES, CORDON_POLICY, "the policy %s does not enforce",
				  shown_text(a->claims.policy[i].name).text);
			return;
		}
	}
	if (a->chain.dice.switched_off != 0) {
		step_fail(a, STEP_POLICIES, CORDON_POLICY,
			  "protections of the monitor are switched off (bits 0x%llx)",
			  (unsigned long long)a->chain.dice.switched_off);
		return;
	}
	step_pass(a, STEP_POLICIES, "%zu are there and enforce, %zu of them required",
		  a->claims.policy_count, a->in->policy_count);
}

void judge_registers(struct appraising *a)
{
	unsigned int known = 0;

	if (!step_good(a, STEP_REFERENCE)) {
		return;
	}
	for (unsigned int i = 0; i < REGISTERS; i++) {
		const struct alternatives *want = &a->reference.reg[i];
		/* The manifest in the first one names the firmware; the rest are components. */
		bool names_firmware = i == START_REGISTER || i == FIRMWARE_REGISTER;
		bool free = names_firmware && firmware_is_free(a);

		if (want->count != 0 && !free && !alternatives_have(want, a->claims.reg[i])) {
			step_fail(a, STEP_REGISTERS, CORDON_REFERENCE,
				  "register %u is not what the reference values say", i);
			return;
		}
		known += want->count != 0 && !free;
	}
	if (known == 0) {
		step_fail(a, STEP_REGISTERS, CORDON_REFERENCE,
			  "the reference values name no register; make them with a log");
		return;
	}
	step_pass(a, STEP_REGISTERS, "%u are as the reference values say", known);
}

/* Must replaying the log give this register, or are events of it missing? */
static bool is_replayable(const struct log *log, unsigned int reg)
{
	if (reg >= PAYLOAD_REGISTER) {
		return !log->lost_payload;
	}
	return reg != RUNTIME_REGISTER || !log->lost_monitor;
}

static void judge_replay(struct appraising *a, const struct log *log)
{
	for (unsigned int i = 0; i < REGISTERS; i++) {
		if (is_replayable(log, i) &&
		    memcmp(log->reg[i], a->claims.reg[i], DIGEST_LEN) != 0) {
			step_fail(a, STEP_LOG, CORDON_REFERENCE,
				  "replaying the log does not give register %u", i);
			return;
		}
	}
	if (a->claims.log_dropped != 0) {
		step_warn(a, STEP_LOG, "%llu events were measured but not recorded, which was "
			  "allowed; all others give the registers",
			  (unsigned long long)a->claims.log_dropped);
		return;
	}
	step_pass(a, STEP_LOG, "%zu events give all registers", log->count);
}

/* Does the log say the same of the segments that were looked at again? */
static bool recheck_agrees(const struct claims *claims, const struct log *log)
{
	uint8_t data[64 * LOG_DATA_MAX];
	uint8_t digest[DIGEST_LEN];
	uint64_t left = claims->code_segments;
	size_t len = 0;

	for (size_t i = 0; i < log->count && left != 0; i++) {
		const struct log_event *e = &log->event[i];

		if (e->type == LOG_SEGMENT && (left & 1) != 0) {
			memcpy(data + len, e->data.data, e->data.len);
			len += e->data.len;
		}
		left >>= e->type == LOG_SEGMENT;
	}
	sha384((struct span){data, len}, digest);
	return left == 0 && (claims->code == CODE_CHANGED) ==
				    (memcmp(digest, claims->code_digest, DIGEST_LEN) != 0);
}

static void note_change(struct appraising *a, const struct log *log)
{
	for (size_t i = 0; i < log->count; i++) {
		a->was_changed = a->was_changed || log->event[i].type == LOG_CHANGED;
	}
}

static void judge_events(struct appraising *a, struct span bytes)
{
	struct log log;
	size_t where;
	const char *fault = log_parse(bytes, &log, &where);

	if (fault != NULL) {
		step_fail(a, STEP_LOG, CORDON_MALFORMED, "event %zu of the log: %s", where, fault);
	} else if (log.count != a->claims.log_count) {
		step_fail(a, STEP_LOG, CORDON_REFERENCE,
			  "the log does not have as many events as the token says");
	} else if (a->claims.has_recheck && !recheck_agrees(&a->claims, &log)) {
		step_fail(a, STEP_LOG, CORDON_REFERENCE,
			  "the log's segments are not those that the token says were looked at "
			  "again");
	} else {
		judge_replay(a, &log);
		note_change(a, &log);
	}
	log_free(&log);
}

/* The log may have grown since the token was made, at its end. */
void judge_log(struct appraising *a)
{
	struct span bytes = a->in->log;
	uint8_t digest[DIGEST_LEN];

	if (a->claims.log_dropped != 0 && !a->in->allow_dropped) {
		step_fail(a, STEP_LOG, CORDON_POLICY,
			  "%llu events were measured but not recorded",
			  (unsigned long long)a->claims.log_dropped);
		return;
	}
	if (!a->in->has_log) {
		step_skip(a, STEP_LOG, "no log was given: registers were not replayed");
		return;
	}
	if (bytes.len < a->claims.log_bytes) {
		step_fail(a, STEP_LOG, CORDON_REFERENCE, "the log is shorter than the token says");
		return;
	}
	bytes.len = (size_t)a->claims.log_bytes;
	sha384(bytes, digest);
	if (memcmp(digest, a->claims.log_digest, DIGEST_LEN) != 0) {
		step_fail(a, STEP_LOG, CORDON_REFERENCE, "the log is not the one of this token");
		return;
	}
	judge_events(a, bytes);
}

/* What the token does not say of the firmware's code, is refused only if it is required. */
static void judge_unchecked(struct appraising *a)
{
	const char *why = a->claims.has_recheck
		? "the manifest lets the firmware write everywhere, so nothing was looked at again"
		: "the firmware's code was not looked at again: the token was not asked to";

	if (a->in->require_recheck) {
		step_fail(a, STEP_RECHECK, CORDON_POLICY, "%s, which you require", why);
	} else {
		step_skip(a, STEP_RECHECK, "%s", why);
	}
}

void judge_recheck(struct appraising *a)
{
	const char *fault = a->claims.code == CODE_CHANGED
		? "The firmware's code is not what was measured at start"
		: "The firmware's code was once not what was measured at start, says the log";
	bool changed = a->claims.code == CODE_CHANGED || a->was_changed;

	if (changed && firmware_is_free(a)) {
		step_warn(a, STEP_RECHECK, "%s; sandbox encloses it", fault);
	} else if (changed) {
		step_fail(a, STEP_RECHECK, CORDON_REFERENCE, "%s", fault);
	} else if (a->claims.code == CODE_NONE) {
		judge_unchecked(a);
	} else {
		step_pass(a, STEP_RECHECK,
			  "when the token was made it was what was measured at start");
	}
}

void judge_isolation(struct appraising *a)
{
	if (!span_equal(a->claims.fw_cfg, span_text("denied"))) {
		step_fail(a, STEP_ISOLATION, CORDON_POLICY,
			  "the firmware reaches fw_cfg, whose DMA reads and writes all memory");
		return;
	}
	step_pass(a, STEP_ISOLATION, "PMP on %llu harts; devices' DMA is %s",
		  (unsigned long long)a->claims.harts,
		  span_equal(a->claims.dma, span_text("iommu")) ? "confined by an IOMMU"
								: "not confined");
}

/* Counters that no well-meaning firmware moves. */
static bool is_hostile(struct span name)
{
	return span_equal(name, span_text("monitor")) || span_equal(name, span_text("memory")) ||
	       span_equal(name, span_text("inject")) || span_equal(name, span_text("resume"));
}

static bool is_deaths(struct span name)
{
	return span_equal(name, span_text("firmware-deaths"));
}

/* The number of all denials; UINT64_MAX if it is larger. */
static uint64_t sum_denials(const struct claims *claims)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < claims->counter_count; i++) {
		uint64_t more = is_deaths(claims->counter[i].name) ? 0 : claims->counter[i].value;

		sum = sum > UINT64_MAX - more ? UINT64_MAX : sum + more;
	}
	return sum;
}

static const struct counter_claim *find_hostile(const struct claims *claims)
{
	for (size_t i = 0; i < claims->counter_count; i++) {
		const struct counter_claim *c = &claims->counter[i];

		if (c->value != 0 && (is_hostile(c->name) || is_deaths(c->name))) {
			return c;
		}
	}
	return NULL;
}

void judge_behaviour(struct appraising *a)
{
	uint64_t sum = sum_denials(&a->claims);
	const struct counter_claim *hostile = find_hostile(&a->claims);

	if (a->in->has_max_denials && sum > a->in->max_denials) {
		step_fail(a, STEP_BEHAVIOUR, CORDON_POLICY,
			  "%llu actions were denied; %llu are the most that you allow",
			  (unsigned long long)sum, (unsigned long long)a->in->max_denials);
	} else if (a->claims.firmware_stopped) {
		step_warn(a, STEP_BEHAVIOUR, "the firmware was stopped and runs no more");
	} else if (hostile != NULL) {
		step_warn(a, STEP_BEHAVIOUR, "the firmware misbehaved and was denied: %s %llu",
			  shown_text(hostile->name).text, (unsigned long long)hostile->value);
	} else {
		step_pass(a, STEP_BEHAVIOUR, "%llu actions were denied, none of them hostile",
			  (unsigned long long)sum);
	}
}
