. "$E2E/helpers.sh"

# From the source of the tables, not from what the program says of itself.
root=$E2E/../..
verbs=$(sed -n 's/^enum exit_status verb_\([a-z_]*\)(.*/\1/p' "$root/sim/command/verbs.h")
options=$(sed -n 's/^\t{"\(--[a-z-]*\)",.*/\1/p' "$root/sim/command/options.c")
[ "$(echo "$verbs" | wc -w)" -ge 14 ] || fail "no table of verbs: $verbs"
[ "$(echo "$options" | wc -w)" -ge 25 ] || fail "no table of options: $options"

jobjam --help
cp output whole
for verb in $verbs; do
	grep -qE "^  $verb( |$)" whole || fail "--help lacks the verb $verb"
	file_has "$root/README.md" "jobjam $verb"
	jobjam "$verb" --help
	status_is 0
	cat output >>each
done
for option in $options; do
	grep -qE "^  $option( |$)" whole || fail "--help lacks $option"
	[ "$option" = --version ] || grep -qE "^  $option( |$)" each || fail "no verb takes $option"
done
for number in $(sed -n 's/^\tEXIT_[A-Z_]* = \([0-9]*\),/\1/p' "$root/sim/checks/exit_status.h"); do
	grep -qE "^ +$number  [a-z]" whole || fail "--help lacks exit status $number"
	grep -qE "^\| $number \| " "$root/README.md" || fail "README.md lacks exit status $number"
done
