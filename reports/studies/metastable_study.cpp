#include "reports/studies/metastable_study.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "models/io/reader.hpp"
#include "reports/seconds.hpp"
#include "reports/verdict/summary.hpp"
#include "scenarios/faults/fault_times.hpp"
#include "scenarios/scenario/compile.hpp"
#include "scenarios/scenario/scenario.hpp"

namespace lifeboat::reports {
namespace {

using Json = nlohmann::ordered_json;

constexpr int kHalvings = 5;
constexpr const char* kRunbookName = "metastable-shed";

/// What shedding needs to know of a cell's scenario.
struct CellPlan {
  double fault_ends_s = 0;
  std::string runbooks;  ///< of the scenario, as a list of objects
  std::string shed_at;
  std::string region;
};

class MetastableRunner {
 public:
  MetastableRunner(const MetastableOptions& options, models::io::Problems& problems,
                   const StudyProgress& progress)
      : options_(options), problems_(problems), progress_(progress) {}

  std::optional<Metastable> run() {
    made_.load = options_.load;
    made_.fault = options_.fault;
    made_.after_s = options_.after_s;
    made_.lasts_s = options_.lasts_s;
    made_.seed = options_.prepare.seed;
    made_.trials = options_.trials;
    const auto begun = std::chrono::steady_clock::now();
    planned_ =
        static_cast<std::uint32_t>(options_.load.values.size() * options_.fault.values.size()) *
        options_.trials;
    tell_plan();
    for (const std::string& load : options_.load.values) {
      for (const std::string& fault : options_.fault.values) {
        MetastableCell cell;
        cell.load = load;
        cell.fault = fault;
        const std::chrono::duration<double> spent = std::chrono::steady_clock::now() - begun;
        const bool over = options_.budget_s && spent.count() >= *options_.budget_s;
        if (!interrupted() && !over && !run_cell(cell)) return std::nullopt;
        made_.cells.push_back(std::move(cell));
      }
    }
    made_.interrupted = interrupted();
    return std::move(made_);
  }

 private:
  [[nodiscard]] bool interrupted() const {
    return options_.interrupted != nullptr && options_.interrupted->load();
  }

  void tell_plan() const {
    if (progress_.plan) progress_.plan(planned_, false);
  }

  [[nodiscard]] std::vector<std::string> set_of(const MetastableCell& cell) const {
    std::vector<std::string> set = options_.prepare.set;
    set.push_back(options_.load.path + "=" + cell.load);
    set.push_back(options_.fault.path + "=" + cell.fault);
    return set;
  }

  /// False: it cannot be prepared.
  bool run_cell(MetastableCell& cell) {
    const auto plan = plan_of(cell);
    if (!plan) return false;
    made_.shed_at = plan->shed_at;
    std::vector<double> times;
    const auto alone = try_once(cell, *plan, std::nullopt, times);
    if (!alone) return false;
    if (cell.state == CellState::kNotReached) return true;  // interrupted
    cell.alone = *alone;
    if (!times.empty()) cell.rto_p50_s = sample_quantile(times, 0.5);
    if (cell.state != CellState::kDown) return true;
    return find_share(cell, *plan);
  }

  bool find_share(MetastableCell& cell, const CellPlan& plan) {
    planned_ += (kHalvings + 1) * options_.trials;
    tell_plan();
    double low = 0;  // known not to free
    double high = 1;
    // An interrupted try says nothing.
    const auto frees = [&](double share) -> std::optional<bool> {
      std::vector<double> times;
      const auto freed = try_once(cell, plan, share, times);
      if (!freed) return std::nullopt;
      if (interrupted()) return false;
      cell.tried.push_back({share, *freed});
      const bool all = *freed == options_.trials;
      if (all) cell.shed_rto_p50_s = sample_quantile(times, 0.5);
      return all;
    };
    const auto whole = frees(1);
    if (!whole) return false;
    if (!*whole) {
      if (interrupted()) cell.state = CellState::kNotReached;
      return true;
    }
    for (int i = 0; i < kHalvings && !interrupted(); ++i) {
      const double middle = (low + high) / 2;
      const auto freed = frees(middle);
      if (!freed) return false;
      (*freed ? high : low) = middle;
    }
    if (interrupted()) {
      cell.state = CellState::kNotReached;
      cell.shed_rto_p50_s.reset();
      return true;
    }
    cell.state = CellState::kShed;
    cell.shed = high;
    return true;
  }

