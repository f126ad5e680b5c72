// SPDX-License-Identifier: GPL-2.0
/*
 * Evidence: the monitor signs in slices, so that nobody waits long.
 *
 * A request belongs to the hart that began it.  So we stay on one CPU until it is done, but let
 * others run between the slices.
 */
#include "cordon_sbi.h"

#include <linux/errno.h>
#include <linux/io.h>
#include <linux/preempt.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <asm/sbi.h>

#define SLICES_LIMIT 100000	/* signature and firmware take some tens */

/* What the monitor reads of a request. */
struct evidence_request {
	__le32 version;
	__le32 flags;
	__le32 nonce_len;
	__le32 cnf_len;
	u8 nonce[CORDON_NONCE_MAX];
	u8 cnf[CORDON_CNF_MAX];
};

static struct sbiret begin(struct cordon_bounce *b, const struct cordon_request *request)
{
	struct evidence_request wire = { .version = cpu_to_le32(1) };
	size_t size = offsetof(struct evidence_request, cnf) + request->cnf_len;

	wire.flags = cpu_to_le32(request->flags);
	wire.nonce_len = cpu_to_le32(request->nonce_len);
	wire.cnf_len = cpu_to_le32(request->cnf_len);
	memcpy(wire.nonce, request->nonce, request->nonce_len);
	if (request->cnf_len)
		memcpy(wire.cnf, request->cnf, request->cnf_len);
	memcpy(b->data, &wire, size);
	return sbi_ecall(CORDON_EXTENSION, CORDON_FN_BEGIN, virt_to_phys(b->data), 0, size,
			 0, 0, 0);
}

/* Whether the monitor only says that it wants more room, which it then gets. */
static bool wants_room(const struct cordon_bounce *b, struct sbiret ret)
{
	return cordon_errno(ret.error) == -EINVAL && ret.value > 0 && ret.value > b->size &&
	       cordon_grow(ret.value) == 0;
}

/* Slice after slice; *size becomes the length of what is then in the buffer. */
static int finish(struct cordon_bounce *b, size_t *size)
{
	for (unsigned int i = 0; i < SLICES_LIMIT; i++) {
		struct sbiret ret = sbi_ecall(CORDON_EXTENSION, CORDON_FN_CONTINUE,
					      virt_to_phys(b->data), 0, b->size, 0, 0, 0);

		if (ret.error && !wants_room(b, ret))
			return cordon_errno(ret.error);
		if (!ret.error && ret.value != 0) {
			*size = ret.value;
			return ret.value < 0 || *size > b->size ? -EPROTO : 0;
		}
		if (fatal_signal_pending(current))
			return -EINTR;
		cond_resched();
	}
	return -ETIMEDOUT;
}

static int run(struct cordon_bounce *b, const struct cordon_request *request, size_t *size)
{
	struct sbiret ret;
	int err;

	migrate_disable();
	ret = begin(b, request);
	err = cordon_errno(ret.error);
	if (!err)
		err = ret.value < 0 ? -EPROTO : cordon_grow(ret.value);
	if (!err)
		err = finish(b, size);
	migrate_enable();
	return err;
}

int cordon_sbi_evidence(const struct cordon_request *request, u8 **out, size_t *size)
{
	struct cordon_bounce *b;
	int err;

	if (request->nonce_len > CORDON_NONCE_MAX || request->cnf_len > CORDON_CNF_MAX)
		return -EINVAL;
	b = cordon_lock();
	if (!b)
		return -EINTR;
	err = run(b, request, size);
	if (!err) {
		*out = kvmalloc(*size, GFP_KERNEL);
		err = *out ? 0 : -ENOMEM;
	}
	if (!err)
		memcpy(*out, b->data, *size);
	cordon_unlock();
	return err;
}
