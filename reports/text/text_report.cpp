#include "reports/text/text_report.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "reports/seconds.hpp"
#include "reports/text/bill_text.hpp"
#include "reports/text/words.hpp"

namespace lifeboat::reports {

namespace {

enum class Colour { kGreen, kRed, kYellow, kBold, kFaint };

class ReportWriter {
 public:
  ReportWriter(const Report& report, const TextOptions& options)
      : report_(report), options_(options) {}

  std::string write() {
    verdict();
    objectives();
    figures();
    critical_path();
    hurt_most();
    losses();
    cost();
    findings();
    files();
    return std::move(out_);
  }

 private:
  [[nodiscard]] std::string paint(std::string_view text, Colour colour) const {
    if (!options_.colours) return std::string{text};
    const char* code = "";
    switch (colour) {
      case Colour::kGreen:
        code = "1;32";
        break;
      case Colour::kRed:
        code = "1;31";
        break;
      case Colour::kYellow:
        code = "1;33";
        break;
      case Colour::kBold:
        code = "1";
        break;
      case Colour::kFaint:
        code = "2";
        break;
    }
    return fmt::format("\x1b[{}m{}\x1b[0m", code, text);
  }

  [[nodiscard]] std::string paint(std::string_view text, Verdict verdict) const {
    switch (verdict) {
      case Verdict::kMet:
        return paint(text, Colour::kGreen);
      case Verdict::kMissed:
        return paint(text, Colour::kRed);
      case Verdict::kInconclusive:
        return paint(text, Colour::kYellow);
    }
    return std::string{text};
  }

  /// Without blanks at its end: a last column may be empty.
  void line(std::string_view text = {}) {
    out_ += text.substr(0, text.find_last_not_of(' ') + 1);
    out_ += '\n';
  }

  void heading(std::string_view text) {
    line();
    line(paint(text, Colour::kBold));
  }

  /// A text with an indent, wrapped; the first line may start differently.
  void paragraph(std::string_view text, std::size_t indent, std::string_view first = {}) {
    const std::string space(indent, ' ');
    bool is_first = true;
    for (const std::string& one : wrap(text, kColumns - indent)) {
      line((is_first && !first.empty() ? std::string{first} : space) + one);
      is_first = false;
    }
  }

  [[nodiscard]] std::string verdict_words() const {
    const auto count = [&](Verdict verdict) {
      return std::count_if(report_.objectives.begin(), report_.objectives.end(),
                           [&](const ObjectiveReport& one) { return one.verdict == verdict; });
    };
    const auto all = static_cast<std::ptrdiff_t>(report_.objectives.size());
    if (all == 0) return "NOTHING TO JUDGE: the scenario has no objectives.";
    if (report_.trials == 0) return "INCONCLUSIVE: no trial ran to its end.";
    switch (report_.verdict) {
      case Verdict::kMet:
        return all == 1 ? "MET: the objective holds."
                        : fmt::format("MET: all {} objectives hold.", all);
      case Verdict::kMissed:
        return fmt::format("MISSED: {} of {} objective{} missed.", count(Verdict::kMissed), all,
                           all == 1 ? " is" : "s are");
      case Verdict::kInconclusive:
        return fmt::format("INCONCLUSIVE: {} of {} objective{} not settled by {} trial{}.",
                           count(Verdict::kInconclusive), all, all == 1 ? " is" : "s are",
                           report_.trials, report_.trials == 1 ? "" : "s");
    }
    return {};
  }

  void verdict() {
    line(paint(verdict_words(), report_.objectives.empty() ? Verdict::kMet : report_.verdict));
    line();
    std::string what = report_.title.empty() ? report_.scenario : report_.title;
    if (!report_.platform.empty()) what += fmt::format(", on {}", report_.platform);
    if (!report_.strategy.empty()) what += fmt::format(" with {}", report_.strategy);
    paragraph(what + ".", 0);
    std::string how =
        fmt::format("{} trial{} of {}, seed {}", report_.trials, report_.trials == 1 ? "" : "s",
                    duration_words(seconds_of(report_.duration)), report_.seed);
    how += report_.given.empty() ? "; no fault was injected." : "; given: " + report_.given + ".";
    paragraph(how, 0);
    if (report_.interrupted) paragraph("Interrupted: only complete trials count.", 0);
  }

