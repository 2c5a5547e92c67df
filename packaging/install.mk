# SPDX-License-Identifier: BSD-2-Clause
# Where things go: the Debian layout below PREFIX.  Only what was built is installed.

INSTALL_TO := $(DESTDIR)$(PREFIX)

# built file, folder it goes to
define INSTALLED
$(B)/plimsoll bin
$(B)/plimsolld sbin
$(B)/unbound-module/plimsoll.so lib/$(TRIPLET)/unbound
$(B)/nginx-module/ngx_http_plimsoll_module.so lib/nginx/modules
$(B)/nginx-module/ngx_stream_plimsoll_module.so lib/nginx/modules
README.md share/doc/plimsoll
docs/checks.md share/doc/plimsoll
docs/plimsoll-checks.7 share/man/man7
endef

install: all
	@echo "$$INSTALLED" | while read -r file folder; do \
		[ -e "$$file" ] || continue; \
		mode=644; [ -x "$$file" ] && mode=755; \
		echo "  $$file -> $(INSTALL_TO)/$$folder"; \
		install -D -m $$mode "$$file" "$(INSTALL_TO)/$$folder/$${file##*/}" || exit 1; \
	done
	install -d "$(DESTDIR)/etc/plimsoll/policy.d" "$(DESTDIR)/var/lib/plimsoll/feeds"

install: export INSTALLED := $(INSTALLED)
