# shellcheck shell=sh
. "$E2E/helpers.sh"

# The second start of each printer came by two functions and a hold of the script's own.
jobjam run "$E2E/../../scenarios/gateway-replays-its-spool.lua"
status_is 0
out_has 'REPRODUCED'
jobjam why "$(latest gateway-replays-its-spool)" printer/001
status_is 0
sed -n '/03:00 PDT.*stale/,$p' output >second
for link in 'owner/001 taps print' 'fault spool acts on cloud/command-a: duplicated PUBLISH (up)' \
	'fault copy acts on cloud/command-a: replaced PUBLISH (up)' \
	'fault hold acts on cloud/command-a: held PUBLISH (up)' \
	'the message leaves cloud/command-a for the broker' 'printer/001 accepts the start'; do
	file_has second "$link"
done
# The first one met only the function that let it pass.
sed '/03:00 PDT.*stale/,$d' output >first
file_has first 'printer/001 accepts the start'
! grep -q 'fault ' first || fail "the first start met a fault"
