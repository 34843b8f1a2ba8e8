. "$E2E/helpers.sh"

# Each mutant is a shipped build with one planted defect. A scenario kills it when a promise
# breaks that holds, with the same settings, on the build without the defect. No control kills
# one by accident (but where the build without the defect trips as well, see controls.txt).
# run.sh shows the table.
mutants=$(dirname "$JOBJAM")/firmware/mutants
table=mutants.txt

judge() { # SCENARIO BUILD SETTINGS: $says is HELD or BROKEN, and what broke
	run "$JOBJAM" run "$E2E/../../scenarios/$1.lua" --quiet --firmware "$2" $3
	says=$(sed -n '1s/^[^:]*: //p' output)
}

spare() { # MUTANT BUILD: the controls accuse it of nothing
	while read -r control trips _; do
		case ",$trips," in *,"$2",*) continue ;; esac
		case $control in '#'*) continue ;; esac
		judge "$control" "$mutants/$1.so" ""
		case $says in HELD*) ;; *) fail "$control accuses $1" ;; esac
	done <"$E2E/controls.txt"
}

printf '%-20s %-30s %-14s %s\n' mutant scenario "of" "what broke" >"$table"
killed=" "
while read -r mutant base scenario settings; do
	case $mutant in '' | '#'*) continue ;; esac
	judge "$scenario" "$base" "$settings"
	case $says in HELD*) ;; *) fail "$scenario does not hold on $base" ;; esac
	judge "$scenario" "$mutants/$mutant.so" "$settings"
	case $says in BROKEN*) ;; *) fail "$scenario does not kill $mutant" ;; esac
	[ "$status" -eq 1 ] || fail "$scenario on $mutant: status $status"
	printf '%-20s %-30s %-14s %s\n' "$mutant" "$scenario" "$base" \
		"${says#*broken: }" >>"$table"
	killed="$killed$mutant "
	spare "$mutant" "$base"
done <<'END'
period-x10          ref-marlin thermistor-falls-out
maxtemp-off         ref-marlin heater-stuck-on-while-idle
watch-rearms        ref-marlin thermistor-out-before-heating
blind-at-0          ref-marlin heater-stuck-on-while-idle
bed-stays-on        ref-marlin thermistor-falls-out
reheats-online      guarded    thermistor-falls-out      --set cloud.build=guarded
heats-when-told     guarded    orders-after-a-trip       --set cloud.build=guarded
confirms-twice      guarded    confirmation-comes-twice
sensor-fails-open   guarded    plate-sensor-unavailable  --set cloud.build=guarded
forgets-seen        guarded    power-cut-at-the-start    --set cloud.build=guarded
latch-finished-only guarded    cancelled-half-way        --set cloud.build=guarded
resumes-unasked     guarded    power-cut-and-resume
expiry-local-time   guarded    broker-backlog            --set cloud.stamp_starts=true
END

# None is left out.
for file in "$mutants"/*.so; do
	case $killed in *" $(basename "$file" .so) "*) ;; *) fail "no scenario kills $file" ;; esac
done
sed 's/^/# /' "$table"