  /// How many trials are well at the end, alone or with that share shed; `times`: of those that
  /// recovered. Nothing, and errors, where it cannot be prepared.
  std::optional<std::uint32_t> try_once(MetastableCell& cell, const CellPlan& plan,
                                        std::optional<double> share, std::vector<double>& times) {
    PrepareOptions prepare = options_.prepare;
    prepare.set = set_of(cell);
    if (share) prepare.set.push_back("runbooks=" + with_shedding(plan, *share));
    prepare.whole_duration = true;
    auto input = prepare_run(options_.file, prepare, problems_);
    if (!input || problems_.has_errors()) return std::nullopt;
    input->options.interrupted = options_.interrupted;
    StudyOptions study;
    study.trials = options_.trials;
    study.jobs = options_.jobs;
    const std::uint32_t before = done_;
    StudyProgress progress;
    progress.advance = [this, before](std::uint32_t trial, double part) {
      if (progress_.advance) progress_.advance(before + trial, part);
    };
    const Report report = run_study(*input, study, progress).report;
    done_ += options_.trials;
    if (report.interrupted || report.trial_rows.size() < options_.trials) return 0;
    if (made_.title.empty()) made_.title = report.title;
    made_.scenario = report.scenario;
    cell.trials = report.trials;
    return count(cell, report, share.has_value(), times);
  }

  static std::uint32_t count(MetastableCell& cell, const Report& report, bool sheds,
                             std::vector<double>& times) {
    std::uint32_t well = 0;
    std::uint32_t unhurt = 0;
    bool overloaded = false;
    for (const TrialReport& trial : report.trial_rows) {
      const Recovery& whole = trial.whole;
      overloaded = overloaded || whole.outcome == RecoveryOutcome::kAlreadyFailing;
      if (whole.outcome == RecoveryOutcome::kNotBreached) {
        ++well;
        ++unhurt;
      } else if (whole.outcome == RecoveryOutcome::kRecovered && whole.relapses == 0) {
        ++well;
        times.push_back(seconds_of(whole.rto));
      }
    }
    if (sheds) return well;
    cell.state = CellState::kDown;
    if (well == report.trials) cell.state = CellState::kAlone;
    if (unhurt == report.trials) cell.state = CellState::kUnhurt;
    if (overloaded) cell.state = CellState::kOverloaded;
    return well;
  }

  /// The scenario's runbooks and one that sheds, as JSON.
  [[nodiscard]] std::string with_shedding(const CellPlan& plan, double share) const {
    Json steps;
    steps["shed"] = {{"block", "shedAllTraffic"},
                     {"service", plan.shed_at},
                     {"share", fmt::format("{}%", share * 100)}};
    steps["wait"] = {{"block", "executionApproval"},
                     {"after", Json::array({"shed"})},
                     {"takes", fmt::format("{}s", options_.lasts_s)}};
    steps["admit"] = {
        {"block", "admitTraffic"}, {"service", plan.shed_at}, {"after", Json::array({"wait"})}};
    Json runbooks = Json::parse(plan.runbooks);
    runbooks.push_back(
        {{"name", kRunbookName},
         {"mode", "in-place"},
         {"activate", plan.region},
         {"trigger", {{"at", fmt::format("+{}s", plan.fault_ends_s + options_.after_s)}}},
         {"steps", std::move(steps)}});
    return runbooks.dump();
  }

