/* SPDX-License-Identifier: Apache-2.0 */
/* Text that cordon serve answers with: JSON, HTML without scripts, plain lines. */
#ifndef PAGE_H
#define PAGE_H

#include <stdbool.h>
#include <stddef.h>

struct store;

/* Text that grows; failed once memory is out, and then nothing is added. */
struct page {
	char *text;
	size_t size, room;
	bool failed;
};

void page_add(struct page *p, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Text from anywhere, so that it means nothing: escaped for HTML, or as a JSON string in quotes. */
void page_add_html(struct page *p, const char *text);
void page_add_json(struct page *p, const char *text);
void page_free(struct page *p);

/* Steps as the store keeps them (store.h), as a JSON array. */
void page_add_steps(struct page *p, const char *steps);

/*
 * All devices, and one device with its results, as HTML; all devices as JSON.  False: the store
 * failed, or there is no such device (*found is then false).
 */
bool page_fleet(struct page *p, struct store *s);
bool page_device(struct page *p, struct store *s, const char *id, bool *found);
bool page_devices_json(struct page *p, struct store *s);

#endif
