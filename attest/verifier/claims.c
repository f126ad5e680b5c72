/* SPDX-License-Identifier: Apache-2.0 */
/* The claims of a token. */
#include "claims.h"

#include "item.h"

#define PROFILE "tag:cordon,2026:vfm#1"

static const char *const component_names[COMPONENT_TYPES] = {
	"M-VROM", "M-MON", "M-POL", "VFW", "VFW-DTB", "INITRD", "PAYLOAD",
};

const char *component_name(enum component_type type)
{
	return type < COMPONENT_TYPES ? component_names[type] : "?";
}

enum component_type component_of(struct span name)
{
	int type = 0;

	while (type < COMPONENT_TYPES && !span_equal(name, span_text(component_names[type]))) {
		type++;
	}
	return (enum component_type)type;
}

const char *identity_class_name(uint64_t identity_class)
{
	static const char *const name[] = {"hw", "tpm", "flash-dev", "zero"};

	return identity_class < 4 ? name[identity_class] : "?";
}

/* A key that must be there. */
static void need(struct cursor *c, int64_t key)
{
	cursor_require(c, cursor_take_key(c, key));
}

static void read_component(struct cursor *c, struct claims *out, int *next)
{
	struct component now = {.present = true};
	enum component_type type;

	(void)cursor_map(c);
	need(c, 1);
	type = component_of(cursor_text(c));
	cursor_require(c, type < COMPONENT_TYPES && (int)type >= *next);
	need(c, 2);
	cursor_fixed(c, now.digest, DIGEST_LEN);
	if (cursor_take_key(c, 4)) {
		now.version = cursor_text(c);
	}
	if (cursor_take_key(c, 5)) {
		now.signer = cursor_bytes(c);
		cursor_require(c, now.signer.len == DIGEST_LEN);
	}
	need(c, -1);
	now.in_tcb = cursor_bool(c);
	if (!c->failed) {
		out->component[type] = now;
		*next = (int)type + 1;
	}
}

static void read_components(struct cursor *c, struct claims *out)
{
	uint64_t count = cursor_array(c);
	int next = 0;

	cursor_require(c, count >= 1 && count <= COMPONENTS_MAX);
	for (uint64_t i = 0; !c->failed && i < count; i++) {
		read_component(c, out, &next);
	}
}

static void read_counters(struct cursor *c, struct claims *out)
{
	uint64_t count = cursor_map(c);

	cursor_require(c, count <= COUNTERS_MAX);
	for (uint64_t i = 0; !c->failed && i < count; i++) {
		out->counter[i].name = cursor_text(c);
		out->counter[i].value = cursor_uint(c);
		out->counter_count = (size_t)i + 1;
	}
}

static void read_log(struct cursor *c, struct claims *out)
{
	cursor_require(c, cursor_map(c) == 4);
	need(c, 1);
	cursor_fixed(c, out->log_digest, DIGEST_LEN);
	need(c, 2);
	out->log_count = cursor_uint(c);
	need(c, 3);
	out->log_bytes = cursor_uint(c);
	need(c, 4);
	out->log_dropped = cursor_uint(c);
}

static void read_policies(struct cursor *c, struct claims *out)
{
	struct cursor ahead = *c;
	uint64_t count = cursor_array(c);

	out->policies_item = cursor_skip(&ahead);
	cursor_require(c, count >= 1 && count <= POLICIES_MAX);
	for (uint64_t i = 0; !c->failed && i < count; i++) {
		struct policy_claim *p = &out->policy[i];

		cursor_require(c, cursor_map(c) == 3);
		need(c, 1);
		p->name = cursor_text(c);
		need(c, 2);
		cursor_fixed(c, p->config, DIGEST_LEN);
		need(c, 3);
		p->enforcing = cursor_bool(c);
		out->policy_count = (size_t)i + 1;
	}
}

static void read_isolation(struct cursor *c, struct claims *out)
{
	cursor_require(c, cursor_map(c) == 5);
	need(c, 1);
	out->pmp_entries = cursor_uint(c);
	need(c, 2);
	out->smepmp = cursor_bool(c);
	need(c, 3);
	out->dma = cursor_text(c);
	need(c, 4);
	out->fw_cfg = cursor_text(c);
	need(c, 5);
	out->harts = cursor_uint(c);
}

static void read_crypto(struct cursor *c, struct claims *out)
{
	cursor_require(c, cursor_map(c) == 2);
	need(c, 1);
	out->rng = cursor_text(c);
	need(c, 2);
	out->zkt = cursor_bool(c);
}

