/* SPDX-License-Identifier: Apache-2.0 */
/* The pages of cordon serve.  Whatever comes from a device or the operator is escaped. */
#define _POSIX_C_SOURCE 200809L

#include "attest/verifier/page.h"

#include "attest/verifier/store.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define ROOM_FIRST 4096
#define RESULTS_SHOWN 20

/* ---- text ---- */

static bool make_room(struct page *p, size_t more)
{
	size_t room = p->room == 0 ? ROOM_FIRST : p->room;
	char *text;

	while (room - p->size <= more) {
		room *= 2;
	}
	if (p->failed || room == p->room) {
		return !p->failed;
	}
	text = realloc(p->text, room);
	if (text == NULL) {
		p->failed = true;
		return false;
	}
	p->text = text;
	p->room = room;
	return true;
}

static void add_bytes(struct page *p, const char *data, size_t size)
{
	if (make_room(p, size)) {
		memcpy(p->text + p->size, data, size);
		p->size += size;
		p->text[p->size] = '\0';
	}
}

void page_add(struct page *p, const char *format, ...)
{
	va_list list, again;
	int size;

	va_start(list, format);
	va_copy(again, list);
	size = vsnprintf(NULL, 0, format, list);
	if (size >= 0 && make_room(p, (size_t)size)) {
		vsnprintf(p->text + p->size, (size_t)size + 1, format, again);
		p->size += (size_t)size;
	}
	va_end(again);
	va_end(list);
}

void page_add_html(struct page *p, const char *text)
{
	for (; *text != '\0'; text++) {
		switch (*text) {
		case '&': page_add(p, "&amp;"); break;
		case '<': page_add(p, "&lt;"); break;
		case '>': page_add(p, "&gt;"); break;
		case '"': page_add(p, "&quot;"); break;
		case '\'': page_add(p, "&#39;"); break;
		default: add_bytes(p, text, 1); break;
		}
	}
}

void page_add_json(struct page *p, const char *text)
{
	add_bytes(p, "\"", 1);
	for (; *text != '\0'; text++) {
		if (*text == '"' || *text == '\\') {
			add_bytes(p, "\\", 1);
		}
		if ((unsigned char)*text < ' ') {
			page_add(p, "\\u%04x", (unsigned int)(unsigned char)*text);
		} else {
			add_bytes(p, text, 1);
		}
	}
	add_bytes(p, "\"", 1);
}

void page_free(struct page *p)
{
	free(p->text);
	*p = (struct page){ 0 };
}

/* ---- steps ---- */

struct step {
	char word[8], name[64], why[512];
};

/* Text up to one of the characters of end, cut if it is too long; a tab behind it is passed. */
static void take_until(const char **at, const char *end, char *out, size_t room)
{
	size_t length = strcspn(*at, end);

	snprintf(out, room, "%.*s", (int)length, *at);
	*at += length;
	*at += **at != '\0' && **at != '\n';
}

/* The next of the lines; false at the end. */
static bool next_step(const char **at, struct step *step)
{
	if (**at == '\0') {
		return false;
	}
	take_until(at, "\t\n", step->word, sizeof(step->word));
	take_until(at, "\t\n", step->name, sizeof(step->name));
	take_until(at, "\n", step->why, sizeof(step->why));
	*at += **at == '\n';
	return true;
}

void page_add_steps(struct page *p, const char *steps)
{
	const char *comma = "";
	struct step step;

	page_add(p, "[");
	while (next_step(&steps, &step)) {
		page_add(p, "%s{\"result\":", comma);
		page_add_json(p, step.word);
		page_add(p, ",\"name\":");
		page_add_json(p, step.name);
		page_add(p, ",\"why\":");
		page_add_json(p, step.why);
		page_add(p, "}");
		comma = ",";
	}
	page_add(p, "]");
}

static void add_step_rows(struct page *p, const char *steps)
{
	struct step step;

	while (next_step(&steps, &step)) {
		page_add(p, "<tr class=\"");
		page_add_html(p, step.word);
		page_add(p, "\"><td>");
		page_add_html(p, step.word);
		page_add(p, "</td><td>");
		page_add_html(p, step.name);
		page_add(p, "</td><td>");
		page_add_html(p, step.why);
		page_add(p, "</td></tr>\n");
	}
}

