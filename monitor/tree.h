/* SPDX-License-Identifier: Apache-2.0 */
/* The device tree that firmware hands to the payload, judged; boot carries it out. */
#ifndef MONITOR_TREE_H
#define MONITOR_TREE_H

#include "lib/tree.h"

/*
 * Is the tree one (Devicetree 5), within bounds, and does it keep the monitor's memory out of the
 * payload's? Any question may be asked. The caller sees to it that no hart writes to the tree
 * meanwhile: all others are stopped. May take time that grows with the square of q->max.
 */
void tree_check(const struct tree_question *q, struct tree_report *report);

#endif
