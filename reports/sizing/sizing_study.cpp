#include "reports/sizing/sizing_study.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "models/io/problems.hpp"
#include "reports/sizing/analysis.hpp"
#include "reports/sizing/trier.hpp"

namespace lifeboat::reports {

namespace {

constexpr double kGenerous = 0.05;
constexpr std::array kScanter{0.2, 0.4, 0.6, 0.75, 0.85, 0.93, 0.98};
constexpr int kMostRaises = 12;
/// Times the trials of a design of the search, of a confirmation. A few trials say little of a
/// design that falls over in one of twenty: their interval knows nothing of it.
constexpr std::uint32_t kLeastFresh = 4;
constexpr std::uint32_t kMostFresh = 8;
constexpr std::uint32_t kFreshLuck = 1'000'000;  // first trial of confirmations
constexpr double kBusyFrom = 0.75;
constexpr double kAmple = 3;

/// What became of one step less of a knob.
struct Lowered {
  Outcome outcome;
  Levels at;  // the design it was taken from
};

class SizingSearch {
 public:
  SizingSearch(const DesignSpace& space, const SizingOptions& options,
               const SizingProgress& progress)
      : space_(space), trier_(space, options, progress), lowered_(space.knobs().size()) {}

  Sizing run() {
    if (begin()) {
      make_scant();
      lower();
      confirm();
    }
    return result();
  }

 private:
  [[nodiscard]] std::string name_of_knob(std::size_t k) const {
    const SpaceKnob& knob = space_.knobs()[k];
    return knob.service + " " + knob.parameter;
  }

  bool is_met(const Levels& levels, const std::string& stage, const std::string& what) {
    return trier_.decide(levels, 1, stage, what).verdict == Verdict::kMet;
  }

  /// A first design that meets the objectives.
  bool begin() {
    if (const auto exact = exact_levels(space_)) {
      plan_ = *exact;
      const Outcome& outcome = trier_.decide(plan_, 1, "theory", "closed forms");
      if (outcome.verdict != Verdict::kMissed) {
        is_exact_ = true;
        met_ = outcome.verdict == Verdict::kMet;
        return true;
      }
    } else {
      plan_ = staffed_levels(space_, 1, kGenerous);
    }
    for (int raise = 0; raise <= kMostRaises; ++raise) {
      const std::string what = raise == 0
                                   ? fmt::format("a chance to wait of {:g} %", kGenerous * 100)
                                   : fmt::format("raised {} times", raise);
      const Outcome outcome = trier_.decide(plan_, 1, "theory", what);
      if (outcome.verdict == Verdict::kMet) {
        first_met_ = plan_;
        return met_ = true;
      }
      last_broken_ = outcome.broken;
      if (trier_.is_over() || raise == kMostRaises || !this->raise(outcome, raise)) break;
    }
    return false;
  }

  /// More of what was busy or turned requests away; of everything where nothing was, and of limits
  /// from the third time on. False where nothing can grow.
  bool raise(const Outcome& outcome, int times) {
    Levels next = plan_;
    const auto grow = [&](std::size_t k, double share) {
      const SpaceKnob& knob = space_.knobs()[k];
      const auto more = static_cast<std::int64_t>(
          std::ceil(static_cast<double>(plan_[k]) * share / static_cast<double>(knob.step)));
      next[k] = std::min(
          knob.most,
          plan_[k] + (knob.names.empty() ? std::max<std::int64_t>(1, more) : 1) * knob.step);
    };
    for (std::size_t k = 0; k < plan_.size(); ++k) {
      const SpaceKnob& knob = space_.knobs()[k];
      for (const Busy& busy : outcome.busy) {
        if (busy.service != knob.service || busy.region != knob.region) continue;
        if (busy.utilization > kBusyFrom || busy.refused > 1e-4) grow(k, 0.25);
      }
      if (knob.is_limit && times >= 2) grow(k, 0.5);
    }
    if (next == plan_) {
      for (std::size_t k = 0; k < plan_.size(); ++k) grow(k, 0.25);
    }
    if (next == plan_) return false;
    plan_ = std::move(next);
    return true;
  }

