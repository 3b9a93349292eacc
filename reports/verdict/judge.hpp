// Judging one objective: what each trial says of it, and the verdict over trials.
//
// Three ways (reports/README.md has the definitions):
//
//   chance       rto, rpo, lost, and whatever says "in PCT of trials": a value a trial
//   ratio        availability, errors, mean latency, utilization: sums of a numerator and of a
//                denominator over trials
//   quantile     p(q): requests over the threshold, failures among them, against 1 - q; the
//                figure shown is read from the latencies of all trials together
//   mean         bad minutes, queue, the largest latency: a value a trial, judged on its mean
//
// "journey:*" and "service:*" are judged one by one; the worst of them is reported. In a steady
// run with a single trial, batches of equal length stand in for trials.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "models/io/problems.hpp"
#include "reports/document/report.hpp"
#include "reports/verdict/trial_view.hpp"
#include "scenarios/objectives/objective.hpp"

namespace lifeboat::reports {

/// What a trial (or a batch) says of one figure.
struct Sample {
  std::optional<double> value;  ///< absent: the trial has no such figure; may be infinite
  bool unsettled = false;       ///< the value is a lower bound, the truth not known
  double numerator = 0;
  double denominator = 0;
  sim::Histogram latencies;    ///< quantile
  std::uint64_t infinite = 0;  ///< quantile: requests without an answer
};

/// Requests beyond a quantile, below which it says little.
inline constexpr double kLeastBeyond = 20;

/// One figure of an objective: the objective of one journey or service.
class Figure {
 public:
  enum class Way : std::uint8_t { kChance, kRatio, kQuantile, kMean };

  Figure(const scenarios::Objective& objective, std::string subject, std::vector<std::size_t> rows);

  void add(Sample sample) { samples_.push_back(std::move(sample)); }
  /// What the samples are: independent trials, or stretches of one, which resemble each other.
  enum class Samples : std::uint8_t { kTrials, kBatches };
  [[nodiscard]] ObjectiveReport judge(double error, Samples samples) const;
  [[nodiscard]] const std::string& subject() const { return subject_; }
  /// Journeys or deployments that the figure is about.
  [[nodiscard]] const std::vector<std::size_t>& rows() const { return rows_; }
  [[nodiscard]] Way way() const { return way_; }
  [[nodiscard]] const std::vector<Sample>& samples() const { return samples_; }

 private:
  void judge_chance_into(ObjectiveReport& report, double error) const;
  void judge_quantile_into(ObjectiveReport& report, double error, Samples samples) const;
  void judge_mean_into(ObjectiveReport& report, double error, Samples samples) const;
  void take(ObjectiveReport& report, const sim::Estimate& estimate, double threshold, double error,
            bool show) const;

  const scenarios::Objective* objective_;
  std::string subject_;
  std::vector<std::size_t> rows_;
  Way way_;
  std::vector<Sample> samples_;
};

/// Whether a trial says what the figure is: its value is finite and the truth; of a ratio or a
/// quantile, whether there is anything to count.
[[nodiscard]] bool is_settled(Figure::Way way, const Sample& sample);

/// The figures of an objective: one, or one for each journey or service where it says "*". The
/// objective must outlive them.
[[nodiscard]] std::vector<Figure> figures_of(const RunInput& input,
                                             const scenarios::Objective& objective);
/// What the trial says of the figure, in the objective's phase.
[[nodiscard]] Sample sample_of(const scenarios::Objective& objective, const Figure& figure,
                               const TrialView& trial);
/// What an objective's figure and threshold count, as documents have it: "s", "share".
[[nodiscard]] std::string_view unit_of(const scenarios::Objective& objective);
/// Whether the objective asks for a small figure rather than a great one.
[[nodiscard]] bool wants_less(const scenarios::Objective& objective);

/// See the file comment. The input must outlive it.
class ObjectiveJudge {
 public:
  ObjectiveJudge(const RunInput& input, const scenarios::Objective& objective);

  /// Adds a trial. The first trial of a steady run is kept in batches too.
  void add(const TrialView& trial);
  /// Settles the verdict at a look; once settled it stays. One trial alone is judged by batches
  /// where the run is steady.
  void look(double error);
  [[nodiscard]] bool settled() const { return settled_.has_value(); }
  [[nodiscard]] ObjectiveReport report(double error) const;

 private:
  [[nodiscard]] ObjectiveReport judge(double error) const;

  const RunInput* input_;
  const scenarios::Objective* objective_;
  std::uint32_t trials_ = 0;
  std::vector<Figure> figures_;
  std::vector<Figure> batched_;
  std::optional<Verdict> settled_;
};

/// What this version cannot judge, one complaint an objective: figures a year, phases of figures
/// that are kept for the whole run only.
[[nodiscard]] std::vector<models::io::Complaint> check_objectives(const RunInput& input);

/// The figure of one trial within windows (of the objective's phase, or of a batch of it).
[[nodiscard]] Sample sample_of(const scenarios::Objective& objective,
                               const std::vector<std::size_t>& rows, const TrialView& trial,
                               const Windows& windows);

}  // namespace lifeboat::reports
