# SPDX-License-Identifier: BSD-2-Clause
# The tests, by pattern: tests/unit/NAME.c is one cmocka program, tests/fuzz/NAME.c one libFuzzer
# target with seeds in tests/fuzz/seeds/NAME, tests/system/test_*.py are run by pytest.  A folder
# adds checks of its own to CHECKS, and sets OWN_LIB for tests that need more than libplimsoll.
# `make run-check` runs all and counts.

UNIT_C := $(wildcard tests/unit/*.c)
UNIT_TESTS := $(UNIT_C:%.c=$(B)/%)
FUZZ_C := $(wildcard tests/fuzz/*.c)
FUZZ_TARGETS := $(if $(HAVE_FUZZER),$(FUZZ_C:%.c=$(B)/%))
LONE_HEADERS := $(wildcard common/*.h $(foreach d,read read/* check decide report,common/$(d)/*.h))
FUZZ_RUNS ?= 5000
SECONDS ?= 60

.PHONY: run-check check-programs check-unit check-headers check-fuzz check-system

# Everything that run-check will want, so that it can be built with -j.
check-programs: $(UNIT_TESTS) $(FUZZ_TARGETS)

run-check:
	@B=$(B) $(PYTHON) tests/run_check.py lint check-headers check-unit \
		check-fuzz $(CHECKS) check-system

# --- unit tests: always with ASan and UBSan

$(B)/tests/unit/%: tests/unit/%.c $(B)/san/libplimsoll.a config.mk
	@mkdir -p $(@D)
	$(call say,cc)$(CC) $(CFLAGS) $(SAN_CFLAGS) $(LIB_CFLAGS) \
		$(CMOCKA_CFLAGS) -MMD -MP -MF $@.d \
		-I. -o $@ $< $(OWN_LIB) $(B)/san/libplimsoll.a $(LDFLAGS) $(CMOCKA_LIBS) $(LIB_LIBS)

check-unit: $(UNIT_TESTS)
	@B=$(B) $(PYTHON) tests/run_unit.py $(UNIT_TESTS)

# --- each shared header alone, with each compiler

check-headers:
	@CC="$(CC)" CLANG="$(if $(HAVE_CLANG),$(CLANG))" tests/run-headers $(LONE_HEADERS)

# --- fuzz targets

$(B)/tests/fuzz/%: tests/fuzz/%.c $(B)/fuzz/libplimsoll.a config.mk
	@mkdir -p $(@D)
	$(call say,clang)$(CLANG) $(FUZZ_CFLAGS) -fsanitize=fuzzer $(LIB_CFLAGS) -MMD -MP -MF $@.d \
		-I. -o $@ $< $(OWN_LIB) $(B)/fuzz/libplimsoll.a $(LDFLAGS) $(LIB_LIBS)

check-fuzz: $(FUZZ_TARGETS)
	@B=$(B) tests/run-fuzz -runs=$(FUZZ_RUNS) $(FUZZ_TARGETS)

# One target (T=NAME) or all of them, SECONDS each.
fuzz: $(if $(T),$(filter $(B)/tests/fuzz/$(T),$(FUZZ_TARGETS)),$(FUZZ_TARGETS))
	$(if $(HAVE_FUZZER),,@echo '$(CLANG) has no libFuzzer (package libclang-rt-dev)'; exit 1)
	$(if $^,,@echo 'there is no fuzz target $(T): $(notdir $(FUZZ_C:.c=))'; exit 1)
	@B=$(B) tests/run-fuzz -max_total_time=$(SECONDS) $^

# --- system tests: real servers

check-system: all
	@B=$(B) tests/run-system

# --- benchmarks, one after the other

BENCHES += bench-pcap
.PHONY: bench-pcap
bench-pcap: all
	@B=$(B) $(PYTHON) tests/bench/pcap.py

bench: all
	@B=$(B) $(PYTHON) tests/bench/run.py $(BENCHES)

BENCHES += bench-tls
.PHONY: bench-tls

$(B)/tests/bench/tls: tests/bench/tls.c $(B)/libplimsoll.a config.mk
	@mkdir -p $(@D)
	$(call say,cc)$(CC) $(CFLAGS) $(LIB_CFLAGS) -Wno-unused-function -MMD -MP -MF $@.d \
		-I. -o $@ $< $(B)/libplimsoll.a $(LDFLAGS) $(LIB_LIBS)

bench-tls: $(B)/tests/bench/tls
	@B=$(B) $<

-include $(UNIT_TESTS:%=%.d) $(FUZZ_TARGETS:%=%.d) $(B)/tests/bench/tls.d
