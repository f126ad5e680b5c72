/* SPDX-License-Identifier: Apache-2.0 */
/* The last words of the monitor. */
#include "lib/base.h"
#include "lib/log.h"
#include "monitor/ipi.h"

NORETURN void panic(const char *file, int line, const char *what)
{
	__atomic_store_n(&machine.dead, 1, __ATOMIC_RELEASE);
	log_panic("monitor bug: %s:%d: %s; all harts stop", file, line, what);
	for (unsigned int i = 0; i < machine.hart_count; i++) {
		ipi_ring(machine.harts[i]);
	}
	ipi_park();
}
