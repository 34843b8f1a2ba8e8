#!/bin/sh
# run.sh - the program from outside: one file a story, "ok - sentence" each.
#
#	tests/e2e/run.sh [STORY.sh…]
#
# JOBJAM names the program, JOBJAM_BUILD the folder it is in (build/debug); KEEP=1 leaves the
# folders of stories that failed; E2E_JOBS says how many stories are told at a time (one for
# each core). Each story runs in a folder of its own, below one that is removed at the end,
# and its lines come out together.
set -u

root=$(cd "$(dirname "$0")/../.." && pwd)

# one STORY: tells it in $work. Called by xargs, below.
if [ "${1:-}" = --one ]; then
	story=$2
	case $story in /*) ;; *) story=$PWD/$story ;; esac
	name=$(basename "$story" .sh)
	[ -d "$work" ] || exit 255 # xargs stops: the run is over
	# Whose brokers are whose is told by their path.
	BROKERS=$work/brokers-$name
	mkdir "$work/$name" "$BROKERS" && ln "$work/brokers"/* "$BROKERS" || exit 1
	export BROKERS
	if (cd "$work/$name" && exec sh "$story") >"$work/$name.log" 2>&1; then
		said=ok
		grep '^# ' "$work/$name.log" >"$work/$name.more"
		rm -rf "${work:?}/$name"
	else
		said='not ok'
		sed 's/^/# /' "$work/$name.log" >"$work/$name.more"
	fi
	exec 9>"$work/lock" && flock 9 || exit 1
	echo "$said - $(echo "$name" | tr '-' ' ')"
	cat "$work/$name.more"
	echo "$said" >>"$work/sum"
	exit 0
fi

E2E=$root/tests/e2e
build=${JOBJAM_BUILD:-build/debug}
case $build in /*) ;; *) build=$root/$build ;; esac
JOBJAM=${JOBJAM:-$build/jobjam}
case $JOBJAM in /*) ;; *) JOBJAM=$PWD/$JOBJAM ;; esac
[ -x "$JOBJAM" ] || { echo "run.sh: no program at $JOBJAM; make it first" >&2; exit 2; }

work=$(mktemp -d "${TMPDIR:-/tmp}/jobjam-e2e-XXXXXX") || exit 2
trap '[ -n "${kept:-}" ] || rm -rf "$work"' EXIT
trap 'exit 130' INT TERM
export E2E JOBJAM work

# Programs that pose as brokers, for what goes wrong with those.
mkdir "$work/brokers"
for source in "$E2E"/brokers/*.c; do
	name=$(basename "$source" .c)
	extra=
	[ "$name" != static ] || extra=-static
	${CC:-cc} -std=c11 -D_GNU_SOURCE -O1 -Wall -Wextra $extra -o "$work/brokers/$name" "$source" ||
		exit 2
done

# Nothing of the caller's taste may colour what is compared.
unset NO_COLOR CDPATH
export TERM=dumb LC_ALL=C

[ $# -gt 0 ] || set -- "$E2E"/*.sh
: >"$work/sum"
n=0
for story do
	case $(basename "$story") in run.sh | helpers.sh) continue ;; esac
	printf '%s\0' "$story"
done | xargs -0 -n 1 -P "${E2E_JOBS:-$(nproc 2>/dev/null || echo 1)}" sh "$E2E/run.sh" --one
for story do
	case $(basename "$story") in run.sh | helpers.sh) continue ;; esac
	n=$((n + 1))
done
passed=$(grep -cx ok "$work/sum")
failed=$((n - passed)) # also one that never came to say anything
if [ "$failed" -gt 0 ] && [ -n "${KEEP:-}" ]; then
	kept=1
	echo "# kept: $work"
fi
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