  /// The plan with what theory moves at a greater chance to wait.
  [[nodiscard]] Levels scanter(double waiting) const {
    Levels levels = staffed_levels(space_, 1, waiting);
    for (std::size_t k = 0; k < levels.size(); ++k) {
      const SpaceKnob& knob = space_.knobs()[k];
      levels[k] = knob.is_limit || levels[k] == knob.now ? plan_[k] : std::min(levels[k], plan_[k]);
    }
    return levels;
  }

  void make_scant() {
    if (is_exact_ || !met_) return;
    std::size_t met = 0;  // of so many of the chances
    std::size_t missed = kScanter.size() + 1;
    while (missed - met > 1 && !trier_.is_over()) {
      const std::size_t middle = met + (missed - met) / 2;
      const double waiting = kScanter[middle - 1];
      Levels levels = scanter(waiting);
      const bool same = levels == plan_;
      if (same ||
          is_met(levels, "scant", fmt::format("a chance to wait of {:g} %", waiting * 100))) {
        met = middle;
        plan_ = std::move(levels);
      } else {
        missed = middle;
      }
    }
  }

  /// How far a knob may go at once, at first: a tenth of its level, or all the way where theory
  /// sees it carry several times its load, or where it costs nothing.
  [[nodiscard]] std::int64_t first_stride(std::size_t k) const {
    const SpaceKnob& knob = space_.knobs()[k];
    if (!knob.names.empty()) return knob.step;
    if (is_ample(k) && plan_[k] > knob.least) {
      return std::max(knob.step, (plan_[k] - knob.least) / knob.step * knob.step);
    }
    const auto tenth = static_cast<std::int64_t>(static_cast<double>(plan_[k]) * 0.1);
    return std::max<std::int64_t>(1, tenth / knob.step) * knob.step;
  }

  [[nodiscard]] Levels with_less(const std::vector<std::size_t>& knobs,
                                 const std::vector<std::int64_t>& strides) const {
    Levels levels = plan_;
    for (const std::size_t k : knobs) levels[k] -= strides[k];
    return levels;
  }

  /// See the header; each knob ends with an outcome of one step less, or at its least.
  void lower() {
    std::vector<std::size_t> open;
    std::vector<std::int64_t> strides;
    headroom_ = headroom_by_knob(space_, plan_);
    for (std::size_t k = 0; k < plan_.size(); ++k) {
      strides.push_back(is_exact_ ? space_.knobs()[k].step : first_stride(k));
      open.push_back(k);
    }
    std::stable_sort(open.begin(), open.end(), [&](std::size_t a, std::size_t b) {
      return saving(a, strides[a]) > saving(b, strides[b]);
    });
    while (!open.empty() && !trier_.is_over()) {
      const std::vector<std::size_t> met = try_less(open, strides);
      if (is_exact_) return;  // theory has spoken: these are shown, not taken
      take_together(met, strides);
      open = met;
      for (std::size_t k = 0; k < plan_.size(); ++k) {
        if (std::find(halved_.begin(), halved_.end(), k) != halved_.end()) open.push_back(k);
      }
      halved_.clear();
    }
  }

  [[nodiscard]] double saving(std::size_t k, std::int64_t stride) const {
    const SpaceKnob& knob = space_.knobs()[k];
    return plan_[k] - stride < knob.least ? 0 : knob.cost(plan_[k]) - knob.cost(plan_[k] - stride);
  }

  /// The knobs of which a stride less is met. The others are noted, or go on with half a stride.
  std::vector<std::size_t> try_less(const std::vector<std::size_t>& open,
                                    std::vector<std::int64_t>& strides) {
    std::vector<std::size_t> met;
    for (const std::size_t k : open) {
      const SpaceKnob& knob = space_.knobs()[k];
      while (strides[k] > knob.step && plan_[k] - strides[k] < knob.least) {
        strides[k] = half(strides[k], knob.step);
      }
      if (plan_[k] - strides[k] < knob.least || trier_.is_over()) continue;
      const Outcome& outcome =
          trier_.decide(with_less({k}, strides), 1, "less",
                        fmt::format("{} {}", name_of_knob(k), knob.text(plan_[k] - strides[k])));
      if (outcome.trials == 0 && outcome.broken.empty()) break;  // no time was left
      if (strides[k] == knob.step) lowered_[k] = Lowered{outcome, plan_};
      if (outcome.verdict == Verdict::kMet) {
        met.push_back(k);
      } else if (strides[k] > knob.step) {
        strides[k] = half(strides[k], knob.step);
        halved_.push_back(k);
      }
    }
    return met;
  }

