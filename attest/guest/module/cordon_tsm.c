// SPDX-License-Identifier: GPL-2.0
/*
 * The kernel's own interface for reports, configfs-tsm: inblob is the nonce, outblob the evidence,
 * auxblob the event log in CBOR.  Built only for kernels that have it.
 *
 * The interface keeps one report at a time for a folder and counts its generations, so that a
 * caller sees whether somebody else has changed the nonce in between; that is all done by the
 * kernel.
 */
#include "cordon_sbi.h"

#include <linux/errno.h>
#include <linux/slab.h>
#include <linux/tsm.h>

#define NONCE_MIN 8

/* The log may grow while it is read; what was read is then its beginning, and still right. */
static int read_log(u8 **out, size_t *size)
{
	u64 length;
	int err = cordon_sbi_value(CORDON_FN_INFO, CORDON_INFO_LENGTH + CORDON_LOG_FORM_CBOR,
				   &length);

	if (err)
		return err;
	*size = length;
	*out = kvzalloc(length, GFP_KERNEL);
	if (!*out)
		return -ENOMEM;
	err = cordon_sbi_log(CORDON_LOG_FORM_CBOR, 0, *out, size);
	if (err)
		kvfree(*out);
	return err;
}

/* All that this monitor can tell. */
static u32 known_flags(void)
{
	u64 flags;

	return cordon_sbi_value(CORDON_FN_INFO, CORDON_INFO_FLAGS, &flags) ? 0 :
	       flags & CORDON_RECHECK;
}

static int report_new(struct tsm_report *report, void *data)
{
	struct cordon_request request = {
		.nonce = report->desc.inblob,
		.nonce_len = report->desc.inblob_len,
		.flags = known_flags(),
	};
	size_t size, log_size;
	u8 *token, *log;
	int err;

	if (request.nonce_len < NONCE_MIN)
		return -EINVAL;
	err = cordon_sbi_evidence(&request, &token, &size);
	if (err)
		return err;
	err = read_log(&log, &log_size);
	if (err) {
		kvfree(token);
		return err;
	}
	report->outblob = token;
	report->outblob_len = size;
	report->auxblob = log;
	report->auxblob_len = log_size;
	return 0;
}

static bool attr_visible(int n)
{
	return n == TSM_REPORT_GENERATION || n == TSM_REPORT_PROVIDER;
}

static bool bin_attr_visible(int n)
{
	return n == TSM_REPORT_INBLOB || n == TSM_REPORT_OUTBLOB || n == TSM_REPORT_AUXBLOB;
}

static const struct tsm_ops operations = {
	.name = "cordon",
	.report_new = report_new,
	.report_attr_visible = attr_visible,
	.report_bin_attr_visible = bin_attr_visible,
};

int cordon_tsm_open(void)
{
	return tsm_register(&operations, NULL);
}

void cordon_tsm_close(void)
{
	tsm_unregister(&operations);
}
