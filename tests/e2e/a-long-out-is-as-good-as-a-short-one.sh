. "$E2E/helpers.sh"

take quiet.lua
long=$(printf '%0240d' 0)
out=$long/$long/$long/$long
jobjam run quiet.lua --out "$out"
status_is 0
there "$out/quiet/latest/report.md" "$out/quiet/latest/broker.log" "$out/quiet/latest/events.ndjson"
jobjam report "$out/quiet/latest"
status_is 0
jobjam run quiet.lua --out "$(printf '%03601d' 0)"
status_is 2
err_has "--out: longer than 3600 bytes"
