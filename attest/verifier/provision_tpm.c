/* SPDX-License-Identifier: Apache-2.0 */
/* The commands of a TPM 2.0 that provisioning takes, over a socket of swtpm's or a device file. */
#define _POSIX_C_SOURCE 200809L

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <openssl/crypto.h>

#include "keys.h"
#include "provision_tpm.h"

/* TPM Library 1.59, part 2. */
#define CC_NV_DEFINE    0x12au
#define CC_NV_INCREMENT 0x134u
#define CC_NV_WRITE     0x137u
#define CC_NV_WRITE_LOCK 0x138u
#define CC_STARTUP      0x144u
#define CC_SHUTDOWN     0x145u
#define CC_NV_READ      0x14eu
#define CC_POLICY_PCR   0x17fu
#define RC_INITIALIZE   0x100u
#define RC_NV_DEFINED   0x14cu
#define RH_PLATFORM     0x4000000cu
#define RS_PASSWORD     0x40000009u
#define ALG_SHA384      0x000cu
/* 13.4: of an index */
#define NV_PPWRITE        (1u << 0)
#define NV_AUTHWRITE      (1u << 2)
#define NV_COUNTER        (1u << 4)
#define NV_WRITEDEFINE    (1u << 13)
#define NV_AUTHREAD       (1u << 18)
#define NV_POLICYREAD     (1u << 19)
#define NV_NO_DA          (1u << 25)
#define NV_PLATFORMCREATE (1u << 30)
#define NV_READ_STCLEAR   (1u << 31)

/* What stage 0 knows, too. */
#define INDEX_SECRET  0x01400c00u
#define INDEX_COUNTER 0x01400c01u
#define SEALED_LEN    64u
#define COUNTER_LEN   8u

#define WAIT_MS 30000
#define BUFFER 512u
#define HEAD_LEN 10u
#define AT_COUNTER 16u /* in the answer to a read: head, two lengths */

/* A command while it is written, then its answer. */
struct wire {
	const char *path;
	int fd;
	uint8_t bytes[BUFFER];
	size_t len;
};

static void put_number(struct wire *w, uint64_t value, unsigned int len)
{
	for (unsigned int i = len; i-- != 0;) {
		w->bytes[w->len++] = (uint8_t)(value >> 8 * i);
	}
}

static void put_span(struct wire *w, struct span bytes)
{
	memcpy(w->bytes + w->len, bytes.data, bytes.len);
	w->len += bytes.len;
}

/* A TPM2B. */
static void put_sized(struct wire *w, struct span bytes)
{
	put_number(w, bytes.len, 2);
	if (bytes.len != 0) {
		put_span(w, bytes);
	}
}

static uint32_t number_at(const struct wire *w, size_t at)
{
	const uint8_t *p = w->bytes + at;

	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

/* ---- the way there and back ---- */

static int open_tpm(const char *path)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	struct stat st;
	int fd;

	if (stat(path, &st) != 0) {
		die(CORDON_USAGE, "there is no TPM at %s: %s", path, strerror(errno));
	}
	if (!S_ISSOCK(st.st_mode)) {
		fd = open(path, O_RDWR | O_CLOEXEC);
	} else if (strlen(path) >= sizeof(address.sun_path)) {
		die(CORDON_USAGE, "%s is too long a name for a socket", path);
	} else {
		(void)strcpy(address.sun_path, path);
		fd = socket(AF_UNIX, SOCK_STREAM, 0);
		if (fd >= 0 && connect(fd, (struct sockaddr *)&address, sizeof(address)) != 0) {
			(void)close(fd);
			fd = -1;
		}
	}
	if (fd < 0) {
		die(CORDON_USAGE, "cannot open the TPM at %s: %s", path, strerror(errno));
	}
	return fd;
}

/* At least so many bytes of the answer. */
static void read_until(struct wire *w, size_t len)
{
	while (w->len < len) {
		struct pollfd p = {.fd = w->fd, .events = POLLIN};
		ssize_t got = -1;

		if (poll(&p, 1, WAIT_MS) == 1) {
			got = read(w->fd, w->bytes + w->len, sizeof(w->bytes) - w->len);
		}
		if (got <= 0) {
			die(CORDON_USAGE, "the TPM at %s does not answer", w->path);
		}
		w->len += (size_t)got;
	}
}

static uint32_t exchange(struct wire *w)
{
	size_t len = w->len;
	uint32_t said;

	w->bytes[4] = (uint8_t)(len >> 8);
	w->bytes[5] = (uint8_t)len;
	if (write(w->fd, w->bytes, len) != (ssize_t)len) {
		die(CORDON_USAGE, "cannot write to the TPM at %s: %s", w->path, strerror(errno));
	}
	w->len = 0;
	read_until(w, HEAD_LEN);
	said = number_at(w, 2);
	if (said < HEAD_LEN || said > sizeof(w->bytes)) {
		die(CORDON_MALFORMED, "the TPM at %s answers nonsense", w->path);
	}
	read_until(w, said);
	return number_at(w, 6);
}

/* ---- commands ---- */

static void begin(struct wire *w, uint32_t command)
{
	w->len = 0;
	put_number(w, command == CC_STARTUP || command == CC_SHUTDOWN ? 0x8001 : 0x8002, 2);
	put_number(w, 0, 4); /* the length */
	put_number(w, command, 4);
}

/* By a value: the platform has none at provisioning. */
static void authorise(struct wire *w, struct span value)
{
	put_number(w, 9 + value.len, 4);
	put_number(w, RS_PASSWORD, 4);
	put_number(w, 0, 3); /* no nonce, no attributes */
	put_sized(w, value);
}

