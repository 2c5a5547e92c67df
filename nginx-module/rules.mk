# SPDX-License-Identifier: BSD-2-Clause
# The two nginx modules, built as nginx builds every dynamic module: its own configure, with the
# options of the distribution's nginx, and its own makefile, all out of its source tree.

ifneq ($(HAVE_NGINX),)

NGINX_B := $(B)/nginx
NGINX_MODULES := $(B)/ngx_http_plimsoll_module.so $(B)/ngx_stream_plimsoll_module.so
NGINX_INPUTS := $(wildcard nginx-module/*.[ch] nginx-module/*/*.[ch] common/*.h common/*/*.h) \
	common/check/catalogue.def nginx-module/exports.map
NGINX_CC_OPT := -g -O2 -fPIC -fstack-protector-strong -D_FORTIFY_SOURCE=2

ALL += $(NGINX_MODULES)

# Configure tests what nginx was told when it was built: 10 seconds, once.
$(NGINX_B)/Makefile: nginx-module/config config.mk
	@mkdir -p $(NGINX_B)
	@echo "configure nginx's build of the modules"
	@cd $(NGINX_SRC) && PLIMSOLL_LIB=$(abspath $(B)/libplimsoll-host.a) \
		PLIMSOLL_STAMP=$(abspath $(NGINX_B))/inputs bash -c '. ./conf_flags; \
		exec ./configure --builddir=$(abspath $(NGINX_B)) "$${NGX_CONF_FLAGS[@]}" \
		--with-cc="$(CC)" --with-ld-opt="-Wl,-z,relro -Wl,-z,now" \
		--with-cc-opt="$(NGINX_CC_OPT)" --add-dynamic-module=$(abspath nginx-module)' \
		>$(abspath $(NGINX_B))/configure.log 2>&1 || \
		{ tail -n 20 $(abspath $(NGINX_B))/configure.log; exit 1; }

$(NGINX_B)/ngx_http_plimsoll_module.so: $(NGINX_B)/Makefile $(B)/libplimsoll-host.a $(NGINX_INPUTS)
	@echo "make the nginx modules, as $(NGINX_B)/make.log tells"
	@touch $(NGINX_B)/inputs
	@$(MAKE) -C $(NGINX_SRC) -f $(abspath $(NGINX_B))/Makefile modules \
		>$(NGINX_B)/make.log 2>&1 || { cat $(NGINX_B)/make.log; exit 1; }
	@touch $@

# One make builds both.
$(NGINX_B)/ngx_stream_plimsoll_module.so: $(NGINX_B)/ngx_http_plimsoll_module.so
	@touch $@

# A new file in the place of the old: a running nginx has the old one mapped.
$(NGINX_MODULES): $(B)/%: $(NGINX_B)/%
	@cp $< $@.new && mv $@.new $@

endif

BENCHES += $(if $(HAVE_NGINX),bench-nginx)

.PHONY: bench-nginx
bench-nginx: all
	@B=$(B) $(PYTHON) tests/bench/nginx.py