  void objectives() {
    if (report_.objectives.empty()) return;
    heading("Objectives");
    for (const ObjectiveReport& one : report_.objectives) {
      const std::string name{name_of(one.verdict)};
      line(fmt::format("  {}{} {}", paint(name, one.verdict),
                       std::string(12 - std::min<std::size_t>(12, name.size()), ' '),
                       one.objective));
      std::string reason;
      if (!one.subject.empty() && one.objective.find('*') != std::string::npos) {
        reason = one.subject + ": ";
      }
      const std::string estimate = one.estimate ? estimate_words(one) : std::string{};
      reason += estimate;
      if (!estimate.empty() && !one.reason.empty()) reason += "; ";
      reason += one.reason;
      if (!reason.empty()) paragraph(reason, 15);
    }
  }

  /// The estimate with its interval; nothing where the reason of a mean begins with it.
  [[nodiscard]] static std::string estimate_words(const ObjectiveReport& one) {
    if (one.reason.starts_with(quantity_words(*one.estimate, one.unit))) return {};
    std::string text;
    if (one.share_needed) {
      if (one.p50) text += "p50 " + quantity_words(*one.p50, one.unit);
      if (one.p95) text += (text.empty() ? "p95 " : ", p95 ") + quantity_words(*one.p95, one.unit);
      return text.empty() ? "mean " + quantity_words(*one.estimate, one.unit) : text;
    }
    text = quantity_words(*one.estimate, one.unit);
    const std::string interval = interval_words(one.low, one.high, one.unit);
    if (!interval.empty()) text += fmt::format(" ({})", interval);
    return text;
  }

  void row(std::string_view name, const std::string& value, const std::string& note) {
    paragraph(value + (note.empty() ? "" : "  " + note), 24, "  " + pad(name, 21) + " ");
  }

  void figures() {
    heading("Key figures");
    for (const FigureReport& figure : report_.figures) {
      const std::string interval = interval_words(figure.low, figure.high, figure.unit);
      std::string note = interval.empty() ? "" : fmt::format("({})", interval);
      if (figure.name == "availability" && report_.given.empty()) note += " no fault was injected";
      row(figure.label, quantity_words(figure.value, figure.unit), note);
    }
    if (report_.has_faults) recovery_rows();
    journeys();
  }

  void recovery_rows() {
    const RecoveryReport& recovery = report_.recovery;
    std::string outcomes =
        fmt::format("{} of {} trials recovered", recovery.recovered, report_.trials);
    if (recovery.not_breached > 0)
      outcomes += fmt::format(", {} not breached", recovery.not_breached);
    if (recovery.censored > 0) outcomes += fmt::format(", {} not by the end", recovery.censored);
    if (recovery.already_failing > 0) {
      outcomes += fmt::format(", {} failing before", recovery.already_failing);
    }
    if (recovery.rto.count > 0) {
      row("RTO",
          fmt::format("p50 {}, p95 {}", duration_words(recovery.rto.p50),
                      duration_words(recovery.rto.p95)),
          "(" + outcomes + ")");
    } else {
      row("RTO", "none", "(" + outcomes + ")");
    }
    row("RPO",
        fmt::format("p50 {}, p95 {}", duration_words(recovery.rpo.p50),
                    duration_words(recovery.rpo.p95)),
        "");
  }

  void journeys() {
    if (report_.journeys.empty()) return;
    line();
    line(paint(fmt::format("  {} {:>13} {:>10} {:>9} {:>9}  {}", pad("journey", 18), "offered",
                           "good", "p50", "p99", "most failures"),
               Colour::kFaint));
    for (const JourneyReport& journey : report_.journeys) {
      const std::string good = journey.offered > 0
                                   ? share_words(static_cast<double>(journey.good) /
                                                 static_cast<double>(journey.offered))
                                   : "";
      const auto latency = [](const QuantileReport& q) {
        return q.value ? duration_words(*q.value) : std::string{"too few"};
      };
      line(fmt::format("  {} {} {} {} {}  {}", pad(journey.name, 18),
                       pad_left(count_words(journey.offered), 13), pad_left(good, 10),
                       pad_left(latency(journey.latency.p50), 9),
                       pad_left(latency(journey.latency.p99), 9), main_cause(journey)));
    }
  }

  [[nodiscard]] static std::string main_cause(const JourneyReport& journey) {
    const auto worst = std::max_element(journey.failed_by.begin(), journey.failed_by.end());
    if (worst == journey.failed_by.end() || *worst == 0) return "";
    return std::string{sim::name_of(static_cast<sim::Cause>(worst - journey.failed_by.begin()))};
  }

