#include "models/services/cloudfront/description.hpp"

#include <algorithm>

#include "models/io/reader.hpp"
#include "models/io/suggest.hpp"
#include "models/platform/front_door.hpp"
#include "models/platform/law.hpp"

namespace lifeboat::models::cloudfront {

using sim::Duration;
using sim::Law;

namespace {

constexpr std::string_view kOriginSource = "AWS API reference, CloudFront Origin, as of 2026-08";

Behaviour read_behaviour(std::string_view operation, io::ObjectReader& r,
                         const Platform& platform) {
  Behaviour behaviour;
  behaviour.operation = operation;
  behaviour.place = r.place();
  behaviour.key =
      r.required_name_of({"key", "key space of its objects"}, "key space", platform.key_names());
  behaviour.ttl =
      r.optional_duration({"ttl", "how long an object is kept",
                           "AWS documentation, CloudFront default TTL, as of 2026-11"},
                          Duration::hours(24), {.min = Duration{}, .max = Duration::days(365)});
  behaviour.serve_stale = r.optional_boolean(
      {"serveStale", "where the origin fails, an object that was kept is served beyond its time",
       "CloudFront Developer Guide, expiration, 2023: with a minimum TTL above 0, as managed "
       "policies have"},
      true);
  return behaviour;
}

void read_layers(io::ObjectReader& r, Description& d) {
  d.edge_locations = static_cast<std::uint32_t>(
      r.optional_count({"edgeLocations", "places with a cache of their own, each asked as often",
                        "ours: one cache stands for all layers; 1 to 20 for one country"},
                       1, {.min = 1, .max = 32}));
  d.regional_caches = static_cast<std::uint32_t>(r.optional_count(
      {"regionalCaches", "with several locations: the caches between them and the origin",
       "ours: one, of one part of the world (there were 13 in 2023)"},
      1, {.min = 1, .max = 16}));
  r.section({"originShield", "one more cache, before the origin", "", "none"},
            [&](io::ObjectReader& shield) {
              d.origin_shield = shield.optional_boolean(
                  {"enabled", "whether it is there",
                   "ours: who writes it means it; AWS API reference, CloudFront OriginShield, has "
                   "no default"},
                  true);
            });
  d.collapses = r.optional_boolean(
      {"requestCollapsing", "who asks for an object while it is fetched waits for that fetch",
       "CloudFront Developer Guide, origin shield, 2023; not where cookies are part of the key"},
      true);
  if (r.describing()) return;
  if (d.regional_caches > d.edge_locations) {
    r.error("regionalCaches", "more than edgeLocations", "at most as many");
    d.regional_caches = d.edge_locations;
  }
  if (d.origin_shield && d.regional_caches < 2) {
    r.error("originShield", "behind a single regional cache it would be a second of the same",
            "\"regionalCaches\": 2 or more");
    d.origin_shield = false;
  }
}

void read_group(io::ObjectReader& root, const Platform& platform, Description& d) {
  root.section({"originGroup", "origins that stand in for each other", "", "one origin"},
               [&](io::ObjectReader& r) {
                 d.group.place = r.place();
                 d.group.regions =
                     r.strings({"members", "regions of what stands in \"to\", the first first"});
                 d.group.operations = r.strings(
                     {"operations", "GET, HEAD and OPTIONS: those that the second is asked for", "",
                      "none"});
                 if (r.describing()) return;
                 if (d.group.regions.size() != 2) {
                   r.error("members", "a group has two members", "[\"sg\", \"syd\"]");
                   d.group.regions.clear();
                   return;
                 }
                 for (const std::string& region : d.group.regions) {
                   if (platform.find_region(region) == nullptr) {
                     io::unknown_name(r.problems(), r.place().member("members"), "region", region,
                                      platform.region_names());
                     d.group.regions.clear();
                     return;
                   }
                   for (const std::string& target : d.targets) {
                     if (platform.find_deployment(target, region) != nullptr) continue;
                     r.error("members",
                             io::quote(target) + " is not deployed in region " + io::quote(region));
                     d.group.regions.clear();
                     return;
                   }
                 }
               });
}

}  // namespace

Duration Description::first_origin_timeout() const {
  return std::min(response_timeout,
                  connection_timeout * static_cast<std::int64_t>(connection_attempts));
}

Description read_description(const Platform& platform, const DeploymentSite& site,
                             const io::Value& value, io::Problems& problems) {
  io::ObjectReader r(value, problems);
  Description d;
  d.targets = read_targets(r, platform);
  r.map({"cache", "behaviours: which operations are cached, by what key, for how long"},
        [&](std::string_view operation, io::ObjectReader& behaviour) {
          d.behaviours.push_back(read_behaviour(operation, behaviour, platform));
        });
  read_layers(r, d);
  d.error_ttl = r.optional_duration(
      {"errorCachingMinTtl", "how long an error of the origin is answered from the cache",
       "CloudFront Developer Guide, custom error responses, 2023"},
      d.error_ttl, {.min = Duration{}, .max = Duration::days(365)});
  d.edge = edge::read_edge(r, platform, site);
  d.hit_latency =
      optional_law(r,
                   {"hitLatency", "from the edge's receipt to its answer from the cache",
                    "guess: p50 8 ms, p99 60 ms; widely reported, unpublished"},
                   Law::lognormal_quantiles(Duration::milliseconds(8), Duration::milliseconds(60)));
  d.miss_latency = optional_law(
      r,
      {"missLatency", "what a miss adds, without the origin",
       "guess: p50 25 ms, p99 150 ms; widely reported, unpublished"},
      Law::lognormal_quantiles(Duration::milliseconds(25), Duration::milliseconds(150)));
  d.response_timeout = r.optional_duration(
      {"originResponseTimeout", "without an answer from the origin for so long it is a 504",
       "AWS API reference, CloudFront CustomOriginConfig, as of 2026-08"},
      d.response_timeout, {.min = Duration::seconds(1), .max = Duration::seconds(120)});
  d.connection_timeout = r.optional_duration(
      {"connectionTimeout", "with an origin group: of one attempt to connect to the first",
       kOriginSource},
      d.connection_timeout, {.min = Duration::seconds(1), .max = Duration::seconds(10)});
  d.connection_attempts = static_cast<std::uint32_t>(r.optional_count(
      {"connectionAttempts", "with an origin group: so many, then the second", kOriginSource}, 3,
      {.min = 1, .max = 3}));
  read_group(r, platform, d);
  r.finish();
  return d;
}

}  // namespace lifeboat::models::cloudfront
