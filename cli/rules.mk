# SPDX-License-Identifier: BSD-2-Clause
# The plimsoll command.

CLI_C := $(wildcard cli/*.c)

ALL += $(B)/plimsoll

$(B)/cli/%.o: cli/%.c config.mk
	@mkdir -p $(@D)
	$(call say,cc)$(CC) $(CFLAGS) $(LIB_CFLAGS) -MMD -MP -I. -c -o $@ $<

$(B)/plimsoll: $(CLI_C:%.c=$(B)/%.o) $(B)/libinspect.a $(B)/libcapture.a $(B)/libplimsoll.a
	$(call say,cc)$(CC) $(CFLAGS) -o $@ $^ $(LDFLAGS) $(LIB_LIBS) $(CAPTURE_LIBS)

-include $(CLI_C:%.c=$(B)/%.d)
