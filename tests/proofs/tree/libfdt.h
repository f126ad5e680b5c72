/* SPDX-License-Identifier: Apache-2.0 */
/* The functions of libfdt that src/platform calls, for proof.c, which says what they may answer. */
#ifndef TESTS_PROOFS_TREE_LIBFDT_H
#define TESTS_PROOFS_TREE_LIBFDT_H

#include <stdint.h>

typedef uint32_t fdt32_t;

#define FDT_V17_SIZE 40u

static inline uint32_t fdt32_to_cpu(fdt32_t cell)
{
	return __builtin_bswap32(cell);
}

static inline fdt32_t cpu_to_fdt32(uint32_t value)
{
	return __builtin_bswap32(value);
}

int fdt_check_header(const void *fdt);
int fdt_check_full(const void *fdt, uint64_t size);
uint32_t fdt_totalsize(const void *fdt);
uint32_t fdt_off_dt_struct(const void *fdt);
uint32_t fdt_off_mem_rsvmap(const void *fdt);
int fdt_num_mem_rsv(const void *fdt);
int fdt_get_mem_rsv(const void *fdt, int n, uint64_t *address, uint64_t *size);

int fdt_path_offset(const void *fdt, const char *path);
int fdt_path_offset_namelen(const void *fdt, const char *path, int len);
int fdt_parent_offset(const void *fdt, int node);
int fdt_next_node(const void *fdt, int node, int *depth);
int fdt_first_subnode(const void *fdt, int node);
int fdt_next_subnode(const void *fdt, int node);
int fdt_node_offset_by_prop_value(const void *fdt, int start, const char *name,
				  const void *value, int len);
int fdt_node_offset_by_compatible(const void *fdt, int start, const char *compatible);
int fdt_node_offset_by_phandle(const void *fdt, uint32_t phandle);
int fdt_node_check_compatible(const void *fdt, int node, const char *compatible);
int fdt_address_cells(const void *fdt, int node);
int fdt_size_cells(const void *fdt, int node);

const char *fdt_get_name(const void *fdt, int node, int *len);
const void *fdt_getprop(const void *fdt, int node, const char *name, int *len);
void *fdt_getprop_w(void *fdt, int node, const char *name, int *len);

int fdt_open_into(const void *fdt, void *to, int room);
int fdt_add_subnode(void *fdt, int parent, const char *name);
int fdt_setprop(void *fdt, int node, const char *name, const void *value, int len);
int fdt_setprop_u32(void *fdt, int node, const char *name, uint32_t value);
int fdt_setprop_empty(void *fdt, int node, const char *name);
int fdt_appendprop_addrrange(void *fdt, int parent, int node, const char *name, uint64_t address,
			     uint64_t size);

#define fdt_for_each_subnode(node, fdt, parent)                 \
	for ((node) = fdt_first_subnode(fdt, parent); (node) >= 0; \
	     (node) = fdt_next_subnode(fdt, node))

#endif
