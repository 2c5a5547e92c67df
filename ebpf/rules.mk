# SPDX-License-Identifier: BSD-2-Clause
# The packet path: the BPF object, its skeleton (the object as a C header), and the loader library
# that the daemon links with $(BPF_LIBS).

ifdef HAVE_EBPF

EBPF_H := $(wildcard ebpf/*.h ebpf/*.def common/*.h common/read/*.h common/read/*/*.h \
	common/check/* common/decide/*.h common/report/*.h)
EBPF_C := $(wildcard ebpf/gateway*.c)
EBPF_C := $(filter-out %.bpf.c,$(EBPF_C))
# -mcpu=v3: compare-and-exchange; -ffreestanding: clang's own stdint.h.
EBPF_CFLAGS := $(BPF_CFLAGS) -mcpu=v3 -ffreestanding -I.

ALL += $(B)/libplimsoll-gateway.a $(B)/gateway-tool

$(B)/ebpf/gateway.debug.o: ebpf/gateway.bpf.c $(EBPF_H) config.mk
	@mkdir -p $(@D)
	$(call say,clang)$(CLANG) $(EBPF_CFLAGS) -c -o $@ $<

# Without DWARF; BTF stays.
$(B)/ebpf/gateway.bpf.o: $(B)/ebpf/gateway.debug.o
	$(call say,link)$(BPFTOOL) gen object $@ $<

$(B)/ebpf/gateway.skel.h: $(B)/ebpf/gateway.bpf.o
	$(call say,skel)$(BPFTOOL) gen skeleton $< name gateway_bpf >$@

$(B)/ebpf/%.o: ebpf/%.c $(B)/ebpf/gateway.skel.h config.mk
	@mkdir -p $(@D)
	$(call say,cc)$(CC) $(CFLAGS) $(LIBBPF_CFLAGS) -MMD -MP -I. -I$(B) -c -o $@ $<

$(B)/libplimsoll-gateway.a: $(EBPF_C:%.c=$(B)/%.o)
	@rm -f $@
	$(call say,ar)ar rcs $@ $^

# A small program around the library, for the tests of the packet path alone.
$(B)/gateway-tool: tests/system/gateway_tool.c $(B)/libplimsoll-gateway.a $(B)/libplimsoll.a
	$(call say,cc)$(CC) $(CFLAGS) $(LIB_CFLAGS) -I. -o $@ $^ $(LDFLAGS) $(BPF_LIBS) $(LIB_LIBS)

# --- agree: every vector through user space and through the kernel

AGREE_C := $(wildcard tests/agree/*.c)
AGREE_TESTS := $(patsubst %.c,$(B)/%,$(filter %_test.c,$(AGREE_C)))
AGREE_O := $(patsubst %.c,$(B)/%.o,$(filter-out %_test.c,$(AGREE_C)))
CHECKS += check-agree
.PHONY: check-agree
check-programs: $(AGREE_TESTS)

$(B)/tests/agree/%.o: tests/agree/%.c $(B)/ebpf/gateway.skel.h config.mk
	@mkdir -p $(@D)
	$(call say,cc)$(CC) $(CFLAGS) $(LIB_CFLAGS) $(CMOCKA_CFLAGS) \
		-Wno-unused-function -MMD -MP -I. -I$(B) \
		-c -o $@ $<

$(AGREE_TESTS): $(B)/%: $(B)/%.o $(AGREE_O) $(B)/libplimsoll-gateway.a $(B)/libplimsoll.a
	$(call say,cc)$(CC) $(CFLAGS) -o $@ $^ $(LDFLAGS) $(CMOCKA_LIBS) $(BPF_LIBS) $(LIB_LIBS)

check-agree: $(AGREE_TESTS)
	@$(PYTHON) tests/run_unit.py $^

# --- benchmark

BENCHES += bench-ebpf
.PHONY: bench-ebpf

$(B)/tests/bench/ebpf: tests/bench/ebpf.c tests/agree/frame.h tests/agree/image.c \
		$(B)/libplimsoll-gateway.a $(B)/libplimsoll.a $(B)/ebpf/gateway.skel.h
	@mkdir -p $(@D)
	$(call say,cc)$(CC) $(CFLAGS) $(LIB_CFLAGS) \
		-Wno-unused-function -I. -I$(B) -o $@ $(filter %.c %.a,$^) \
		$(LDFLAGS) $(BPF_LIBS) $(LIB_LIBS)

bench-ebpf: $(B)/tests/bench/ebpf
	@B=$(B) $<

-include $(EBPF_C:%.c=$(B)/%.d) $(AGREE_C:%.c=$(B)/%.d)

endif
