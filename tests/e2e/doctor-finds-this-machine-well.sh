. "$E2E/helpers.sh"

jobjam doctor
status_is 0
for line in broker shim clock libc descriptors "time zones" firmware confinement; do
	grep -qE "^ok +$line " output || fail "doctor says nothing good of: $line"
done
jobjam doctor --broker no-such-broker
status_is 2
out_has "problem"
jobjam doctor --broker "$BROKERS/static"
status_is 2
no_process_left
