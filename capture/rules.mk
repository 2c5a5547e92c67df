# SPDX-License-Identifier: BSD-2-Clause
# Captures: from a file to flows and bytes in order.

CAPTURE_C := $(wildcard capture/*.c)
CAPTURE_CFLAGS := $(PCAP_CFLAGS) $(ZLIB_CFLAGS)
CAPTURE_LIBS := $(PCAP_LIBS) $(ZLIB_LIBS)

ALL += $(B)/libcapture.a

$(B)/capture/%.o: capture/%.c config.mk
	@mkdir -p $(@D)
	$(call say,cc)$(CC) $(CFLAGS) $(CAPTURE_CFLAGS) -MMD -MP -I. -c -o $@ $<

$(B)/san/capture/%.o: capture/%.c config.mk
	@mkdir -p $(@D)
	$(call say,cc)$(CC) $(CFLAGS) $(SAN_CFLAGS) $(CAPTURE_CFLAGS) -MMD -MP -I. -c -o $@ $<

$(B)/fuzz/capture/%.o: capture/%.c config.mk
	@mkdir -p $(@D)
	$(call say,clang)$(CLANG) $(FUZZ_CFLAGS) -fsanitize=fuzzer-no-link $(CAPTURE_CFLAGS) \
		-MMD -MP -I. -c -o $@ $<

$(B)/libcapture.a: $(CAPTURE_C:%.c=$(B)/%.o)
	$(ARCHIVE)
$(B)/san/libcapture.a: $(CAPTURE_C:%.c=$(B)/san/%.o)
	$(ARCHIVE)
$(B)/fuzz/libcapture.a: $(CAPTURE_C:%.c=$(B)/fuzz/%.o)
	$(ARCHIVE)

# For the system tests: prints the flows of a capture.
ALL += $(B)/capture-tool

$(B)/capture-tool: tests/system/capture_tool.c $(B)/libcapture.a $(B)/libplimsoll.a
	$(call say,cc)$(CC) $(CFLAGS) -MMD -MP -MF $@.d -I. -o $@ \
		$(filter %.c %.a,$^) $(LDFLAGS) $(CAPTURE_LIBS)

# Its tests need it.
CAPTURE_TESTS := $(patsubst %.c,$(B)/%,$(wildcard tests/unit/capture_*.c))
CAPTURE_FUZZ := $(B)/tests/fuzz/capture

$(CAPTURE_TESTS): $(B)/san/libcapture.a
$(CAPTURE_TESTS): OWN_LIB = $(B)/san/libcapture.a
$(CAPTURE_FUZZ): $(B)/fuzz/libcapture.a
$(CAPTURE_FUZZ): OWN_LIB = $(B)/fuzz/libcapture.a
$(CAPTURE_TESTS) $(CAPTURE_FUZZ): LIB_LIBS += $(CAPTURE_LIBS)

-include $(B)/capture-tool.d $(foreach d,$(B) $(B)/san $(B)/fuzz,$(CAPTURE_C:%.c=$(d)/%.d))