  static std::int64_t half(std::int64_t stride, std::int64_t step) {
    return std::max(step, stride / 2 / step * step);
  }

  /// All of them at once, or those of greatest saving.
  void take_together(std::vector<std::size_t> knobs, const std::vector<std::int64_t>& strides) {
    while (!knobs.empty() && !trier_.is_over()) {
      Levels levels = with_less(knobs, strides);
      if (is_met(levels, "together", fmt::format("{} knobs less", knobs.size()))) {
        plan_ = std::move(levels);
        return;
      }
      knobs.resize(knobs.size() / 2);
    }
  }

  /// Fresh trials of the plan, which grows until they confirm it; from then on less is tried of
  /// what grew.
  void confirm() {
    std::optional<Levels> best;
    while (judge_plan(best.has_value()) && !is_exact_) {
      if (confirmed_) best = plan_;
      if (best) plan_ = *best;
      if (trier_.is_at_the_end() || !(best ? take_untried() : grow())) break;
    }
    if (best) {
      plan_ = *best;
      confirmed_ = true;
    }
  }

  /// The error of the next look at fresh trials, whose verdict counts: kError / (i (i + 1)) of the
  /// i-th, together kError however many there are.
  [[nodiscard]] double next_error() {
    ++looks_;
    return kError / (looks_ * (looks_ + 1.0));
  }

  /// A step more, then two, then four, of every knob that theory sees near its load, up to the
  /// first design that was met; then half way to that design, of every knob. False where the plan
  /// is that.
  bool grow() {
    Levels next = plan_;
    for (std::size_t k = 0; k < next.size(); ++k) {
      if (is_ample(k)) continue;
      next[k] = std::min(first_met_[k], next[k] + growth_ * space_.knobs()[k].step);
    }
    growth_ *= 2;
    if (next == plan_) next = between(plan_, first_met_);
    if (next == plan_) return false;
    plan_ = std::move(next);
    return true;
  }

  /// Whether theory saw it carry several times its load, before any step less.
  [[nodiscard]] bool is_ample(std::size_t k) const {
    return space_.knobs()[k].is_limit || headroom_[k].value_or(0) > kAmple;
  }

  /// Half way from a design to a larger one, upwards.
  [[nodiscard]] Levels between(const Levels& less, const Levels& more) const {
    Levels levels = less;
    for (std::size_t k = 0; k < levels.size(); ++k) {
      const std::int64_t steps = (more[k] - less[k]) / space_.knobs()[k].step;
      levels[k] += (steps + 1) / 2 * space_.knobs()[k].step;
    }
    return levels;
  }

  /// Looks at ever more fresh trials until they settle it or no longer speak for the plan. False
  /// where an interrupt came first. What a confirmed plan showed stays where `keeps` and the next
  /// is not confirmed.
  bool judge_plan(bool keeps) {
    models::io::Problems problems;
    auto input = space_.input(plan_, 1, problems);
    if (!input || trier_.interrupted()) return false;
    trier_.tell("confirm: the plan, by fresh trials");
    auto inputs = input->inputs;
    // Which designs come here depends on what the trials of earlier ones said: each has its own.
    Candidate candidate(std::move(*input), fresh_luck_);
    const std::uint32_t first = std::max(2U, trier_.options().trials);
    double error = 0;
    Verdict verdict = Verdict::kInconclusive;
    for (std::uint32_t planned = first; planned <= kMostFresh * first; planned *= 2) {
      if (!run_in_parts(candidate, planned)) return false;
      const bool ends = is_exact_ || trier_.is_at_the_end();
      if (!ends && planned < kLeastFresh * first && candidate.seems_met()) continue;
      error = next_error();
      verdict = candidate.verdict(error);
      if (ends || verdict != Verdict::kInconclusive || !candidate.seems_met()) break;
    }
    fresh_luck_ += candidate.trials();
    trier_.count(candidate.trials());
    trier_.steps().push_back(
        {"confirm", "fresh trials", space_.cost(plan_), candidate.trials(), verdict});
    confirmed_ = verdict == Verdict::kMet;
    if (!confirmed_) unconfirmed_.insert(plan_);
    if (keeps && !confirmed_) return true;
    objectives_ = candidate.objectives(error);
    confirmed_by_ = candidate.trials();
    given_ = candidate.input().given;
    plan_input_ = std::move(inputs);
    return true;
  }

