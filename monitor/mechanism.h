/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The protections that attack tests switch off one at a time, to see that the attack succeeds then
 * (docs/threat-model.md). In every other image mechanism_on is the constant true.
 */
#ifndef MONITOR_MECHANISM_H
#define MONITOR_MECHANISM_H

#include "lib/base.h"

enum mechanism {
	MECH_SELF,        /* the PMP entry in front of the monitor's memory */
	MECH_DENY,        /* sandbox: firmware reaches nothing but what it is allowed */
	MECH_DEVICES,     /* sandbox: device accesses of firmware are judged */
	MECH_REGISTERS,   /* sandbox: the payload's registers are hidden from firmware */
	MECH_RETURN,      /* sandbox: only a0 and a1 come back */
	MECH_RESUME,      /* sandbox: the payload goes on where it stopped */
	MECH_HSM,         /* a hart enters the payload only where the payload asked for it */
	MECH_SUPERVISOR,  /* sandbox: supervisor and hypervisor CSRs are out of firmware's reach */
	MECH_FLOAT,       /* sandbox: floating-point and vector state is off for firmware */
	MECH_COUNTERS,    /* sandbox: counters are out of firmware's reach */
	MECH_MPRV,        /* sandbox: firmware has no MPRV */
	MECH_INJECT,      /* sandbox: no supervisor interrupts that nobody asked for */
	MECH_DELEGATION,  /* sandbox: delegation, envcfg and the like are fixed at the lock */
	MECH_TRIGGERS,    /* sandbox: firmware has no debug triggers in the payload */
	MECH_EXTERNAL,    /* sandbox: machine external interrupts are off */
	MECH_PLIC,        /* sandbox: supervisor contexts of the PLIC are the payload's */
	MECH_CONSOLE,     /* sandbox: firmware's console is output only, filtered */
	MECH_RESET,       /* sandbox: the machine is reset only when the payload asks for it */
	MECH_RENDEZVOUS,  /* sandbox: the lock stops every hart */
	MECH_SCRUB,       /* memory is cleared before the first firmware instruction */
	MECH_BUDGET,      /* failsafe: firmware that does not come back is stopped */
	MECH_TREE         /* sandbox: the device tree that firmware hands on is checked */
};

#include "mechanism_choice.h"

#endif
