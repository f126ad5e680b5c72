/* SPDX-License-Identifier: Apache-2.0 */
/* Lends the monitor the reader of device trees, with what boot has found in the machine's own. */
#include "monitor/tree.h"

#include "boot/layout.h"

void tree_check(const struct tree_question *q, struct tree_report *report)
{
	platform_check_tree(&boot_scratch.handoff.platform, machine.self, q, report);
}
