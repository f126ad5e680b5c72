/* SPDX-License-Identifier: Apache-2.0 */
/* Of assert.h, freestanding code has the compile-time half only. */
#ifndef CRYPTO_LIBC_ASSERT_H
#define CRYPTO_LIBC_ASSERT_H

#define static_assert _Static_assert

#endif
