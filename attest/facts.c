/* SPDX-License-Identifier: Apache-2.0 */
/* See facts.h. */
#include "attest/facts.h"

struct attest_facts attest_facts;
