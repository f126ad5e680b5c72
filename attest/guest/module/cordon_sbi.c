// SPDX-License-Identifier: GPL-2.0
/* The calls of the monitor's SBI extension that end at once. */
#include "cordon_sbi.h"

#include <linux/errno.h>
#include <linux/gfp.h>
#include <linux/io.h>
#include <linux/minmax.h>
#include <linux/mutex.h>
#include <linux/sched/signal.h>
#include <linux/string.h>
#include <asm/sbi.h>

#define BOUNCE_FIRST PAGE_SIZE
#define BOUNCE_LIMIT (256 * 1024)	/* more is no evidence but a mistake */

static DEFINE_MUTEX(lock);
static struct cordon_bounce bounce;

/* ---- the buffer ---- */

struct cordon_bounce *cordon_lock(void)
{
	return mutex_lock_killable(&lock) ? NULL : &bounce;
}

void cordon_unlock(void)
{
	memzero_explicit(bounce.data, bounce.size);
	mutex_unlock(&lock);
}

/* Whole pages by order: what the page allocator gives is contiguous in physical memory. */
int cordon_grow(size_t size)
{
	size_t whole = PAGE_SIZE << get_order(size);
	u8 *data;

	if (size <= bounce.size)
		return 0;
	if (size > BOUNCE_LIMIT)
		return -EPROTO;
	data = (u8 *)__get_free_pages(GFP_KERNEL | __GFP_ZERO, get_order(size));
	if (!data)
		return -ENOMEM;
	free_pages((unsigned long)bounce.data, get_order(bounce.size));
	bounce = (struct cordon_bounce){ .data = data, .size = whole };
	return 0;
}

int cordon_sbi_open(void)
{
	if (sbi_probe_extension(CORDON_EXTENSION) <= 0)
		return -ENODEV;
	return cordon_grow(BOUNCE_FIRST);
}

void cordon_sbi_close(void)
{
	free_pages((unsigned long)bounce.data, get_order(bounce.size));
	bounce = (struct cordon_bounce){ 0 };
}

/* ---- errors ---- */

int cordon_errno(long error)
{
	static const int errnos[] = {
		0,
		-EIO,		/* failed */
		-EOPNOTSUPP,	/* not supported */
		-EINVAL,	/* invalid parameter */
		-EACCES,	/* denied */
		-ENXIO,		/* invalid address: of our buffer, the caller is not to blame */
		-EALREADY,	/* already available */
		-EEXIST,	/* already started */
		-ESHUTDOWN,	/* already stopped */
		-ENOMEM,	/* no shared memory */
		-EBADFD,	/* invalid state */
		-ERANGE,	/* bad range */
		-ETIMEDOUT,	/* timeout */
		-EREMOTEIO,	/* input or output */
		-EROFS,		/* denied, locked */
	};

	if (error > 0 || error <= -(long)ARRAY_SIZE(errnos))
		return -EPROTO;
	return errnos[-error];
}

/* ---- calls ---- */

static phys_addr_t at(size_t offset)
{
	return virt_to_phys(bounce.data + offset);
}

int cordon_sbi_value(enum cordon_function function, u32 which, u64 *value)
{
	struct sbiret ret;

	ret = sbi_ecall(CORDON_EXTENSION, function, which, 0, 0, 0, 0, 0);
	*value = ret.value;
	return cordon_errno(ret.error);
}

int cordon_sbi_read(u32 index, u8 value[CORDON_DIGEST])
{
	struct cordon_bounce *b = cordon_lock();
	struct sbiret ret;
	int err;

	if (!b)
		return -EINTR;
	ret = sbi_ecall(CORDON_EXTENSION, CORDON_FN_READ, index, at(0), 0, CORDON_DIGEST, 0, 0);
	err = cordon_errno(ret.error);
	if (!err)
		memcpy(value, b->data, CORDON_DIGEST);
	cordon_unlock();
	return err;
}

int cordon_sbi_extend(u32 index, const u8 value[CORDON_DIGEST])
{
	struct cordon_bounce *b = cordon_lock();
	struct sbiret ret;

	if (!b)
		return -EINTR;
	memcpy(b->data, value, CORDON_DIGEST);
	ret = sbi_ecall(CORDON_EXTENSION, CORDON_FN_EXTEND, index, at(0), 0, CORDON_DIGEST, 0, 0);
	cordon_unlock();
	return cordon_errno(ret.error);
}

