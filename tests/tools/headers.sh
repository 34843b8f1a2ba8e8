#!/bin/sh
# headers.sh "COMPILER AND FLAGS" HEADER... - each header compiles with nothing before it.
set -u
compile=$1
shift

status=0
for header in "$@"; do
	# Twice: the guard works. One declaration after it: a header may define nothing.
	# shellcheck disable=SC2086 # a command with its options
	if ! printf '#include "%s"\n#include "%s"\nextern int after;\n' "$header" "$header" |
		$compile -Werror -fsyntax-only -x c -; then
		echo "$header: does not compile alone" >&2
		status=1
	fi
done
exit $status
