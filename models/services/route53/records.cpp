#include "models/services/route53/records.hpp"

#include <algorithm>
#include <numeric>

#include "models/io/suggest.hpp"

namespace lifeboat::models::route53 {

using sim::Duration;

namespace {

constexpr io::Choice<Routing> kRoutings[] = {
    {"simple", Routing::kSimple, "one answer"},
    {"failover", Routing::kFailover, "a primary and a secondary record"},
    {"weighted", Routing::kWeighted, "each record as often as its weight among the healthy"},
    {"latency", Routing::kLatency, "each client's healthy region of the shortest round trip"}};

constexpr io::Choice<Role> kRoles[] = {{"primary", Role::kPrimary, "answers while healthy"},
                                       {"secondary", Role::kSecondary, "answers otherwise"}};

std::size_t index_of(const Description& d, Role role) {
  for (std::size_t i = 0; i < d.records.size(); ++i) {
    if (d.records[i].role == role) return i;
  }
  return 0;
}

/// How often this order comes out of drawing in proportion to the weights, without replacement.
double weighted_share(const Description& d, const std::vector<std::uint8_t>& order) {
  double left = 0;
  for (const Record& record : d.records) left += record.weight;
  auto without_weight = static_cast<double>(std::count_if(
      d.records.begin(), d.records.end(), [](const Record& r) { return r.weight <= 0; }));
  double share = 1;
  for (const std::uint8_t record : order) {
    const double weight = d.records[record].weight;
    if (left > 0) {
      share *= weight / left;
      left -= weight;
      if (left < 1e-9) left = 0;  // rounding
    } else {
      share /= without_weight--;
    }
  }
  return share;
}

std::vector<Preference> by_weight(const Description& d) {
  std::vector<Preference> all;
  std::vector<std::uint8_t> order(d.records.size());
  std::iota(order.begin(), order.end(), std::uint8_t{0});
  do {
    const double share = weighted_share(d, order);
    if (share > 0) all.push_back({share, order});
  } while (std::next_permutation(order.begin(), order.end()));
  return all;
}

std::vector<Preference> by_latency(const Description& d,
                                   const std::vector<ClientSpec::Location>& locations) {
  std::vector<Preference> all;
  for (const ClientSpec::Location& location : locations) {
    std::vector<std::uint8_t> order(d.records.size());
    std::iota(order.begin(), order.end(), std::uint8_t{0});
    std::stable_sort(order.begin(), order.end(), [&](std::uint8_t a, std::uint8_t b) {
      return location.round_trip.at(d.records[a].region) <
             location.round_trip.at(d.records[b].region);
    });
    const auto same =
        std::find_if(all.begin(), all.end(), [&](const Preference& p) { return p.order == order; });
    if (same != all.end()) {
      same->share += location.share;
    } else if (location.share > 0) {
      all.push_back({location.share, order});
    }
  }
  return all;
}

void check_region(io::ObjectReader& r, const Platform& platform, const Description& description,
                  std::string_view region) {
  if (platform.find_region(region) == nullptr) {
    io::unknown_name(r.problems(), r.place(), "region", region, platform.region_names());
    return;
  }
  for (const std::string& target : description.targets) {
    const ServiceSpec* service = platform.find_service(target);
    if (service == nullptr || service->kind == nullptr || service->kind->is_global() ||
        platform.find_deployment(target, region) != nullptr) {
      continue;
    }
    r.problems().error(r.place(),
                       io::quote(target) + " is not deployed in region " + io::quote(region));
  }
}

void check_roles(io::ObjectReader& r, Description& d) {
  const auto count = [&](Role role) {
    return std::count_if(d.records.begin(), d.records.end(),
                         [&](const Record& record) { return record.role == role; });
  };
  if (count(Role::kPrimary) == 1 && count(Role::kSecondary) == 1 && d.records.size() == 2) return;
  r.error("records", "failover needs one primary and one secondary record",
          "{\"sg\": {\"role\": \"primary\"}, \"syd\": {\"role\": \"secondary\"}}");
  d.routing = Routing::kSimple;
}

void check_weights(io::ObjectReader& r, Description& d) {
  double sum = 0;
  for (const Record& record : d.records) sum += record.weight;
  if (sum > 0) return;
  r.error("records", "all weights are 0", "at least one record with a weight");
  d.routing = Routing::kSimple;
}

void check_locations(io::ObjectReader& r, const Platform& platform, Description& d) {
  if (!platform.clients || platform.clients->locations.empty()) {
    r.error("routing", "latency routing needs to know where clients are",
            "\"clients\": {\"locations\": {\"asia\": {\"share\": \"100%\", \"rtt\": {...}}}}");
    d.routing = Routing::kSimple;
    return;
  }
  for (const ClientSpec::Location& location : platform.clients->locations) {
    for (const Record& record : d.records) {
      if (location.round_trip.count(record.region) > 0) continue;
      r.error("records", "clients of " + io::quote(location.name) + " have no round trip to " +
                             io::quote(record.region));
      d.routing = Routing::kSimple;
    }
  }
}

void check_records(io::ObjectReader& r, const Platform& platform, Description& d) {
  if (r.describing()) return;
  if (d.routing == Routing::kSimple) {
    if (!d.records.empty()) r.error("records", "simple routing has no records");
    return;
  }
  if (d.routing == Routing::kFailover) return check_roles(r, d);
  if (d.records.size() < 2 || d.records.size() > kMostRecords) {
    r.error("records", "from 2 to 4 records");
    d.routing = Routing::kSimple;
    return;
  }
  if (d.routing == Routing::kWeighted) return check_weights(r, d);
  check_locations(r, platform, d);
}

Record read_record(std::string_view region, io::ObjectReader& r, const Description& description,
                   const std::vector<std::string>& checks) {
  Record record;
  record.region = region;
  const auto role = r.maybe_enum({"role", "failover: primary or secondary"}, kRoles);
  record.role = role.value_or(Role::kNone);
  const auto weight = r.maybe_number(
      {"weight", "weighted: how often, relative to the other records", "", "none of other routing"},
      {.min = 0, .max = 255});
  record.weight = weight.value_or(0);
  record.check =
      r.maybe_name_of({"healthCheck", "that takes the record out", "", "it is always healthy"},
                      "health check", checks);
  if (r.describing()) return record;
  if (role.has_value() != (description.routing == Routing::kFailover)) {
    r.error("role", "failover records have a role, others have none");
  }
  if (weight.has_value() != (description.routing == Routing::kWeighted)) {
    r.error("weight", "weighted records have a weight, others have none");
  }
  return record;
}

}  // namespace

std::vector<Preference> preferences(const Description& d,
                                    const std::optional<ClientSpec>& clients) {
  switch (d.routing) {
    case Routing::kWeighted:
      return by_weight(d);
    case Routing::kLatency:
      return by_latency(d, clients ? clients->locations : std::vector<ClientSpec::Location>{});
    case Routing::kFailover:
      return {{1,
               {static_cast<std::uint8_t>(index_of(d, Role::kPrimary)),
                static_cast<std::uint8_t>(index_of(d, Role::kSecondary))}}};
    case Routing::kSimple:
      break;
  }
  return {};
}

void read_records(io::ObjectReader& r, const Platform& platform, Description& description) {
  description.routing =
      r.optional_enum({"routing", "how a record is chosen", "ours: the simplest routing"},
                      Routing::kSimple, kRoutings);
  description.ttl = r.optional_duration(
      {"ttl", "how long a resolver may keep the answer",
       "AWS documentation, Route 53 best practices: 60 s or less for failover, as of 2026-11"},
      Duration::seconds(60), {.min = Duration::seconds(1), .max = Duration::days(2)});
  std::vector<std::string> checks;
  for (const HealthCheckSpec& check : platform.health_checks) checks.push_back(check.name);
  r.map({"records", "a record for each region that may answer; none with simple routing"},
        [&](std::string_view region, io::ObjectReader& one) {
          Record record = read_record(region, one, description, checks);
          if (one.describing()) return;
          check_region(one, platform, description, region);
          if (platform.find_region(region) != nullptr) {
            description.records.push_back(std::move(record));
          }
        });
  check_records(r, platform, description);
}

}  // namespace lifeboat::models::route53
