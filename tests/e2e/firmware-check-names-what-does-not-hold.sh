. "$E2E/helpers.sh"

planted() {
	firmware_build planted.c mine "-DPLANT_$1"
	jobjam firmware check ./mine.so --quiet
	status_is 1
	shift
	for words do out_has "$words"; done
}
for build in stock-2023-07 guarded; do
	jobjam firmware check "$build"
	status_is 0
	out_has "17 of 17 hold"
done
jobjam firmware check guarded
out_has "ok      pause_and_resume        what it says it pauses" "ok      cold_after_a_trip       after a trip"
jobjam firmware check ref-klipper
out_has "a FIRMWARE_RESTART from far away counts as an acknowledgement"
jobjam firmware check ref-rrf
out_has "a M562 from far away"
planted CRASH "FAILED  off_after_the_end" "crashed in step: SIGSEGV"
planted LOOP "a call does not come to an end"
planted OUTSIDE "FAILED  off_after_the_end"
planted EAGER "FAILED  idle_is_cold"
planted FORGETS "FAILED  save_and_load"
planted WAKE "FAILED  next_wake" "what to do:"
planted SIZE "FAILED  struct_sizes"
planted HOT "FAILED  off_after_the_end"
planted OBEDIENT "FAILED  temperature_is_said" "FAILED  cold_after_a_trip"
planted CHANCE "FAILED  imports" "it imports time"
planted SYMBOL "FAILED  loads"
planted ABI "FAILED  loads" "version 7.0"
planted STATUS "no status of the ABI"
jobjam firmware check ./nothing.so
status_is 2
jobjam firmware judge ./mine.so
status_is 2
no_process_left
