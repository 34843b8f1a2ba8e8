. "$E2E/helpers.sh"

take quiet.lua
refused() { # SENTENCE OPTION…
	said=$1
	shift
	jobjam run quiet.lua "$@"
	status_is 2
	err_has "$said"
}
refused '--clock wall needs a broker that runs elsewhere: --broker mqtt://HOST:PORT' --clock wall
refused 'needs --clock wall; the run then takes as long as its scenario says' --broker mqtt://127.0.0.1:9
refused 'is started by jobjam, in virtual time' --clock wall --broker mosquitto
refused 'a run speaks no TLS' --clock wall --broker mqtts://127.0.0.1:9
refused 'the broker mqtt://127.0.0.1:9 does not answer; is it running?' --clock wall --broker mqtt://127.0.0.1:9
refused 'an address is needed' --clock wall --broker mqtt://nowhere
jobjam verify quiet.lua --clock wall --broker mqtt://127.0.0.1:9
status_is 2
err_has 'real time does not repeat'
for verb in replay whatif explore import shrink merge watch; do
	jobjam "$verb"
	status_is 2
	err_has "unknown verb"
done
not_there out/quiet
