#!/bin/sh
# test.sh BUILD PROGRAM... - what `make test` runs once everything is built: the checks of
# the house, unit tests, the fuzzers' corpus, the end to end tests.
#
# From the environment: COMPILE, compiler and flags; HEADERS, to be compiled alone; FUZZ,
# the names of the fuzzers.
#
# Goes on after a failure, so that one run tells all. The last line is the sum of all. A
# step that prints "N passed, N failed" as its last line counts as that many, any other as
# one.
set -u
build=$1
shift

passed=0
failed=0
output=$(mktemp "${TMPDIR:-/tmp}/jobjam-test-XXXXXX") || exit 1
trap 'rm -f "$output" "$output.status"' EXIT
trap 'exit 130' INT TERM

# step NAME COMMAND...: shows the output as it comes, and remembers it.
step() {
	name=$1
	shift
	echo "== $name"
	{
		"$@" 2>&1
		echo $? >"$output.status"
	} | tee "$output"
	status=$(cat "$output.status")
	sum=$(tail -n 1 "$output" | sed -n 's/^\([0-9]*\) passed, \([0-9]*\) failed$/\1 \2/p')
	if [ -z "$sum" ]; then
		if [ "$status" -eq 0 ]; then sum="1 0"; else sum="0 1"; fi
	fi
	if [ "$status" -ne 0 ] && [ "${sum#* }" -eq 0 ]; then
		sum="${sum% *} 1"
	fi
	if [ "${sum#* }" -ne 0 ]; then
		echo "== $name: FAILED"
	fi
	passed=$((passed + ${sum% *}))
	failed=$((failed + ${sum#* }))
}

replay() {
	for name in $FUZZ; do
		"$build/tests/fuzz/replay_$name" "tests/corpus/$name" || return 1
	done
}

step "includes point downward" tests/tools/includes.sh
step "core and printers are pure" tests/tools/pure.sh "$build"
# shellcheck disable=SC2086 # a list of files
step "headers compile alone" tests/tools/headers.sh "$COMPILE" $HEADERS
step "the checks notice what they are for" tests/tools/selftest.sh
JOBJAM_BUILD=$build
export JOBJAM_BUILD
step "unit tests" tests/tools/unit.sh "$@"
step "corpus of the fuzzers" replay
step "the README shows what the program prints" tests/tools/readme.sh "$build"
if [ -x tests/e2e/run.sh ]; then
	step "end to end" tests/e2e/run.sh
fi

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
