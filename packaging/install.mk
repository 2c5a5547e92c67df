# SPDX-License-Identifier: BSD-2-Clause
# Where things go: the Debian layout below PREFIX.  Only what was built is installed.

INSTALL_TO := $(DESTDIR)$(PREFIX)

# file, folder it goes to, its name there
define INSTALLED
$(B)/plimsoll bin plimsoll
$(B)/plimsolld sbin plimsolld
$(B)/plimsoll_unbound.so lib/$(TRIPLET)/unbound plimsoll.so
$(B)/ngx_http_plimsoll_module.so lib/nginx/modules ngx_http_plimsoll_module.so
$(B)/ngx_stream_plimsoll_module.so lib/nginx/modules ngx_stream_plimsoll_module.so
$(B)/plimsolld.service lib/systemd/system plimsolld.service
packaging/policy.schema.json share/plimsoll policy.schema.json
packaging/policy.yaml share/doc/plimsoll/examples policy.yaml
packaging/plimsolld.yaml share/doc/plimsoll/examples plimsolld.yaml
README.md share/doc/plimsoll README.md
nginx-module/README.md share/doc/plimsoll nginx.md
unbound-module/README.md share/doc/plimsoll unbound.md
docs/plimsolld.md share/doc/plimsoll plimsolld.md
docs/checks.md share/doc/plimsoll checks.md
docs/plimsoll-checks.7 share/man/man7 plimsoll-checks.7
docs/plimsoll-pcap.1 share/man/man1 plimsoll-pcap.1
packaging/licenses/JA4 share/doc/plimsoll JA4.license
endef

$(B)/plimsolld.service: packaging/plimsolld.service config.mk
	@mkdir -p $(@D)
	sed 's,/usr/sbin/,$(PREFIX)/sbin/,' $< >$@

install: export INSTALLED := $(INSTALLED)
install: all $(B)/plimsolld.service
	@echo "$$INSTALLED" | while read -r file folder name; do \
		[ -e "$$file" ] || continue; \
		mode=644; [ -x "$$file" ] && mode=755; \
		echo "  $$file -> $(INSTALL_TO)/$$folder/$$name"; \
		install -D -m $$mode "$$file" "$(INSTALL_TO)/$$folder/$$name" || exit 1; \
	done
	install -d "$(DESTDIR)/etc/plimsoll/policy.d" "$(DESTDIR)/var/lib/plimsoll/feeds"
