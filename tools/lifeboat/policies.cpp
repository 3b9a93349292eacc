// lifeboat policies: a service's scaling policies side by side, with the same customers.
#include <algorithm>
#include <cmath>
#include <optional>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "models/io/problems.hpp"
#include "models/io/quantity.hpp"
#include "reports/document/policies_document.hpp"
#include "reports/studies/policy_study.hpp"
#include "reports/text/policies_text.hpp"
#include "tools/lifeboat/command.hpp"
#include "tools/lifeboat/designs.hpp"
#include "tools/lifeboat/exit_status.hpp"
#include "tools/lifeboat/interrupt.hpp"
#include "tools/lifeboat/progress.hpp"
#include "tools/lifeboat/terminal.hpp"

namespace lifeboat::tools {

namespace {

using Json = nlohmann::json;

constexpr std::uint32_t kTrialsOfAPolicy = 10;
constexpr double kLeastTarget = 0.05;
constexpr double kMostTarget = 0.95;
constexpr double kMostStep = 1000;
constexpr std::uint32_t kMostTasks = 1000;
constexpr int kAmpleQuota = 100'000;  // vCPU
// The step test: how long before the step, and how long it is watched.
constexpr int kStepAtMinutes = 10;
constexpr int kStepMinutes = 60;

OptionSet policies_options() {
  OptionSet set;
  set.most_words = 2;
  add_design_options(set, {.trials = "trials a policy, at least 2 (10 unless said)",
                           .set = "change a value in every run; may be repeated",
                           .budget = "begin no further trials after this time, such as 2m",
                           .out = "write policies.html, policies.json and policies.md there"});
  const auto text = [](const char* name) { return po::value<std::string>()->value_name(name); };
  set.options.add_options()                                                                    //
      ("target", text("PCT"), "utilization that policies aim at (the service's own, or 60%)")  //
      ("step", text("N"), "factor of the step test's traffic (10 unless said; 1: no step test)");
  return set;
}

struct PoliciesArguments {
  std::string scenario;
  std::string service;  ///< empty: the one of the highest load
  std::string region;
  std::optional<double> target;
  double step = 10;
  DesignOptions options;
};

/// --target, as "60%" or 0.6.
double read_target(const ParsedOptions& parsed) {
  const std::string text = parsed.text("target");
  const auto share = models::io::parse_ratio(text);
  if (!share || share.value().value < kLeastTarget || share.value().value > kMostTarget) {
    throw UsageError(fmt::format("--target: {} is no utilization between {:g}% and {:g}%",
                                 models::io::quote(text), 100 * kLeastTarget, 100 * kMostTarget));
  }
  return share.value().value;
}

double read_step(const ParsedOptions& parsed) {
  const std::string text = parsed.text("step");
  const auto factor = models::io::parse_number(text);
  if (!factor || *factor < 1 || *factor > kMostStep) {
    throw UsageError(
        fmt::format("--step: {} is no factor from 1 to {:g}", models::io::quote(text), kMostStep));
  }
  return *factor;
}

PoliciesArguments read_policies_arguments(const Words& words) {
  const ParsedOptions parsed = parse_options(policies_options(), words);
  PoliciesArguments arguments;
  if (parsed.words.empty()) {
    throw UsageError("name a scenario, and the service whose policies are to be tried");
  }
  arguments.scenario = parsed.words[0];
  if (parsed.words.size() > 1) {
    const std::string& word = parsed.words[1];
    const std::size_t at = word.find('@');
    arguments.service = word.substr(0, at);
    if (at != std::string::npos) arguments.region = word.substr(at + 1);
  }
  if (parsed.has("target")) {
    arguments.target = read_target(parsed);
  }
  if (parsed.has("step")) arguments.step = read_step(parsed);
  arguments.options = read_design_options(parsed, kTrialsOfAPolicy);
  return arguments;
}

/// The merged scenario, as a run writes it.
Json document_of(const reports::RunInput& input) {
  for (const auto& [name, text] : input.inputs) {
    if (name == "scenario.json") return Json::parse(text, nullptr, true, true);
  }
  throw std::logic_error("a run without its scenario");
}

/// Where a service says how it scales.
struct Scaled {
  std::string service;
  std::string region;
  std::string path;  ///< "platform.services.web"
  std::uint32_t least = 1;
  std::uint32_t most = 1;
  std::optional<double> target;  ///< of its target tracking
  Json policies;
  double load = 0;  ///< at the peak, over its capacity
};

std::optional<double> target_of(const Json& scaling) {
  if (!scaling.contains("policies")) return std::nullopt;
  for (const Json& policy : scaling.at("policies")) {
    const std::string value = policy.value("targetValue", "");
    if (policy.value("predefinedMetricType", "") == "ECSServiceAverageCPUUtilization" &&
        value.ends_with('%')) {
      return std::stod(value) / 100;
    }
  }
  return std::nullopt;
}

std::vector<Scaled> scaled_services(const reports::RunInput& input) {
  const Json document = document_of(input);
  std::vector<Scaled> all;
  for (const reports::DeploymentView& one : input.deployments) {
    if (!one.tasks || one.kind != "ecs-fargate") continue;
    const Json& service = document.at("platform").at("services").at(one.service);
    Scaled scaled;
    scaled.service = one.service;
    scaled.region = one.region;
    scaled.path = "platform.services." + one.service;
    const Json* scaling = service.contains("scaling") ? &service.at("scaling") : nullptr;
    if (service.contains("regions") && service.at("regions").contains(one.region)) {
      const Json& own = service.at("regions").at(one.region);
      if (own.is_object() && own.contains("scaling")) {
        scaling = &own.at("scaling");
        scaled.path += ".regions." + one.region;
      }
    }
    if (scaling == nullptr || !scaling->is_object()) continue;
    scaled.least = scaling->value("minCapacity", 1U);
    scaled.most = scaling->value("maxCapacity", 1U);
    scaled.target = target_of(*scaling);
    if (scaling->contains("policies")) scaled.policies = scaling->at("policies");
    for (const reports::LoadRow& row : input.load) {
      if (row.service == one.service && row.region == one.region) {
        scaled.load = row.peak.value_or(row.mean.value_or(0));
      }
    }
    all.push_back(std::move(scaled));
  }
  return all;
}

Scaled choose(const std::vector<Scaled>& all, const PoliciesArguments& arguments) {
  std::vector<std::string> names;
  std::vector<const Scaled*> fit;
  for (const Scaled& one : all) {
    names.push_back(one.service);
    const bool is_named = arguments.service.empty() || arguments.service == one.service;
    if (is_named && (arguments.region.empty() || arguments.region == one.region)) {
      fit.push_back(&one);
    }
  }
  if (all.empty()) {
    throw UsageError("no service of " + models::io::quote(arguments.scenario) +
                     " scales: give one a \"scaling\" with minCapacity and maxCapacity");
  }
  if (fit.empty()) {
    throw UsageError("no service " +
                     models::io::quote(arguments.region.empty()
                                           ? arguments.service
                                           : arguments.service + "@" + arguments.region) +
                     " scales" + did_you_mean(arguments.service, names));
  }
  return **std::max_element(fit.begin(), fit.end(),
                            [](const Scaled* a, const Scaled* b) { return a->load < b->load; });
}

/// Prepares the scenario with these changes besides the user's.
std::optional<reports::RunInput> prepare(const PoliciesArguments& arguments,
                                         const std::string& name, std::vector<std::string> set,
                                         bool warns, bool without_faults = false) {
  DesignWords design;
  design.name = name;
  design.scenario = arguments.scenario;
  design.set = std::move(set);
  design.without_faults = without_faults;
  return prepare_design(design, arguments.options, warns);
}

/// The traffic grown to a multiple within a second, on every stream that has a rate.
std::vector<std::string> step_changes(const Json& document, double factor) {
  std::vector<std::string> set;
  const Json event = {{"step",
                       {{"at", fmt::format("+{}m", kStepAtMinutes)},
                        {"ramp", "1s"},
                        {"peakFactor", factor},
                        {"hold", "2h"}}}};
  for (const auto& [name, stream] : document.at("traffic").items()) {
    if (!stream.is_object() || !stream.contains("rate")) continue;
    set.push_back("traffic." + name + ".events=" + event.dump());
  }
  if (set.empty()) return set;
  set.push_back(fmt::format("duration={}m", kStepMinutes));
  if (document.contains("run")) set.emplace_back("run=terminating");
  if (document.contains("objectives")) set.emplace_back("objectives=[]");
  return set;
}

/// What the load needs, from trials with so many tasks that none is missing: more and more of them
/// where some were.
std::optional<reports::ServiceDemand> demand_of(const PoliciesArguments& arguments,
                                                const Scaled& scaled,
                                                const reports::PolicyOptions& study) {
  const std::string scaling = scaled.path + ".scaling.";
  for (std::uint32_t plenty = std::max(scaled.most, 10U);;) {
    const auto input = prepare(
        arguments, "plenty of tasks",
        {fmt::format("{}.desiredCount={}", scaled.path, plenty), scaling + "policies=[]",
         fmt::format("{}minCapacity={}", scaling, plenty),
         fmt::format("{}maxCapacity={}", scaling, plenty),
         fmt::format("platform.regions.{}.quotas.fargateVcpu={}", scaled.region, kAmpleQuota)},
        false);
    if (!input) return std::nullopt;
    Progress progress(arguments.options.progress);
    auto demand = reports::measure_demand(*input, study, told_by(progress));
    if (!demand.is_cut || plenty == kMostTasks || interrupted().load()) return demand;
    plenty = std::min(kMostTasks, 4 * plenty);
  }
}

}  // namespace

int run_policies(const Words& words) {
  const PoliciesArguments arguments = read_policies_arguments(words);
  const DesignOptions& options = arguments.options;
  const auto base = prepare(arguments, arguments.scenario, {}, true);
  if (!base) return kInvalidInput;
  const Scaled scaled = choose(scaled_services(*base), arguments);
  prepare_out(options.out);

  reports::PolicyOptions study;
  study.trials = options.trials;
  study.jobs = options.jobs;
  study.budget_s = options.budget_s;
  study.service = scaled.service;
  study.region = scaled.region;
  study.target = arguments.target.value_or(scaled.target.value_or(0.6));
  study.step_at = sim::Instant::origin() + sim::Duration::minutes(kStepAtMinutes);
  study.step_factor = arguments.step;

  const std::string scaling = scaled.path + ".scaling.";
  const auto demand = demand_of(arguments, scaled, study);
  if (!demand) return kInvalidInput;
  if (demand->minutes.size() < 2) {
    print_error("Interrupted while the load's need was measured.\n");
    return kInterrupted;
  }

  const Json document = document_of(*base);
  std::vector<std::string> step =
      arguments.step > 1 ? step_changes(document, arguments.step) : std::vector<std::string>{};
  if (!step.empty()) {
    const auto most = static_cast<std::uint32_t>(std::min<double>(
        kMostTasks,
        1.5 * arguments.step * demand->tasks_for(demand->mean().front(), study.target)));
    step.push_back(fmt::format("{}maxCapacity={}", scaling, std::max(scaled.most, most)));
  }

  const reports::CandidateLimits limits{
      scaled.least, scaled.most, study.target,
      scaled.policies.is_null() ? std::string{} : scaled.policies.dump()};
  std::vector<reports::PolicyTrial> candidates;
  for (const reports::PolicyCandidate& one :
       reports::policy_candidates(*demand, limits, base->clock)) {
    std::vector<std::string> set;
    // What the platform has already is its first row.
    if (!one.policies.empty() && Json::parse(one.policies) == scaled.policies) continue;
    if (!one.policies.empty()) set.push_back(scaling + "policies=" + one.policies);
    auto input = prepare(arguments, one.name, set, false);
    if (!input) return kInvalidInput;
    reports::PolicyTrial candidate{one.name, one.foreseen, std::move(*input), std::nullopt};
    if (!step.empty() && !one.foreseen) {
      set.insert(set.end(), step.begin(), step.end());
      candidate.step = prepare(arguments, one.name + ", step test", set, false, true);
      if (!candidate.step) return kInvalidInput;
    }
    candidates.push_back(std::move(candidate));
  }
  reports::PolicyBench bench;
  {
    Progress progress(options.progress);
    bench = reports::try_policies(candidates, *demand, study, told_by(progress));
  }
  if (bench.comparison.trials < 2) {
    print_error("Interrupted before there were two trials of each policy.\n");
    return kInterrupted;
  }
  write_and_print(options, [&] { return reports::write_policies(options.out, bench); },
                  {[&](const Files& files) {
                     return reports::policies_text(bench, output_has_colours(), files);
                   },
                   [&] { return reports::policies_markdown(bench); },
                   [&] { return reports::policies_document(bench); }});
  return interrupted().load() ? kInterrupted : kMet;
}

std::string help_policies() {
  return "Tries scaling policies on a service of tasks (ecs-fargate), all with the same\n"
         "customers and luck: target tracking on 60 s and 20 s metrics, steps, a schedule,\n"
         "a forecast, and mixtures; the service's own policy is the first. Without a\n"
         "service, the one of the highest load. For each: minutes short of tasks, hours of\n"
         "tasks and how many of them idle, how often the count dips and comes back, how\n"
         "long it takes to catch up when the traffic grows to ten times within a second,\n"
         "what a month costs, and whether the scenario's objectives hold. Suggested is the\n"
         "policy with the fewest task-hours among those that are surely at most a minute\n"
         "longer short of tasks than the best.\n"
         "\n"
         "Options:\n" +
         options_help(policies_options()) +
         "\n"
         "Exit status: 0 tried, 3 invalid input, 1 internal error, 130 interrupted.\n"
         "\n"
         "Examples:\n"
         "  lifeboat policies flash-target-tracking\n"
         "  lifeboat policies flash-target-tracking web --target 50% --out report\n"
         "  lifeboat policies week storefront-web --trials 2 --step 1\n";
}

}  // namespace lifeboat::tools
