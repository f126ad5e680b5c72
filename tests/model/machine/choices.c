/* SPDX-License-Identifier: Apache-2.0 */
/* Reads what an implementation chose: lines "name value", comments begin with #. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "machine.h"

#define FIELD(name) { #name, offsetof(struct choices, model.name), \
		      sizeof(((struct choices *)0)->model.name) }

static const struct field { const char *name; size_t offset, size; } fields[] = {
	FIELD(misa), FIELD(mvendorid), FIELD(marchid), FIELD(mimpid), FIELD(mhartid),
	FIELD(mconfigptr), FIELD(mstatus_bits), FIELD(medeleg_bits), FIELD(mideleg_bits),
	FIELD(mie_bits), FIELD(mip_bits), FIELD(counteren_bits), FIELD(inhibit_bits),
	FIELD(event_bits), FIELD(menvcfg_bits), FIELD(senvcfg_bits), FIELD(satp_asid_bits),
	FIELD(satp_modes),
	FIELD(pmp_count), FIELD(pmp_writable), FIELD(pmp_grain), FIELD(has_sstc),
	FIELD(has_menvcfg), FIELD(has_inhibit), FIELD(xret_clears_mprv), FIELD(mpp_keeps_2),
	FIELD(pmp_keeps_reserved), FIELD(pmp_keeps_high), FIELD(pmp_zero_is_all),
	FIELD(pmp_orders_high), FIELD(sip_lacks_stip),
	FIELD(irq_lowest_first), FIELD(pmp_ends_only), FIELD(has_svadu),
	FIELD(ad_before_pmp), FIELD(ad_ignores_pmp),
	FIELD(epc_keeps_low), FIELD(stip_is_kept), FIELD(illegal_tval), FIELD(breakpoint_tval),
	FIELD(hardware_ad),
	{ "amo_loads", offsetof(struct choices, amo_loads), sizeof(bool) },
	{ "walk_reads_zero", offsetof(struct choices, walk_reads_zero), sizeof(bool) },
};

static const struct field *find(const char *name)
{
	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
		if (strcmp(fields[i].name, name) == 0)
			return &fields[i];
	return NULL;
}

static bool take(struct choices *can, const char *name, uint64_t value)
{
	const struct field *field = find(name);
	uint8_t *at;

	/* A host that stores the low byte first, as every one does that runs this. */
	if (!field || (field->size < 8 && value >> (8 * field->size)))
		return false;
	at = (uint8_t *)can + field->offset;
	memcpy(at, &value, field->size);
	return true;
}

bool choices_read(const char *path, struct choices *can)
{
	FILE *file = fopen(path, "r");
	char line[256], name[64], number[64];
	bool good = file != NULL;

	if (!good)
		fprintf(stderr, "%s cannot be read; name the file with the choices\n", path);
	while (good && fgets(line, sizeof(line), file)) {
		if (line[0] == '#' || sscanf(line, "%63s %63s", name, number) != 2)
			continue;
		good = take(can, name, strtoull(number, NULL, 0));
		if (!good)
			fprintf(stderr, "%s: %s is no choice of the model\n", path, name);
	}
	if (file)
		fclose(file);
	return good;
}
