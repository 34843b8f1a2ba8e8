. "$E2E/helpers.sh"

built=$(dirname "$JOBJAM")
mkdir -p prefix/bin prefix/lib/jobjam prefix/share/jobjam/scenarios
cp "$JOBJAM" prefix/bin/
cp -r "$built/vclock.so" "$built/firmware" prefix/lib/jobjam/
cp "$E2E/scenarios/quiet.lua" prefix/share/jobjam/scenarios/
run prefix/bin/jobjam list
status_is 0
out_has "quiet"
run prefix/bin/jobjam run quiet
status_is 0
there out/quiet/latest/verdict.json
run prefix/bin/jobjam run quite
status_is 2
err_has 'did you mean "quiet"?'
rm prefix/lib/jobjam/vclock.so
run prefix/bin/jobjam run quiet
status_is 2
err_has "vclock.so"
run prefix/bin/jobjam doctor
status_is 2
out_has "vclock.so is not there"
