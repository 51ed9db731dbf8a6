# SPDX-License-Identifier: Apache-2.0
# The front door: thin names over tools/setup, Meson and Ninja.
#   make          the release binary at build/winnow
#   make demo     install what is needed, build, and judge the examples
#   make check    install what is needed, build with sanitizers, run every gate
#   make bench    measure, with ratios    make fuzz    fuzz each parser for FUZZ_SECONDS
#   make format   clang-format            make install (PREFIX, DESTDIR)
#   make train    train the text model again from DATA (default: ../shared/data/text)

PREFIX ?= /usr/local
FUZZ_SECONDS ?= 60
DATA ?= ../shared/data/text
BUILD = build

all: $(BUILD)/build.ninja
	@ninja -C $(BUILD) --quiet
	@tools/link-parts $(BUILD)

$(BUILD)/build.ninja:
	@meson setup $(BUILD) --buildtype=release --prefix=$(abspath $(PREFIX)) -Dtests=disabled >$(BUILD).log \
	  || { cat $(BUILD).log; exit 1; }
	@rm -f $(BUILD).log

demo:
	@tools/setup demo
	@$(MAKE) --no-print-directory all
	@tools/demo $(BUILD)/winnow

check:
	@tools/setup check
	@tools/check

bench:
	@tools/setup check
	@$(MAKE) --no-print-directory all
	@tools/bench $(BUILD)

fuzz:
	@tools/setup check
	@tools/fuzz $(FUZZ_SECONDS)

train: all
	@$(BUILD)/winnow train text --data $(DATA) --out models/text.wnm --card models/text.md

format:
	@clang-format -i $$(git ls-files '*.c' '*.h')

install: all
	@meson configure $(BUILD) --prefix=$(abspath $(PREFIX))
	@meson install -C $(BUILD) --quiet $(if $(DESTDIR),--destdir $(abspath $(DESTDIR)))

clean:
	@rm -rf build build-check build-release build-minimal build-clang build-fuzz

.PHONY: all demo check bench fuzz train format install clean
