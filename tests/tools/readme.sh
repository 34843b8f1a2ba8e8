#!/bin/sh
# readme.sh BUILD [--write] - the parts of README.md that a command makes: what the demo
# prints, and the table of exit statuses. Compares, or with --write puts them in.
set -u
build=$1
work=$(mktemp -d "${TMPDIR:-/tmp}/jobjam-readme-XXXXXX") || exit 1
trap 'rm -rf "$work"' EXIT
night=scenarios/job-jamming-2023-08-15.lua

# Long lines are cut for the page; how long it took differs from run to run and stays out.
excerpt() {
	echo '```'
	"$build/jobjam" run "$night" --out "$work/out" >"$work/old"
	sed -n '1,/smaller matters/p' "$work/old"
	echo
	sed -n '/^What was broken/,/and [0-9]* more/p' "$work/old"
	echo '  …'
	sed -n '/^Why/,/^$/p' "$work/old" | sed -n '3,$p' |
		sed '/^$/d; /^ *Any other/d; s/^  //'
	echo
	sed -n '$p' "$work/old"
	echo
	echo 'The same night, the same faults, on guarded builds of firmware and service:'
	echo
	"$build/jobjam" run "$night" --firmware guarded --set cloud.build=guarded \
		--out "$work/out" | sed -n -e '/^Held/p' -e '/^Not decided/p' -e '$p'
	echo '```'
}

exits() {
	echo '| exit status | meaning |'
	echo '|---|---|'
	"$build/jobjam" run --help | sed -n '/^Exit status/,$p' |
		sed -n 's/^ *\([0-9][0-9]*\)  \(.*\)/| \1 | \2 |/p'
}

excerpt | sed 's/broker mosquitto version [^,]*/broker mosquitto/' |
	LC_ALL=C sed 's/^\(.\{146\}\)....*$/\1 …/' >"$work/demo"
exits >"$work/exits"
awk -v dir="$work" '
	/^<!-- begin / { print; while ((getline line < (dir "/" $3)) > 0) print line; inside = 1; next }
	/^<!-- end / { inside = 0 }
	!inside { print }
' README.md >"$work/README.md"
if [ "${2:-}" = --write ]; then
	cp "$work/README.md" README.md
	exit 0
fi
diff -u README.md "$work/README.md" && exit 0
echo "README.md shows something else than the program; tests/tools/readme.sh $build --write" >&2
exit 1
