#include "tools/bench/measure.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <ctime>
#include <stdexcept>

#include <sys/resource.h>

#include "models/io/files.hpp"
#include "models/io/problems.hpp"
#include "reports/studies/prepare.hpp"
#include "sim/statistics/confidence.hpp"
#include "sim/trial/trial.hpp"

namespace lifeboat::bench {

namespace {

double thread_cpu_seconds() {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

double peak_memory_mib() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) / 1024;
}

/// What one check has heard of its trials.
struct Samples {
  std::vector<double> numerators;
  std::vector<double> denominators;
};

class Meter {
 public:
  Meter(const Model& model, const MeasureOptions& options) : model_(model), options_(options) {}

  Measurement run() {
    measurement_.model = model_.name;
    measurement_.size = kSizeNames[static_cast<std::size_t>(options_.size)];
    prepare();
    samples_.resize(model_.checks.size());
    for (std::uint32_t i = 0; i < options_.repeat; ++i) measurement_.passes.push_back(pass(i == 0));
    judge();
    measurement_.memory_mib = peak_memory_mib();
    return std::move(measurement_);
  }

 private:
  const Scale& scale() const { return model_.scale(options_.size); }

  void prepare() {
    file_ = data_file(model_.scenario);
    const double begun = thread_cpu_seconds();
    input_ = prepared(model_, options_);
    measurement_.startup_s = thread_cpu_seconds() - begun;
  }

  Pass pass(bool first) {
    Pass pass;
    while (pass.trials < scale().trials || pass.cpu_s < options_.seconds) {
      add_trial(pass, first);
      ++pass.trials;
    }
    return pass;
  }

  /// Simulated seconds of a whole trial. Requests of the window are followed to their end in whole
  /// bins, and progress is told at the beginning of each.
  static double seconds_run(const sim::RunOptions& options, const sim::TrialResult& result,
                            double share) {
    const double window = (options.warmup + result.measured).to_seconds();
    const double told = share * (options.warmup + options.duration).to_seconds();
    if (!result.stopped.empty() || told < 0.999'999 * window) return window;
    return std::min(told + options.bin.to_seconds(), window + options.follow.to_seconds());
  }

  void add_trial(Pass& pass, bool first) {
    double share = 0;  // of warm-up and window, when progress was last told; above 1 after them
    sim::RunOptions options = input_->options;
    options.progress = [&share](double now) { share = now; };
    const double wall = wall_seconds();
    const double cpu = thread_cpu_seconds();
    const sim::TrialResult result = sim::run_trial(*input_->network, options, pass.trials);
    pass.cpu_s += thread_cpu_seconds() - cpu;
    pass.wall_s += wall_seconds() - wall;
    if (result.overloaded) throw std::runtime_error(model_.name + " " + result.stopped);
    const double ran = seconds_run(options, result, share);
    double offered = 0;
    for (const sim::JourneyResult& journey : result.journeys) {
      offered += static_cast<double>(journey.offered);
    }
    pass.requests += offered * ran / result.measured.to_seconds();
    pass.hops += static_cast<double>(result.hops);
    pass.events += static_cast<double>(result.engine_events);
    remember(result, pass.trials, first);
  }

  void remember(const sim::TrialResult& result, std::uint32_t trial, bool first) {
    if (trial < fingerprints_.size()) {
      if (fingerprints_[trial] != result.draws) {
        throw std::runtime_error(model_.name + ": a repetition gave another result");
      }
      return;
    }
    fingerprints_.push_back(result.draws);
    if (!first) return;
    for (std::size_t i = 0; i < samples_.size(); ++i) {
      const Part part = model_.checks[i].part(*input_, result);
      samples_[i].numerators.push_back(part.numerator);
      samples_[i].denominators.push_back(part.denominator);
    }
  }

  void judge() {
    const Subject subject{*input_, file_.string(), scale().set};
    for (std::size_t i = 0; i < samples_.size(); ++i) {
      const Check& check = model_.checks[i];
      const sim::Estimate estimate =
          sim::ratio_estimate(samples_[i].numerators, samples_[i].denominators, kConfidence);
      Outcome outcome;
      outcome.what = check.what;
      outcome.unit = check.unit;
      outcome.analytic = check.analytic(subject);
      outcome.simulated = estimate.value;
      outcome.slack = check.slack;
      outcome.judged =
          std::isfinite(estimate.interval.low) && std::isfinite(estimate.interval.high);
      if (outcome.judged) {
        const double slack = std::abs(check.slack * outcome.analytic);
        outcome.low = estimate.interval.low - slack;
        outcome.high = estimate.interval.high + slack;
        outcome.within = outcome.low <= outcome.analytic && outcome.analytic <= outcome.high;
      }
      measurement_.outcomes.push_back(std::move(outcome));
    }
  }

  const Model& model_;
  const MeasureOptions& options_;
  std::filesystem::path file_;
  std::optional<reports::RunInput> input_;
  Measurement measurement_;
  std::vector<Samples> samples_;  // by check
  std::vector<std::uint64_t> fingerprints_;
};

}  // namespace

const Pass& Measurement::median() const {
  std::vector<const Pass*> sorted;
  for (const Pass& pass : passes) sorted.push_back(&pass);
  std::sort(sorted.begin(), sorted.end(),
            [](const Pass* a, const Pass* b) { return a->cpu_s * b->hops < b->cpu_s * a->hops; });
  return *sorted.at(sorted.size() / 2);
}

std::filesystem::path data_file(const std::string& name) {
  const auto root = models::io::DataRoot::find();
  if (!root) throw std::runtime_error("the data folder is missing beside the program");
  return root->path() / name;
}

double wall_seconds() {
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  return std::chrono::duration<double>(now).count();
}

reports::RunInput prepared(const Model& model, const MeasureOptions& options) {
  models::io::Problems problems;
  reports::PrepareOptions prepare;
  prepare.seed = options.seed;
  prepare.set = model.scale(options.size).set;
  std::optional<reports::RunInput> input =
      reports::prepare_run(data_file(model.scenario), prepare, problems);
  if (input && !problems.has_errors()) return std::move(*input);
  std::string text = "model " + model.name + " cannot be prepared";
  for (const std::string& line : problems.lines()) text += "\n" + line;
  throw std::runtime_error(text);
}

Measurement measure(const Model& model, const MeasureOptions& options) {
  return Meter(model, options).run();
}

}  // namespace lifeboat::bench
