. "$E2E/helpers.sh"

# Each place where starts can pile up has a story: it fills, the verdict names it with depth and
# age, it is let go, and that breaks what the same two promises say: no start after its deadline,
# at most one start for a task. The guarded builds hold both. (Stories without known_bad set
# switches of a build, so on their own they are broken.)
#
# place story status least depth, settings that switch the guards on
places="
store          $E2E/places/store.lua              1 6   --set safeguards=on --firmware guarded --set cloud.build=guarded
library_queue  $E2E/../../scenarios/false-reconnect.lua 0 10 --firmware guarded --set cloud.build=guarded
library_window $E2E/places/library_window.lua     0 6   --firmware guarded --set cloud.build=guarded
library_buffer $E2E/places/library_buffer.lua     0 100 --firmware guarded --set cloud.build=guarded
link           $E2E/places/link.lua               0 6   --firmware guarded --set cloud.build=guarded
session        $E2E/../../scenarios/broker-backlog.lua 0 4   --firmware guarded --set cloud.build=guarded
bridge         $E2E/../../scenarios/site-cut-off.lua 0 8    --firmware guarded --set cloud.build=guarded
broker_window  $E2E/places/broker_window.lua      0 2   --firmware guarded --set cloud.build=guarded
retained       $E2E/../../scenarios/retained-start.lua 0 8   --firmware guarded --set cloud.build=guarded
shared         $E2E/../../scenarios/half-open-consumer.lua 0 20 --firmware guarded --set cloud.build=guarded
inbox          $E2E/places/inbox.lua              1 2   --set safeguards=on --set cloud.build=guarded
"

# number MEMBER: of the place in verdict.json.
number() {
	sed -n "s/.*{\"place\": \"$place\",.*\"$1\": \([0-9]*\)[,}].*/\1/p" "$verdict"
}

told() { # of the verdict of a promise
	sed -n "s/^ *{\"property\": \"$1\",.*\"verdict\": \"\([a-z]*\)\".*/\1/p" "$verdict"
}

echo "$places" | sed '/^$/d' >list
while read -r place story want least guards; do
	name=$(basename "$story" .lua) verdict=out/$(basename "$story" .lua)/latest/verdict.json
	run "$JOBJAM" run "$story" </dev/null
	status_is "$want"
	[ "$(number deepest)" -ge "$least" ] || fail "$place: not $least deep: $(number deepest)"
	[ "$(number oldest_for_ns)" -ge 3600000000000 ] || fail "$place: nothing waited an hour"
	# What the window of a broker holds goes back to the session when the connection ends.
	gone=$(($(number released) + $(number lost)))
	[ "$gone" -ge "$least" ] || fail "$place: not let go"
	grep -q "^| $place: .*" "out/$name/latest/report.md" || fail "$place: not in report.md"
	[ "$(told stale_start)" = violated ] || fail "$place: no start came late"
	told backlog | grep -qvx held && fail "$place: a sometimes was not seen"
	run "$JOBJAM" verify "$story" </dev/null
	status_is 0
	out_has 'identical'
	# shellcheck disable=SC2086 # options hold no blanks
	run "$JOBJAM" run "$story" $guards </dev/null
	status_is 0
	[ "$(told stale_start)" = held ] || fail "$place: stale_start on the guarded builds"
	[ "$(told duplicate_start)" = violated ] &&
		fail "$place: duplicate_start on the guarded builds"
done <list
[ "$(wc -l <list)" -eq 11 ] || fail "eleven places"
no_process_left