  /// In parts, so that the end of the budget ends it: that depends on no result. False where an
  /// interrupt came first.
  bool run_in_parts(Candidate& candidate, std::uint32_t planned) {
    for (std::uint32_t to = candidate.trials() + 2; candidate.trials() < planned; to += 2) {
      if (!candidate.run_to(std::min(to, planned), trier_.options().jobs)) return false;
      if (trier_.is_at_the_end()) break;
    }
    return true;
  }

  /// Tries one step less where that was not tried at this plan or a larger one, what saves most
  /// first. True where one is met: the plan is then that.
  bool take_untried() {
    std::vector<std::size_t> untried;
    for (std::size_t k = 0; k < plan_.size(); ++k) {
      const SpaceKnob& knob = space_.knobs()[k];
      if (plan_[k] - knob.step >= knob.least && !is_known(k)) untried.push_back(k);
    }
    std::stable_sort(untried.begin(), untried.end(), [&](std::size_t a, std::size_t b) {
      return saving(a, space_.knobs()[a].step) > saving(b, space_.knobs()[b].step);
    });
    for (const std::size_t k : untried) {
      if (trier_.is_over()) break;
      const SpaceKnob& knob = space_.knobs()[k];
      Levels less = plan_;
      less[k] -= knob.step;
      const Outcome& outcome =
          trier_.decide(less, 1, "less", fmt::format("{} {}", name_of_knob(k), knob.text(less[k])));
      if (outcome.trials == 0 && outcome.broken.empty()) return false;
      lowered_[k] = Lowered{outcome, plan_};
      if (outcome.verdict != Verdict::kMet || unconfirmed_.contains(less)) continue;
      plan_ = std::move(less);
      return true;
    }
    return false;
  }

  /// Whether one step less of the knob was tried at the plan, or at a larger design: what is not
  /// met there is not met here.
  [[nodiscard]] bool is_known(std::size_t k) const {
    if (!lowered_[k] || lowered_[k]->at[k] != plan_[k]) return false;
    for (std::size_t i = 0; i < plan_.size(); ++i) {
      if (plan_[i] > lowered_[k]->at[i]) return false;
    }
    return true;
  }

  [[nodiscard]] SizedKnob knob_of(std::size_t k) const {
    const SpaceKnob& knob = space_.knobs()[k];
    SizedKnob sized;
    sized.service = knob.service;
    sized.region = knob.region;
    sized.kind = knob.kind;
    sized.parameter = knob.parameter;
    sized.unit = knob.unit;
    sized.now = knob.text(knob.now);
    sized.plan = knob.text(plan_[k]);
    sized.now_size = knob.size(knob.now);
    sized.plan_size = knob.size(plan_[k]);
    sized.is_limit = knob.is_limit;
    if (!knob.is_limit) {
      sized.now_cost = knob.cost(knob.now);
      sized.plan_cost = knob.cost(plan_[k]);
    }
    explain(k, sized);
    return sized;
  }

  void explain(std::size_t k, SizedKnob& sized) const {
    const SpaceKnob& knob = space_.knobs()[k];
    const std::optional<Lowered>& less = lowered_[k];
    if (plan_[k] - knob.step < knob.least) {
      sized.binds = knob.is_limit ? "as the file says" : "the least there is";
      return;
    }
    if (!is_known(k)) {
      sized.binds = "not tried";
      return;
    }
    sized.one_less_verdict = less->outcome.verdict;
    sized.one_less_doubt = less->outcome.doubt;
    const auto& broken = less->outcome.broken;
    if (!broken.empty()) {
      sized.binds = broken.front().substr(0, broken.front().rfind(" ("));
      sized.one_less = broken.front();
    } else if (less->outcome.verdict == Verdict::kMet) {
      // What fresh trials did not confirm is not met, whatever those of the search said.
      Levels design = plan_;
      design[k] -= knob.step;
      if (unconfirmed_.contains(design)) {
        sized.one_less_verdict = Verdict::kInconclusive;
        sized.one_less_doubt = 1;
      }
      sized.binds = "fresh trials";
      sized.one_less = "seems met; no fresh trials confirm it";
    } else {
      sized.binds = "too close to tell";
      sized.one_less = "seems met";
    }
  }

