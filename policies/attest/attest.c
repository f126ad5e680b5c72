/* SPDX-License-Identifier: Apache-2.0 */
/*
 * attest: measures what runs into registers, keeps a log of it, and shows both to the payload. It
 * judges nothing but calls to extend registers that are not the payload's. Manual:
 * docs/attestation.md.
 */
#include "policies/attest/attest.h"

#include "attest/facts.h"
#include "attest/identity.h"
#include "attest/tree_digest.h"
#include "lib/log.h"
#include "lib/string.h"
#include "monitor/mechanism.h"
#include "monitor/timer.h"

/* Any hart, under lock (acquire, release). */
static struct {
	u32 lock;
	bool begun;    /* platform and policies are measured */
	bool complete; /* the separators are there */
	bool stopped;  /* the firmware's end is an event */
	bool changed;  /* another code of the firmware's is an event */
	u64 since;     /* time when it began */
	struct measure_log log;
	/* Of the data of the firmware's segments so far, and the regions that were handed over. */
	struct crypto_sha384 segments;
	bool has_segments;
	struct evidence_component region[EVIDENCE_COMPONENTS];
} measurements;

/* Index as machine.harts; each hart's own. */
static struct attest_hart {
	bool entered;              /* the payload, once */
	u64 noted[REFUSED_CLASSES]; /* denials when an event was last made of them */
} attest_harts[MAX_HARTS];

struct measure_log *attest_take(void)
{
	while (__atomic_exchange_n(&measurements.lock, 1, __ATOMIC_ACQUIRE) != 0) {
	}
	return &measurements.log;
}

void attest_give(void)
{
	__atomic_store_n(&measurements.lock, 0, __ATOMIC_RELEASE);
}

/* Numbers as an event has them: little-endian, each of the same width. */
static void measure_numbers(struct measure_log *log, unsigned int reg, uint32_t type,
			    const u64 *number, unsigned int count)
{
	unsigned int width = type == MEASURE_MACHINE || type == MEASURE_SWITCHED ||
			     type == MEASURE_SEPARATOR ? 4 : 8;
	u8 data[MEASURE_DATA_MAX];
	struct sink s = { .out = data, .room = sizeof(data) };

	for (unsigned int i = 0; i < count; i++) {
		sink_little(&s, number[i], width);
	}
	measure_event(log, reg, type, (struct crypto_bytes){ data, s.kept });
}

static void measure_bytes(struct measure_log *log, unsigned int reg, uint32_t type,
			  const u8 digest[CRYPTO_SHA384_LEN])
{
	measure_event(log, reg, type, (struct crypto_bytes){ digest, CRYPTO_SHA384_LEN });
}

/* ---- before the firmware ---- */

/* Who started whom, by which manifest. */
static void measure_monitor(struct measure_log *log)
{
	const struct attest_facts *f = &attest_facts;
	u8 data[MEASURE_DATA_MAX];
	struct sink s = { .out = data, .room = sizeof(data) };

	if (identity_facts()->has_stage0) {
		measure_bytes(log, MEASURE_MONITOR, MEASURE_STAGE0,
			      identity_facts()->stage0_digest);
	}
	measure_bytes(log, MEASURE_MONITOR, MEASURE_CODE, identity_facts()->code);
	if (f->verified) {
		sink_bytes(&s, f->manifest, sizeof(f->manifest));
		sink_little(&s, f->svn, 4);
		measure_event(log, MEASURE_MONITOR, MEASURE_MANIFEST,
			      (struct crypto_bytes){ data, s.kept });
	}
}

/* With the log taken. False: a name is longer than an event. */
static bool measure_policies(struct measure_log *log)
{
	u64 switched = mechanism_switched_off();

	POLICY_EACH(p) {
		struct crypto_bytes name = { p->name, strlen(p->name) };

		if (!measure_event(log, MEASURE_POLICIES, MEASURE_POLICY, name)) {
			log_line("refused: attest: the name of policy %s is too long", p->name);
			return false;
		}
	}
	measure_numbers(log, MEASURE_POLICIES, MEASURE_SWITCHED, &switched, 1);
	measure_bytes(log, MEASURE_POLICIES, MEASURE_AUTHORITY, identity_facts()->authority);
	return true;
}

static void measure_machine(struct measure_log *log, const struct hart *h)
{
	u64 fact[] = { machine.hart_count, h->caps.pmp_count, h->caps.pmp_grain,
		       machine.memory_count };

	measure_numbers(log, MEASURE_PLATFORM, MEASURE_MACHINE, fact, ARRAY_SIZE(fact));
}

/* The boot hart is the first; all others find it done. */
static bool init(struct hart *h)
{
	struct measure_log *log = attest_take();
	bool right = true;
	bool first = false;

	if (!measurements.begun) {
		measurements.begun = first = true;
		measurements.since = timer_now();
		measure_monitor(log);
		measure_machine(log, h);
		right = measure_policies(log);
	}
	attest_give();
	return right && (!first || attest_identify(h));
}

/* ---- what runs ---- */

static bool is_memory(struct range r)
{
	for (unsigned int i = 0; i < machine.memory_count; i++) {
		if (range_has(machine.memory[i], r.base, r.size)) {
			return !range_overlaps(machine.self, r);
		}
	}
	return false;
}

/*
 * Base, size and digest. What is not plain memory is not read: its size is 0 then (I-ATT-5).
 * Returns the size.
 */
