# SPDX-License-Identifier: Apache-2.0
# cordon serve: a part of the host program cordon.  Included before verifier.mk.
#
# Offers: SERVE_SRCS     its sources; serve_appraise.c among them has evidence judged
#         SERVE_LIBS     what they are linked with
#         $(B)/host/serve-test   the same server under sanitizers, judging by a stub of the tests

SERVE_DIR := attest/verifier
SERVE_COMMON_SRCS := $(addprefix $(SERVE_DIR)/,store.c store_sqlite.c store_postgres.c page.c \
	serve.c serve_cert.c serve_form.c serve_http.c serve_listen.c)
SERVE_SRCS := $(SERVE_COMMON_SRCS) $(SERVE_DIR)/serve_appraise.c
SERVE_LIBS := -lmicrohttpd -lsqlite3 -lpq -lcrypto -lpthread

SERVE_OBJS := $(SERVE_SRCS:%.c=$(B)/host/obj/%.o) $(SERVE_SRCS:%.c=$(B)/host/san/%.o)
$(SERVE_OBJS): | packages-serve
$(B)/host/obj/$(SERVE_DIR)/store_postgres.o $(B)/host/san/$(SERVE_DIR)/store_postgres.o: \
	BUNDLE_WARN += -isystem /usr/include/postgresql

# What it has in common with the other commands, and the stub in place of the appraisal.
SERVE_TEST_SRCS := $(SERVE_COMMON_SRCS) $(addprefix $(SERVE_DIR)/,options.c file.c text.c)
$(B)/host/serve-test: $(SERVE_TEST_SRCS:%.c=$(B)/host/san/%.o) tests/attest/serve_stub.c
	$(Q)$(HOSTCC) $(BUNDLE_SAN_FLAGS) $(BUNDLE_WARN) -I. -o $@ $^ $(SERVE_LIBS)
