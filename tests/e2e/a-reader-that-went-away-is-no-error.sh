. "$E2E/helpers.sh"

{ "$JOBJAM" doc; echo $? >status; } 2>errors | head -n 1 >/dev/null
[ "$(cat status)" -eq 0 ] || fail "status $(cat status)"
