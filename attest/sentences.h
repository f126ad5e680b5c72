/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sentences for the values of an enum, packed. SENTENCES_DEFINE(LIST), once in a file, makes of
 * LIST(SAY), which is a row of SAY(VALUE, "words"):
 *	SENTENCE_COUNT       how many there are
 *	SENTENCE_OF(value)   the words; value is below SENTENCE_COUNT
 * Characters and distances, not pointers: a pointer would have to be relocated before it may be
 * followed, and the words are needed before.
 */
#ifndef ATTEST_SENTENCES_H
#define ATTEST_SENTENCES_H

#include <stddef.h>
#include <stdint.h>

#define SENTENCE_INDEX(value, words) SAID_##value,
#define SENTENCE_SPACE(value, words) char value[sizeof(words)];
#define SENTENCE_WORDS(value, words) words,
#define SENTENCE_PLACE(value, words) [value] = (uint16_t)offsetof(struct sentences, value),

#define SENTENCES_DEFINE(LIST) \
	enum { LIST(SENTENCE_INDEX) SENTENCE_COUNT }; \
	static const struct sentences { \
		LIST(SENTENCE_SPACE) \
	} sentences = {LIST(SENTENCE_WORDS)}; \
	static const uint16_t sentence_places[] = {LIST(SENTENCE_PLACE)}

#define SENTENCE_OF(value) ((const char *)&sentences + sentence_places[value])

#endif