  void count_neighbours(Sizing& sizing) const {
    double doubt = 0;
    for (std::size_t k = 0; k < plan_.size(); ++k) {
      if (!is_known(k)) continue;
      ++sizing.neighbours;
      if (lowered_[k]->outcome.verdict != Verdict::kMissed) continue;
      ++sizing.neighbours_missed;
      doubt += lowered_[k]->outcome.doubt;
    }
    sizing.neighbours_confidence = std::max(0.0, 1 - doubt);
  }

  Sizing result() {
    Sizing sizing;
    const scenarios::Scenario& scenario = space_.scenario();
    sizing.scenario = scenario.name;
    sizing.title = scenario.title;
    sizing.platform = scenario.platform->name;
    sizing.given = given_;
    sizing.load = space_.request().load;
    if (!space_.request().zone_down.empty()) {
      sizing.zone_down = space_.request().zone_down + " of " + space_.request().zone_region;
    }
    sizing.seed = space_.request().prepare.seed;
    sizing.is_billed = space_.is_billed();
    sizing.found = confirmed_;
    sizing.is_exact = is_exact_;
    sizing.interrupted = trier_.interrupted();
    sizing.out_of_time = trier_.out_of_time();
    const auto headroom = headroom_by_knob(space_, plan_);
    for (std::size_t k = 0; k < plan_.size(); ++k) {
      sizing.knobs.push_back(knob_of(k));
      sizing.knobs.back().headroom = headroom[k];
    }
    sizing.now_cost = space_.cost(space_.now());
    sizing.plan_cost = space_.cost(plan_);
    sizing.objectives = objectives_;
    sizing.confirmed_by = confirmed_by_;
    sizing.confidence = 1 - kError;
    count_neighbours(sizing);
    sizing.steps = trier_.steps();
    sizing.trials = trier_.trials();
    sizing.cpu_s = trier_.cpu_s();
    sizing.wall_s = trier_.wall_s();
    sizing.overlay = space_.overlay(plan_);
    sizing.inputs = plan_input_;
    add_findings(sizing);
    return sizing;
  }

  void add_findings(Sizing& sizing) const {
    const auto warn = [&](const char* code, std::string text) {
      sizing.findings.push_back({"warning", code, std::move(text)});
    };
    const auto& of_space = space_.findings();
    sizing.findings.insert(sizing.findings.end(), of_space.begin(), of_space.end());
    if (space_.knobs().empty()) warn("no-knobs", "Nothing that the traffic reaches can be sized.");
    if (!met_ && !is_exact_ && !trier_.interrupted() && !trier_.out_of_time()) {
      std::string text =
          "No design was found that meets the objectives, though capacity was raised "
          "again and again: these may not rest on it.";
      for (const std::string& broken : last_broken_) text += " Missed: " + broken + ".";
      warn("no-plan", std::move(text));
    }
    if (!trier_.refusal().empty()) {
      sizing.findings.push_back({"info", "refused", "A design was refused: " + trier_.refusal()});
    }
  }

  const DesignSpace& space_;
  Trier trier_;
  Levels plan_;
  Levels first_met_;  // the first design that was met: the plan never grows beyond it
  int looks_ = 0;     // at fresh trials
  std::uint32_t fresh_luck_ = kFreshLuck;  // first trial of the next confirmation
  std::int64_t growth_ = 1;                // steps by which the plan grows next
  std::set<Levels> unconfirmed_;           // designs that fresh trials did not confirm
  std::vector<std::optional<Lowered>> lowered_;
  std::vector<std::size_t> halved_;
  std::vector<std::optional<double>> headroom_;  // of the plan before any step less
  bool is_exact_ = false;
  bool met_ = false;
  bool confirmed_ = false;
  std::vector<ObjectiveReport> objectives_;
  std::uint32_t confirmed_by_ = 0;
  std::string given_;
  std::vector<std::string> last_broken_;
  std::vector<std::pair<std::string, std::string>> plan_input_;
};

}  // namespace

Sizing size_platform(const DesignSpace& space, const SizingOptions& options,
                     const SizingProgress& progress) {
  return SizingSearch(space, options, progress).run();
}

}  // namespace lifeboat::reports
