#include "models/services/lambda/description.hpp"

#include <algorithm>
#include <cmath>

#include "models/delivery/delivery.hpp"
#include "models/io/reader.hpp"
#include "models/io/suggest.hpp"
#include "models/platform/platform.hpp"
#include "models/services/lambda/cold_start.hpp"
#include "models/services/lambda/provisioned.hpp"

namespace lifeboat::models::lambda {

namespace {

using io::Bytes;
using sim::Duration;
using sim::Law;

constexpr std::string_view kAsynchronous =
    "AWS default (AWS documentation, Lambda, error handling of asynchronous invocation, 2026-11)";

constexpr io::Choice<bool> kPackages[] = {
    {"Zip", false, "an archive of code"},
    {"Image", true, "a container image, which starts more slowly"},
};

void read_size(io::ObjectReader& r, Description& d) {
  constexpr std::int64_t kMega = 1'000'000;
  const Bytes memory =
      r.optional_bytes({"memorySize", "memory, and with it processors: 1,769 MB are one vCPU",
                        "AWS default (botocore, CreateFunctionRequest, 2026-08)"},
                       Bytes{128 * kMega},
                       {.min = Bytes{128 * kMega}, .max = Bytes{10'240 * std::int64_t{1} << 20}});
  d.memory_mb = static_cast<double>(memory.count) / 1e6;
  d.timeout = r.optional_duration({"timeout", "after which an execution fails",
                                   "AWS default; at most 15 min (botocore, 2026-08)"},
                                  Duration::seconds(3),
                                  {.min = Duration::milliseconds(1), .max = Duration::minutes(15)});
  if (const auto reserved = r.maybe_count(
          {"reservedConcurrentExecutions", "concurrency that only this function uses, and no more",
           "", "what the region's other functions leave of its quota"},
          {.min = 1, .max = 1'000'000})) {
    d.reserved = static_cast<std::uint32_t>(*reserved);
  }
}

void read_provisioned(io::ObjectReader& r, Description& d) {
  if (const auto provisioned =
          r.maybe_count({"provisionedConcurrentExecutions", "environments that are kept ready", "",
                         "none: all start on demand"},
                        {.min = 1, .max = 100'000})) {
    d.provisioned = static_cast<std::uint32_t>(*provisioned);
  }
  r.section({"scaling", "Application Auto Scaling of provisioned concurrency", "", "it stays"},
            [&](io::ObjectReader& scaling) {
              d.scaling = read_scaling(scaling, kProvisionedConcurrency);
            });
  if (r.describing()) return;
  if (d.scaling && !d.provisioned) {
    r.error("scaling", "there is no provisioned concurrency to scale",
            "\"provisionedConcurrentExecutions\"");
  }
  const std::uint32_t most =
      std::max(d.provisioned.value_or(0), d.scaling ? d.scaling->most() : 0U);
  if (d.reserved && most > *d.reserved) {
    r.error(d.scaling ? "scaling" : "provisionedConcurrentExecutions",
            "more than \"reservedConcurrentExecutions\" allow",
            "at most " + std::to_string(*d.reserved));
  }
}

const Runtime& find_runtime(io::ObjectReader& r) {
  const std::string name = r.optional_string(
      {"runtime", "language runtime, which fixes how long an environment takes to start",
       "ours: a common one"},
      runtimes().front().name);
  std::vector<std::string> known;
  for (const Runtime& row : runtimes()) {
    if (row.name == name) return row;
    known.emplace_back(row.name);
  }
  if (!r.describing() && r.has("runtime") && r.value().find("runtime")->value.is_string()) {
    r.error("runtime", "no measured start of runtime " + io::quote(name), io::one_of(known),
            io::suggest(name, known));
  }
  return runtimes().front();
}

void read_start(io::ObjectReader& r, Description& d) {
  const Runtime& runtime = find_runtime(r);
  const bool image =
      r.optional_enum({"packageType", "how its code is shipped", "AWS default (botocore, 2026-08)"},
                      false, kPackages);
  const Law application = r.optional_law(
      {"initDuration", "start of the application itself in a new environment",
       "guess: 200 to 800 ms for Node.js and Python, 2 to 8 s for Java frameworks"},
      Law::lognormal_quantiles(Duration::milliseconds(300), Duration::milliseconds(800)));
  const auto whole = r.maybe_law(
      {"coldStart", "time until a new environment runs the handler",
       "measured starts of runtimes: maxday/lambda-perf, 2026-07 and 08",
       "placement and download (guess: p50 50 ms, p99 250 ms), the runtime's measured start and "
       "initDuration"});
  d.cold_start = whole ? *whole : cold_start(runtime, image, application);
  d.idle_expiry = r.optional_duration(
      {"idleExpiry", "how long an idle environment is kept", "guess: 15 min, 5 to 45 min"},
      Duration::minutes(15), io::positive<Duration>());
  d.overhead = r.optional_law(
      {"invokeOverhead", "time of a call outside the environment", "guess: p50 8 ms, p99 40 ms"},
      Law::lognormal_quantiles(Duration::milliseconds(8), Duration::milliseconds(40)));
}

void read_events(io::ObjectReader& r, Description& d) {
  r.section(
      {"eventInvokeConfig",
       "a queue of events for buses, topics and asynchronous calls; {} has AWS's defaults", "",
       "these wait for the function to end, and their own retries hold"},
      [&](io::ObjectReader& e) {
        EventInvokeSpec events;
        events.maximum_age = e.optional_duration(
            {"maximumEventAge", "an event that is older is not tried again", kAsynchronous},
            Duration::hours(6), {.min = Duration::minutes(1), .max = Duration::hours(6)});
        events.retries = static_cast<std::uint32_t>(e.optional_count(
            {"maximumRetryAttempts",
             "further attempts after errors of the function, 1 and 2 minutes later", kAsynchronous},
            2, {.min = 0, .max = 2}));
        events.latency = e.optional_law(
            {"queueLatency", "from the queue to the function, where nothing waits",
             "guess: p50 20 ms, p99 200 ms; p50 10 to 100 ms"},
            Law::lognormal_quantiles(Duration::milliseconds(20), Duration::milliseconds(200)));
        if (const auto to = e.raw({"onFailure",
                                   "operation that gets what was given up: a destination or "
                                   "a dead-letter queue",
                                   "", "it is counted and dropped"},
                                  io::ValueType::kText)) {
          events.on_failure = read_target(*to, e.problems());
        }
        d.events = std::move(events);
      });
}

}  // namespace

Description read_description(const Platform& platform, const DeploymentSite& site,
                             const io::Value& value, io::Problems& problems) {
  Description d;
  io::ObjectReader r(value, problems);
  read_size(r, d);
  read_provisioned(r, d);
  read_start(r, d);
  read_events(r, d);
  const bool present = r.object(
      {"operations", "what the function does, by name"},
      [&](std::string_view name, const io::Value& operation) {
        d.operations.push_back(read_operation(platform, site, name, operation, {}, problems));
      },
      io::ValueType::kObject);
  if (!r.describing() && (!present || d.operations.empty())) {
    r.error("operations", "a function without operations cannot be asked anything",
            "at least one, like \"handle\": { \"demand\": \"150ms\" }");
  }
  r.finish();
  return d;
}

}  // namespace lifeboat::models::lambda
