. "$E2E/helpers.sh"

jobjam
status_is 2
err_has "usage: jobjam"
jobjam verfy x.lua
status_is 2
err_has 'did you mean "verify"?'
jobjam run x.lua --sede 3
status_is 2
err_has 'did you mean "--seed"?'
jobjam faults --seed 3
status_is 2
err_has "takes no --seed"
jobjam run x.lua --seed
status_is 2
err_has "--seed needs a value"
jobjam run x.lua --seed 1.5
status_is 2
err_has "a whole number from 0 to"
jobjam run x.lua --shard 3/2
status_is 2
err_has "i/n with 1 <= i <= n"
jobjam run x.lua --set expiry
status_is 2
err_has "name=value"
jobjam run x.lua --quiet=yes
status_is 2
err_has "--quiet takes no value"
jobjam run
status_is 2
err_has "needs SCENARIO"
jobjam why onlyone
status_is 2
err_has "needs RUN ACTOR|EVENT"
jobjam run nowhere/x.lua
status_is 2
err_has "nowhere/x.lua: No such file"
jobjam faults laetncy
status_is 2
err_has 'did you mean "latency"?'
jobjam run -- --seed
status_is 2
err_has "--seed"
err_lacks "needs a value"
