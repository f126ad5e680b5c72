/* SPDX-License-Identifier: Apache-2.0 */
/* Just enough of a device tree reader to log one: nodes and properties in order. */
#ifndef GUESTS_FDT_H
#define GUESTS_FDT_H

#include <stdbool.h>
#include <stdint.h>

/* The big-endian word at offset in the tree at base. */
uint32_t fdt_word(uint64_t base, uint64_t offset);
/* The path of nodes is passed as text ("/cpus/cpu@0"); value and size are the property's. */
typedef void fdt_visitor(const char *path, const char *name, uint64_t value, uint32_t size);
/* Call visit for each property; false when the structure is broken. */
bool fdt_walk(uint64_t base, fdt_visitor *visit);
/* Are the strings equal? */
bool fdt_equal(const char *a, const char *b);
/* Does a begin with prefix? */
bool fdt_begins(const char *a, const char *prefix);

#endif
