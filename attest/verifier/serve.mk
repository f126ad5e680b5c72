# SPDX-License-Identifier: Apache-2.0
# cordon serve: a part of the host program cordon.
#
# Offers: SERVE_SRCS      its sources; serve_appraise.c among them has evidence judged
#         SERVE_CFLAGS, SERVE_LIBS   what they are compiled and linked with (packages-serve)
#         $(B)/host/serve-test       the same server, judging by a stub of the tests

SERVE_DIR := attest/verifier
SERVE_STORE_SRCS := $(addprefix $(SERVE_DIR)/,store.c store_sqlite.c store_postgres.c)
SERVE_COMMON_SRCS := $(SERVE_STORE_SRCS) $(addprefix $(SERVE_DIR)/,page.c serve.c serve_cert.c \
	serve_form.c serve_http.c serve_listen.c)
SERVE_SRCS := $(SERVE_COMMON_SRCS)
SERVE_PACKAGES := libmicrohttpd sqlite3 libpq libcrypto
SERVE_CFLAGS = -D_POSIX_C_SOURCE=200809L $(shell pkg-config --cflags $(SERVE_PACKAGES))
SERVE_LIBS = $(shell pkg-config --libs $(SERVE_PACKAGES)) -lpthread
SERVE_WARN := -Wall -Wextra -Wconversion -Wshadow -Wvla -Wundef -Wmissing-prototypes \
	-Wstrict-prototypes -Werror

SERVE_STUB := tests/attest/serve_stub.c
$(B)/host/serve-test: $(SERVE_COMMON_SRCS) $(SERVE_STUB) $(wildcard $(SERVE_DIR)/*.h) \
		$(SERVE_DIR)/serve.mk | packages-build packages-serve
	@mkdir -p $(@D)
	$(Q)$(HOSTCC) -std=c11 -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all \
		$(SERVE_WARN) $(SERVE_CFLAGS) -I. -o $@ $(filter %.c,$^) $(SERVE_LIBS)
