#!/bin/sh
# selftest.sh - plants one violation after the other in a copy and expects each check to
# name it: a check that cannot fail is none.
set -u
cc=${CC:-cc}
tools=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$tools/../.." && pwd)
copy=$(mktemp -d "${TMPDIR:-/tmp}/jobjam-selftest-XXXXXX") || exit 1
trap 'rm -rf "$copy"' EXIT
trap 'exit 130' INT TERM

passed=0
failed=0

# expect WHAT STATUS WORD COMMAND...: the command ends like that (0, or 1 for any other),
# and its output has the word.
expect() {
	what=$1
	want=$2
	word=$3
	shift 3
	"$@" >"$copy/output" 2>&1
	got=$?
	if [ $got -ne 0 ]; then got=1; fi
	if [ "$got" -eq "$want" ] &&
		{ [ -z "$word" ] || grep -qF -- "$word" "$copy/output"; }; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		echo "not noticed: $what; the check said:"
		sed 's/^/    /' "$copy/output"
	fi
}

# --- includes: the tree, without what was built -----------------------------------------
mkdir "$copy/tree"
(cd "$root" && find sim net printers reports -name '*.[ch]' | tar -cf - -T -) |
	tar -xf - -C "$copy/tree"

plant() { # FILE LINE: the include check must name the file
	mkdir -p "$copy/tree/$(dirname "$1")"
	echo "$2" >"$copy/tree/$1"
	expect "$2 in $1" 1 "$1:1:" "$tools/includes.sh" "$copy/tree"
	rm "$copy/tree/$1"
}

plant sim/core/plant.c '#include "net/link.h"'
plant sim/json/plant.c '#include "sim/world/world.h"'
plant sim/cloud/plant.c '#include "net/client.h"'
plant printers/plant/plant.c '#include "net/client.h"'
plant net/plant.c '#include "printers/printer.h"'
plant sim/people/plant.c '#include "sim/cloud/cloud.h"'
plant sim/guest/plant.c '#include "net/net.h"'
plant sim/world/plant.c '#include "sim/fleet/fleet.h"'
plant sim/fleet/plant.c '#include "sim/checks/checks.h"'
plant sim/checks/plant.c '#include "sim/json/json.h"'
plant reports/plant.c '#include "sim/world/world.h"'
plant sim/script/plant.c '#include "sim/command/options.h"'
plant sim/guest/shim/plant.c '#include "sim/core/time.h"'
plant printers/builds/common/plant.c '#include "printers/plant/heat.h"'
plant sim/world/plant.c '#include "net/faults/latency.h"'
plant sim/world/plant.c '#include "net/fault.h"'
plant sim/core/plant.c '#include "queue.h"'
plant sim/core/plant.c '#include "sim/core/../../net/link.h"'
plant sim/attic/plant.c 'int plant;'
plant sim/cloud/plant.c '#include <mosquitto.h>'
plant sim/world/plant.c '#include <event2/event.h>'
plant sim/fleet/plant.c '  #  include <lua.h>'
plant net/plant.c '#include <cjson/cJSON.h>'

# --- purity: an object and its source ---------------------------------------------------
mkdir -p "$copy/build/sim/core" "$copy/sim/core"
impure() { # NAME CODE: the purity check must name the symbol
	echo "$2" >"$copy/sim/core/plant.c"
	"$cc" -w -fno-builtin -c -o "$copy/build/sim/core/plant.o" "$copy/sim/core/plant.c"
	(cd "$copy" && expect_here "$1")
}
expect_here() {
	"$tools/pure.sh" build >"$copy/output" 2>&1
	status=$?
	if [ $status -ne 0 ] && grep -qF -- "$1" "$copy/output"; then
		return 0
	fi
	echo "not noticed: $1"
	return 1
}
count() {
	if "$@"; then passed=$((passed + 1)); else failed=$((failed + 1)); fi
}

echo 'int plant(void) { return 0; }' >"$copy/sim/core/plant.c"
"$cc" -c -o "$copy/build/sim/core/plant.o" "$copy/sim/core/plant.c"
expect "nothing wrong, nothing said" 0 "" "$tools/pure.sh" "$copy/build"
count impure 'uses time ' 'long time(long *); long plant(void) { return time(0); }'
count impure 'uses clock_gettime ' 'int clock_gettime(int, void *); int plant(void *p) { return clock_gettime(1, p); }'
count impure 'uses rand ' 'int rand(void); int plant(void) { return rand(); }'
count impure 'uses getenv ' 'char *getenv(char *); char *plant(void) { return getenv("TZ"); }'
count impure 'uses setlocale ' 'char *setlocale(int, char *); char *plant(void) { return setlocale(1, ""); }'
count impure 'uses exp ' 'double exp(double); double plant(double x) { return exp(x); }'
count impure 'uses powf ' 'float powf(float, float); float plant(float x) { return powf(x, x); }'
count impure 'prints a real' 'int snprintf(char *, unsigned long, const char *, ...); int plant(char *p, double x) { return snprintf(p, 9, "at %.1f C", x); }'

# --- headers ----------------------------------------------------------------------------
echo '#ifndef P
#define P
size_t plant(void);
#endif' >"$copy/needs.h"
echo 'int plant_twice = 1;' >"$copy/unguarded.h"
echo '#ifndef Q
#define Q
int plant(void);
#endif' >"$copy/good.h"
expect "a header that needs another" 1 "needs.h: does not compile alone" \
	"$tools/headers.sh" "$cc -I$copy" needs.h
expect "a header without a guard" 1 "unguarded.h: does not compile alone" \
	"$tools/headers.sh" "$cc -I$copy" good.h unguarded.h
expect "a good header" 0 "" "$tools/headers.sh" "$cc -I$copy" good.h

# --- counting: programs that say what cmocka says, and programs that die ------------------
program() { # NAME LINES...
	name=$1
	shift
	{
		echo '#!/bin/sh'
		printf '%s\n' "$@"
	} >"$copy/$name"
	chmod +x "$copy/$name"
}
program good 'echo "[ RUN      ] a"; echo "[       OK ] a"; echo "[       OK ] b"'
program bad 'echo "[       OK ] a"; echo "[  FAILED  ] b"' \
	'echo "[  FAILED  ] 1 test(s), listed below:"; echo "[  FAILED  ] b"; exit 1'
# shellcheck disable=SC2016 # $$ is the program's own
program dies 'echo "[       OK ] a"; echo "[ RUN      ] b"; kill -ABRT $$'
program hangs 'exec sleep 20'
expect "good programs" 0 "4 passed, 0 failed" \
	"$tools/unit.sh" "$copy/good" "$copy/good"
expect "a failed test" 1 "3 passed, 1 failed" "$tools/unit.sh" "$copy/bad" "$copy/good"
expect "a program that dies" 1 "1 passed, 1 failed" "$tools/unit.sh" "$copy/dies"
expect "a program that hangs" 1 "0 passed, 1 failed" \
	env JOBJAM_UNIT_SECONDS=0.2 "$tools/unit.sh" "$copy/hangs"
expect "a program that is not there" 1 "0 passed, 1 failed" "$tools/unit.sh" "$copy/nothing"

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
