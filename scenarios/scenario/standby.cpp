#include "scenarios/scenario/standby.hpp"

#include <algorithm>
#include <cmath>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "models/io/quantity.hpp"
#include "models/io/units.hpp"
#include "scenarios/scenario/merge.hpp"

namespace lifeboat::scenarios {

namespace io = models::io;

namespace {

using io::Member;
using io::Value;

const Value* member_of(const Value& object, std::string_view name) {
  const Member* member = object.find(name);
  return member == nullptr ? nullptr : &member->value;
}

/// The region that is left, and the one that takes over.
struct Regions {
  std::string from;
  std::string to;
};

std::optional<Regions> regions_of(const Value& scenario) {
  const Value* runbooks = member_of(scenario, "runbooks");
  if (runbooks == nullptr) return std::nullopt;
  for (const Value& runbook : detail::one_or_list(*runbooks)) {
    const Value* from = member_of(runbook, "deactivate");
    const Value* to = member_of(runbook, "activate");
    if (from != nullptr && to != nullptr) {
      return Regions{std::string(from->as_string()), std::string(to->as_string())};
    }
  }
  return std::nullopt;
}

/// What stands by in tasks, over all services.
struct Standby {
  double vcpus = 0;
  double gigabytes = 0;
  std::size_t services = 0;
};

/// What the deployment of a service in a region says; null: it is not there.
std::optional<Value> deployment_of(const Value& service, const std::string& region) {
  const Value* regions = member_of(service, "regions");
  const Value* patch = regions == nullptr ? nullptr : member_of(*regions, region);
  if (patch == nullptr) return std::nullopt;
  return io::merge_patch(service, *patch);
}

/// The service with the share of its tasks in `regions.to`; counts what that comes to.
Value with_tasks(const Value& service, const Regions& regions, double share, Standby& standby) {
  const auto home = deployment_of(service, regions.from);
  const auto away = deployment_of(service, regions.to);
  if (!home || !away) return service;
  const Value* count = member_of(*home, "desiredCount");
  if (count == nullptr || !count->as_integer() || member_of(*away, "desiredCount") == nullptr) {
    return service;
  }
  // Whole tasks, upwards; 1e-6 so that a share that is a rounded decimal adds none.
  const auto tasks = static_cast<std::int64_t>(
      std::ceil(share * static_cast<double>(*count->as_integer()) - 1e-6));
  ++standby.services;
  const Value* cpu = member_of(*away, "cpu");
  const Value* memory = member_of(*away, "memory");
  if (cpu != nullptr && memory != nullptr) {
    const auto vcpu = io::parse_vcpu(cpu->as_string());
    const auto bytes = io::parse_bytes(memory->as_string());
    const auto number = static_cast<double>(tasks);
    if (vcpu) standby.vcpus += number * vcpu.value().count;
    if (bytes) standby.gigabytes += number * static_cast<double>(bytes.value().count) / (1 << 30);
  }
  const io::Place place = count->place();
  const Value& all = *member_of(service, "regions");
  Value patch =
      io::with_member(*member_of(all, regions.to), "desiredCount", Value::integer(tasks, place));
  if (member_of(*away, "scaling") != nullptr) {
    const Value* own = member_of(patch, "scaling");
    patch = io::with_member(patch, "scaling",
                            io::with_member(own == nullptr ? Value::object({}, place) : *own,
                                            "minCapacity", Value::integer(tasks, place)));
  }
  return io::with_member(service, "regions", io::with_member(all, regions.to, patch));
}

/// The value with every usage line that `*@REGION.METER` meters at that quantity.
Value with_usage(const Value& value, const std::string& meter, const std::string& quantity,
                 const std::string& note) {
  if (!value.is_object()) return value;
  const Value* meters = member_of(value, "meters");
  if (meters != nullptr) {
    const auto all = meters->elements();
    if (!std::any_of(all.begin(), all.end(),
                     [&](const Value& one) { return one.as_string() == meter; })) {
      return value;
    }
    const Value changed =
        io::with_member(value, "quantity", Value::string(quantity, value.place()));
    return io::with_member(changed, "note", Value::string(note, value.place()));
  }
  std::vector<Member> members;
  for (const Member& member : value.members()) {
    members.push_back({member.name, with_usage(member.value, meter, quantity, note), member.place});
  }
  return Value::object(std::move(members), value.place());
}

/// The platform's usage files with what the tasks come to. A file that has no such line stays a
/// path.
Value with_billing(const Value& platform, const Regions& regions, const Standby& standby,
                   double share) {
  const Value* billing = member_of(platform, "billing");
  const Value* usage = billing == nullptr ? nullptr : member_of(*billing, "usage");
  if (usage == nullptr) return platform;
  const std::string note =
      fmt::format("{:.6g} % of the tasks of {} stand by", 100 * share, regions.from);
  std::vector<Value> files;
  for (const Value& part : detail::one_or_list(*usage)) {
    io::Problems ignored;  // whoever reads the bill says what is wrong with it
    const auto document = detail::load_part(part, ignored);
    if (!document) {
      files.push_back(part);
      continue;
    }
    const std::string text = document->root().to_json_text();
    const std::string prefix = "*@" + regions.to + ".";
    if (text.find("\"" + prefix + "vcpu-hours\"") == std::string::npos) {
      files.push_back(part);
      continue;
    }
    const auto hours = [](double quantity, const char* unit) {
      return fmt::format("{:.6g} {}", io::kHoursPerMonth * quantity, unit);
    };
    const Value cpu =
        with_usage(document->root(), prefix + "vcpu-hours", hours(standby.vcpus, "vCPU-h"), note);
    files.push_back(
        with_usage(cpu, prefix + "memory-gb-hours", hours(standby.gigabytes, "GB-h"), note));
  }
  return io::with_member(
      platform, "billing",
      io::with_member(*billing, "usage", Value::array(std::move(files), usage->place())));
}

}  // namespace

Value with_standby(const Value& scenario, double share, io::Problems& problems) {
  const auto regions = regions_of(scenario);
  const Value* platform = member_of(scenario, "platform");
  const Value* services = platform == nullptr ? nullptr : member_of(*platform, "services");
  if (!regions || services == nullptr) {
    problems.error(scenario.place(), "no region stands by in this scenario",
                   "a runbook that leaves one region for another");
    return scenario;
  }
  Standby standby;
  std::vector<Member> changed;
  for (const Member& service : services->members()) {
    changed.push_back(
        {service.name, with_tasks(service.value, *regions, share, standby), service.place});
  }
  if (standby.services == 0) {
    problems.error(services->place(),
                   "no service has tasks both in " + io::quote(regions->from) + " and in " +
                       io::quote(regions->to),
                   "a service with a \"desiredCount\" that is deployed in both");
    return scenario;
  }
  const Value with =
      io::with_member(*platform, "services", Value::object(std::move(changed), services->place()));
  return io::with_member(scenario, "platform", with_billing(with, *regions, standby, share));
}

}  // namespace lifeboat::scenarios
