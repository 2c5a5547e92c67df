# SPDX-License-Identifier: BSD-2-Clause
# plimsolld.  Without eBPF it is the same daemon with another file in the place of the gateway.

GATEWAY_LIB := $(if $(HAVE_EBPF),$(B)/libplimsoll-gateway.a)
DAEMON_GATE := $(if $(GATEWAY_LIB),gate_ebpf,gate_none)
DAEMON_C := $(filter-out daemon/gate_%,$(wildcard daemon/*.c)) daemon/$(DAEMON_GATE).c
DAEMON_O := $(DAEMON_C:%.c=$(B)/%.o)

ALL += $(B)/plimsolld

$(B)/daemon/%.o: daemon/%.c config.mk
	@mkdir -p $(@D)
	$(call say,cc)$(CC) $(CFLAGS) $(LIB_CFLAGS) $(EVENT_CFLAGS) -MMD -MP -I. -c -o $@ $<

$(B)/plimsolld: $(DAEMON_O) $(B)/libplimsoll.a $(GATEWAY_LIB)
	$(call say,cc)$(CC) $(CFLAGS) -o $@ \
		$(DAEMON_O) $(GATEWAY_LIB) $(B)/libplimsoll.a $(LDFLAGS) \
		$(EVENT_LIBS) $(LIB_LIBS) $(if $(GATEWAY_LIB),$(BPF_LIBS))

-include $(DAEMON_O:.o=.d)
