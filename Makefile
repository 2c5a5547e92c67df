# SPDX-License-Identifier: BSD-2-Clause
# One non-recursive make for the whole house: each folder adds its part through its rules.mk.
# `make help` lists the targets.

MAKEFLAGS += --no-builtin-rules --no-print-directory
.SUFFIXES:
.DELETE_ON_ERROR:
.DEFAULT_GOAL := all

# One short line a file; `make V=1` shows the commands.
say = $(if $(V),,@echo '  $(1)  $@';)

B := build
FOLDERS := common capture inspect unbound-module nginx-module ebpf daemon cli tests demo

# These set up what is missing before anything can be included, then call make again.
FRONT := deps demo check clean help
.PHONY: all deps demo check lint fuzz bench docs install clean help

ifneq ($(filter-out $(FRONT),$(or $(MAKECMDGOALS),all)),)

include config.mk
config.mk: configure packaging/configure-probes $(wildcard $(B)/packages-installed)
	./configure $(CONFIGURE_ARGUMENTS)

# Each folder's rules.mk adds to these.
ALL :=
CHECKS :=
BENCHES :=
-include $(wildcard $(FOLDERS:%=%/rules.mk))
include packaging/install.mk

all: $(ALL)

docs: $(B)/plimsoll
	tests/lint/generate-docs $(B)/plimsoll docs

lint:
	@B=$(B) tests/lint/lint

endif

deps:
	@packaging/install-packages

# With all processors, unless the caller said how many.
PARALLEL = $(if $(filter -j% --jobs%,$(MAKEFLAGS)),,-j$(shell nproc 2>/dev/null || echo 2))

check: deps
	@$(MAKE) $(PARALLEL) all check-programs
	@$(MAKE) run-check

demo: deps
	@$(MAKE) $(PARALLEL) all
	@$(MAKE) run-demo

clean:
	@for part in $$(ls $(B) 2>/dev/null); do \
		case $$part in unbound) ;; *) rm -rf "$(B)/$$part" ;; esac; done
	rm -f config.mk

help:
	@echo 'make [V=1]      builds what ./configure found possible; V=1 shows the commands'
	@echo 'make deps       installs the Debian packages that are missing (root)'
	@echo 'make demo       real clients against real servers, all set-up included (root)'
	@echo 'make check      every test, all set-up included (root for the tests of the network)'
	@echo 'make lint       style, static analysis, stale generated files'
	@echo 'make fuzz [T=tls] [SECONDS=60]   one target or all, so long each; see tests/fuzz'
	@echo 'make bench      measures; writes $(B)/bench.json'
	@echo 'make docs       writes docs/checks.md and its man page from the catalogue'
	@echo 'make install    [DESTDIR=...] after ./configure --prefix=...'
	@echo 'make clean      removes $(B), but not the Unbound that was built there'
