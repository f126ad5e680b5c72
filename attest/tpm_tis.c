/* SPDX-License-Identifier: Apache-2.0 */
/* One command and its answer, byte by byte. */
#include "attest/tpm_tis.h"

#include "attest/tpm_access.h"

/* Registers of locality 0, and their bits (PC Client Platform TPM Profile 1.05, 6.3). */
#define REG_ACCESS 0x00u
#define REG_STS    0x18u
#define REG_FIFO   0x24u

#define ACCESS_REQUEST 0x02u
#define ACCESS_ACTIVE  0x20u
#define ACCESS_VALID   0x80u

#define STS_EXPECT 0x08u
#define STS_DATA   0x10u
#define STS_GO     0x20u
#define STS_READY  0x40u
#define STS_VALID  0x80u

#define BURST(sts) ((sts) >> 8 & 0xffffu) /* bytes that the FIFO takes or has now */

#define HEAD_LEN 10u /* of an answer: tag, length, code */

/* A command under way. */
struct exchange {
	const struct tpm_port *port;
	uintptr_t base;
	uint32_t polls; /* that are left */
	uint64_t begun; /* by the clock */
};

/* One more look? The clock is asked now and then. */
static bool has_patience(struct exchange *x)
{
	const struct tpm_port *port = x->port;

	if (x->polls == 0) {
		return false;
	}
	x->polls--;
	return port->clock == 0 || x->polls % 64 != 0 ||
	       tpm_read64(port->clock) - x->begun < port->patience;
}

/* Looks until the status has these of those bits. False: it never does. */
static bool look_for(struct exchange *x, uint32_t bits, uint32_t of, uint32_t *sts)
{
	while (has_patience(x)) {
		*sts = tpm_read32(x->base + REG_STS);
		if ((*sts & of) == bits) {
			return true;
		}
	}
	return false;
}

static bool wait_for_burst(struct exchange *x, uint32_t *sts)
{
	do {
		if (!look_for(x, 0, 0, sts)) {
			return false;
		}
	} while (BURST(*sts) == 0);
	return true;
}

static bool take_locality(struct exchange *x)
{
	const uint8_t ours = ACCESS_VALID | ACCESS_ACTIVE;

	tpm_write8(x->base + REG_ACCESS, ACCESS_REQUEST);
	while (has_patience(x)) {
		uint8_t access = tpm_read8(x->base + REG_ACCESS);

		if (access != 0xff && (access & ours) == ours) { /* ff: there is nothing */
			return true;
		}
	}
	return false;
}

/* It expects more until the last byte, and then no more. */
static bool send_bytes(struct exchange *x, const uint8_t *command, size_t len)
{
	uint32_t sts;

	for (size_t i = 0; i < len; i++) {
		if (!wait_for_burst(x, &sts)) {
			return false;
		}
		tpm_write8(x->base + REG_FIFO, command[i]);
		if (!look_for(x, STS_VALID, STS_VALID, &sts) ||
		    ((sts & STS_EXPECT) != 0) != (i + 1 < len)) {
			return false;
		}
	}
	tpm_write32(x->base + REG_STS, STS_GO);
	return true;
}

static bool receive(struct exchange *x, uint8_t *out, size_t from, size_t to)
{
	const uint32_t ready = STS_VALID | STS_DATA;
	uint32_t sts;

	for (size_t i = from; i < to; i++) {
		if (!look_for(x, ready, ready, &sts) || !wait_for_burst(x, &sts)) {
			return false;
		}
		out[i] = tpm_read8(x->base + REG_FIFO);
	}
	return true;
}

static size_t length_of(const uint8_t head[HEAD_LEN])
{
	return (size_t)head[2] << 24 | (size_t)head[3] << 16 | (size_t)head[4] << 8 | head[5];
}

static size_t answer(struct exchange *x, uint8_t *out, size_t room)
{
	uint32_t sts;
	size_t len;

	if (room < HEAD_LEN || !receive(x, out, 0, HEAD_LEN)) {
		return 0;
	}
	len = length_of(out);
	if (len < HEAD_LEN || len > room || !receive(x, out, HEAD_LEN, len) ||
	    !look_for(x, STS_VALID, STS_VALID, &sts) || (sts & STS_DATA) != 0) {
		return 0;
	}
	return len;
}

size_t tpm_tis_exchange(const struct tpm_port *port, const uint8_t *command, size_t len,
			uint8_t *out, size_t room)
{
	struct exchange x = { .port = port, .base = port->base, .polls = TPM_TIS_POLLS };
	size_t got = 0;
	uint32_t sts;

	x.begun = port->clock != 0 ? tpm_read64(port->clock) : 0;
	if (!take_locality(&x)) {
		return 0;
	}
	tpm_write32(x.base + REG_STS, STS_READY);
	if (look_for(&x, STS_READY, STS_READY, &sts) && send_bytes(&x, command, len)) {
		got = answer(&x, out, room);
	}
	tpm_write32(x.base + REG_STS, STS_READY); /* ends it, whatever has come of it */
	return got;
}
