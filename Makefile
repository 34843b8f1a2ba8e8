# jobjam: fault injection and replay for outage scenarios.
#
#   make demo     the night of 15 August 2023, end to end
#   make test     everything that must hold before a change is kept
#   make help     the other targets
#
# Order of this file: settings, rooms, programs, packages, checks, install.

# --- settings ------------------------------------------------------------------------
MODE     ?= debug
CC       ?= cc
PREFIX   ?= /usr/local
B        := build/$(MODE)
Q        := @

VERSION  := 0.1.0
PKGS     := libmosquitto libevent libevent_openssl openssl libcjson lua5.4 libzip cmocka
pkg       = $(shell pkg-config --$(1) $(2) 2>/dev/null)

WARN := -Wall -Wextra -Wpedantic -Wshadow -Wvla -Wundef -Wformat=2 -Wstrict-prototypes \
        -Wmissing-prototypes -Wold-style-definition -Wpointer-arith -Wcast-qual \
        -Wwrite-strings -Wdouble-promotion -Wimplicit-fallthrough \
        -Werror=implicit-function-declaration -Werror=date-time
FLAGS_debug   := -O1 -g
FLAGS_release := -O2 -g
FLAGS_asan    := -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all \
                 -fno-omit-frame-pointer
FLAGS_fuzz    := -O1 -g -fsanitize=fuzzer-no-link,address,undefined \
                 -fno-sanitize-recover=all -fno-omit-frame-pointer
ifeq ($(filter $(MODE),debug release asan fuzz),)
$(error MODE=$(MODE): known modes are debug, release, asan, fuzz)
endif
ifeq ($(MODE),fuzz)
CC := clang
endif

# -ffp-contract=off and no -march: the same bits on every machine (README, determinism).
CFLAGS_ALL = -std=c11 -D_GNU_SOURCE -I. -fPIC -ffp-contract=off -MMD -MP $(WARN) \
             $(FLAGS_$(MODE)) -DJOBJAM_VERSION='"$(VERSION)"' $(CFLAGS)
LDFLAGS_ALL = $(FLAGS_$(MODE)) $(LDFLAGS)

# --- rooms, ground floor first (the order in which an include may point: downward) ----
ROOMS := sim/core sim/json sim/guest printers net sim/cloud sim/people sim/world \
         sim/fleet sim/checks reports sim/script sim/command

