#include "models/services/api_gateway/description.hpp"

#include <algorithm>
#include <cmath>

#include "models/platform/front_door.hpp"

namespace lifeboat::models::api_gateway {

namespace {

using io::Bytes;
using sim::Duration;
using sim::Law;

constexpr std::int64_t kMega = 1'000'000;
constexpr std::int64_t kHttpIncrement = 512'000;

enum class Type : std::uint8_t { kRest, kHttp, kWebSocket };
constexpr io::Choice<Type> kTypes[] = {
    {"REST", Type::kRest, "with caches and throttles of methods"},
    {"HTTP", Type::kHttp, "cheaper and faster, without a cache"},
    {"WEBSOCKET", Type::kWebSocket, "not yet modelled"}};

/// Sizes that AWS sells, in GB.
constexpr io::Choice<double> kCacheSizes[] = {{"0.5", 0.5, "0.5 GB"},    {"1.6", 1.6, "1.6 GB"},
                                              {"6.1", 6.1, "6.1 GB"},    {"13.5", 13.5, "13.5 GB"},
                                              {"28.4", 28.4, "28.4 GB"}, {"58.2", 58.2, "58.2 GB"},
                                              {"118", 118, "118 GB"},    {"237", 237, "237 GB"}};

/// Rate and burst of one throttle; nothing where neither is given.
std::optional<Throttle> read_throttle(io::ObjectReader& r) {
  const auto rate = r.maybe_rate({"rateLimit", "requests a second", "", "no throttle of its own"},
                                 io::positive<io::Rate>());
  const auto burst =
      r.maybe_count({"burstLimit", "requests at once", "", "a second's worth of the rate"},
                    {.min = 1, .max = 1'000'000});
  if (!rate) {
    if (burst && !r.describing()) r.error("burstLimit", "a burst without a rate", "\"rateLimit\"");
    return std::nullopt;
  }
  const double at_once = burst ? static_cast<double>(*burst) : std::ceil(rate->per_second);
  return Throttle{rate->per_second, std::max(1.0, at_once)};
}

void read_throttles(io::ObjectReader& r, Description& d) {
  r.section({"throttle", "of its stage: what each method may take", "",
             "only the account's in the region: quotas apiGatewayRate and apiGatewayBurst"},
            [&](io::ObjectReader& stage) {
              d.each_method = read_throttle(stage);
              stage.map({"methods", "throttles of single operations, in the place of the stage's"},
                        [&](std::string_view operation, io::ObjectReader& method) {
                          d.throttled_names.emplace_back(operation, method.place());
                          if (const auto throttle = read_throttle(method)) {
                            d.methods.emplace(operation, *throttle);
                          } else if (!method.describing()) {
                            method.problems().error(method.place(), "this throttles nothing",
                                                    "\"rateLimit\"");
                          }
                        });
            });
}

void read_cache(io::ObjectReader& r, const Platform& platform, Description& d) {
  if (const auto size =
          r.maybe_enum({"cacheClusterSize", "memory of its response cache in GB",
                        "AWS documentation, API Gateway caching, as of 2026-11", "no cache"},
                       kCacheSizes)) {
    d.cache_gb = *size;
  }
  r.map({"cache", "operations whose answers are cached, by what key, for how long"},
        [&](std::string_view operation, io::ObjectReader& method) {
          CachedMethod cached;
          cached.operation = operation;
          cached.place = method.place();
          cached.key = method.required_name_of({"key", "key space of its answers"}, "key space",
                                               platform.key_names());
          cached.ttl = method.optional_duration(
              {"ttl", "how long an answer is kept",
               "AWS documentation, API Gateway caching: 300 s, at most 3,600 s, as of 2026-11"},
              Duration::seconds(300), {.min = Duration{}, .max = Duration::seconds(3600)});
          d.cached.push_back(std::move(cached));
        });
  if (r.describing()) return;
  if (!d.cached.empty() && d.cache_gb <= 0) {
    r.error("cache", "there is no cache to keep answers in", "\"cacheClusterSize\": \"0.5\"");
  }
  if (!d.rest && d.cache_gb > 0) r.error("cacheClusterSize", "HTTP APIs have no cache", "REST");
}

void read_limits(io::ObjectReader& r, Description& d) {
  const Duration standard = Duration::seconds(d.rest ? 29 : 30);
  d.integration_timeout = r.optional_duration(
      {"integrationTimeout", "no answer from the target for so long is a 504",
       "botocore, apigateway Integration.timeoutInMillis (29 s; longer for regional APIs), "
       "apigatewayv2 (30 s), 2026-08"},
      standard, {.min = Duration::milliseconds(50), .max = Duration::minutes(5)});
  if (!r.describing() && !d.rest && d.integration_timeout > Duration::seconds(30)) {
    r.error("integrationTimeout", "HTTP APIs wait for at most 30 s");
  }
  d.overhead = r.optional_law(
      {"overhead", "time of its own for one request",
       "guess: p50 15 ms, p99 80 ms (REST); p50 8 ms, p99 40 ms (HTTP)"},
      d.rest ? Law::lognormal_quantiles(Duration::milliseconds(15), Duration::milliseconds(80))
             : Law::lognormal_quantiles(Duration::milliseconds(8), Duration::milliseconds(40)));
  d.payload = r.optional_bytes(
      {"payload", "mean size of a request with its answer",
       "guess: 10 KB; at most 10 MB (AWS documentation, API Gateway quotas, as of 2026-11)"},
      Bytes{10'000}, {.min = Bytes{1}, .max = Bytes{10 * kMega}});
}

}  // namespace

double Description::billed_requests() const {
  return rest ? 1 : std::ceil(static_cast<double>(payload.count) / kHttpIncrement);
}

Description read_description(const Platform& platform, const DeploymentSite& site,
                             const io::Value& value, io::Problems& problems) {
  Description d;
  io::ObjectReader r(value, problems);
  d.targets = read_targets(r, platform);
  const Type type = r.optional_enum({"apiType", "REST or HTTP", "ours: the one that can cache"},
                                    Type::kRest, kTypes);
  d.rest = type != Type::kHttp;
  if (type == Type::kWebSocket) r.error("apiType", "WebSocket APIs are not yet modelled", "REST");
  d.edge = edge::read_edge(r, platform, site);
  read_throttles(r, d);
  read_cache(r, platform, d);
  read_limits(r, d);
  r.finish();
  return d;
}

}  // namespace lifeboat::models::api_gateway
