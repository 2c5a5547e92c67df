# SPDX-License-Identifier: BSD-2-Clause
# The demo: real clients against real servers in three network namespaces.

.PHONY: run-demo
run-demo: all
	@B=$(B) HAVE_UNBOUND="$(HAVE_UNBOUND)" WHY_NO_UNBOUND="$(WHY_NO_UNBOUND)" \
		HAVE_NGINX="$(HAVE_NGINX)" WHY_NO_NGINX="$(WHY_NO_NGINX)" \
		HAVE_EBPF="$(HAVE_EBPF)" WHY_NO_EBPF="$(WHY_NO_EBPF)" \
		BPF_LOADS="$(BPF_LOADS)" WHY_NO_BPF_LOAD="$(WHY_NO_BPF_LOAD)" \
		UNBOUND="$(UNBOUND_BUILD)/unbound" PYTHONDONTWRITEBYTECODE=1 $(PYTHON) demo/demo.py