/* The monitor gives a slice at a time; it is believed no further than it was offered room. */
static int read_log(u32 form, u64 offset, u8 *out, size_t *size)
{
	size_t done = 0;

	for (;;) {
		size_t room = min(*size - done, bounce.size);
		struct sbiret ret = sbi_ecall(CORDON_EXTENSION, CORDON_FN_LOG, form, offset + done,
					      at(0), 0, room, 0);

		if (ret.error)
			return cordon_errno(ret.error);
		if (ret.value < 0 || ret.value > room)
			return -EPROTO;
		memcpy(out + done, bounce.data, ret.value);
		done += ret.value;
		if (ret.value == 0 || done == *size)
			break;
		if (fatal_signal_pending(current))
			return -EINTR;
		cond_resched();
	}
	*size = done;
	return 0;
}

int cordon_sbi_log(u32 form, u64 offset, u8 *out, size_t *size)
{
	int err;

	if (!cordon_lock())
		return -EINTR;
	err = read_log(form, offset, out, size);
	cordon_unlock();
	return err;
}

int cordon_sbi_certificate(u32 index, u8 *out, size_t *size)
{
	struct cordon_bounce *b = cordon_lock();
	size_t room = *size;
	struct sbiret ret;
	int err;

	if (!b)
		return -EINTR;
	ret = sbi_ecall(CORDON_EXTENSION, CORDON_FN_CERTIFICATE, index, at(0), 0, b->size, 0, 0);
	err = cordon_errno(ret.error);
	if (!err && (ret.value < 0 || ret.value > b->size))
		err = -EPROTO;
	if (!err) {
		*size = ret.value;
		err = *size > room ? -EMSGSIZE : 0;
	}
	if (!err)
		memcpy(out, b->data, *size);
	cordon_unlock();
	return err;
}

int cordon_sbi_stage(u64 offset, const u8 *data, size_t size)
{
	struct cordon_bounce *b = cordon_lock();
	struct sbiret ret;

	if (!b)
		return -EINTR;
	memcpy(b->data, data, size);
	ret = sbi_ecall(CORDON_EXTENSION, CORDON_FN_STAGE, offset, at(0), 0, size, 0, 0);
	cordon_unlock();
	return cordon_errno(ret.error);
}

/* What the monitor reads of a request for a sealing key. */
struct seal_request {
	__le32 version;
	__le32 svn;
	u8 label[CORDON_LABEL];
};

/* Going back to an older version takes slices, too: until there is a key, the value is 0. */
static int derive(void)
{
	size_t behind = sizeof(struct seal_request);

	for (;;) {
		struct sbiret ret = sbi_ecall(CORDON_EXTENSION, CORDON_FN_SEAL, at(0), 0,
					      at(behind), 0, 0, 0);

		if (ret.error)
			return cordon_errno(ret.error);
		if (ret.value != 0)
			return ret.value == CORDON_DIGEST ? 0 : -EPROTO;
		if (fatal_signal_pending(current))
			return -EINTR;
		cond_resched();
	}
}

int cordon_sbi_seal(struct cordon_seal *seal)
{
	struct cordon_bounce *b = cordon_lock();
	struct seal_request request = { .version = cpu_to_le32(1),
					.svn = cpu_to_le32(seal->svn) };
	int err;

	if (!b)
		return -EINTR;
	memcpy(request.label, seal->label, CORDON_LABEL);
	memcpy(b->data, &request, sizeof(request));
	err = derive();
	if (!err)
		memcpy(seal->key, b->data + sizeof(request), CORDON_DIGEST);
	cordon_unlock();
	return err;
}

int cordon_sbi_report(struct cordon_report *report)
{
	struct cordon_bounce *b = cordon_lock();
	size_t behind = sizeof(report->data);
	struct sbiret ret;
	int err;

	if (!b)
		return -EINTR;
	memcpy(b->data, report->data, sizeof(report->data));
	ret = sbi_ecall(CORDON_EXTENSION, CORDON_FN_REPORT, at(0), 0, at(behind), 0, 0, 0);
	err = cordon_errno(ret.error);
	if (!err)
		memcpy(report, b->data + behind, sizeof(*report));
	cordon_unlock();
	return err;
}

int cordon_sbi_verify(const struct cordon_report *report)
{
	struct cordon_bounce *b = cordon_lock();
	struct sbiret ret;
	int err;

	if (!b)
		return -EINTR;
	memcpy(b->data, report, sizeof(*report));
	ret = sbi_ecall(CORDON_EXTENSION, CORDON_FN_VERIFY, at(0), 0, 0, 0, 0, 0);
	cordon_unlock();
	err = cordon_errno(ret.error);
	/* "Failed" is the answer that the report is not right. */
	return err == -EIO ? -EBADMSG : err;
}