src_sim/core    := $(sort $(wildcard sim/core/*.c))
src_sim/json    := $(sort $(wildcard sim/json/*.c))
src_sim/guest   := $(sort $(wildcard sim/guest/*.c))
src_printers    := $(sort $(wildcard printers/*.c printers/plant/*.c printers/firmware/*.c \
                    printers/host/*.c printers/gcode/*.c))
src_net         := $(sort $(wildcard net/*.c net/faults/*.c net/stream/*.c net/proxy/*.c))
src_sim/cloud   := $(sort $(wildcard sim/cloud/*.c))
src_sim/people  := $(sort $(wildcard sim/people/*.c))
src_sim/world   := $(sort $(wildcard sim/world/*.c))
src_sim/fleet   := $(sort $(wildcard sim/fleet/*.c))
src_sim/checks  := $(sort $(wildcard sim/checks/*.c sim/checks/properties/*.c))
src_reports     := $(sort $(wildcard reports/*.c))
src_sim/script  := $(sort $(wildcard sim/script/*.c))
src_sim/command := $(sort $(wildcard sim/command/*.c))

obj = $(patsubst %.c,$(B)/%.o,$(src_$(1)))
lib = $(B)/lib/$(subst /,-,$(1)).a
LIBS_ALL := $(foreach room,$(ROOMS),$(call lib,$(room)))

# Each library has one room; no other room is given its headers.
$(call obj,net):        private CFLAGS_ALL += $(call pkg,cflags,libmosquitto libevent libevent_openssl openssl)
$(call obj,sim/json):   private CFLAGS_ALL += $(call pkg,cflags,libcjson)
$(call obj,sim/script): private CFLAGS_ALL += $(call pkg,cflags,lua5.4)
$(call obj,printers):   private CFLAGS_ALL += $(call pkg,cflags,libzip)
LDLIBS := $(call pkg,libs,libmosquitto libevent libevent_openssl openssl libcjson lua5.4 libzip) -ldl -lm
# Vectors and square roots without errno: faster, the same bits (tests/unit/printers/test_batch.c).
$(B)/printers/plant/heat.o $(B)/printers/plant/heat_batch.o: \
    private CFLAGS_ALL += -O3 -fno-math-errno -fno-trapping-math
# Of a struct of this size gcc would rather write its own zeroes, one word at a time.
$(B)/net/codec.o: private CFLAGS_ALL += -fno-builtin-memset
# The program's own clock and socket symbols must be visible to the libraries.
EXPORTS := -Wl,--dynamic-list=net/exports.list

.DEFAULT_GOAL := all
.DELETE_ON_ERROR:
.SECONDARY:

# --- programs ------------------------------------------------------------------------
BUILDS   := $(sort $(notdir $(patsubst %/,%,$(dir $(wildcard printers/builds/*/build.c)))))
FIRMWARE := $(BUILDS:%=$(B)/firmware/%.so)
# Builds with one planted defect each, which shipped scenarios must find; never installed.
MUTANTS  := $(sort $(notdir $(patsubst %/,%,$(dir $(wildcard printers/builds/mutants/*/build.c)))))
MUTANT   := $(MUTANTS:%=$(B)/firmware/mutants/%.so)
SHIM     := $(B)/vclock.so
SHIM_THREADS := $(B)/vthreads.so

all: $(B)/jobjam $(SHIM) $(SHIM_THREADS) $(FIRMWARE) $(MUTANT) ## program, clock shim and firmware builds

$(B)/%.o: %.c $(B)/flags
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(CFLAGS_ALL) -c -o $@ $<

# A change of compiler or flags rebuilds what it touches.
$(B)/flags: FORCE
	$(Q)mkdir -p $(B)
	$(Q)echo '$(CC) $(CFLAGS_ALL)' | cmp -s - $@ || echo '$(CC) $(CFLAGS_ALL)' > $@
FORCE:

define room_rule
$(call lib,$(1)): $(call obj,$(1))
	$(Q)mkdir -p $$(@D) && rm -f $$@
	$(Q)ar rcs $$@ $$^
endef
$(foreach room,$(ROOMS),$(eval $(call room_rule,$(room))))

$(B)/jobjam: $(LIBS_ALL) net/exports.list
	$(Q)$(CC) $(LDFLAGS_ALL) $(EXPORTS) -o $@ \
	    -Wl,--whole-archive $(LIBS_ALL) -Wl,--no-whole-archive $(LDLIBS)

# The shim is a building of its own: no libc, no sanitizer, raw system calls.
SHIM_SRC := $(sort $(wildcard sim/guest/shim/*.c))
SHIM_CC  := $(CC) -std=c11 -D_GNU_SOURCE -I. -O2 -g -fPIC -ffreestanding -fno-builtin \
            -fno-stack-protector -fvisibility=hidden $(WARN) -nostdlib -shared
$(SHIM): $(SHIM_SRC) $(wildcard sim/guest/shim/*.h) sim/guest/page.h Makefile
	$(Q)mkdir -p $(@D)
	$(Q)$(SHIM_CC) -Wl,-soname,vclock.so,-z,now,-z,defs -o $@ $(SHIM_SRC)

# Its annex for guests with threads.
THREADS_SRC := $(sort $(wildcard sim/guest/shim/threads/*.c))
$(SHIM_THREADS): $(THREADS_SRC) $(wildcard sim/guest/shim/*.h sim/guest/shim/threads/*.h) $(SHIM)
	$(Q)$(SHIM_CC) -Wl,-soname,vthreads.so,-z,now,-z,defs -o $@ $(THREADS_SRC) $(SHIM)

# Firmware builds: only the ABI header, what they share, and the JSON reader.
BUILD_COMMON := $(sort $(wildcard printers/builds/common/*.c)) sim/json/json.c
# The rooms of guarded are a library: only guarded and its mutants take anything out of it.
GUARDED := $(filter-out %/build.c,$(sort $(wildcard printers/builds/guarded/*.c)))
$(B)/lib/builds-guarded.a: $(GUARDED:%.c=$(B)/%.o)
	$(Q)mkdir -p $(@D) && rm -f $@
	$(Q)ar rcs $@ $^
$(B)/firmware/%.so: $(BUILD_COMMON:%.c=$(B)/%.o) $(B)/printers/builds/%/build.o $(B)/lib/builds-guarded.a
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(LDFLAGS_ALL) -shared -Wl,--exclude-libs,ALL \
	    -Wl,--version-script=printers/builds/exports.map -o $@.$$$$ $^ $(call pkg,libs,libcjson) \
	    && mv $@.$$$$ $@ # whole or not at all: somebody may be loading it

# --- what people type ------------------------------------------------------------------
# demo and test see to the packages first. What pkg-config says is read when make starts,
# so the rest is a make of its own, which starts once the packages are there.
JOBS  ?= $(shell nproc 2>/dev/null || echo 1)
again  = $(MAKE) --no-print-directory $(if $(findstring --jobserver,$(MAKEFLAGS)),,-j$(JOBS))

demo: deps ## the night of 15 August 2023, end to end (release build)
	$(Q)+$(again) MODE=release demo-run
demo-run: all
	$(Q)tests/tools/demo.sh $(B)

test: deps ## everything that must hold before a change is kept
	$(Q)+$(again) test-run

deps: ## installs the packages that are missing, or says how
	$(Q)tests/tools/deps.sh

bench: deps ## how fast it is, as ratios measured side by side (release build)
	$(Q)+$(again) MODE=release bench-run

help: ## this list
	$(Q)awk -F ':.*## ' '/^[a-z][a-z-]*:.*## / { printf "make %-12s %s\n", $$1, $$2 }' \
	    $(firstword $(MAKEFILE_LIST))
	$(Q)echo 'MODE=debug|release|asan|fuzz chooses the build; unit-ROOM runs the tests of one room:'
	$(Q)echo '$(UNIT_ROOMS:%=unit-%)'

.PHONY: demo demo-run test bench help bench-run
BENCH := $(patsubst %.c,$(B)/%,$(sort $(wildcard tests/bench/*.c)))
$(BENCH): %: %.o
	$(Q)$(CC) $(LDFLAGS_ALL) -o $@ $< $(LDLIBS_BENCH)
BENCH_ROOMS := $(foreach room,sim/core sim/json printers,$(call lib,$(room)))
$(B)/tests/bench/firmware $(B)/tests/bench/plant: $(BENCH_ROOMS)
$(B)/tests/bench/firmware: private LDLIBS_BENCH = -Wl,--start-group \
    $(foreach room,sim/core sim/json printers,$(call lib,$(room))) -Wl,--end-group $(LDLIBS)
$(B)/tests/bench/plant: private LDLIBS_BENCH = -Wl,--start-group $(BENCH_ROOMS) -Wl,--end-group $(LDLIBS)
$(B)/tests/bench/sampler.so: tests/bench/sampler/sampler.c
	$(Q)mkdir -p $(@D) && $(CC) -std=c11 -D_GNU_SOURCE -O1 -Wall -Wextra -fPIC -shared -o $@ $<
bench-plant: all $(BENCH) $(B)/tests/bench/sampler.so
	$(Q)$(B)/tests/bench/plant
	$(Q)tests/bench/share.sh $(B) 2h
	$(Q)$(B)/tests/bench/firmware $(B)/firmware
.PHONY: bench-plant
bench-run: bench-plant
	$(Q)JOBJAM_BUILD=$(B) tests/bench/run.sh
	$(Q)$(B)/tests/bench/live $(B)/jobjam

# --- the plant against closed forms and published figures --------------------------------
VALIDATE := $(B)/tests/validate/validate
$(VALIDATE): $(patsubst %.c,$(B)/%.o,$(sort $(wildcard tests/validate/*.c))) \
             $(foreach room,sim/core sim/json printers,$(call lib,$(room)))
	$(Q)$(CC) $(LDFLAGS_ALL) -o $@ $(filter %.o,$^) -Wl,--start-group $(call lib,printers) \
	    $(call lib,sim/json) $(call lib,sim/core) -Wl,--end-group $(LDLIBS)
validate: deps ## the heat against closed forms and published figures, and trips (release build)
	$(Q)+$(again) MODE=release validate-run
validate-run: $(VALIDATE) $(B)/tests/trips/trips $(FIRMWARE)
	$(Q)$(VALIDATE)
	$(Q)echo && echo 'not gating: faults and reference builds' && $(B)/tests/trips/trips $(B)/firmware
.PHONY: validate validate-run

# --- unit tests: tests/unit/<room>/test_*.c sees its room and those below it -----------
below_core     := sim/core
below_json     := sim/core sim/json
below_guest    := sim/core sim/guest
below_printers := sim/core sim/json printers
below_net      := sim/core sim/json net
below_cloud    := sim/core sim/json sim/cloud
below_people   := sim/core sim/people
below_checks   := sim/core sim/json sim/checks
below_reports  := sim/core sim/json sim/checks reports
below_world    := sim/core sim/json sim/guest net sim/world
below_fleet    := sim/core sim/json sim/guest printers net sim/cloud sim/people sim/world sim/fleet
below_script   := $(below_fleet) sim/checks reports sim/script
UNIT_ROOMS := core json guest printers net cloud people checks reports world fleet script
unit_src = $(sort $(wildcard tests/unit/$(1)/test_*.c))
unit_bin = $(patsubst %.c,$(B)/%,$(call unit_src,$(1)))
UNIT_BIN := $(foreach room,$(UNIT_ROOMS),$(call unit_bin,$(room)))
$(patsubst %,%.o,$(UNIT_BIN)): private CFLAGS_ALL += $(call pkg,cflags,cmocka)

# The dynamic list only matters where net/ is linked.
define unit_rule
$(call unit_bin,$(1)): $(B)/%: $(B)/%.o $(foreach room,$(below_$(1)),$(call lib,$(room)))
	$(Q)$$(CC) $$(LDFLAGS_ALL) $(if $(filter net,$(below_$(1))),$(EXPORTS)) -o $$@ $$< \
	    -Wl,--start-group $(foreach room,$(below_$(1)),$(call lib,$(room))) -Wl,--end-group \
	    $(call pkg,libs,cmocka) $(LDLIBS)
built-$(1): $(call unit_bin,$(1)) $(if $(filter guest world fleet script,$(1)),$(SHIM) $(SHIM_THREADS)) \
            $(if $(filter printers fleet script,$(1)),$(FIRMWARE))
unit-$(1): built-$(1)
	$(Q)JOBJAM_BUILD=$(B) tests/tools/unit.sh $(call unit_bin,$(1))
.PHONY: built-$(1) unit-$(1)
endef
$(foreach room,$(UNIT_ROOMS),$(eval $(call unit_rule,$(room))))

# Probes: guests of one purpose each, plain programs whatever the mode. One is also built
# static, which the clock cannot enter, and one with a sanitizer, which it must.
PROBES := $(patsubst %.c,$(B)/%,$(sort $(wildcard tests/probes/*.c)))
PROBE_CC = mkdir -p $(@D) && $(CC) -std=c11 -D_GNU_SOURCE -I. -O1 $(WARN)
$(PROBES): $(B)/tests/probes/%: tests/probes/%.c tests/probes/probe.h sim/guest/page.h
	$(Q)$(PROBE_CC) -o $@ $<
$(B)/tests/probes/static_rest: tests/probes/rest.c tests/probes/probe.h
	$(Q)$(PROBE_CC) -static -o $@ $<
$(B)/tests/probes/asan_rest: tests/probes/rest.c tests/probes/probe.h
	$(Q)$(PROBE_CC) -fsanitize=address -o $@ $<
built-guest: $(PROBES) $(B)/tests/probes/static_rest $(B)/tests/probes/asan_rest

# --- fuzzers: tests/fuzz/fuzz_NAME.c, corpus in tests/corpus/NAME ------------------------
# Each sees the rooms in fuzz_rooms_NAME (set above its rule). `make fuzz` searches, with clang; `make
# fuzz-replay` only runs what was found before, and is part of `make test`.
FUZZ := $(patsubst tests/fuzz/fuzz_%.c,%,$(sort $(wildcard tests/fuzz/fuzz_*.c)))
FUZZ_SECONDS ?= 60
fuzz_rooms_default := sim/core sim/json
fuzz_rooms_mqtt    := sim/core net
fuzz_rooms_words   := sim/core sim/world
fuzz_rooms_match   := sim/core sim/json net
fuzz_rooms_edit    := sim/core sim/json net
fuzz_rooms_control := sim/core sim/json net
fuzz_rooms_client_name := sim/core sim/json net
fuzz_rooms_gcode   := sim/core printers
fuzz_rooms_zip     := sim/core printers
fuzz_rooms_trace   := sim/core sim/json sim/checks reports
fuzz_rooms_endpoint := sim/core sim/json net
fuzz_rooms_set     := $(below_script)
fuzz_rooms_options := $(ROOMS)
fuzz_libs = $(foreach room,$(or $(fuzz_rooms_$(1)),$(fuzz_rooms_default)),$(call lib,$(room)))

define fuzz_rule
$(B)/tests/fuzz/fuzz_$(1): $(B)/tests/fuzz/fuzz_$(1).o $(call fuzz_libs,$(1))
	$(Q)$$(CC) $$(LDFLAGS_ALL) -fsanitize=fuzzer -o $$@ $$< \
	    -Wl,--start-group $(call fuzz_libs,$(1)) -Wl,--end-group $(LDLIBS)
$(B)/tests/fuzz/replay_$(1): $(B)/tests/fuzz/fuzz_$(1).o $(B)/tests/fuzz/replay.o $(call fuzz_libs,$(1))
	$(Q)$$(CC) $$(LDFLAGS_ALL) -o $$@ $$(filter %.o,$$^) \
	    -Wl,--start-group $(call fuzz_libs,$(1)) -Wl,--end-group $(LDLIBS)
endef
$(foreach name,$(FUZZ),$(eval $(call fuzz_rule,$(name))))

fuzz: ## searches for input that breaks a parser, FUZZ_SECONDS=60 each (clang)
	$(Q)+$(again) MODE=fuzz fuzz-run
fuzz-run: $(FUZZ:%=$(B)/tests/fuzz/fuzz_%)
	$(Q)set -e; for name in $(FUZZ); do mkdir -p $(B)/corpus/$$name tests/corpus/$$name; \
	    echo "== $$name"; \
	    $(B)/tests/fuzz/fuzz_$$name -max_total_time=$(FUZZ_SECONDS) -max_len=65536 \
	        -timeout=10 -print_final_stats=1 -artifact_prefix=$(B)/corpus/$$name- \
	        $(B)/corpus/$$name tests/corpus/$$name; done
fuzz-replay: $(FUZZ:%=$(B)/tests/fuzz/replay_%) ## runs the corpus of the fuzzers
	$(Q)set -e; for name in $(FUZZ); do \
	    $(B)/tests/fuzz/replay_$$name tests/corpus/$$name; done
.PHONY: fuzz fuzz-run fuzz-replay

# --- brokers: the shipped scenarios on every broker that is found; not in make test ----------
brokers: all ## the scenarios on every broker found: verdicts and first differences
	$(Q)tests/brokers/table.sh $(CURDIR)/$(B)/jobjam
.PHONY: brokers

# --- the catalogue of lies, against a broker of one's own choice; not in make test ----------
CATALOGUE := $(B)/tests/unit/script/test_catalogue
catalogue: built-script ## tests/net/catalogue.txt against BROKER=PATH (mosquitto from PATH)
	$(Q)$(if $(BROKER),JOBJAM_BROKER='$(BROKER)') JOBJAM_BUILD=$(B) $(CATALOGUE)
.PHONY: catalogue

# --- slicing: our reading of a file beside what a real slicer says of it; not in make test ---
$(B)/tests/gcode/compare: $(B)/tests/gcode/compare.o $(call lib,printers) $(call lib,sim/core)
	$(Q)$(CC) $(LDFLAGS_ALL) -o $@ $< -Wl,--start-group $(call lib,printers) $(call lib,sim/json) \
	    $(call lib,sim/core) -Wl,--end-group $(LDLIBS)
slice: $(B)/tests/gcode/compare ## slices a cube with prusa-slicer, if it is there, and compares
	$(Q)tests/tools/slice.sh $<
.PHONY: slice

# --- trips: fault by reference build; prints and decides nothing -------------------------
TRIPS := $(B)/tests/trips/trips
$(TRIPS): $(TRIPS).o $(foreach room,$(below_printers),$(call lib,$(room)))
	$(Q)$(CC) $(LDFLAGS_ALL) -o $@ $< -Wl,--start-group \
	    $(foreach room,$(below_printers),$(call lib,$(room))) -Wl,--end-group $(LDLIBS)
trips: $(TRIPS) $(FIRMWARE) ## how soon each reference build trips, and how hot it is then
	$(Q)$(TRIPS) $(B)/firmware
.PHONY: trips

# --- end to end: tests/e2e/<sentence>.sh, the program from outside -------------------------
e2e: all release ## the program from outside: statuses, bad input, brokers that fail, signals
	$(Q)JOBJAM_BUILD=$(B) CC='$(CC)' tests/e2e/run.sh
transparency: all ## bytes through the proxy, from three clients that are not ours, equal at both ends
	$(Q)JOBJAM_BUILD=$(B) CC='$(CC)' tests/e2e/run.sh \
	    $(wildcard tests/e2e/the-proxy-is-transparent-*.sh tests/transparency/*.sh)
.PHONY: e2e transparency

# --- soak: the live proxy under random faults and clients with no manners; not in make test ---
SECONDS ?= 600
SEED    ?= 1
soak: deps ## jobjam proxy under random faults for SECONDS=600 (asan build)
	$(Q)+$(again) MODE=asan all
	$(Q)CC='$(CC)' tests/soak/soak.sh build/asan $(SECONDS) $(SEED)
.PHONY: soak

# --- checks ----------------------------------------------------------------------------
HEADERS := $(sort $(wildcard $(foreach dir,sim/*/ sim/checks/properties/ sim/guest/shim/ sim/guest/shim/threads/ net/ \
               net/*/ printers/ printers/*/ printers/builds/*/ reports/ tests/ tests/*/,$(dir)*.h)))
COMPILE  = $(CC) $(filter-out -MMD -MP,$(CFLAGS_ALL)) $(call pkg,cflags,$(PKGS))

check: check-includes check-pure check-headers check-tools ## the plan of the house, tested
check-includes:
	$(Q)tests/tools/includes.sh
check-pure: $(call obj,sim/core) $(call obj,printers)
	$(Q)tests/tools/pure.sh $(B)
check-headers:
	$(Q)tests/tools/headers.sh '$(COMPILE)' $(HEADERS)
check-tools:
	$(Q)CC='$(CC)' tests/tools/selftest.sh
.PHONY: check check-includes check-pure check-headers check-tools

# The release build beside it: both must tell the same night.
release: $(if $(filter release,$(MODE)),all)
	$(if $(filter release,$(MODE)),,$(Q)+$(MAKE) --no-print-directory MODE=release all)
.PHONY: release
test-run: all release $(UNIT_ROOMS:%=built-%) $(FUZZ:%=$(B)/tests/fuzz/replay_%)
	$(Q)CC='$(CC)' COMPILE='$(COMPILE)' HEADERS='$(HEADERS)' FUZZ='$(FUZZ)' \
	    tests/tools/test.sh $(B) $(UNIT_BIN)
.PHONY: test-run

valgrind: $(UNIT_ROOMS:%=built-%) ## the unit tests under valgrind (debug build)
	$(Q)JOBJAM_BUILD=$(B) JOBJAM_UNIT_SECONDS=3600 \
	    JOBJAM_UNIT_WRAPPER='valgrind -q --leak-check=full --errors-for-leak-kinds=definite --error-exitcode=9' \
	    tests/tools/unit.sh $(UNIT_BIN)

# Headers are laid out by hand, as the manuals that they are.
SOURCES = $(sort $(shell find sim net printers reports tests -name '*.c'))
format: ## clang-format over the sources (version 14: others lay out differently)
	$(Q)clang-format --version | grep -q 'version 14\.' || \
	    { echo 'make format wants clang-format 14' >&2; exit 2; }
	$(Q)clang-format -i $(SOURCES)
lint: ## clang-tidy and shellcheck; advice, not a verdict
	-$(Q)clang-tidy --quiet $(filter-out tests/%,$(SOURCES)) -- \
	    $(filter-out -MMD -MP,$(CFLAGS_ALL)) $(call pkg,cflags,$(PKGS))
	-$(Q)shellcheck tests/tools/*.sh .ci/run
.PHONY: valgrind format lint

# --- install ---------------------------------------------------------------------------
DEST := $(DESTDIR)$(PREFIX)
install: ## into PREFIX=/usr/local, below DESTDIR (release build, unless MODE says else)
	$(Q)+$(again) MODE=$(if $(filter file,$(origin MODE)),release,$(MODE)) install-run
install-run: all
	install -d $(DEST)/bin $(DEST)/lib/jobjam/firmware \
	    $(DEST)/share/jobjam/scenarios $(DEST)/include
	install -m 755 $(B)/jobjam $(DEST)/bin/
	install -m 755 $(SHIM) $(SHIM_THREADS) $(DEST)/lib/jobjam/
	install -m 755 $(FIRMWARE) $(DEST)/lib/jobjam/firmware/
	install -m 644 $(wildcard scenarios/*.lua) $(DEST)/share/jobjam/scenarios/
	install -m 644 printers/firmware/jobjam_firmware.h $(DEST)/include/
uninstall: ## takes away what install put there
	rm -f $(DEST)/bin/jobjam $(DEST)/include/jobjam_firmware.h
	rm -rf $(DEST)/lib/jobjam $(DEST)/share/jobjam
.PHONY: install install-run uninstall

clean: ## takes away build/ and out/
	rm -rf build out

.PHONY: all deps clean FORCE

-include $(shell find $(B) -name '*.d' 2>/dev/null)
