-- A heater, its sensor or its firmware goes wrong on every machine: `fault` says how, `moment`
-- when. Mended in the morning, before fresh jobs come.
--
-- As in backlog.lua every switch is off, those of each rule about heat as well: whatever holds
-- here is held by what --set has switched on.

scenario {
  name = "heat", start = "2023-08-15T00:00:00Z", length = "17h", seed = 1,
  about = "Heaters go wrong in the evening; they are mended in the morning, and fresh jobs follow.",
}
local fault = param("fault", "thermistor_opens", "what goes wrong; each is a function below")
local moment = param("moment", "printing", "printing, heating, before (the job) or idle (no job)")
local net_is = param("net_is", "up", "down, early: the machines are cut off from 20:00, 19:00 to 01:00")
local watchdog = param("watchdog", "4s", "the controllers' own; 0s: none")
local promise = param("promise", "over_temperature", "the one promise beside lost_job")
local second = param("second", 0, "1: each owner sends another job ten minutes after the fault")
local orders = param("orders", 0, "1: each owner sets a temperature in the app ten minutes after the fault")

local fleet = printers {
  count = 4, model = "x1c", timezone = "America/Los_Angeles", sensor_noise = 0.15,
  firmware = "guarded", watchdog = watchdog, clean_session = false,
  safeguards = {
    busy_refusal = false, start_expiry = "0s", idempotency = false, supersede = false,
    plate_latch = false, plate_sensor = false,
    confirm_at_machine = false, confirm_in_app = false,
    heater_monitor = false, heater_cutoff = false, no_reheat_without_ack = false,
    heat_band = false, heat_flat_line = false, heat_idle_off = false, heat_model = false,
    heat_power = false, heat_range = false, heat_rise = false, heat_watchdog = false,
    heat_while_off = false, supply_cut = "never",
  },
}
cloud { build = "2023-07", clients = { "command" }, retries = 0 }
local people = owners {
  of = fleet, asleep = { "21:30", "05:00" }, day_spread = "0s",
  resend_most = 0, asks_anew = 0, clears_plate_after = "5m", clears_sigma = 0,
}
-- One layer high, so that the part fan stays off and cools nothing.
local function send(job, from, to, lasts)
  people:send_jobs {
    job = job, between = { from, to }, print_for = { lasts, lasts }, grams = 8, spread = 0,
    height = 0.2,
  }
end
if moment ~= "idle" then send("evening", "19:30", "19:34", "90m") end
if second > 0 then send("second", "20:40", "20:44", "20m") end
send("fresh", "06:00", "06:30", "20m")
if orders > 0 then
  at("2023-08-15T03:40Z", function() people:send_gcode { lines = "M104 S200" } end)
end

local faults = {
  nothing = function() end,
  thermistor_opens = function(machines) machines:thermistor_opens {} end,
  thermistor_falls_out = function(machines) machines:thermistor_falls_out { coupling = 0 } end,
  thermistor_loosens = function(machines) machines:thermistor_loosens { coupling = 0.7 } end,
  thermistor_drifts = function(machines) machines:thermistor_drifts { rate = -0.1 } end,
  reading_freezes = function(machines) machines:reading_freezes {} end,
  switch_sticks = function(machines) machines:heater_switch_sticks {} end,
  firmware_hangs = function(machines) machines:firmware_hangs {} end,
  somebody_preheats = function(machines) machines:nozzle_is_set { to = 200 } end,
  -- The window opens and shuts: nothing is wrong. The control of every rule.
  draught = function(machines)
    machines:draught { factor = 1.5 }
    wait "10m"
    machines:draught { factor = 1 }
  end,
}
local times = { printing = "2023-08-15T03:30Z", before = "2023-08-15T01:00Z", idle = "2023-08-15T03:30Z" }
if moment == "heating" then
  fleet:each(function(printer)
    at("2023-08-15T02:30Z", function()
      wait_until(function() return printer:nozzle() > 150 end, { within = "1h" })
      faults[fault](printer)
    end)
  end)
else
  at(times[moment], function() faults[fault](fleet) end)
end
if net_is ~= "up" then
  -- early: before the evening's jobs are sent, so that their starts wait in the broker.
  at(net_is == "early" and "2023-08-15T02:00Z" or "2023-08-15T03:00Z", function()
    local away = net.link "printer/*":refuse()
    net.link "printer/*":reset()
    wait(net_is == "early" and "6h" or "5h")
    away:lift()
  end)
end
at("2023-08-15T11:00Z", function()
  fleet:each(function(printer)
    note(printer:nozzle() > 150 and "still hot" or "cold by now")
  end)
end)
if fault ~= "somebody_preheats" and fault ~= "nothing" then
  at("2023-08-15T12:30Z", function() fleet:mended {} end)
end

local own = {
  -- Alerts that the service hears of.
  untold = function(trace)
    local n = trace:count "alert.received"
    if n < #fleet then return "only " .. n .. " owners were told" end
  end,
  hot_all_night = function(trace)
    local hot = false
    trace:each("note", function(event) hot = hot or event.text == "still hot" end)
    if hot then return "a nozzle was hot at four in the morning" end
  end,
}
if own[promise] then
  expect.at_end(own[promise], promise)
elseif promise == "over_temperature" then
  expect.never "over_temperature" { nozzle = 260 }
elseif promise == "alert_lost" then
  expect.never "alert_lost" { within = "5m" }
else
  expect.never(promise)
end
if promise ~= "lost_job" then expect.never "lost_job" { within = "2h" } end
