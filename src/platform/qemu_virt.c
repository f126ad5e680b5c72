/* SPDX-License-Identifier: Apache-2.0 */
/* BOARD=qemu-virt: QEMU's "virt" machine. Its device tree says everything. */
#include "platform/platform.h"

const struct board board = {
	.name = "qemu-virt",
	.description = "QEMU virt machine",
};
