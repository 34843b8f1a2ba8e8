. "$E2E/helpers.sh"

take evening.lua
mkdir disk
if ! unshare -m true 2>/dev/null; then
	echo "# left out: no private mounts here; the file-size limit stands for it"
	exit 0
fi
run unshare -m sh -c '
	mount -t tmpfs -o size=40k tmpfs disk || exit 99
	"$0" run evening.lua --out disk
	status=$?
	cp -r disk/evening/latest/. kept
	exit $status
' "$JOBJAM"
if [ "$status" -eq 99 ]; then
	echo "# left out: tmpfs cannot be mounted here"
	exit 0
fi
status_is 74
there kept/events.ndjson
no_half_file kept
whole_lines kept/events.ndjson
for file in kept/*; do
	case ${file##*/} in
	events.ndjson | broker.log) ;;
	*.json) tail -c 3 "$file" | grep -q '}' || fail "$file is half a file" ;;
	esac
done
