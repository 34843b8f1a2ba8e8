. "$E2E/helpers.sh"

# A place of its own: every jobjam sweeps, also those of the stories told beside this one.
TMPDIR=$(mktemp -d /tmp/swept-XXXXXX)
export TMPDIR
swept=$TMPDIR
trap 'rm -rf "$swept"' EXIT

# Folders of runs whose jobjam was started by this story: `pid` in them names the process.
folders() {
	for owner in "$TMPDIR"/jobjam-??????/pid; do
		[ -e "$owner" ] || continue
		process=$(cat "$owner") || continue
		case " $known " in *" $process "*) dirname "$owner" ;; esac
	done
}
children() {
	known=
	for process in $(processes); do
		known="$known $process"
	done
}

folder_is_there() {
	children
	folder=$(folders)
	[ -d "$folder" ]
}

take long.lua
own_broker
# The child dies: its parent sees to it.
begin "$JOBJAM" run long.lua --broker ./own-broker
wait_for grep -qs '"kind":"job.accepted"' out/long/latest/events.ndjson
wait_for folder_is_there
for process in $known; do
	case $(readlink "/proc/$process/exe") in
	*/jobjam) [ "$process" = "$pid" ] || kill -SEGV "$process" ;;
	esac
done
ends
# Whose crash it is taken for depends on whose code the signal met.
case $status in 70 | 4) ;; *) status_is 70 ;; esac
not_there "$folder"
no_process_left
rm -r out

# The parent dies: the next one sees to it. A folder that says nothing is not touched, and
# neither is what a symbolic link leads to.
begin "$JOBJAM" run long.lua --broker ./own-broker
wait_for grep -qs '"kind":"job.accepted"' out/long/latest/events.ndjson
wait_for folder_is_there
kill -9 "$pid"
ends
no_process_left
there "$folder"
foreign=$(mktemp -d "$TMPDIR/jobjam-XXXXXX")
mkdir aside && echo 1 >aside/pid && echo kept >aside/kept
link=$(mktemp -u "$TMPDIR/jobjam-XXXXXX")
ln -s "$PWD/aside" "$link"
take quiet.lua
jobjam run quiet.lua
rm "$link"
rmdir "$foreign" || fail "a foreign folder was removed"
there aside/kept
not_there "$folder"

# Where no socket's path would have room, the folder is in /tmp.
TMPDIR=$(pwd -P)/$(printf %080d 0)
jobjam run quiet.lua
status_is 0
