#!/bin/sh
# run.sh - the table of safeguards, run for real: table.txt says what each run must show.
#
#	tests/e2e/safeguards/run.sh [SAFEGUARD…]
#
# JOBJAM names the program; SEED another seed than 1. Prints one line a run, "ok - …" or
# "not ok - …" with the command that shows it again; status 1 when one did not come out as
# the table says.
set -u

here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../../.." && pwd)
JOBJAM=${JOBJAM:-$root/build/debug/jobjam}
machines=4 # in each scenario of this folder
chosen=" $* "
case $JOBJAM in /*) ;; *) JOBJAM=$PWD/$JOBJAM ;; esac
work=$(mktemp -d "${TMPDIR:-/tmp}/jobjam-safeguards-XXXXXX") || exit 2
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM
cd "$work" || exit 2
passed=0 failed=0

said() {
	if [ "$1" = ok ]; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
	fi
	echo "$1 - $2"
}

# live SET…: runs the story with these, and leaves $status, ./last-run and $latest behind.
live() {
	file=$story arguments=
	for set do
		case $set in
		story=*) file=${set#story=} ;;
		*) arguments="$arguments --set $set" ;;
		esac
	done
	status=0
	rm -rf out
	# shellcheck disable=SC2086 # settings hold no blanks
	"$JOBJAM" run "$here/$file.lua" --quiet --seed "${SEED:-1}" --out out $arguments \
		>last-run 2>&1 || status=$?
	latest=out/$file/latest
}

# What the verdict says of a property, or of a promise of the story's own by its label, in
# $verdict, and of how many, in $judged.
look_at() {
	verdict=$(grep -e "^ *{\"property\": \"$1\"," -e "\"outside\", \"label\": \"$1\"," \
		"$latest/verdict.json" 2>/dev/null |
		sed 's/.*"verdict": "\([a-z]*\)".*"examined": \([0-9]*\).*/\1 \2/')
	judged=${verdict#* } verdict=${verdict% *}
	[ -n "$verdict" ] || verdict=none judged=0
}

# On how many machines a fresh job has started and come to its end.
fresh() {
	awk '
		function field(name) {
			if (!match($0, "\"" name "\":\"?[^,\"}]*"))
				return ""
			at = RSTART + length(name) + 3
			value = substr($0, at, RSTART + RLENGTH - at)
			sub(/^"/, "", value)
			return value
		}
		/"kind":"firmware.start"/ && field("job") == "fresh" {
			mine[field("who"), field("task")] = 1
		}
		/"kind":"firmware.ended"/ && field("how") == "finished" &&
		(field("who"), field("task")) in mine { printed[field("who")] = 1 }
		END { n = 0; for (who in printed) n++; print n }
	' "$latest/events.ndjson" 2>/dev/null || echo 0
}

# Says what is not as asked.
must() {
	test "$2" "$3" "$4" 2>/dev/null || echo "$1 is $2, not $4;"
}

# What of the run is not as the row's word asks; nothing: all is.
wrong() {
	look_at "$2"
	case $1 in
	off | hole | nohelp)
		must "exit status" "$status" -eq 1
		must "$2" "$verdict" = violated
		;;
	on)
		must "exit status" "$status" -eq 0
		must "$2" "$verdict" = held
		;;
	closed)
		must "exit status" "$status" -le 1
		must "$2" "$verdict" = held
		must "the number of machines on which fresh jobs print" "$(fresh)" -eq 0
		;;
	esac
	case $1 in
	on | nohelp)
		must "the number of machines on which fresh jobs print" "$(fresh)" -eq $machines
		look_at lost_job
		must lost_job "$verdict" = held
		must "the number of wishes judged" "$judged" -ge $machines
		;;
	esac
}

# row WORD PROMISE SET…
# shellcheck disable=SC2086 # settings hold no blanks
row() {
	word=$1 promise=$2
	shift 2
	case $word in
	off) live $given promise="$promise" "$@" ;;
	on)
		on=$*
		live $given promise="$promise" $on
		;;
	*) live $given $on promise="$promise" "$@" ;;
	esac
	why=$(wrong "$word" "$promise")
	if [ -z "$why" ]; then
		said ok "$safeguard $word: $promise"
	else
		said "not ok" "$safeguard $word: $promise: $(echo "$why" | tr "\n" " ")"
		echo "#   jobjam run $here/$file.lua$arguments"
		sed "s/^/#   | /" last-run | tail -n 12
	fi
	seen="$seen $word"
}

unit() {
	if grep -q "cmocka_unit_test($2)\|^[[:space:]]*$2)" "$root"/tests/unit/printers/*.c; then
		said ok "$safeguard $1: unit test $2"
	else
		said "not ok" "$safeguard $1: no unit test $2"
	fi
	seen="$seen $1"
}

# Nothing shows it yet, and this says so instead of keeping silent.
left_out() {
	run=$1
	shift
	echo "# left out: $safeguard $run: $*"
	seen="$seen $run"
}

# A stanza is over: it has shown the three runs, or says where it does not.
stanza_ends() {
	[ -n "$safeguard" ] || return 0
	for word in off on hole; do
		case " $seen " in
		*" $word "*) ;;
		*) said "not ok" "$safeguard: no run \"$word\"" ;;
		esac
	done
}

wanted() {
	[ "$chosen" = "  " ] && return 0
	case $chosen in *" $safeguard "*) return 0 ;; *) return 1 ;; esac
}

safeguard='' seen='' given='' on='' story=''
while read -r word rest; do
	case $word in
	safeguard)
		stanza_ends
		safeguard=$rest seen='' on=''
		wanted || safeguard=''
		;;
	story)
		story=${rest%% *} given=${rest#"$story"}
		;;
	off | on | nohelp | hole | closed)
		# shellcheck disable=SC2086
		[ -z "$safeguard" ] || row $word $rest
		;;
	unit)
		# shellcheck disable=SC2086
		[ -z "$safeguard" ] || unit $rest
		;;
	left_out)
		# shellcheck disable=SC2086
		[ -z "$safeguard" ] || left_out $rest
		;;
	'' | '#'* | says) ;;
	*) said "not ok" "table.txt: \"$word\" is no word of it" ;;
	esac
done <"$here/table.txt"
stanza_ends

# No safeguard of the vocabulary is left out.
if [ "$chosen" = "  " ]; then
	"$JOBJAM" doc | awk '
		/^## / { section = $0 }
		section == "## printer safeguards" && /^### / { print $2 }
		section ~ /^## (cloud|owner) safeguards/ && /^\| `/ { gsub("`", "", $2); print $2 }
	' >names
	[ -s names ] || said "not ok" "jobjam doc names no safeguard"
	while read -r name; do
		grep -qx "safeguard $name" "$here/table.txt" ||
			said "not ok" "$name is in the vocabulary and not in table.txt"
	done <names
fi

echo "$passed as the table says, $failed not"
[ "$failed" -eq 0 ]
