// Reads the platform's own keys. Each service's kind reads the service's description later
// (check_platform, compile_platform); here only `kind` and `regions` are taken from it.
#include <algorithm>
#include <cmath>
#include <set>

#include "models/io/reader.hpp"
#include "models/io/suggest.hpp"
#include "models/platform/law.hpp"
#include "models/platform/platform.hpp"
#include "models/platform/read_parts.hpp"
#include "models/platform/regional_quota.hpp"

namespace lifeboat::models {
namespace {

using detail::check_new_name;
using io::ObjectReader;
using io::Problems;
using io::Value;
using sim::Duration;

constexpr std::size_t kMostServices = 2000;
constexpr std::int64_t kMostKeys = 5'000'000;         // of one space
constexpr std::uint64_t kMostKeysInAll = 20'000'000;  // those with a popularity take memory

void read_regions(ObjectReader& root, Platform& platform) {
  const bool present = root.map(
      {"regions", "places that fail together, by a name of your own"},
      [&](std::string_view name, ObjectReader& r) {
        check_new_name(r, name);
        RegionSpec region;
        region.name = name;
        region.place = r.place();
        region.code = r.required_string({"code", "AWS code of the region, \"ap-southeast-1\""});
        region.zones = r.strings({"zones", "availability zones", "", "one zone, a"});
        if (region.zones.empty()) region.zones = {"a"};
        std::set<std::string> seen(region.zones.begin(), region.zones.end());
        if (seen.size() != region.zones.size()) r.error("zones", "a zone stands here twice");
        if (region.zones.size() > 16) r.error("zones", "more than 16 zones");
        r.section({"quotas", "limits of the account in this region"}, [&](ObjectReader& q) {
          for (const QuotaDefault& quota : quota_defaults()) {
            const io::Parameter parameter(quota.name, quota.doc, quota.source);
            region.quotas[std::string(quota.name)] = q.optional_number(
                parameter, regional_default(quota, region.code), {.min = 0, .max = 1e9});
          }
        });
        platform.regions.push_back(std::move(region));
      });
  if (!present) root.error("regions", "no regions", "\"regions\": {\"home\": {\"code\": ...}}");
  if (platform.regions.size() > 64) root.error("regions", "more than 64 regions");
}

void read_links(ObjectReader& root, Platform& platform) {
  root.objects({"links", "networks between regions"}, [&](std::size_t, ObjectReader& r) {
    LinkSpec link;
    const auto between = r.strings({"between", "the two regions"});
    if (!r.describing() && between.size() != 2) {
      r.error("between", "a link joins two regions", "[\"sg\", \"syd\"]");
    }
    for (const std::string& name : between) {
      if (platform.find_region(name) == nullptr) {
        io::unknown_name(r.problems(), r.place_of("between"), "region", name,
                         platform.region_names());
      }
    }
    link.round_trip = maybe_law(r, {"rtt", "round-trip time", "", "60 ms to 250 ms by region"});
    link.bytes_per_second =
        r.optional_bandwidth({"bandwidth", "data per time either way",
                              "AWS documentation, 5 Gbit/s a flow, as of 2026-11"},
                             io::Bandwidth{625e6}, io::positive<io::Bandwidth>())
            .bytes_per_second;
    if (between.size() == 2) {
      link.a = between[0];
      link.b = between[1];
      platform.links.push_back(std::move(link));
    }
  });
}

void read_keys(ObjectReader& root, Platform& platform) {
  root.map({"keys", "what requests are about: products, customers"}, [&](std::string_view name,
                                                                         ObjectReader& r) {
    check_new_name(r, name);
    KeySpaceSpec key;
    key.name = name;
    key.per_client = r.optional_boolean({"perClient", "one key a client, the client's own"}, false);
    const auto count =
        r.maybe_count({"count", "different keys", "", "the clients' population where perClient"},
                      {.min = 1, .max = kMostKeys});
    r.section({"popularity", "how requests spread over keys"}, [&](ObjectReader& p) {
      key.zipf = p.required_number({"zipf", "the key of rank i has weight 1 / i^zipf"},
                                   {.min = 0, .max = 10});
    });
    key.bytes = static_cast<double>(r.optional_bytes({"size", "average stored size of one value",
                                                      "guess, 200 B to 100 KiB by what is stored"},
                                                     io::Bytes{1024}, {.min = io::Bytes{1}})
                                        .count);
    if (count) {
      key.count = static_cast<std::uint32_t>(*count);
    } else if (key.per_client) {
      key.count = platform.clients ? platform.clients->population : 100'000;
    } else {
      r.error("count", "missing: how many keys there are", "a whole number");
      key.count = 1;
    }
    platform.keys.push_back(std::move(key));
  });
  std::uint64_t in_all = 0;
  for (const KeySpaceSpec& key : platform.keys) in_all += key.per_client ? 0 : key.count;
  if (in_all > kMostKeysInAll) root.error("keys", "more than 20,000,000 keys in all");
}

void read_data(ObjectReader& root, Platform& platform) {
  root.map({"data", "business records: which writes make one"}, [&](std::string_view name,
                                                                    ObjectReader& r) {
    check_new_name(r, name);
    DataClassSpec data;
    data.name = name;
    for (const Value& value : r.one_or_more({"writes", "operations whose writes make one record"},
                                            io::ValueType::kText)) {
      if (auto write = read_operation_name(value, r.problems())) {
        data.writes.push_back(std::move(*write));
      }
    }
    if (!r.describing() && data.writes.empty()) r.error("writes", "no writes");
    if (data.writes.size() > 8) r.error("writes", "more than 8 writes make one record");
    data.critical = r.optional_boolean({"critical", "counts for the whole's RPO"}, false);
    platform.data.push_back(std::move(data));
  });
}

void read_journeys(ObjectReader& root, Platform& platform) {
  root.map({"journeys", "what customers ask for"}, [&](std::string_view name, ObjectReader& r) {
    check_new_name(r, name);
    JourneySpec journey;
    journey.name = name;
    journey.place = r.place();
    r.exactly_one_of({"entry", "follows"});
    if (const auto entry =
            r.raw({"entry", "operation asked for, \"www.view-product\""}, io::ValueType::kText)) {
      journey.entry = read_operation_name(*entry, r.problems());
    }
    if (const auto follows =
            r.raw({"follows", "operation that begins it, asynchronously"}, io::ValueType::kText)) {
      journey.follows = read_operation_name(*follows, r.problems());
    }
    if (const auto until =
            r.raw({"until", "with follows: operation whose end ends it"}, io::ValueType::kText)) {
      journey.until = read_operation_name(*until, r.problems());
    }
    if (!r.describing() && r.has("until") != r.has("follows")) {
      r.error("until", "follows and until go together");
    }
    if (const auto within =
            r.maybe_duration({"goodWithin", "slower answers count as bad", "", "any time is good"},
                             io::positive<Duration>())) {
      journey.good_within = *within;
    }
    journey.critical =
        r.optional_boolean({"critical", "counts for recovery and bad minutes"}, false);
    platform.journeys.push_back(std::move(journey));
  });
}

void read_next(ObjectReader& r, const Platform& platform, VisitSpec& visit) {
  r.object(
      {"next", "after each journey: the shares of what comes next, \"leave\" included"},
      [&](std::string_view from, const Value& shares) {
        if (shares.describer()) return;
        if (platform.find_journey(from) == nullptr) {
          io::unknown_name(r.problems(), shares.place(), "journey", from, platform.journey_names());
        }
        double sum = 0;
        auto& next = visit.next[std::string(from)];
        for (const io::Member& member : shares.members()) {
          const auto share = io::read_number(member.value, r.problems(), {.min = 0.0, .max = 1.0});
          sum += share.value_or(0);
          if (member.name == "leave") continue;
          if (platform.find_journey(member.name) == nullptr) {
            io::unknown_name(r.problems(), member.place, "journey", member.name,
                             platform.journey_names());
          }
          next.push_back({member.name, share.value_or(0)});
        }
        if (!shares.is_object() || std::abs(sum - 1) > 1e-6) {
          r.problems().error(shares.place(), "the shares do not sum to 1",
                             "{\"product\": 0.6, \"leave\": 0.4}");
        }
      });
}

void read_visits(ObjectReader& root, Platform& platform) {
  root.map({"visits", "chains of journeys with think time"}, [&](std::string_view name,
                                                                 ObjectReader& r) {
    check_new_name(r, name);
    VisitSpec visit;
    visit.name = name;
    visit.start =
        r.required_name_of({"start", "first journey"}, "journey", platform.journey_names());
    read_next(r, platform, visit);
    visit.think = required_law(r, {"think", "time between an answer and the next request"});
    if (platform.find_journey(name) != nullptr) {
      r.problems().error(r.place(), io::quote(name) + " names a journey and a visit");
    }
    platform.visits.push_back(std::move(visit));
  });
}

/// The deployments of one service: its description, patched by each region.
void read_deployments(const io::Member& member, ServiceSpec& service, const Platform& platform,
                      Problems& problems) {
  const Value& value = member.value;
  Value base = value;
  for (const char* key : {"kind", "region", "regions"}) base = io::without_member(base, key);
  const io::Member* regions = value.find("regions");
  const io::Member* region = value.find("region");
  const bool global = service.kind != nullptr && service.kind->is_global();
  const io::Member* place = regions != nullptr ? regions : region;
  if (global) {
    if (place != nullptr) {
      problems.error(place->value.place(),
                     std::string(service.kind->name()) + " is global: it takes no region");
    }
    service.deployments.push_back({{service.name, "", 0, {}}, base});
    return;
  }
  if (regions != nullptr && region != nullptr) {
    problems.error(region->place, "region and regions exclude each other");
  }
  if (place == nullptr) {
    problems.error(value.place(), "service " + io::quote(service.name) + " names no region",
                   "\"region\": NAME or \"regions\": {NAME: {}}");
    return;
  }
  const auto add = [&](const std::string& name, const io::Place& at, const Value& description) {
    const RegionSpec* spec = platform.find_region(name);
    if (spec == nullptr) {
      io::unknown_name(problems, at, "region", name, platform.region_names());
      return;
    }
    const auto index = static_cast<std::uint32_t>(spec - platform.regions.data());
    service.deployments.push_back({{service.name, name, index, spec->zones}, description});
  };
  if (regions == nullptr) {
    if (const auto name = io::read_string(region->value, problems)) {
      add(*name, region->value.place(), base);
    }
    return;
  }
  if (!regions->value.is_object()) {
    problems.error(regions->value.place(), regions->value.shown() + " is no object of regions",
                   "{\"sg\": {}, \"syd\": {}}");
    return;
  }
  for (const io::Member& patch : regions->value.members()) {
    if (!patch.value.is_object()) {
      problems.error(patch.value.place(), "a region's value is a patch of the service",
                     "an object");
      continue;
    }
    for (const char* key : {"kind", "region", "regions"}) {
      if (const io::Member* wrong = patch.value.find(key)) {
        problems.error(wrong->place, "a region's patch cannot change " + io::quote(key));
      }
    }
    add(patch.name, patch.place, io::merge_patch(base, patch.value));
  }
  if (regions->value.size() == 0) {
    problems.error(regions->value.place(), "service " + io::quote(service.name) + " is nowhere",
                   "at least one region");
  }
}

void read_service(const io::Member& member, Platform& platform, Problems& problems) {
  ServiceSpec service;
  service.name = member.name;
  service.place = member.place;
  if (auto complaint = io::check_name(member.name)) {
    problems.error(member.place, std::move(*complaint));
  }
  if (!member.value.is_object()) {
    problems.error(member.value.place(), member.value.shown() + " is no service", "an object");
    return;
  }
  const io::Member* kind = member.value.find("kind");
  std::vector<std::string> known;
  for (const ServiceKind* each : service_kinds()) {
    if (!each->property()) known.emplace_back(each->name());
  }
  if (kind == nullptr) {
    problems.error(member.value.place(), "service " + io::quote(member.name) + " has no kind",
                   "one of " + io::one_of(known, 40));
    return;
  }
  if (const auto name = io::read_string(kind->value, problems)) {
    service.kind = find_service_kind(*name);
    if (service.kind == nullptr) {
      io::unknown_name(problems, kind->value.place(), "service kind", *name, known);
    }
  }
  read_deployments(member, service, platform, problems);
  platform.services.push_back(std::move(service));
}

void read_services(ObjectReader& root, Platform& platform) {
  const auto services = root.raw({"services", "the parts of the platform, each of one kind"},
                                 io::ValueType::kMap, true);
  if (!services || services->describer()) return;
  if (!services->is_object()) {
    root.error("services", services->shown() + " is no object of services");
    return;
  }
  if (services->size() > kMostServices) root.error("services", "more than 2,000 services");
  for (const io::Member& member : services->members()) {
    if (platform.services.size() < kMostServices) read_service(member, platform, root.problems());
  }
}

}  // namespace

std::optional<OperationName> read_operation_name(const Value& value, Problems& problems) {
  if (value.describer()) return std::nullopt;
  const auto text = io::read_string(value, problems);
  if (!text) return std::nullopt;
  const auto dot = text->find('.');
  if (dot == std::string::npos || dot == 0 || dot + 1 == text->size() ||
      text->find('.', dot + 1) != std::string::npos) {
    problems.error(value.place(), value.shown() + " names no operation", "\"service.operation\"");
    return std::nullopt;
  }
  return OperationName{text->substr(0, dot), text->substr(dot + 1), value.place()};
}

Platform read_platform(const Value& root, Problems& problems) {
  Platform platform;
  ObjectReader r(root, problems);
  r.format("platform", 1);
  platform.name = r.required_name({"name", "what reports call the platform"});
  read_regions(r, platform);
  read_links(r, platform);
  detail::read_clients(r, platform);
  read_keys(r, platform);
  read_data(r, platform);
  detail::read_health_checks(r, platform);
  read_services(r, platform);
  read_journeys(r, platform);
  read_visits(r, platform);
  platform.billing_files = prices::read_billing_files(r);
  r.finish();
  return platform;
}

}  // namespace lifeboat::models
