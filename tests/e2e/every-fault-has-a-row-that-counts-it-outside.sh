# shellcheck shell=sh
. "$E2E/helpers.sh"

# Nobody adds a fault without saying in receipts.txt how its receipt is compared with recordings.
jobjam faults
status_is 0
sed -n '/^The matcher/q; s/^\([a-z_.][a-z_.]*\) .*/\1/p' output | sort >faults
[ "$(grep -c . faults)" -gt 50 ] || fail "few faults: $(cat faults)"
sed -n 's/^\([a-z_.][a-z_.]*\) | .*/\1/p' "$E2E/receipts.txt" | sort >rows
cmp -s faults rows || fail "faults (<) and rows of receipts.txt (>) differ: $(diff faults rows)"
grep '^[^#].* | not compared yet: ' "$E2E/receipts.txt" >missing
sed 's/^/# /' missing
echo "# $(grep -c . faults) faults, $(grep -c . missing) not compared"
