/* SPDX-License-Identifier: Apache-2.0 */
/* An appraisal as a table and as JSON. */
#include <inttypes.h>

#include "appraise.h"

#define RED "\033[1;31m"
#define GREEN "\033[32m"
#define YELLOW "\033[33m"
#define PLAIN "\033[0m"

const char *appraisal_status(const struct appraisal *a)
{
	if (a->verdict == VERDICT_FAIL) {
		return "contraindicated";
	}
	return a->verdict == VERDICT_WARN ? "warning" : "affirming";
}

static const char *verdict_word(enum verdict verdict)
{
	static const char *const word[] = {"SKIP", "PASS", "WARN", "FAIL"};

	return word[verdict];
}

static const char *verdict_colour(enum verdict verdict)
{
	static const char *const colour[] = {"", GREEN, YELLOW, RED};

	return colour[verdict];
}

void appraisal_print(const struct appraisal *a, FILE *to, bool colours)
{
	if (a->insecure) {
		(void)fprintf(to, "%sINSECURE IDENTITY: whoever holds this device's public "
			      "firmware can be this device%s\n", colours ? RED : "",
			      colours ? PLAIN : "");
	}
	for (int i = 0; i < APPRAISE_STEPS; i++) {
		const struct appraisal_step *s = &a->step[i];

		(void)fprintf(to, "%s%s%s  %-17s %s\n", colours ? verdict_colour(s->verdict) : "",
			      verdict_word(s->verdict), colours ? PLAIN : "", s->name, s->sentence);
	}
	if (a->has_device) {
		(void)fputs("device  ", to);
		hex_print(to, (struct span){a->ueid, UEID_LEN});
		(void)fprintf(to, ", class %s, boot %" PRIu64 "\n", a->identity_class,
			      a->bootcount);
	}
	(void)fprintf(to, "result  %s\n", appraisal_status(a));
}

static void write_string(FILE *to, const char *text)
{
	(void)fputc('"', to);
	text_print(to, span_text(text));
	(void)fputc('"', to);
}

static void write_vector(const struct trust_vector *v, FILE *to)
{
	(void)fprintf(to, "\"ear.trustworthiness-vector\":{\"instance-identity\":%d,"
		      "\"configuration\":%d,\"executables\":%d,\"hardware\":%d,"
		      "\"runtime-opaque\":%d,\"storage-opaque\":%d}", v->instance_identity,
		      v->configuration, v->executables, v->hardware, v->runtime_opaque,
		      v->storage_opaque);
}

static void write_steps(const struct appraisal *a, FILE *to)
{
	for (int i = 0; i < APPRAISE_STEPS; i++) {
		const struct appraisal_step *s = &a->step[i];

		(void)fprintf(to, "%s{\"step\":\"%s\",\"verdict\":\"%s\",\"code\":%d,\"why\":",
			      i == 0 ? "" : ",", s->name, verdict_word(s->verdict), (int)s->code);
		write_string(to, s->sentence);
		(void)fputc('}', to);
	}
}

static void write_failed(const struct appraisal *a, FILE *to)
{
	const char *separator = "";

	for (int i = 0; i < APPRAISE_STEPS; i++) {
		if (a->step[i].verdict == VERDICT_FAIL) {
			(void)fprintf(to, "%s\"%s\"", separator, a->step[i].name);
			separator = ",";
		}
	}
}

void appraisal_write_json(const struct appraisal *a, FILE *to)
{
	(void)fprintf(to, "{\"eat_profile\":\"tag:github.com,2023:veraison/ear\",\"iat\":%" PRId64
		      ",\"ear.verifier-id\":{\"developer\":\"Cordon\",\"build\":\"cordon 1\"},"
		      "\"submods\":{\"monitor\":{\"ear.status\":\"%s\",", a->now,
		      appraisal_status(a));
	write_vector(&a->vector, to);
	(void)fputs(",\"ear.appraisal-policy-id\":\"tag:cordon,2026:vfm#1\",\"cordon.device\":\"",
		    to);
	if (a->has_device) {
		hex_print(to, (struct span){a->ueid, UEID_LEN});
	}
	(void)fprintf(to, "\",\"cordon.identity-class\":\"%s\",\"cordon.exit\":%d,"
		      "\"cordon.failed\":[", a->identity_class, (int)a->code);
	write_failed(a, to);
	(void)fputs("],\"cordon.steps\":[", to);
	write_steps(a, to);
	(void)fputs("]}}}\n", to);
}
