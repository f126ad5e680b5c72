/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/*
 * What programs of the guest and the module cordon.ko say to each other through /dev/cordon.
 *
 * Every number and structure is the same for programs of 32 and of 64 bits.  Members named
 * reserved must be 0 (else EINVAL), so that they can mean something later.  docs/attestation.md has
 * the errors.
 */
#ifndef CORDON_IOCTL_H
#define CORDON_IOCTL_H

#include <linux/ioctl.h>
#include <linux/types.h>

#define CORDON_DIGEST 48	/* bytes of a register, a digest and a key */
#define CORDON_NONCE_MAX 64
#define CORDON_CNF_MAX 256
#define CORDON_LABEL 32
#define CORDON_REPORT_DATA 64

/* One number that the monitor tells: CORDON_INFO and CORDON_STATUS. */
struct cordon_value {
	__u32 which;
	__u32 reserved;
	__u64 value;		/* out */
};

/* CORDON_READ fills value; CORDON_EXTEND extends by it. */
struct cordon_register {
	__u32 index;
	__u32 reserved;
	__u8 value[CORDON_DIGEST];
};

/* A part of the event log from offset on; size is the room, and then what was filled of it. */
struct cordon_log {
	__u32 form;		/* 0: CBOR, 1: TCG */
	__u32 reserved;
	__u64 offset;
	__u64 address;		/* of the caller's room */
	__u64 size;
};

/*
 * Evidence over a nonce of 8 to 64 bytes and, if cnf_len is not 0, a key of the caller's.
 * If the room is too small the error is EMSGSIZE, and size says how much is needed.
 */
struct cordon_evidence {
	__u32 nonce_len;
	__u32 cnf_len;
	__u64 cnf;		/* address of cnf_len bytes */
	__u64 address;		/* of the caller's room */
	__u32 size;		/* in: the room, out: what was filled of it */
	__u32 flags;		/* CORDON_RECHECK, or 0 */
	__u8 nonce[CORDON_NONCE_MAX];
};

/* The monitor digests the firmware's code again; it knows the flags that CORDON_INFO 10 tells. */
#define CORDON_RECHECK 1

/* Certificate 0 (attestation key), 1 (monitor) or 2 (device), DER; sizes as for evidence. */
struct cordon_certificate {
	__u32 index;
	__u32 size;
	__u64 address;
};

/* A key that only this owner's monitors of security version svn and later can derive. */
struct cordon_seal {
	__u32 svn;
	__u32 reserved;
	__u8 label[CORDON_LABEL];
	__u8 key[CORDON_DIGEST];	/* out */
};

/* A report for others on this machine: data is the caller's, the rest is filled. */
struct cordon_report {
	__u8 data[CORDON_REPORT_DATA];
	__u8 claims[CORDON_DIGEST];
	__u8 mac[CORDON_DIGEST];
};

/*
 * A piece of an update, 4 to 512 bytes and a multiple of 4: offset 0 begins one, each piece goes on
 * where the last one ended.  Size 0 ends it at offset: the next start is its trial.
 */
struct cordon_stage {
	__u64 offset;
	__u64 address;		/* of the bytes */
	__u32 size;
	__u32 reserved;
};

#define CORDON_STAGE_MAX 512

#define CORDON_INFO		_IOWR(0xda, 0x40, struct cordon_value)
#define CORDON_READ		_IOWR(0xda, 0x41, struct cordon_register)
#define CORDON_EXTEND		_IOW(0xda, 0x42, struct cordon_register)
#define CORDON_LOG		_IOWR(0xda, 0x43, struct cordon_log)
#define CORDON_EVIDENCE		_IOWR(0xda, 0x44, struct cordon_evidence)
#define CORDON_CERTIFICATE	_IOWR(0xda, 0x45, struct cordon_certificate)
#define CORDON_SEAL		_IOWR(0xda, 0x46, struct cordon_seal)
#define CORDON_REPORT		_IOWR(0xda, 0x47, struct cordon_report)
#define CORDON_VERIFY		_IOW(0xda, 0x48, struct cordon_report)
#define CORDON_STATUS		_IOWR(0xda, 0x49, struct cordon_value)
#define CORDON_STAGE		_IOW(0xda, 0x4a, struct cordon_stage)

/* What runs, works: which is 0, value becomes the least security version that may start. */
#define CORDON_CONFIRM		_IOWR(0xda, 0x4b, struct cordon_value)

#endif
