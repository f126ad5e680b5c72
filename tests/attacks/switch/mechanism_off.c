/* SPDX-License-Identifier: Apache-2.0 */
/* The word that says which protections are off; the attack runner patches it in the ELF file. */
#include "monitor/mechanism.h"

const volatile u32 mechanism_off = 0;
