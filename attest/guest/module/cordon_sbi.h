/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The monitor's SBI extension as functions of the kernel.
 *
 * Every function returns 0 or a negative errno, takes the one lock, may sleep, and copies between
 * the caller's kernel memory and a buffer of its own that is contiguous for the monitor.
 */
#ifndef CORDON_SBI_H
#define CORDON_SBI_H

#include <linux/types.h>

#include "../cordon_ioctl.h"

/* Functions of the extension (docs/attestation.md). */
enum cordon_function {
	CORDON_FN_INFO = 0,
	CORDON_FN_READ = 1,
	CORDON_FN_EXTEND = 2,
	CORDON_FN_LOG = 3,
	CORDON_FN_BEGIN = 4,
	CORDON_FN_CONTINUE = 5,
	CORDON_FN_CERTIFICATE = 6,
	CORDON_FN_SEAL = 7,
	CORDON_FN_REPORT = 8,
	CORDON_FN_VERIFY = 9,
	CORDON_FN_STATUS = 10,
	CORDON_FN_STAGE = 11,
	CORDON_FN_CONFIRM = 12,
};

#define CORDON_EXTENSION 0x08434441
#define CORDON_LOG_FORM_CBOR 0
#define CORDON_LOG_FORM_TCG 1
#define CORDON_INFO_LENGTH 8	/* and the number of a form */
#define CORDON_INFO_FLAGS 10	/* of a request for evidence; older monitors have neither */

/* What evidence is asked for; cnf may be NULL if cnf_len is 0. */
struct cordon_request {
	const u8 *nonce;
	size_t nonce_len;
	const u8 *cnf;
	size_t cnf_len;
	u32 flags;
};

/* Whether the monitor is there (ENODEV), and the buffer (ENOMEM). */
int cordon_sbi_open(void);
void cordon_sbi_close(void);

/* One number, by CORDON_FN_INFO or CORDON_FN_STATUS; CORDON_FN_CONFIRM has one, too (which: 0). */
int cordon_sbi_value(enum cordon_function function, u32 which, u64 *value);
int cordon_sbi_read(u32 index, u8 value[CORDON_DIGEST]);
int cordon_sbi_extend(u32 index, const u8 value[CORDON_DIGEST]);

/*
 * At most *size bytes of the log from offset on; *size becomes how many.  The result is shorter
 * than asked for only at the end of the log.
 */
int cordon_sbi_log(u32 form, u64 offset, u8 *out, size_t *size);
int cordon_sbi_certificate(u32 index, u8 *out, size_t *size);
int cordon_sbi_seal(struct cordon_seal *seal);
int cordon_sbi_report(struct cordon_report *report);

/* EBADMSG: the report was not made by this monitor since it started. */
int cordon_sbi_verify(const struct cordon_report *report);

/* A piece of an update, at most CORDON_STAGE_MAX bytes; none: the end of it. */
int cordon_sbi_stage(u64 offset, const u8 *data, size_t size);

/*
 * Evidence in memory that the caller frees by kvfree().  Takes as long as a signature does, lets
 * others run meanwhile, and ends early with EINTR if the process is killed.
 */
int cordon_sbi_evidence(const struct cordon_request *request, u8 **out, size_t *size);

/* ---- between the files of the module ---- */

struct sbiret;

/* The buffer that the monitor reads and writes; to be used under cordon_lock() only. */
struct cordon_bounce {
	u8 *data;
	size_t size;
};

/* Takes the lock and returns the buffer; NULL if the process is killed while it waits. */
struct cordon_bounce *cordon_lock(void);

/* Wipes what the buffer may hold of secrets, and gives the lock back. */
void cordon_unlock(void);

/* A larger buffer, if it is not that large already; what was in it is lost. */
int cordon_grow(size_t size);

/* The errno of an error of the SBI (SBI 3.0, 3): 0 for success. */
int cordon_errno(long error);

/* As configfs-tsm; nothing to do in kernels without it. */
#ifdef CONFIG_TSM_REPORTS
int cordon_tsm_open(void);
void cordon_tsm_close(void);
#else
static inline int cordon_tsm_open(void)
{
	return 0;
}

static inline void cordon_tsm_close(void)
{
}
#endif

#endif
