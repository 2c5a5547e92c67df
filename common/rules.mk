# SPDX-License-Identifier: BSD-2-Clause
# The two libraries out of common/user, and the same library with sanitizers for the tests.

USER_C := $(wildcard common/user/*.c)
# What a module inside nginx or Unbound needs: libc only.
HOST_C := $(filter $(addprefix common/user/,error.c image_file.c handle.c control.c \
	emitter.c event.c catalogue_text.c),$(USER_C))

# See common/base.h.
SAN_CFLAGS += -DPL_SANITIZED

# What gcc needs to be told, clang does not know.
FUZZ_CFLAGS := $(filter-out -Wno-maybe-uninitialized,$(CFLAGS) $(SAN_CFLAGS))
LIB_CFLAGS := $(CYAML_CFLAGS) $(YAML_CFLAGS) $(CRYPTO_CFLAGS) $(JANSSON_CFLAGS)
LIB_LIBS := $(CYAML_LIBS) $(YAML_LIBS) $(JANSSON_LIBS) $(CRYPTO_LIBS)

ALL += $(B)/libplimsoll.a $(B)/libplimsoll-host.a

$(B)/common/%.o: common/%.c config.mk
	@mkdir -p $(@D)
	$(call say,cc)$(CC) $(CFLAGS) $(LIB_CFLAGS) -MMD -MP -I. -c -o $@ $<

# Never with sanitizers: the hosts that load it have none.
$(B)/host/common/%.o: common/%.c config.mk
	@mkdir -p $(@D)
	$(call say,cc)$(CC) $(filter-out -fsanitize% -fno-sanitize%,$(CFLAGS)) \
		-MMD -MP -I. -c -o $@ $<

$(B)/san/common/%.o: common/%.c config.mk
	@mkdir -p $(@D)
	$(call say,cc)$(CC) $(CFLAGS) $(SAN_CFLAGS) $(LIB_CFLAGS) -MMD -MP -I. -c -o $@ $<

$(B)/fuzz/common/%.o: common/%.c config.mk
	@mkdir -p $(@D)
	$(call say,clang)$(CLANG) $(FUZZ_CFLAGS) -fsanitize=fuzzer-no-link $(LIB_CFLAGS) \
		-MMD -MP -I. -c -o $@ $<

# An archive is made anew, so that it holds nothing of a file that is gone.
define ARCHIVE
@mkdir -p $(@D) && rm -f $@
$(call say,ar)ar rcs $@ $(filter %.o,$^)
endef

$(B)/libplimsoll.a: $(USER_C:%.c=$(B)/%.o)
	$(ARCHIVE)
$(B)/libplimsoll-host.a: $(HOST_C:%.c=$(B)/host/%.o)
	$(ARCHIVE)
$(B)/san/libplimsoll.a: $(USER_C:%.c=$(B)/san/%.o)
	$(ARCHIVE)
$(B)/fuzz/libplimsoll.a: $(USER_C:%.c=$(B)/fuzz/%.o)
	$(ARCHIVE)

-include $(foreach d,$(B) $(B)/host $(B)/san $(B)/fuzz,$(USER_C:%.c=$(d)/%.d))
