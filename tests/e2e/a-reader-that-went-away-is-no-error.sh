. "$E2E/helpers.sh"

# The reader is gone before the first byte is written.
mkfifo pipe
exec 3<>pipe 4>pipe 3>&-
status=0
"$JOBJAM" doc >&4 2>errors || status=$?
status_is 0
[ ! -s errors ] || fail "it complains"
