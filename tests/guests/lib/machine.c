/* SPDX-License-Identifier: Apache-2.0 */
/* PMP entries by index, time, and work for the other harts. */
#include "fdt.h"
#include "guest.h"

#define HART_PATIENCE 100000000ul /* ten seconds of QEMU virt's clock */

void hart_serve(void) __attribute__((noreturn));

/* One case per register: a CSR number is part of the instruction. */
#define PMP_ADDR_CASES(x) \
	x(0) x(1) x(2) x(3) x(4) x(5) x(6) x(7) x(8) x(9) x(10) x(11) x(12) x(13) x(14) x(15)

uint64_t pmp_addr(unsigned index)
{
	switch (index) {
#define READ_CASE(n) case n: return csr_read(CSR_PMPADDR0 + n);
	PMP_ADDR_CASES(READ_CASE)
	default: return 0;
	}
}

static void pmp_write_addr(unsigned index, uint64_t value)
{
	switch (index) {
#define WRITE_CASE(n) case n: csr_write(CSR_PMPADDR0 + n, value); break;
	PMP_ADDR_CASES(WRITE_CASE)
	default: break;
	}
}

static uint64_t pmp_read_cfg(unsigned index)
{
	return index < 8 ? csr_read(CSR_PMPCFG0) : csr_read(CSR_PMPCFG2);
}

uint8_t pmp_cfg(unsigned index)
{
	return (uint8_t)(pmp_read_cfg(index) >> (8 * (index % 8)));
}

void pmp_set(unsigned index, uint8_t cfg, uint64_t addr)
{
	unsigned shift = 8 * (index % 8);
	uint64_t value = pmp_read_cfg(index) & ~(0xfful << shift);

	/* The entry is off while its address changes, so that nothing in between is matched. */
	if (index < 8)
		csr_write(CSR_PMPCFG0, value);
	else
		csr_write(CSR_PMPCFG2, value);
	pmp_write_addr(index, addr);
	value |= (uint64_t)cfg << shift;
	if (index < 8)
		csr_write(CSR_PMPCFG0, value);
	else
		csr_write(CSR_PMPCFG2, value);
	sfence_vma();
}

void pmp_open(void)
{
	csr_write(CSR_PMPADDR0, ~0ul);
	csr_write(CSR_PMPCFG0, PMP_NAPOT | PMP_R | PMP_W | PMP_X);
	sfence_vma();
}

uint64_t time_now(void)
{
	return load64(CLINT_MTIME);
}

void time_spin(uint64_t ticks)
{
	uint64_t start = time_now();

	while (time_now() - start < ticks)
		;
}

/* A secondary hart sleeps until its msip is set, does what it was asked, and sleeps again. */
void hart_serve(void)
{
	struct hart *h = this_hart();
	void (*volatile *job)(void) = &h->job;

	pmp_open();
	__atomic_store_n(&h->job_done, 1, __ATOMIC_RELEASE);
	csr_write(CSR_MIE, IRQ_BIT(IRQ_MSI));
	for (;;) {
		while (!*job)
			__asm__ volatile("wfi" ::: "memory");
		store32(CLINT_MSIP(h->id), 0);
		fence();
		(*job)();
		csr_write(CSR_MIE, IRQ_BIT(IRQ_MSI));
		*job = NULL;
		__atomic_store_n(&h->job_done, 1, __ATOMIC_RELEASE);
	}
}

void hart_start_job(unsigned id, void (*job)(void))
{
	__atomic_store_n(&harts[id].job_done, 0, __ATOMIC_RELAXED);
	__atomic_store_n(&harts[id].job, job, __ATOMIC_RELEASE);
	fence();
	store32(CLINT_MSIP(id), 1);
}

void hart_join(unsigned id)
{
	while (!__atomic_load_n(&harts[id].job_done, __ATOMIC_ACQUIRE))
		;
}

static unsigned cpus;

static void count_cpu(const char *path, const char *name, uint64_t value, uint32_t size)
{
	(void)value;
	(void)size;
	cpus += fdt_begins(path, "/cpus/cpu@") && fdt_equal(name, "device_type");
}

unsigned hart_count(void)
{
	uint64_t start = time_now();

	cpus = 0;
	fdt_walk(boot_a1, count_cpu);
	for (unsigned i = 1; i < cpus; i++)
		while (!__atomic_load_n(&harts[i].job_done, __ATOMIC_ACQUIRE))
			if (time_now() - start > HART_PATIENCE) {
				fail("a hart of the device tree never reported for duty");
				finish();
			}
	return cpus;
}
