// Reads "clients": customers and their software.
#include <cmath>

#include <fmt/format.h>

#include "models/io/suggest.hpp"
#include "models/platform/law.hpp"
#include "models/platform/read_parts.hpp"

namespace lifeboat::models::detail {

namespace {

using io::ObjectReader;
using io::Problems;
using io::Value;
using sim::Duration;

constexpr io::Choice<ClientSpec::Resolvers> kResolvers[] = {
    {"measured-2014", ClientSpec::Resolvers::kMeasured2014,
     "the published mixture with its stale tail"},
    {"ttl-only", ClientSpec::Resolvers::kTtlOnly, "every resolver honours the TTL"}};

void read_round_trip(std::string_view region, const Value& value, const Platform& platform,
                     Problems& problems, ClientSpec::Location& location) {
  if (value.describer()) return;
  if (platform.find_region(region) == nullptr) {
    io::unknown_name(problems, value.place(), "region", region, platform.region_names());
    return;
  }
  if (const auto time = io::read_duration(value, problems)) {
    location.round_trip[std::string(region)] = *time;
  }
}

void read_locations(ObjectReader& r, const Platform& platform, ClientSpec& clients) {
  double sum = 0;
  r.map({"locations", "where clients are, for names that answer by latency; shares sum to 100%"},
        [&](std::string_view name, ObjectReader& l) {
          ClientSpec::Location location;
          location.name = name;
          location.share = l.required_ratio({"share", "of the clients"}).value;
          l.object(
              {"rtt", "round trip to each region, {\"sg\": \"10ms\"}"},
              [&](std::string_view region, const Value& value) {
                read_round_trip(region, value, platform, l.problems(), location);
              },
              io::ValueType::kDuration);
          sum += location.share;
          clients.locations.push_back(std::move(location));
        });
  if (!r.describing() && !clients.locations.empty() && std::abs(sum - 1) > 1e-6) {
    r.error("locations", fmt::format("the shares sum to {:.6g}%", sum * 100), "100%");
  }
}

}  // namespace

void read_clients(ObjectReader& root, Platform& platform) {
  root.section({"clients", "customers and their software"}, [&](ObjectReader& r) {
    ClientSpec clients;
    clients.population = static_cast<std::uint32_t>(
        r.optional_count({"population", "different clients; each has its resolver and its key",
                          "guess, 10,000 to 1,000,000: decides how often a client returns"},
                         clients.population, {.min = 1, .max = 1'000'000'000}));
    clients.resolvers = r.optional_enum(
        {"resolvers", "how long clients believe a changed DNS answer",
         "Flavel, Mani, Maltz, LANMAN 2014: 90 % within 60 s at TTL 20 s, 2 % after 15 min"},
        ClientSpec::Resolvers::kMeasured2014, kResolvers);
    r.section({"retry", "what a client does after an error"}, [&](ObjectReader& retry) {
      clients.max_attempts = static_cast<std::uint32_t>(retry.optional_count(
          {"maxAttempts", "attempts in all", "guess: browsers and apps follow no standard"}, 1,
          {.min = 1, .max = 10}));
      clients.backoff = retry.optional_duration(
          {"backoff", "the n-th pause is uniform on 0 to this times 2^(n-1)",
           "guess: one retry after 2 s on average"},
          Duration::seconds(4));
    });
    if (const auto patience = r.maybe_duration(
            {"patience", "a customer waits no longer for one journey", "", "without end"},
            io::positive<Duration>())) {
      clients.patience = *patience;
    }
    r.section({"comeBack", "customers who try again later after a failure"}, [&](ObjectReader& c) {
      clients.come_back = c.required_ratio({"share", "of those who failed"}).value;
      clients.come_back_after = required_law(c, {"after", "how much later"});
    });
    read_locations(r, platform, clients);
    platform.clients = std::move(clients);
  });
}

}  // namespace lifeboat::models::detail
