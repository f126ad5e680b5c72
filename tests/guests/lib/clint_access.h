/* SPDX-License-Identifier: Apache-2.0 */
/* Loads and stores of every width over the CLINT's registers and the holes between them. */
#ifndef GUESTS_CLINT_ACCESS_H
#define GUESTS_CLINT_ACCESS_H

#include <stdbool.h>

/* Try the aligned (or else the misaligned) ones of all combinations; one line each. */
void clint_access_all(bool aligned);

#endif