  /// Reads the cell's scenario: when its faults are over, and who can shed.
  std::optional<CellPlan> plan_of(const MetastableCell& cell) {
    PrepareOptions prepare = options_.prepare;
    prepare.set = set_of(cell);
    const auto scenario = scenarios::load_scenario(options_.file, prepare, problems_);
    if (!scenario || problems_.has_errors()) return std::nullopt;
    const scenarios::CompiledScenario compiled = scenarios::compile_scenario(*scenario, problems_);
    if (!compiled.network || problems_.has_errors()) return std::nullopt;
    CellPlan plan;
    const auto ends = faults_end(compiled.faults);
    if (!ends) return std::nullopt;
    plan.fault_ends_s = *ends;
    const double needed = plan.fault_ends_s + options_.after_s + options_.lasts_s +
                          2 * seconds_of(scenario->recovery.hold);
    if (seconds_of(scenario->duration) < needed) {
      refuse(fmt::format("{} lasts {:.0f} s: too short for a recovery", scenario->name,
                         seconds_of(scenario->duration)),
             fmt::format("a duration of {:.0f} s or more, such as --set duration={:.0f}s", needed,
                         needed));
      return std::nullopt;
    }
    plan.runbooks = runbooks_of(*scenario);
    if (!find_shedder(*compiled.platform, plan)) return std::nullopt;
    return plan;
  }

  /// When the last of the faults is over; nothing, and an error, where nobody knows before a run.
  std::optional<double> faults_end(const scenarios::FaultPlan& faults) {
    constexpr const char* kExpected =
        "\"at\", or others that it waits for, and \"duration\": what outlives its trigger is "
        "looked "
        "for";
    const std::vector<scenarios::FaultTime> times = scenarios::fault_times(faults);
    if (times.empty()) refuse("the scenario has no fault", kExpected);
    std::optional<double> latest;
    for (std::size_t i = 0; i < times.size(); ++i) {
      const auto end = scenarios::latest_end(times[i]);
      if (!end) {
        refuse("nobody knows before a run when the fault \"" + faults.faults[i].name + "\" is over",
               kExpected);
        return std::nullopt;
      }
      latest = std::max(latest.value_or(0), seconds_of(*end));
    }
    return latest;
  }

  void refuse(const std::string& what, const std::string& expected) {
    models::io::Problem problem;
    problem.file = options_.file.string();
    problem.text = what;
    problem.expected = expected;
    problems_.add(std::move(problem));
  }

  static std::string runbooks_of(const scenarios::Scenario& scenario) {
    const Json document = Json::parse(scenario.document, nullptr, true, true);
    if (!document.contains("runbooks")) return "[]";
    const Json& runbooks = document.at("runbooks");
    return (runbooks.is_array() ? runbooks : Json::array({runbooks})).dump();
  }

  bool find_shedder(const models::CompiledPlatform& platform, CellPlan& plan) {
    std::string known;
    for (const models::CompiledDeployment& deployment : platform.deployments) {
      const auto& verbs = deployment.handles().verbs;
      const bool sheds = std::any_of(verbs.begin(), verbs.end(), [](const models::Verb& verb) {
        return verb.block == "shedAllTraffic";
      });
      if (!sheds) continue;
      const std::string name = models::name_of(deployment.site);
      known += (known.empty() ? "" : ", ") + name;
      if (!options_.shed_at.empty() && options_.shed_at != name) continue;
      plan.shed_at = name;
      plan.region = deployment.site.region;
      return true;
    }
    refuse(options_.shed_at.empty() ? "nothing on the platform can shed traffic"
                                    : "\"" + options_.shed_at + "\" cannot shed traffic",
           known.empty() ? "a load balancer, API Gateway or ECS service" : known);
    return false;
  }

  const MetastableOptions& options_;
  models::io::Problems& problems_;
  const StudyProgress& progress_;
  Metastable made_;
  std::uint32_t planned_ = 0;
  std::uint32_t done_ = 0;
};

}  // namespace

std::string_view name_of(CellState state) {
  switch (state) {
    case CellState::kNotReached:
      return "not reached";
    case CellState::kUnhurt:
      return "unhurt";
    case CellState::kAlone:
      return "alone";
    case CellState::kShed:
      return "shed";
    case CellState::kDown:
      return "down";
    case CellState::kOverloaded:
      return "overload";
  }
  return "";
}

std::optional<Metastable> study_metastable(const MetastableOptions& options,
                                           models::io::Problems& problems,
                                           const StudyProgress& progress) {
  return MetastableRunner(options, problems, progress).run();
}

}  // namespace lifeboat::reports
