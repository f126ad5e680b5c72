/* SPDX-License-Identifier: Apache-2.0 */
/* Other names for the functions of src/lib/string.c, so that the host keeps its own. */
#ifndef HOST_RENAME_STRING_H
#define HOST_RENAME_STRING_H

#define memcpy our_memcpy
#define memmove our_memmove
#define memset our_memset
#define memcmp our_memcmp
#define memchr our_memchr
#define strlen our_strlen
#define strnlen our_strnlen
#define strcmp our_strcmp
#define strncmp our_strncmp
#define strchr our_strchr
#define strrchr our_strrchr

#endif
