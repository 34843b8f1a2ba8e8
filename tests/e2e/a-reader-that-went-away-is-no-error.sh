. "$E2E/helpers.sh"

# The reader is gone before the first byte is written.
{
	sleep 0.2
	"$JOBJAM" doc 2>errors
	echo $? >status
} | true
wait_for test -s status
[ "$(cat status)" -eq 0 ] || fail "status $(cat status)"
[ ! -s errors ] || fail "it complains"