  void critical_path() {
    const auto& path = report_.recovery.critical_path;
    if (path.empty()) return;
    heading("What took the time (critical path from the fault to recovered)");
    line(paint(fmt::format("  {} {} {}  {}", pad("", 38), pad_left("p50", 10), pad_left("p95", 10),
                           "of trials"),
               Colour::kFaint));
    double longest = 0;
    for (const PathSegment& segment : path) longest = std::max(longest, segment.p50_s);
    for (const PathSegment& segment : path) {
      const auto length =
          static_cast<std::size_t>(longest > 0 ? std::ceil(segment.p50_s / longest * 14) : 0);
      line(fmt::format(
          "  {} {} {} {}  {}", pad(segment.segment, 23), pad(std::string(length, '#'), 14),
          pad_left(duration_words(segment.p50_s), 10), pad_left(duration_words(segment.p95_s), 10),
          share_words(segment.share_of_trials)));
    }
  }

  /// "abandoned 51 %, reset 49 %": what was wrong most.
  [[nodiscard]] static std::string causes_words(const HarmRow& harm) {
    constexpr std::size_t kMostCauses = 2;
    std::string words;
    for (std::size_t i = 0; i < std::min(kMostCauses, harm.causes.size()); ++i) {
      words += fmt::format("{}{} {}", i == 0 ? "" : ", ", harm.causes[i].cause,
                           share_words(harm.causes[i].share));
    }
    return words;
  }

  /// The worst parts, and how many there are below.
  void hurt_most() {
    constexpr std::size_t kMostRows = 8;
    constexpr double kLeastShare = 0.01;
    const auto& rows = report_.recovery.hurt_most;
    if (rows.empty()) return;
    heading("What hurt most (requests that were not good: when they came, what was wrong)");
    std::size_t shown = 0;
    for (const HarmRow& harm : rows) {
      if (shown == kMostRows || harm.share < kLeastShare) break;
      ++shown;
      const auto length = static_cast<std::size_t>(std::ceil(harm.share / rows[0].share * 14));
      line(fmt::format("  {} {} {}  {}", pad(shortened(harm.segment, 22), 23),
                       pad(std::string(length, '#'), 14), pad_left(share_words(harm.share), 6),
                       causes_words(harm)));
    }
    const std::size_t rest = rows.size() - shown;
    if (rest == 0) return;
    double share = 0;
    for (std::size_t i = shown; i < rows.size(); ++i) share += rows[i].share;
    line(
        paint(fmt::format("  and {} more, {} together", rest, share_words(share)), Colour::kFaint));
  }

  void losses() {
    const auto& recovery = report_.recovery;
    if (!report_.has_faults || (recovery.stores.empty() && recovery.classes.empty())) return;
    heading("What was lost");
    bool any = false;
    for (const StoreLossReport& store : recovery.stores) {
      if (!store.any_opened) continue;
      any = true;
      row(store.store,
          fmt::format("{} of writes at p95, p50 {}", duration_words(store.seconds.p95),
                      duration_words(store.seconds.p50)),
          fmt::format("({} writes on average)", number_words(store.writes_lost.mean)));
    }
    for (const ClassLossReport& one : recovery.classes) {
      any = true;
      row(one.name + (one.critical ? " (critical)" : ""),
          fmt::format("lost {}, stranded {}, torn {}, duplicate {} on average",
                      number_words(one.lost.mean), number_words(one.stranded.mean),
                      number_words(one.torn.mean), number_words(one.duplicate.mean)),
          fmt::format("(some lost in {} of trials)", share_words(one.p_any_lost)));
    }
    if (!any) paragraph("No copy was opened: nothing was lost for good.", 2);
  }

  void cost() {
    if (!report_.cost) return;
    using models::prices::to_text;
    const CostReport& cost = *report_.cost;
    heading("Cost");
    const std::string hours = duration_words(cost.run_hours * 3600);
    row("This run", to_text(cost.run) + " USD", fmt::format("({})", hours));
    row("A month like it", to_text(cost.bill.total.simulated) + " USD",
        fmt::format("({} scaled to 730 h)", hours));
    row("Declared, a month", to_text(cost.bill.total.declared) + " USD", "");
    line();
    out_ += category_table(cost.bill);
  }

  void findings() {
    if (report_.findings.empty()) return;
    heading("Be careful");
    for (const Finding& finding : report_.findings) {
      paragraph(
          finding.text, 4,
          finding.severity == "warning" ? paint("  ! ", Colour::kYellow) : std::string{"  - "});
    }
  }

  void files() {
    if (options_.files.empty()) return;
    heading("Written");
    for (const std::string& file : options_.files) line("  " + file);
  }

  const Report& report_;
  const TextOptions& options_;
  std::string out_;
};

}  // namespace

std::string text_report(const Report& report, const TextOptions& options) {
  return ReportWriter(report, options).write();
}

}  // namespace lifeboat::reports
