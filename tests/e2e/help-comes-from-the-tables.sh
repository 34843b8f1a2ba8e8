. "$E2E/helpers.sh"

jobjam --help
status_is 0
for verb in run verify why report list check faults doc doctor init; do
	out_has "  $verb "
done
for number in 0 1 2 3 4 5 6 70 74 130; do
	grep -qE "^ +$number  [a-z]" output || fail "--help does not explain exit status $number"
done
for verb in run verify why report list check faults doc doctor init; do
	jobjam "$verb" --help
	status_is 0
	out_has "usage: jobjam $verb"
	jobjam help "$verb"
	status_is 0
done
jobjam --version
status_is 0
grep -qE '^jobjam [0-9]+\.[0-9]+\.[0-9]+$' output || fail "no version"
