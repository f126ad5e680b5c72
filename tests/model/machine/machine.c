/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The machine's memory and devices, and its start: the stage of the differential machine in memory,
 * run until it powers off, as QEMU runs it. The memory is a file that the caller fills and reads.
 *   machine RAM-FILE CHOICES STAGE-ELF
 * Exit: 0 the stage came to its end, 1 it did not, 2 called wrongly.
 */
#include <elf.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "machine.h"

#define CLINT_MSIP     UINT64_C(0x02000000)
#define CLINT_MTIMECMP UINT64_C(0x02004000)
#define FINISHER       UINT64_C(0x00100000)
#define PCI_BASE       UINT64_C(0x40000000) /* a window with nothing in it answers with ones */
#define PCI_END        UINT64_C(0x80000000)
#define NOW            UINT64_C(0x1000000)  /* deadlines are 0 or never */
#define MOST_STEPS     UINT64_C(4000000)    /* between two blocks */
#define PROGRESS       UINT64_C(0x83000000) /* the stage counts programs and blocks there */

struct machine machine;

/* ---- memory ---- */

static bool in_ram(uint64_t physical, unsigned int size)
{
	return physical >= RAM_BASE && physical - RAM_BASE <= RAM_SIZE - size;
}

static uint64_t cut(uint64_t value, unsigned int size)
{
	return size == 8 ? value : value & (MB(8 * size) - 1);
}

bool machine_read(uint64_t physical, unsigned int size, uint64_t *value)
{
	*value = 0;
	if (in_ram(physical, size)) {
		memcpy(value, machine.ram + (physical - RAM_BASE), size);
		return true;
	}
	if (physical >= PCI_BASE && physical < PCI_END)
		*value = cut(UINT64_MAX, size);
	else if (physical == CLINT_MSIP)
		*value = machine.msip;
	else if (physical == CLINT_MTIMECMP)
		*value = machine.mtimecmp;
	else
		return physical == CLINT_MSIP + 4 || physical == CLINT_MTIMECMP + 8;
	return true;
}

bool machine_write(uint64_t physical, unsigned int size, uint64_t value)
{
	if (in_ram(physical, size)) {
		memcpy(machine.ram + (physical - RAM_BASE), &value, size);
		return true;
	}
	if (physical == CLINT_MSIP)
		machine.msip = value & 1;
	else if (physical == CLINT_MTIMECMP)
		machine.mtimecmp = value;
	else if (physical == FINISHER)
		machine.stopped = true;
	else
		return (physical >= PCI_BASE && physical < PCI_END) ||
			physical == CLINT_MSIP + 4 || physical == CLINT_MTIMECMP + 8;
	return true;
}

bool model_memory_read64(uint64_t physical, uint64_t *value)
{
	return machine_read(physical, 8, value) || machine.choices.walk_reads_zero;
}

/* ---- running ---- */

static void step(struct model_hart *h)
{
	uint32_t word;
	uint64_t cause;

	h->lines = (machine.msip ? MB(MODEL_MSI) : 0) |
		(NOW >= machine.mtimecmp ? MB(MODEL_MTI) : 0);
	cause = model_interrupt(h);
	if (cause)
		model_trap(h, cause, 0);
	else if (access_fetch(h, &word) && model_step(h, word) == MODEL_NOT_MINE)
		insn_step(h, word);
}

/* Until it powers off, or for too long nothing has come of it. */
static void run(void)
{
	uint64_t before[2] = { 0, 0 }, now[2], steps = 0;
	const uint8_t *at = machine.ram + (PROGRESS - RAM_BASE);

	while (!machine.stopped && steps < MOST_STEPS) {
		step(&machine.hart);
		if (++steps % 65536)
			continue;
		memcpy(&now[0], at + 8, 8);
		memcpy(&now[1], at + 24, 8);
		if (memcmp(now, before, sizeof(now)))
			steps = 0;
		memcpy(before, now, sizeof(now));
	}
}

/* ---- start ---- */

static bool map_ram(const char *path)
{
	int file = open(path, O_RDWR);
	void *at = file < 0 ? MAP_FAILED :
		mmap(NULL, RAM_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);

	if (at == MAP_FAILED) {
		perror(path);
		return false;
	}
	machine.ram = at;
	return true;
}

/* Segments into memory; the resident code ends where the first, which has it, ends. */
static bool load_segments(FILE *file, const Elf64_Ehdr *head)
{
	Elf64_Phdr part;

	for (unsigned int i = 0; i < head->e_phnum; i++) {
		if (fseek(file, (long)(head->e_phoff + i * sizeof(part)), SEEK_SET) ||
		    fread(&part, sizeof(part), 1, file) != 1)
			return false;
		if (part.p_type != PT_LOAD || !part.p_filesz)
			continue;
		if (!in_ram(part.p_paddr, 1) || part.p_filesz > RAM_SIZE / 2 ||
		    !in_ram(part.p_paddr + part.p_filesz, 1) ||
		    fseek(file, (long)part.p_offset, SEEK_SET) ||
		    fread(machine.ram + (part.p_paddr - RAM_BASE), part.p_filesz, 1, file) != 1)
			return false;
		if (part.p_flags & PF_X)
			machine.resident_end = part.p_paddr + part.p_filesz;
	}
	return machine.resident_end != 0;
}

static bool load_stage(const char *path)
{
	FILE *file = fopen(path, "rb");
	Elf64_Ehdr head;
	bool good = file && fread(&head, sizeof(head), 1, file) == 1 &&
		memcmp(head.e_ident, ELFMAG, SELFMAG) == 0 && load_segments(file, &head);

	if (!good)
		fprintf(stderr, "%s is no ELF file that fits the machine\n", path);
	if (file)
		fclose(file);
	return good;
}

int main(int argc, char **argv)
{
	if (argc != 4) {
		fprintf(stderr, "usage: %s RAM-FILE CHOICES STAGE-ELF\n", argv[0]);
		return 2;
	}
	if (!choices_read(argv[2], &machine.choices) || !map_ram(argv[1]) || !load_stage(argv[3]))
		return 2;
	model_reset(&machine.hart, &machine.choices.model, RAM_BASE);
	machine.hart.time = NOW;
	machine.hart.stimecmp = UINT64_MAX;
	machine.mtimecmp = UINT64_MAX;
	run();
	return machine.stopped ? 0 : 1;
}
