/* SPDX-License-Identifier: Apache-2.0 */
/* cordon-agent: asks the monitor through /dev/cordon. */
#include "attest/guest/agent/agent.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>

#define DEVICE "/dev/cordon"
#define FLAGS_INFO 10 /* that a request for evidence may have */

static int device = -1;

int device_open(void)
{
	device = open(DEVICE, O_RDWR | O_CLOEXEC);
	if (device >= 0) {
		return AGENT_OK;
	}
	if (errno == ENOENT) {
		return say_error(AGENT_NO_DEVICE, DEVICE " is not there: load cordon.ko (it loads "
				 "only under a monitor with the policy attest)");
	}
	return say_error(AGENT_NO_DEVICE, "cannot open " DEVICE ": %s", strerror(errno));
}

/* Says why the monitor did not do what was asked. */
static int refused(const char *what)
{
	if (errno == EOPNOTSUPP) {
		return say_error(AGENT_NOT_OFFERED, "this monitor does not offer %s", what);
	}
	return say_error(AGENT_REFUSED, "the monitor refused %s: %s", what, strerror(errno));
}

int device_value(unsigned long call, uint32_t which, uint64_t *value)
{
	struct cordon_value v = { .which = which };

	if (ioctl(device, call, &v) != 0) {
		return refused(call == CORDON_STATUS ? "status" : "information");
	}
	*value = v.value;
	return AGENT_OK;
}

int device_read(uint32_t index, uint8_t value[CORDON_DIGEST])
{
	struct cordon_register r = { .index = index };

	if (ioctl(device, CORDON_READ, &r) != 0) {
		return refused("a register");
	}
	memcpy(value, r.value, CORDON_DIGEST);
	return AGENT_OK;
}

int device_extend(uint32_t index, const uint8_t value[CORDON_DIGEST])
{
	struct cordon_register r = { .index = index };

	memcpy(r.value, value, CORDON_DIGEST);
	if (ioctl(device, CORDON_EXTEND, &r) != 0) {
		return refused("to extend the register");
	}
	return AGENT_OK;
}

/* A call that fills a part of the room takes the next one up behind it; 0 bytes are the end. */
int device_log(uint32_t form, struct bytes *out)
{
	struct cordon_log l = { .form = form };

	out->size = 0;
	out->data = malloc(AGENT_LOG_MAX);
	if (out->data == NULL) {
		return say_error(AGENT_FILE, "out of memory");
	}
	do {
		l.offset = out->size;
		l.address = (uintptr_t)(out->data + out->size);
		l.size = AGENT_LOG_MAX - out->size;
		if (ioctl(device, CORDON_LOG, &l) != 0) {
			free(out->data);
			return refused("the log");
		}
		out->size += l.size;
	} while (l.size != 0 && out->size < AGENT_LOG_MAX);
	return AGENT_OK;
}

/* That the firmware's code be looked at again, if the monitor can. */
static uint32_t known_flags(void)
{
	struct cordon_value v = { .which = FLAGS_INFO };

	return ioctl(device, CORDON_INFO, &v) == 0 ? (uint32_t)v.value & CORDON_RECHECK : 0;
}

int device_evidence(const struct bytes *nonce, const struct bytes *cnf, struct bytes *out)
{
	struct cordon_evidence e = { .nonce_len = (uint32_t)nonce->size,
				     .cnf_len = (uint32_t)cnf->size,
				     .cnf = (uintptr_t)cnf->data,
				     .size = AGENT_TOKEN_MAX,
				     .flags = known_flags() };

	out->data = malloc(AGENT_TOKEN_MAX);
	if (out->data == NULL) {
		return say_error(AGENT_FILE, "out of memory");
	}
	e.address = (uintptr_t)out->data;
	memcpy(e.nonce, nonce->data, nonce->size);
	if (ioctl(device, CORDON_EVIDENCE, &e) != 0) {
		free(out->data);
		return refused("evidence");
	}
	out->size = e.size;
	return AGENT_OK;
}

int device_certificate(uint32_t index, struct bytes *out)
{
	struct cordon_certificate c = { .index = index, .size = AGENT_CERTIFICATE_MAX };

	out->data = malloc(AGENT_CERTIFICATE_MAX);
	if (out->data == NULL) {
		return say_error(AGENT_FILE, "out of memory");
	}
	c.address = (uintptr_t)out->data;
	if (ioctl(device, CORDON_CERTIFICATE, &c) != 0) {
		free(out->data);
		return refused("a certificate");
	}
	out->size = c.size;
	return AGENT_OK;
}

int device_seal(struct cordon_seal *seal)
{
	return ioctl(device, CORDON_SEAL, seal) == 0 ? AGENT_OK : refused("a sealing key");
}

int device_report(struct cordon_report *report)
{
	return ioctl(device, CORDON_REPORT, report) == 0 ? AGENT_OK : refused("a local report");
}

int device_verify(const struct cordon_report *report)
{
	return ioctl(device, CORDON_VERIFY, report) == 0 ? AGENT_OK : refused("the report");
}

static int stage(uint64_t offset, const uint8_t *data, size_t size)
{
	struct cordon_stage s = { .offset = offset, .address = (uintptr_t)data,
				  .size = (uint32_t)size };

	if (ioctl(device, CORDON_STAGE, &s) == 0) {
		return AGENT_OK;
	}
	if (errno == EBADFD) {
		return say_error(AGENT_REFUSED, "the monitor refused the update: what runs is on "
				 "trial itself; confirm it first, or restart");
	}
	return refused(size == 0 ? "the end of the update" : "the update");
}

int device_update(const struct bytes *update)
{
	int err = AGENT_OK;

	for (size_t at = 0; err == AGENT_OK && at < update->size; at += CORDON_STAGE_MAX) {
		size_t left = update->size - at;

		err = stage(at, update->data + at,
			    left < CORDON_STAGE_MAX ? left : CORDON_STAGE_MAX);
	}
	return err == AGENT_OK ? stage(update->size, NULL, 0) : err;
}

int device_confirm(uint64_t *counter)
{
	struct cordon_value v = { .which = 0 };

	if (ioctl(device, CORDON_CONFIRM, &v) != 0) {
		return refused("to confirm");
	}
	*counter = v.value;
	return AGENT_OK;
}
