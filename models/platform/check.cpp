// Checks what hangs together in a platform: calls and their regions, front doors, entries, data
// classes, health checks; then cycles (models/platform/cycles.hpp).
#include <algorithm>
#include <set>

#include "models/io/reader.hpp"
#include "models/io/suggest.hpp"
#include "models/platform/cycles.hpp"
#include "models/platform/front_door.hpp"
#include "models/platform/model_table.hpp"
#include "models/platform/operation.hpp"
#include "models/platform/platform.hpp"

namespace lifeboat::models {
namespace {

using io::Problems;
using Entry = ModelTable::Entry;

class Checker {
 public:
  Checker(const Platform& platform, Problems& problems)
      : platform_(platform), problems_(problems), table_(platform, problems) {}

  void check() {
    for (const Entry& entry : table_.entries()) {
      if (!entry.model) continue;
      check_front_door(entry);
      for (const OperationCalls& operation : entry.model->calls()) {
        for (const CallSpec* call : operation.calls) check_call(entry, *call);
      }
    }
    for (const JourneySpec& journey : platform_.journeys) check_journey(journey);
    for (const DataClassSpec& data : platform_.data) {
      for (const OperationName& write : data.writes) (void)offered_anywhere(write);
    }
    for (const HealthCheckSpec& check : platform_.health_checks) check_health_check(check);
    check_cycles(platform_, table_, problems_);
  }

 private:
  /// All operations that any deployment of the service offers.
  std::vector<std::string> operations_of(std::string_view service) {
    std::set<std::string> all;
    for (const Entry* entry : table_.of(service)) {
      all.insert(entry->operations.begin(), entry->operations.end());
    }
    return {all.begin(), all.end()};
  }

  bool known_service(const io::Place& place, std::string_view service) {
    if (platform_.find_service(service) != nullptr) return true;
    io::unknown_name(problems_, place, "service", service, platform_.service_names());
    return false;
  }

  bool offered(const io::Place& place, std::string_view service, std::string_view operation,
               const std::vector<std::string>& known) {
    if (std::find(known.begin(), known.end(), operation) != known.end()) return true;
    problems_.error(place, io::quote(service) + " has no operation " + io::quote(operation),
                    known.empty() ? "" : "one of " + io::one_of(known),
                    io::suggest(operation, known));
    return false;
  }

  bool offered_anywhere(const OperationName& name) {
    return known_service(name.place, name.service) && has_model(name.service) &&
           offered(name.place, name.service, name.operation, operations_of(name.service));
  }

  /// False where the service's own description failed: what it offers is then not known.
  bool has_model(std::string_view service) {
    const auto entries = table_.of(service);
    return !entries.empty() && std::all_of(entries.begin(), entries.end(), [](const Entry* entry) {
      return entry->model != nullptr;
    });
  }

  void check_call(const Entry& caller, const CallSpec& call) {
    if (call.service.empty() || !known_service(call.place, call.service)) return;
    if (!has_model(call.service)) return;
    const std::string& home = caller.spec->site.region;
    std::string region = home;
    if (!call.at.empty() && call.at != "writer") {
      region = call.at;
      if (platform_.find_region(region) == nullptr) {
        std::vector<std::string> known = platform_.region_names();
        known.emplace_back("writer");
        io::unknown_name(problems_, call.place, "region", region, known);
        return;
      }
    }
    std::vector<Entry*> there = table_.reachable(call.service, region);
    if (call.at == "writer") there = table_.of(call.service);
    if (there.empty()) {
      problems_.error(
          call.place,
          io::quote(caller.service->name) + " in region " + io::quote(region) + " calls " +
              io::quote(call.service) + ", which is not deployed there",
          "a deployment there, or \"at\": one of " + io::one_of(regions_of(call.service)));
      return;
    }
    (void)offered(call.place, call.service, call.operation, there.front()->operations);
  }

  std::vector<std::string> regions_of(std::string_view service) {
    std::vector<std::string> regions;
    for (const Entry* entry : table_.of(service)) regions.push_back(entry->spec->site.region);
    return regions;
  }

  void check_front_door(const Entry& entry) {
    if (entry.model->fronts().empty()) return;
    bool sound = true;
    for (const std::string& target : entry.model->fronts()) {
      if (!known_service(entry.service->place, target)) {
        sound = false;
      } else if (table_.reachable(target, entry.spec->site.region).empty() &&
                 platform_.find_service(target)->kind != nullptr) {
        problems_.error(entry.service->place, io::quote(entry.service->name) + " sends to " +
                                                  io::quote(target) +
                                                  ", which is not deployed in region " +
                                                  io::quote(entry.spec->site.region));
        sound = false;
      }
    }
    if (!sound) return;
    if (const auto* front_door = dynamic_cast<const FrontDoorModel*>(entry.model.get())) {
      check_front_door_model(entry, *front_door);
    }
    for (const std::string& operation : entry.operations) {
      const auto targets = table_.targets_for(entry, operation);
      if (targets.size() > 1) {
        problems_.error(entry.service->place,
                        "operation " + io::quote(operation) + " of front door " +
                            io::quote(entry.service->name) + " is offered by " +
                            io::one_of(targets),
                        "different names");
      }
    }
  }

  void check_front_door_model(const Entry& entry, const FrontDoorModel& model) {
    for (const OperationName& name : model.named()) {
      (void)offered(name.place, name.service, name.operation, entry.operations);
    }
    if (!entry.spec->site.region.empty() || model.chooses_region()) return;
    for (const std::string& target : model.fronts()) {
      if (table_.of(target).size() < 2) continue;
      problems_.error(entry.service->place,
                      io::quote(target) + " is in several regions (" +
                          io::one_of(regions_of(target)) + ") and " +
                          io::quote(entry.service->name) + " cannot tell which to send to",
                      "a route53 service with failover records between them");
    }
  }

  void check_journey(const JourneySpec& journey) {
    if (journey.entry && offered_anywhere(*journey.entry)) {
      const auto entries = table_.of(journey.entry->service);
      if (entries.size() > 1) {
        problems_.error(journey.entry->place,
                        io::quote(journey.entry->service) + " is in several regions (" +
                            io::one_of(regions_of(journey.entry->service)) +
                            "): customers cannot tell which to ask",
                        "a front door that is everywhere, such as route53");
      }
    }
    if (journey.follows) (void)offered_anywhere(*journey.follows);
    if (journey.until) (void)offered_anywhere(*journey.until);
  }

  void check_health_check(const HealthCheckSpec& check) {
    using Kind = HealthCheckSpec::Kind;
    if (check.service.empty()) return;
    const io::Place place = check.kind == Kind::kAlarm
                                ? check.place.member("alarm").member("service")
                                : check.place.member("watch");
    if (!known_service(place, check.service)) return;
    if (table_.find(check.service, check.region) != nullptr) return;
    problems_.error(
        place, io::quote(check.service) + " is not deployed in region " + io::quote(check.region),
        "service@region, one of " + io::one_of(regions_of(check.service)),
        io::suggest(check.region, regions_of(check.service)));
  }

  const Platform& platform_;
  Problems& problems_;
  ModelTable table_;
};

}  // namespace

void check_platform(const Platform& platform, Problems& problems) {
  Checker(platform, problems).check();
}

}  // namespace lifeboat::models