static void must(struct wire *w, const char *what)
{
	uint32_t code = exchange(w);

	if (code == RC_NV_DEFINED) {
		die(CORDON_USAGE, "the TPM at %s has an identity already: take a new one",
		    w->path);
	}
	if (code != 0) {
		die(CORDON_USAGE, "the TPM at %s does not %s (code %x)", w->path, what, code);
	}
}

static void start(struct wire *w)
{
	uint32_t code;

	begin(w, CC_STARTUP);
	put_number(w, 0, 2); /* TPM_SU_CLEAR */
	code = exchange(w);
	if (code != 0 && code != RC_INITIALIZE) {
		die(CORDON_USAGE, "the TPM at %s does not start (code %x)", w->path, code);
	}
}

/* What is defined: TPMS_NV_PUBLIC (13.5) and the index's own value. */
struct nv_index {
	uint32_t handle;
	uint32_t attributes;
	uint16_t len;
	struct span value;
	struct span policy;
};

static void define(struct wire *w, const struct nv_index *i)
{
	begin(w, CC_NV_DEFINE);
	put_number(w, RH_PLATFORM, 4);
	authorise(w, (struct span){NULL, 0});
	put_sized(w, i->value);
	put_number(w, 14 + i->policy.len, 2);
	put_number(w, i->handle, 4);
	put_number(w, ALG_SHA384, 2);
	put_number(w, i->attributes, 4);
	put_sized(w, i->policy);
	put_number(w, i->len, 2);
	must(w, "define an index");
}

/* By the rights of `by`, a hierarchy or the index itself. */
static void begin_nv(struct wire *w, uint32_t command, uint32_t by, const struct nv_index *i)
{
	begin(w, command);
	put_number(w, by, 4);
	put_number(w, i->handle, 4);
	authorise(w, by == RH_PLATFORM ? (struct span){NULL, 0} : i->value);
}

/* Defines the counter; what it counts from. */
static uint64_t make_counter(struct wire *w, struct span key)
{
	const struct nv_index i = {
		.handle = INDEX_COUNTER, .len = COUNTER_LEN, .value = key,
		.attributes = NV_AUTHREAD | NV_AUTHWRITE | NV_COUNTER | NV_NO_DA |
			      NV_PLATFORMCREATE,
	};

	define(w, &i);
	begin_nv(w, CC_NV_INCREMENT, i.handle, &i); /* before that it has no value */
	must(w, "count");
	begin_nv(w, CC_NV_READ, i.handle, &i);
	put_number(w, COUNTER_LEN, 2);
	put_number(w, 0, 2);
	must(w, "read its counter");
	if (w->len < AT_COUNTER + COUNTER_LEN) {
		die(CORDON_MALFORMED, "the TPM at %s answers nonsense", w->path);
	}
	return (uint64_t)number_at(w, AT_COUNTER) << 32 | number_at(w, AT_COUNTER + 4);
}

/*
 * The policy that TPM2_PolicyPCR makes (part 3, 23.7) of the value that PCR 0 has when stage 0 has
 * extended it from zero by its own digest.
 */
static void policy_of(struct span stage0, uint8_t out[DIGEST_LEN])
{
	uint8_t pcr[2 * DIGEST_LEN] = {0};
	struct wire w = {.len = 0};

	sha384(stage0, pcr + DIGEST_LEN);
	sha384((struct span){pcr, sizeof(pcr)}, pcr);
	sha384((struct span){pcr, DIGEST_LEN}, pcr);
	w.len = DIGEST_LEN; /* zeros: the policy before */
	put_number(&w, CC_POLICY_PCR, 4);
	put_number(&w, 1, 4);
	put_number(&w, ALG_SHA384, 2);
	put_number(&w, 0x03010000, 4); /* three bytes, of which the first has PCR 0 */
	put_span(&w, (struct span){pcr, DIGEST_LEN});
	sha384((struct span){w.bytes, w.len}, out);
}

/* Little-endian, as stage 0 reads it. */
static void write_secret(struct wire *w, uint64_t base, const struct tpm_content *c)
{
	uint8_t policy[DIGEST_LEN];
	uint8_t sealed[SEALED_LEN];
	const struct nv_index i = {
		.handle = INDEX_SECRET, .len = SEALED_LEN, .policy = {policy, sizeof(policy)},
		.attributes = NV_PPWRITE | NV_WRITEDEFINE | NV_POLICYREAD | NV_NO_DA |
			      NV_PLATFORMCREATE | NV_READ_STCLEAR,
	};

	policy_of(c->stage0, policy);
	memcpy(sealed, "CORDTPM1", 8);
	for (unsigned int n = 0; n < 8; n++) {
		sealed[8 + n] = (uint8_t)(base >> 8 * n);
	}
	memcpy(sealed + 16, c->secret.data, c->secret.len);
	define(w, &i);
	begin_nv(w, CC_NV_WRITE, RH_PLATFORM, &i);
	put_sized(w, (struct span){sealed, sizeof(sealed)});
	put_number(w, 0, 2);
	must(w, "take the secret");
	begin_nv(w, CC_NV_WRITE_LOCK, RH_PLATFORM, &i);
	must(w, "lock the secret");
	OPENSSL_cleanse(sealed, sizeof(sealed));
}

void provision_tpm(const char *path, const struct tpm_content *c)
{
	struct wire w = {.path = path, .fd = open_tpm(path)};

	start(&w);
	write_secret(&w, make_counter(&w, c->counter_key), c);
	begin(&w, CC_SHUTDOWN);
	put_number(&w, 0, 2);
	must(&w, "shut down");
	(void)close(w.fd);
	OPENSSL_cleanse(w.bytes, sizeof(w.bytes));
}
