# SPDX-License-Identifier: BSD-2-Clause
# The resolver module: build/plimsoll_unbound.so, installed as .../unbound/plimsoll.so.

ifdef HAVE_UNBOUND

UNBOUND_MODULE := $(B)/plimsoll_unbound.so
UNBOUND_MODULE_C := $(wildcard unbound-module/*.c)
UNBOUND_MODULE_O := $(UNBOUND_MODULE_C:%.c=$(B)/%.o)
UNBOUND_PROBES := $(B)/unbound-module/probes.h
# Unbound's headers as system headers: their warnings are not ours.  Never with sanitizers, since
# the daemon that loads the module has none.
UNBOUND_CFLAGS := $(filter-out -fsanitize% -fno-sanitize%,$(CFLAGS)) -I. -I$(B)/unbound-module \
	-isystem $(UNBOUND_BUILD) -isystem $(UNBOUND_SRC)

ALL += $(UNBOUND_MODULE)
BENCHES += bench-unbound

$(UNBOUND_PROBES): unbound-module/probe.sh $(UNBOUND_BUILD)/config.h config.mk
	@mkdir -p $(@D)
	unbound-module/probe.sh $@ $(CC) $(UNBOUND_CFLAGS)

$(B)/unbound-module/%.o: unbound-module/%.c $(UNBOUND_PROBES) config.mk
	$(call say,cc)$(CC) $(UNBOUND_CFLAGS) -MMD -MP -c -o $@ $<

# -z now: a symbol that this Unbound lacks is a clear error at start, not an abort at some query.
$(UNBOUND_MODULE): $(UNBOUND_MODULE_O) $(B)/libplimsoll-host.a unbound-module/exported-symbols
	$(call say,cc)$(CC) $(filter-out -fsanitize% -fno-sanitize%,$(LDFLAGS)) \
		-shared -Wl,-z,now -Wl,-z,relro \
		-Wl,--version-script=unbound-module/exported-symbols -o $@ $(UNBOUND_MODULE_O) \
		$(B)/libplimsoll-host.a -lpthread

.PHONY: bench-unbound
bench-unbound: $(UNBOUND_MODULE)
	@B=$(B) UNBOUND=$(UNBOUND_BUILD)/unbound $(PYTHON) tests/bench/unbound.py

-include $(UNBOUND_MODULE_O:.o=.d)

endif
