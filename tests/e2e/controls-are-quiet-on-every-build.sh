. "$E2E/helpers.sh"

# What accuses a machine in order will be switched off. controls.txt says where a published
# protection does, and the scenario says why.
noisy() { # CONTROL: guarded, with sensors that hiss, under another seed
	jobjam run "$E2E/../../scenarios/$1.lua" --firmware guarded --seed 2 \
		--set printers.sensor_noise=0.3 --set cloud.build=guarded
	status_is 0
	! grep -q '"kind":"firmware\.trip"' "$(latest "$1")/events.ndjson" ||
		fail "guarded trips in $1 with noise"
}

while read -r control trips warns; do
	case $control in '#'*) continue ;; esac
	for build in guarded ref-klipper ref-marlin ref-none ref-prusa ref-rrf stock-2023-07; do
		jobjam run "$E2E/../../scenarios/$control.lua" --firmware "$build"
		status_is 0
		events=$(latest "$control")/events.ndjson
		case ",$trips," in
		*,"$build",*)
			out_has "REPRODUCED"
			continue
			;;
		esac
		out_has "HELD"
		! grep -q '"kind":"firmware\.trip"' "$events" || fail "$build trips in $control"
		if [ "$build" = guarded ] && [ "$warns" = warns ]; then
			grep -q '"rule":"power and temperature disagree"' "$events" ||
				fail "$build does not warn in $control"
			continue
		fi
		! grep -q '"kind":"firmware\.alert"' "$events" || fail "$build alerts in $control"
	done
	noisy "$control"
done <"$E2E/controls.txt"
