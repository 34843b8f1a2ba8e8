#!/bin/sh
# unit.sh PROGRAM... - runs cmocka programs one after the other; shows only what failed, in
# full; its last line is the sum: "N passed, N failed".
#
# JOBJAM_UNIT_WRAPPER: put before each program (valgrind …). JOBJAM_UNIT_SECONDS: how long
# one program may take, in real time.
set -u

passed=0
failed=0
output=$(mktemp "${TMPDIR:-/tmp}/jobjam-unit-XXXXXX") || exit 1
trap 'rm -f "$output"' EXIT
trap 'exit 130' INT TERM

for program in "$@"; do
	# shellcheck disable=SC2086 # a command with its options
	timeout -k 5 "${JOBJAM_UNIT_SECONDS:-300}" ${JOBJAM_UNIT_WRAPPER:-} "$program" \
		>"$output" 2>&1
	status=$?
	ok=$(grep -c '^\[       OK \] ' "$output")
	# cmocka names each failed test twice: at once, and in the list at the end.
	bad=$(sed -n 's/^\[  FAILED  \] \([A-Za-z_][A-Za-z0-9_]*\)$/\1/p' "$output" | sort -u |
		grep -c .)
	# A program that dies, hangs or fails in its set-up has a failure that cmocka did not
	# live to count.
	if [ "$status" -ne 0 ] && [ "$bad" -eq 0 ]; then
		bad=1
	fi
	if [ "$bad" -gt 0 ]; then
		echo "--- $program (status $status)"
		grep -v '^\[       OK \] ' "$output"
	fi
	passed=$((passed + ok))
	failed=$((failed + bad))
done

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
