#include "models/services/config/config.hpp"

#include <utility>

#include "models/io/reader.hpp"
#include "models/platform/compiler.hpp"
#include "models/platform/meter_readings.hpp"
#include "models/platform/platform.hpp"
#include "models/services/config/drift.hpp"

namespace lifeboat::models {
namespace {

constexpr double kHoursOfDay = 24;
constexpr std::string_view kLaunched = "/tasks-launched";

enum class Frequency : std::uint8_t { kContinuous, kDaily };
constexpr io::Choice<Frequency> kFrequencies[] = {
    {"CONTINUOUS", Frequency::kContinuous, "an item for each change, within minutes"},
    {"DAILY", Frequency::kDaily, "one item a day for each resource that changed"}};

struct Description {
  Frequency frequency = Frequency::kContinuous;
  double items_per_task = 4;
  double other_items = 100;  ///< a day
  double rules = 10;
  bool finds_drift = false;
};

class ConfigModel final : public DeploymentModel {
 public:
  ConfigModel(DeploymentSite site, Description description)
      : site_(std::move(site)), d_(description) {}

  std::vector<std::string> operations() const override { return {}; }
  sim::PlanId plan(std::string_view) const override { return {}; }
  const Handles& handles() const override { return handles_; }
  /// Who changes things during a run (a fault) asks how soon a rule would find it.
  void declare(Compiler& compiler) override {
    if (!d_.finds_drift) return;
    compiler.network().add_register(
        name_of(site_) + "/drift-found-within",
        config::drift_found_within(d_.frequency == Frequency::kContinuous).count());
  }

  void define(Compiler& compiler) override {
    // Every service of tasks in the region counts those that it has started.
    std::vector<sim::RegisterId> launched;
    const auto& registers = compiler.network().so_far().registers;
    const std::string end = "@" + site_.region + std::string(kLaunched);
    for (std::uint32_t i = 0; i < registers.size(); ++i) {
      if (registers[i].name.ends_with(end)) launched.emplace_back(i);
    }
    handles_.meters = {{"items",
                        [d = d_, launched](const MeterReadings& used) {
                          return d.frequency == Frequency::kContinuous ? items(d, launched, used)
                                                                       : 0.0;
                        }},
                       {"daily-items",
                        [d = d_, launched](const MeterReadings& used) {
                          return d.frequency == Frequency::kDaily ? items(d, launched, used) : 0.0;
                        }},
                       {"evaluations", [d = d_, launched](const MeterReadings& used) {
                          return d.rules * items(d, launched, used);
                        }}};
    handles_.metrics.push_back({"tasksLaunched", "1", "tasks of the region started since the start",
                                [launched](sim::Control& control) {
                                  double sum = 0;
                                  for (const sim::RegisterId id : launched)
                                    sum += static_cast<double>(control.value(id));
                                  return sum;
                                }});
  }

 private:
  static double items(const Description& d, const std::vector<sim::RegisterId>& launched,
                      const MeterReadings& used) {
    double of_tasks = 0;
    for (const sim::RegisterId id : launched) of_tasks += used.counted(id);
    // A task's interface is new each time, so that a day's items are one a task.
    const double each = d.frequency == Frequency::kDaily ? 1.0 : d.items_per_task;
    return each * of_tasks + d.other_items * used.hours() / kHoursOfDay;
  }

  DeploymentSite site_;
  Description d_;
  Handles handles_;
};

void read_drift(io::ObjectReader& root, const Platform& platform, const DeploymentSite& site) {
  root.section(
      {"drift", "a rule that compares this region with another, before a run", "", "no such rule"},
      [&](io::ObjectReader& r) {
        const std::string other = r.required_name_of({"comparedWith", "the other region"}, "region",
                                                     platform.region_names());
        std::vector<std::string> expected = r.strings(
            {"expected", "parameters that may differ, and \"quotas\"", "",
             "role, of, initial and what sizes a standby: desiredCount, scaling, numNodeGroups, "
             "replicasPerNodeGroup, multiAz, readReplicas"});
        if (r.describing() || platform.find_region(other) == nullptr) return;
        if (other == site.region) {
          r.error("comparedWith", "a region does not differ from itself", "another region");
          return;
        }
        if (!r.has("expected")) {
          expected = {"role",
                      "of",
                      "desiredCount",
                      "scaling",
                      "initial",
                      "numNodeGroups",
                      "replicasPerNodeGroup",
                      "multiAz",
                      "readReplicas"};
        }
        for (const auto& found : config::drift(platform, site.region, other, expected)) {
          const auto said = [](const std::string& text) {
            return text.empty() ? std::string("not said") : text;
          };
          r.problems().warning(
              r.place(), "drift: " + (found.service.empty() ? "quota " : found.service + ": ") +
                             found.parameter + " is " + said(found.here) + " in " + site.region +
                             " and " + said(found.there) + " in " + other);
        }
      });
}

class ConfigKind final : public ServiceKind {
 public:
  std::string_view name() const override { return "config"; }
  std::string_view summary() const override {
    return "AWS Config: items for each change, and a rule that finds drift between two regions";
  }
  std::vector<MeterSpec> meters() const override {
    return {{"items", "items", "configuration items, recorded continuously"},
            {"daily-items", "items", "configuration items, recorded once a day"},
            {"evaluations", "evaluations", "of all rules, one an item and rule"}};
  }

  std::unique_ptr<DeploymentModel> read(const Platform& platform, const DeploymentSite& site,
                                        const io::Value& value,
                                        io::Problems& problems) const override {
    io::ObjectReader r(value, problems);
    Description d;
    d.frequency = r.optional_enum({"recordingFrequency", "when an item is written",
                                   "AWS API reference, RecordingMode, as of 2026-08"},
                                  Frequency::kContinuous, kFrequencies);
    d.items_per_task = r.optional_number(
        {"itemsPerTask", "items of a task's life, recorded continuously",
         "guess, 2 to 12: its network interface is made, attached, detached and deleted"},
        4, {.min = 0, .max = 100});
    d.other_items = r.optional_number({"otherItemsPerDay", "items of everything that is not a task",
                                       "guess, 10 to 10,000: releases, certificates, backups"},
                                      100, {.min = 0, .max = 1e9});
    d.rules = r.optional_number({"rules", "rules that are evaluated for each item",
                                 "guess, 1 to 100; at most 400 a region (AWS Config Developer "
                                 "Guide, service limits, 2023)"},
                                10, {.min = 0, .max = 400});
    d.finds_drift = r.has("drift");
    read_drift(r, platform, site);
    r.finish();
    return std::make_unique<ConfigModel>(site, d);
  }
};

}  // namespace

const ServiceKind& config_kind() {
  static const ConfigKind kind;
  return kind;
}

}  // namespace lifeboat::models
