# SPDX-License-Identifier: BSD-2-Clause
# The inspector: what the checks find in captures.

INSPECT_C := $(wildcard inspect/*.c)
INSPECT_CFLAGS := $(LIB_CFLAGS) $(CAPTURE_CFLAGS)

ALL += $(B)/libinspect.a

$(B)/inspect/%.o: inspect/%.c config.mk
	@mkdir -p $(@D)
	$(call say,cc)$(CC) $(CFLAGS) $(INSPECT_CFLAGS) -MMD -MP -I. -c -o $@ $<

$(B)/san/inspect/%.o: inspect/%.c config.mk
	@mkdir -p $(@D)
	$(call say,cc)$(CC) $(CFLAGS) $(SAN_CFLAGS) $(INSPECT_CFLAGS) -MMD -MP -I. -c -o $@ $<

$(B)/fuzz/inspect/%.o: inspect/%.c config.mk
	@mkdir -p $(@D)
	$(call say,clang)$(CLANG) $(FUZZ_CFLAGS) -fsanitize=fuzzer-no-link $(INSPECT_CFLAGS) \
		-MMD -MP -I. -c -o $@ $<

$(B)/libinspect.a: $(INSPECT_C:%.c=$(B)/%.o)
	$(ARCHIVE)
$(B)/san/libinspect.a: $(INSPECT_C:%.c=$(B)/san/%.o)
	$(ARCHIVE)
$(B)/fuzz/libinspect.a: $(INSPECT_C:%.c=$(B)/fuzz/%.o)
	$(ARCHIVE)

# Its tests need it, and what it stands on.
INSPECT_TESTS := $(patsubst %.c,$(B)/%,$(wildcard tests/unit/inspect_*.c))
INSPECT_FUZZ := $(B)/tests/fuzz/inspect

$(INSPECT_TESTS): $(B)/san/libinspect.a $(B)/san/libcapture.a
$(INSPECT_TESTS): OWN_LIB = $(B)/san/libinspect.a $(B)/san/libcapture.a
# The fuzz target prints the rows as the command does.
INSPECT_PRINT := $(B)/fuzz/cli/pcap_json.o $(B)/fuzz/cli/pcap_table.o
$(B)/fuzz/cli/%.o: cli/%.c config.mk
	@mkdir -p $(@D)
	$(call say,clang)$(CLANG) $(FUZZ_CFLAGS) -fsanitize=fuzzer-no-link $(LIB_CFLAGS) \
		-MMD -MP -I. -c -o $@ $<
$(INSPECT_FUZZ): $(INSPECT_PRINT) $(B)/fuzz/libinspect.a $(B)/fuzz/libcapture.a
$(INSPECT_FUZZ): OWN_LIB = $(INSPECT_PRINT) $(B)/fuzz/libinspect.a $(B)/fuzz/libcapture.a
$(INSPECT_TESTS) $(INSPECT_FUZZ): LIB_LIBS += $(CAPTURE_LIBS)

-include $(foreach d,$(B) $(B)/san $(B)/fuzz,$(INSPECT_C:%.c=$(d)/%.d)) $(INSPECT_PRINT:.o=.d)
