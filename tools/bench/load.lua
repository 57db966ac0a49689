-- Requests from a file in random order; counts answers by status and prints one JSON line.
local shots, threads = {}, {}

function setup(thread)
  table.insert(threads, thread)
end

function init(args)
  good, shed, taken, bad, sent = 0, 0, 0, 0, 0
  math.randomseed(os.time() + tonumber(tostring({}):sub(8)))
  for line in io.lines(args[1]) do
    local method, path, heads, body = line:match("([^\t]*)\t([^\t]*)\t([^\t]*)\t(.*)")
    local headers = {}
    for name, value in heads:gmatch("([^:\31]+): ([^\31]*)") do headers[name] = value end
    table.insert(shots, { method, path, headers, body })
  end
end

function request()
  local shot = shots[math.random(#shots)]
  sent = sent + 1
  if shot[1] == "GET" then return wrk.format("GET", shot[2], shot[3]) end
  local word = string.format("%x%x%x", math.random(2 ^ 30), math.random(2 ^ 30), sent)
  local body = shot[4]:gsub("{random}", word)
  return wrk.format(shot[1], shot[2], shot[3], body)
end

function response(status)
  if status < 400 then good = good + 1
  elseif status == 503 then shed = shed + 1
  elseif status == 409 then taken = taken + 1
  else bad = bad + 1 end
end

function done(summary, latency)
  local total = { good = 0, shed = 0, taken = 0, bad = 0 }
  for _, thread in ipairs(threads) do
    for name in pairs(total) do total[name] = total[name] + thread:get(name) end
  end
  local errors = summary.errors
  local broken = errors.connect + errors.read + errors.write + errors.timeout
  local seconds = summary.duration / 1e6
  print(string.format(
    '{"rps": %.1f, "p50_ms": %.2f, "p99_ms": %.2f, "errors": %d, "shed": %d, "taken": %d, "seconds": %.2f}',
    (total.good + total.taken) / seconds, latency:percentile(50) / 1000,
    latency:percentile(99) / 1000, total.bad + broken, total.shed, total.taken, seconds))
end
