/* SPDX-License-Identifier: Apache-2.0 */
/* The little that stub.S and stub.c agree upon. */
#ifndef TESTS_BUNDLE_STUB_H
#define TESTS_BUNDLE_STUB_H

#include <stdbool.h>
#include <stdint.h>

/* First C of the stub; never returns. `file` is byte 0 of the bundle. */
_Noreturn void stub_main(uint8_t *file, bool scratch_was_zero);

#endif
