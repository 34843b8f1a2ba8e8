#!/bin/sh
# run.sh - the program from outside: one file a story, "ok - sentence" each.
#
#	tests/e2e/run.sh [STORY.sh…]
#
# JOBJAM names the program, JOBJAM_BUILD the folder it is in (build/debug); KEEP=1 leaves the folders of stories that
# failed. Each story runs in a folder of its own, below one that is removed at the end.
set -u

root=$(cd "$(dirname "$0")/../.." && pwd)
E2E=$root/tests/e2e
build=${JOBJAM_BUILD:-build/debug}
case $build in /*) ;; *) build=$root/$build ;; esac
JOBJAM=${JOBJAM:-$build/jobjam}
case $JOBJAM in /*) ;; *) JOBJAM=$PWD/$JOBJAM ;; esac
[ -x "$JOBJAM" ] || { echo "run.sh: no program at $JOBJAM; make it first" >&2; exit 2; }

work=$(mktemp -d "${TMPDIR:-/tmp}/jobjam-e2e-XXXXXX") || exit 2
trap '[ -n "${kept:-}" ] || rm -rf "$work"' EXIT
trap 'exit 130' INT TERM
export E2E JOBJAM

# Programs that pose as brokers, for what goes wrong with those.
BROKERS=$work/brokers
mkdir "$BROKERS"
for source in "$E2E"/brokers/*.c; do
	name=$(basename "$source" .c)
	extra=
	[ "$name" != static ] || extra=-static
	${CC:-cc} -std=c11 -D_GNU_SOURCE -O1 -Wall -Wextra $extra -o "$BROKERS/$name" "$source" ||
		exit 2
done
export BROKERS

# Nothing of the caller's taste may colour what is compared.
unset NO_COLOR CDPATH
export TERM=dumb LC_ALL=C

[ $# -gt 0 ] || set -- "$E2E"/*.sh
passed=0 failed=0
for story do
	case $(basename "$story") in run.sh | helpers.sh) continue ;; esac
	case $story in /*) ;; *) story=$PWD/$story ;; esac
	name=$(basename "$story" .sh)
	sentence=$(echo "$name" | tr '-' ' ')
	mkdir "$work/$name"
	if (cd "$work/$name" && exec sh "$story") >"$work/$name.log" 2>&1; then
		echo "ok - $sentence"
		grep '^# ' "$work/$name.log"
		passed=$((passed + 1))
		rm -rf "${work:?}/$name"
	else
		echo "not ok - $sentence"
		sed 's/^/# /' "$work/$name.log"
		failed=$((failed + 1))
	fi
done
if [ "$failed" -gt 0 ] && [ -n "${KEEP:-}" ]; then
	kept=1
	echo "# kept: $work"
fi
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