static void read_firmware(struct cursor *c, struct claims *out)
{
	cursor_require(c, cursor_map(c) == 4);
	need(c, 1);
	out->firmware_verified = cursor_bool(c);
	need(c, 2);
	out->firmware_svn = cursor_uint(c);
	need(c, 3);
	out->firmware_min_svn = cursor_uint(c);
	need(c, 4);
	out->firmware_stopped = cursor_bool(c);
}

static void read_update(struct cursor *c, struct claims *out)
{
	cursor_require(c, cursor_map(c) == 4);
	need(c, 1);
	out->slot = cursor_uint(c);
	need(c, 2);
	out->pending = cursor_bool(c);
	need(c, 3);
	out->confirmed = cursor_bool(c);
	need(c, 4);
	out->replayable = cursor_bool(c);
}

static void read_registers(struct cursor *c, struct claims *out)
{
	cursor_require(c, cursor_array(c) == REGISTERS);
	for (unsigned int i = 0; i < REGISTERS; i++) {
		cursor_fixed(c, out->reg[i], DIGEST_LEN);
	}
}

static void read_recheck(struct cursor *c, struct claims *out)
{
	out->has_recheck = true;
	cursor_require(c, cursor_map(c) == 3);
	need(c, 1);
	out->code = cursor_uint(c);
	need(c, 2);
	out->code_segments = cursor_uint(c);
	cursor_require(c, out->code <= CODE_CHANGED &&
			  (out->code == CODE_NONE) == (out->code_segments == 0));
	need(c, 3);
	cursor_fixed(c, out->code_digest, DIGEST_LEN);
}

static void read_device(struct cursor *c, struct claims *out)
{
	need(c, 256);
	cursor_fixed(c, out->ueid, UEID_LEN);
	cursor_require(c, c->failed || out->ueid[0] == 1);
	need(c, 258);
	out->oemid = cursor_bytes(c);
	need(c, 259);
	out->hwmodel = cursor_bytes(c);
	need(c, 261);
	out->uptime = cursor_uint(c);
	need(c, 262);
	out->oemboot = cursor_bool(c);
	need(c, 263);
	out->dbgstat = cursor_uint(c);
	cursor_require(c, out->dbgstat <= 3);
}

static void read_boot(struct cursor *c, struct claims *out)
{
	need(c, 267);
	out->bootcount = cursor_uint(c);
	need(c, 268);
	cursor_fixed(c, out->bootseed, BOOTSEED_LEN);
}

/* Our own claims, from the 70 thousands downwards: the order of their encodings. */
static void read_private(struct cursor *c, struct claims *out)
{
	need(c, -70001);
	out->requester = cursor_uint(c);
	need(c, -70002);
	read_counters(c, out);
	need(c, -70003);
	read_log(c, out);
	need(c, -70004);
	out->identity_class = cursor_uint(c);
	cursor_require(c, out->identity_class <= 3);
	need(c, -70005);
	read_policies(c, out);
	need(c, -70006);
	read_isolation(c, out);
	need(c, -70007);
	read_crypto(c, out);
	need(c, -70008);
	read_firmware(c, out);
	need(c, -70009);
	read_update(c, out);
	need(c, -70010);
	read_registers(c, out);
	if (cursor_take_key(c, -70011)) {
		read_recheck(c, out);
	}
}

const char *claims_parse(struct span payload, struct claims *out)
{
	const char *fault = item_fault(payload);
	struct cursor c = cursor_at(payload);

	*out = (struct claims){.uptime = 0};
	if (fault != NULL) {
		return fault;
	}
	(void)cursor_map(&c);
	if (cursor_take_key(&c, 8)) {
		cursor_require(&c, cursor_peek(&c) == ITEM_MAP);
		out->cnf = cursor_skip(&c);
	}
	need(&c, 10);
	out->nonce = cursor_bytes(&c);
	cursor_require(&c, out->nonce.len >= 8 && out->nonce.len <= 64);
	read_device(&c, out);
	need(&c, 265);
	if (!span_equal(cursor_text(&c), span_text(PROFILE)) && !c.failed) {
		return "its profile is not " PROFILE;
	}
	read_boot(&c, out);
	need(&c, 2399);
	read_components(&c, out);
	read_private(&c, out);
	return cursor_done(&c) ? NULL
		: "its claims are not those of the profile: one is missing, unknown or "
		  "of a wrong form";
}
