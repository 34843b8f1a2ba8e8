. "$E2E/helpers.sh"

# On the builds of the incident each harm appears exactly as its known_bad says; the controls
# hold, and so do those that are about safeguards or watchdogs. Status 0 means both.
for file in "$E2E"/../../scenarios/*.lua; do
	jobjam run "$file"
	status_is 0
	case $file in
	*/healthy-night.lua | */door-open.lua | */cold-sheet.lua) out_has "HELD" ;;
	*/open-window.lua | */fast-print.lua | */heater-at-its-limit.lua) out_has "HELD" ;;
	*/cold-room-weak-mains.lua | */other-filament.lua) out_has "HELD" ;;
	*/alert-while-offline.lua | */confirmation-comes-twice.lua) out_has "HELD" ;;
	*/hang-with-heat-on.lua | */power-cut-and-resume.lua) out_has "HELD" ;;
	*) out_has "REPRODUCED" ;;
	esac
done
no_process_left
