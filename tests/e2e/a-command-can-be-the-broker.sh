. "$E2E/helpers.sh"

take quiet.lua
jobjam run quiet.lua
status_is 0
cp "$(latest quiet)/events.ndjson" plain

# The same broker, started by a command of one's own, from the folder one stands in.
cat >start.sh <<'SH'
#!/bin/sh
echo "started in $PWD with $1"
exec mosquitto -c "$2"
SH
chmod +x start.sh
jobjam run quiet.lua --broker "exec:GREETING=1 ./start.sh 'two words' {conf}"
status_is 0
file_has "$(latest quiet)/broker.log" "started in $PWD with two words"
file_has "$(latest quiet)/broker.log" "mosquitto version"
tail -n +3 plain >first
tail -n +3 "$(latest quiet)/events.ndjson" >second
grep -v -e '"kind":"guest' -e '"end"' first >first.story
grep -v -e '"kind":"guest' -e '"end"' second >second.story
cmp first.story second.story || fail "the command changed the story"
jobjam verify quiet.lua --broker "exec:./start.sh again {conf}"
status_is 0
out_has "identical"

# What a command must say, and must do.
for words in "true|listens on {socket}" "true {port} {socket}|two names of one thing" "true {sockte}|there is no {sockte}" \
	"|is empty" "true '{socket}|is not closed" "no-such-program {socket}|no program no-such-program"; do
	jobjam run quiet.lua --broker "exec:${words%%|*}"
	status_is 2
	err_has "${words#*|}"
done
jobjam run quiet.lua --broker "exec:sh -c 'exec sleep 1000' {socket}"
status_is 2
err_has "came to rest without listening on {socket}"
jobjam run quiet.lua --broker "exec:sh -c 'exec sleep 1000' {port}"
status_is 2
err_has "came to rest without listening on 127.0.0.1, port {port} (1883)"
no_process_left