/* ---- HTML ---- */

static const char *verdict(long long time, int code)
{
	return time == 0 ? "not seen" : code == 0 ? "trusted" : "not trusted";
}

static void add_time(struct page *p, long long when)
{
	time_t seconds = (time_t)when;
	struct tm tm;
	char text[32] = "never";

	if (when != 0 && gmtime_r(&seconds, &tm) != NULL) {
		strftime(text, sizeof(text), "%Y-%m-%d %H:%M:%S", &tm);
	}
	page_add(p, "%s", text);
}

static void open_html(struct page *p, const char *title)
{
	page_add(p, "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>%s"
		 "</title>\n<style>body{font-family:sans-serif;margin:2em}"
		 "table{border-collapse:collapse}td,th{border:1px solid #999;padding:.3em .6em;"
		 "text-align:left}.FAIL,.bad{background:#fdd}.PASS,.good{background:#dfd}"
		 "code{font-size:85%%}</style></head>\n<body><h1>%s</h1>\n", title, title);
}

static void add_device_row(void *context, const struct store_device *d)
{
	struct page *p = context;
	const char *mood = d->revoked || d->code != 0 ? "bad" : d->time == 0 ? "" : "good";

	page_add(p, "<tr class=\"%s\"><td><a href=\"/device?id=", mood);
	page_add_html(p, d->id);
	page_add(p, "\">");
	page_add_html(p, d->name);
	page_add(p, "</a></td><td><code>");
	page_add_html(p, d->id);
	page_add(p, "</code></td><td>");
	add_time(p, d->time);
	page_add(p, "</td><td>%s%s</td></tr>\n", d->revoked ? "revoked, " : "",
		 verdict(d->time, d->code));
}

bool page_fleet(struct page *p, struct store *s)
{
	open_html(p, "Devices");
	page_add(p, "<table><tr><th>Name</th><th>Id</th><th>Last evidence (UTC)</th>"
		 "<th>Verdict</th></tr>\n");
	if (store_devices(s, NULL, add_device_row, p) == STORE_FAILED) {
		return false;
	}
	page_add(p, "</table></body></html>\n");
	return true;
}

static void add_result(void *context, const struct store_result *r)
{
	struct page *p = context;

	page_add(p, "<h2>");
	add_time(p, r->time);
	page_add(p, " UTC: %s</h2>\n<p>Nonce <code>", verdict(r->time, r->code));
	page_add_html(p, r->nonce);
	page_add(p, "</code>, exit code %d</p>\n<table>", r->code);
	add_step_rows(p, r->steps);
	page_add(p, "</table>\n");
}

bool page_device(struct page *p, struct store *s, const char *id, bool *found)
{
	enum store_status status;

	open_html(p, "Device");
	page_add(p, "<p><a href=\"/\">All devices</a></p>\n<table>\n");
	status = store_devices(s, id, add_device_row, p);
	*found = status != STORE_UNKNOWN;
	if (status != STORE_OK) {
		return false;
	}
	page_add(p, "</table>\n");
	if (store_results(s, id, RESULTS_SHOWN, add_result, p) == STORE_FAILED) {
		return false;
	}
	page_add(p, "</body></html>\n");
	return true;
}

/* ---- JSON ---- */

static void add_device_json(void *context, const struct store_device *d)
{
	struct page *p = context;

	page_add(p, "%s\n{\"id\":", p->text[p->size - 1] == '[' ? "" : ",");
	page_add_json(p, d->id);
	page_add(p, ",\"name\":");
	page_add_json(p, d->name);
	page_add(p, ",\"time\":%lld,\"revoked\":%s", d->time, d->revoked ? "true" : "false");
	page_add(p, ",\"code\":");
	if (d->time == 0) {
		page_add(p, "null}");
	} else {
		page_add(p, "%d}", d->code);
	}
}

bool page_devices_json(struct page *p, struct store *s)
{
	page_add(p, "[");
	if (p->failed || store_devices(s, NULL, add_device_json, p) == STORE_FAILED) {
		return false;
	}
	page_add(p, "]\n");
	return true;
}