static u64 describe(enum measured what, struct range r, u8 data[MEASURE_DATA_MAX])
{
	struct sink s = { .out = data, .room = MEASURE_DATA_MAX };
	u8 digest[CRYPTO_SHA384_LEN];
	u64 size = is_memory(r) ? r.size : 0;
	const void *bytes = (const void *)(uintptr_t)r.base;

	if (what == MEASURED_TREE && size != 0) {
		tree_digest(bytes, size, digest);
	} else {
		crypto_sha384(bytes, size, digest);
	}
	sink_little(&s, r.base, 8);
	sink_little(&s, size, 8);
	sink_bytes(&s, digest, sizeof(digest));
	return size;
}

/* What claims will name, from the data of its event: base, size, digest. */
static void keep(enum measured what, struct range r, const u8 data[MEASURE_DATA_MAX])
{
	static const u8 kind[] = { [MEASURED_TREE] = EVIDENCE_TREE,
				   [MEASURED_INITRD] = EVIDENCE_INITRD,
				   [MEASURED_PAYLOAD] = EVIDENCE_PAYLOAD_IMAGE };
	struct evidence_component *c;

	if (what == MEASURED_FIRMWARE) {
		if (!measurements.has_segments) {
			crypto_sha384_init(&measurements.segments);
		}
		measurements.has_segments = true;
		crypto_sha384_update(&measurements.segments, data, MEASURE_DATA_MAX);
		attest_recheck_add(r, data);
		return;
	}
	c = &measurements.region[kind[what]];
	c->present = r.size != 0;
	memcpy(c->digest, data + 16, sizeof(c->digest));
}

static void on_measure(struct hart *h, enum measured what, struct range r)
{
	static const struct {
		unsigned int reg;
		uint32_t type;
	} kinds[] = {
		[MEASURED_FIRMWARE] = { MEASURE_FIRMWARE, MEASURE_SEGMENT },
		[MEASURED_TREE] = { MEASURE_HANDOVER, MEASURE_TREE },
		[MEASURED_INITRD] = { MEASURE_HANDOVER, MEASURE_INITRD },
		[MEASURED_PAYLOAD] = { MEASURE_HANDOVER, MEASURE_IMAGE },
	};
	u8 data[MEASURE_DATA_MAX];
	struct measure_log *log;

	(void)h;
	r.size = describe(what, r, data); /* takes its time: the log is not taken meanwhile */
	log = attest_take();
	measure_event(log, kinds[what].reg, kinds[what].type,
		      (struct crypto_bytes){ data, sizeof(data) });
	keep(what, r, data);
	attest_give();
}

void attest_components(struct evidence_component component[EVIDENCE_COMPONENTS])
{
	struct crypto_sha384 segments;

	attest_take();
	memcpy(component, measurements.region, sizeof(measurements.region));
	segments = measurements.segments;
	component[EVIDENCE_FIRMWARE].present = measurements.has_segments;
	attest_give();
	if (component[EVIDENCE_FIRMWARE].present) {
		crypto_sha384_finish(&segments, component[EVIDENCE_FIRMWARE].digest);
	}
}

u64 attest_began(void)
{
	return measurements.since;
}

/* ---- what happens then ---- */

/* The payload is about to begin: nothing more comes into these (I-ATT-2). */
static void complete(struct measure_log *log)
{
	static const u64 zero;

	for (unsigned int reg = 0; reg < MEASURE_RUNTIME; reg++) {
		measure_numbers(log, reg, MEASURE_SEPARATOR, &zero, 1);
	}
}

static void on_enter(struct hart *h, enum world to)
{
	struct measure_log *log;

	if (to != WORLD_PAYLOAD || attest_harts[h->index].entered) {
		return;
	}
	attest_harts[h->index].entered = true;
	log = attest_take();
	if (!measurements.complete) {
		measurements.complete = true;
		complete(log);
	}
	measure_numbers(log, MEASURE_RUNTIME, MEASURE_HART, &h->id, 1);
	attest_give();
}

static void note_denials(struct hart *h)
{
	u64 *noted = attest_harts[h->index].noted;

	for (unsigned int i = 0; i < REFUSED_CLASSES; i++) {
		u64 now = h->counts.refused[i];
		u64 fact[] = { h->id, i, now };

		if (now != 0 && now >= 2 * noted[i]) {
			noted[i] = now;
			measure_numbers(attest_take(), MEASURE_RUNTIME, MEASURE_DENIED, fact,
					ARRAY_SIZE(fact));
			attest_give();
		}
	}
}

static void note_end(void)
{
	u32 stopped = __atomic_load_n(&machine.firmware_stopped, __ATOMIC_ACQUIRE);
	struct measure_log *log;

	if (stopped == 0) {
		return;
	}
	log = attest_take();
	if (!measurements.stopped) {
		measurements.stopped = true;
		measure_numbers(log, MEASURE_RUNTIME, MEASURE_STOPPED,
				&machine.harts[stopped - 1]->id, 1);
	}
	attest_give();
}

void attest_note_change(const u8 digest[CRYPTO_SHA384_LEN])
{
	struct measure_log *log = attest_take();

	if (!measurements.changed) {
		measurements.changed = true;
		measure_bytes(log, MEASURE_RUNTIME, MEASURE_CHANGED, digest);
	}
	attest_give();
}

void attest_note(struct hart *h)
{
	note_denials(h);
	note_end();
}

static void on_leave(struct hart *h, enum world from)
{
	(void)from;
	attest_note(h);
}

const struct policy policy_attest = {
	.name = "attest",
	.spares = SPARES_TIME, /* calls of its own extension and the probe are all it asks for */
	.init = init,
	.on_ecall = attest_call,
	.on_enter = on_enter,
	.on_leave = on_leave,
	.on_measure = on_measure,
	.on_slice = attest_on_slice,
};
