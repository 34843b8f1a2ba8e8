#!/bin/sh
# slice.sh COMPARE - slices tests/gcode/cube.stl with Debian's prusa-slicer, in a few ways,
# and compares the slicer's own estimates with ours. Installs nothing.
set -eu
compare=$1
if ! command -v prusa-slicer >/dev/null 2>&1; then
	echo "make slice wants prusa-slicer: apt-get install --no-install-recommends prusa-slicer" >&2
	exit 2
fi
dir=$(mktemp -d "${TMPDIR:-/tmp}/jobjam-slice-XXXXXX")
trap 'rm -rf "$dir"' EXIT
trap 'exit 130' INT TERM

slice() { # name option...
	name=$1
	shift
	HOME=$dir prusa-slicer --export-gcode --temperature 215 --bed-temperature 60 \
		--first-layer-temperature 220 --filament-diameter 1.75 --filament-density 1.24 \
		--center 128,128 "$@" -o "$dir/$name.gcode" tests/gcode/cube.stl \
		>"$dir/log" 2>&1 || {
		cat "$dir/log" >&2
		exit 1
	}
}

limits="--gcode-flavor marlin2 --machine-limits-usage emit_to_gcode"
slice as-it-comes --layer-height 0.2
# shellcheck disable=SC2086 # options, on purpose
slice limits-stated $limits --layer-height 0.2
# shellcheck disable=SC2086
slice fast $limits --layer-height 0.2 --perimeter-speed 150 --external-perimeter-speed 120 \
	--infill-speed 200 --solid-infill-speed 200 --travel-speed 300 \
	--slowdown-below-layer-time 0 --machine-max-acceleration-extruding 5000,5000 \
	--machine-max-acceleration-x 10000,10000 --machine-max-acceleration-y 10000,10000 \
	--machine-max-acceleration-travel 5000,5000
# shellcheck disable=SC2086
slice coarse-relative $limits --layer-height 0.3 --use-relative-e-distances \
	--layer-gcode "G92 E0" --fill-density 40%
# shellcheck disable=SC2086
slice thin-gyroid $limits --layer-height 0.1 --fill-pattern gyroid --fill-density 20%
# shellcheck disable=SC2086
slice vase $limits --spiral-vase --perimeters 1 --top-solid-layers 0 --fill-density 0 \
	--layer-height 0.2
"$compare" "$dir"/*.gcode
