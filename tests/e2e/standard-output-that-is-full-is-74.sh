. "$E2E/helpers.sh"

status=0
"$JOBJAM" doc >/dev/full 2>errors || status=$?
status_is 74
