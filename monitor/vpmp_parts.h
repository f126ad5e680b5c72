/* SPDX-License-Identifier: Apache-2.0 */
/* What vpmp.c and vpmp_rules.c share: the meaning of one virtual entry. */
#ifndef MONITOR_VPMP_PARTS_H
#define MONITOR_VPMP_PARTS_H

#include "monitor/hart.h"

/* Smepmp table 1, mseccfg.MML = 1: what M-mode may do by a rule with this pmpcfg byte. */
unsigned int vpmp_mml_m_mode(unsigned int cfg);

/* What the rule grants M-mode, and S- and U-mode, by mseccfg as it is (PMP_RWX). */
unsigned int vpmp_m_mode_may(const struct hart *h, unsigned int cfg);
unsigned int vpmp_s_mode_may(const struct hart *h, unsigned int cfg);

/* What vM-mode may do where no entry matches (Smepmp 2.1, 2.2). */
unsigned int vpmp_m_mode_default(const struct hart *h);

/* What an entry matches that holds cfg and addr, with below in the entry before it. */
struct range vpmp_match_range(const struct hart *h, unsigned int cfg, u64 below, u64 addr);

#endif
