#include "reports/text/automation_text.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "reports/text/words.hpp"

namespace lifeboat::reports {

namespace {

std::string time_words(const std::optional<double>& seconds) {
  return seconds ? duration_words(*seconds) : "-";
}

/// A saving; one that costs time has its sign. Infinite: from no recovery by the end to one, or
/// back.
std::string saving_words(double seconds) {
  if (std::isinf(seconds)) return seconds > 0 ? "all" : "-all";
  if (seconds < 0) return "-" + duration_words(-seconds);
  return seconds == 0 ? "0 s" : duration_words(seconds);
}
std::string saving_words(const std::optional<PairedDifference>& saving) {
  return saving ? saving_words(saving->value) : "-";
}

/// Both ends of its interval in the unit that fits the greater one: "28 to 33 min"; or nothing.
std::string saving_interval(const std::optional<PairedDifference>& saving) {
  if (!saving || !saving->low || !saving->high) return {};
  const double most = std::max(std::abs(*saving->low), std::abs(*saving->high));
  const bool minutes = most >= 120;
  const double unit = minutes ? 60 : 1;
  return fmt::format("{:.1f} to {:.1f} {}", *saving->low / unit, *saving->high / unit,
                     minutes ? "min" : "s");
}

std::string met_words(const RecoveryFigures& figures) {
  return figures.share_met ? share_words(*figures.share_met) : "-";
}

std::string met_interval(const RecoveryFigures& figures) {
  if (!figures.share_low || !figures.share_high) return {};
  return fmt::format("{} to {}", share_words(*figures.share_low), share_words(*figures.share_high));
}

std::string slack_words(const AutomationStudy& study, const AutomationStep& step) {
  if (step.step.empty() || study.with_path == 0) return "-";
  return step.slack_s ? saving_words(*step.slack_s) : "after";
}

std::string owner_words(const AutomationStep& step) {
  return step.owner.empty() ? "automatic" : step.owner;
}

std::string as_it_is_words(const AutomationStudy& study) {
  const RecoveryFigures& now = study.as_it_is;
  std::string words = "recovery " + time_words(now.p50_s) + " at the median, " +
                      time_words(now.p95_s) + " at the 95th percentile";
  if (study.target) {
    words += fmt::format("; \"{}\" is met in {} of the trials ({})", *study.target, met_words(now),
                         met_interval(now));
  }
  return words + ".";
}

bool saves(const AutomationStep& step) {
  const auto real = [](const std::optional<PairedDifference>& saving) {
    return saving && saving->value != 0;
  };
  return real(step.saves_p50) || real(step.saves_p95);
}

std::string trimmed(std::string line) {
  while (line.ends_with(' ')) line.pop_back();
  return line + "\n";
}

std::string step_lines(const AutomationStudy& study, const AutomationStep& step) {
  std::string first = "  " + pad(step.name(), 18) + pad(owner_words(step), 11) +
                      pad_left(share_words(step.on_path), 7) +
                      pad_left(slack_words(study, step), 11);
  if (!step.alone) return trimmed(first);
  first += pad_left(saving_words(step.saves_p50), 13) + pad_left(saving_words(step.saves_p95), 13);
  std::string text = trimmed(first);
  const std::string p50 = saving_interval(step.saves_p50);
  const std::string p95 = saving_interval(step.saves_p95);
  if (saves(step) && (!p50.empty() || !p95.empty())) {
    text += trimmed(std::string(36, ' ') + pad_left(p50, 26) + pad_left(p95, 18));
  }
  return text;
}

std::string order_lines(const AutomationStudy& study, std::size_t turn) {
  const AutomationTurn& row = study.order[turn];
  return trimmed(fmt::format("  {}. ", turn + 1) + pad(study.steps[row.step].name(), 18) +
                 pad_left(time_words(row.with.p50_s), 13) +
                 pad_left(time_words(row.with.p95_s), 13) + pad_left(met_words(row.with), 9) +
                 "  " + met_interval(row.with));
}

std::string head(const AutomationStudy& study) {
  return fmt::format("{} trials with the same luck (seed {}); a script takes {}.", study.trials,
                     study.seed, study.script);
}

}  // namespace

std::vector<std::string> automation_sentences(const AutomationStudy& study) {
  std::vector<std::string> sentences{"As it is: " + as_it_is_words(study)};
  std::string order;
  for (std::size_t i = 0; i < study.order.size(); ++i) {
    const AutomationTurn& turn = study.order[i];
    order += fmt::format("{} {}: {} at the median, {} at the 95th percentile",
                         i == 0 ? "Automate first" : "; then", study.steps[turn.step].name(),
                         saving_words(turn.further_p50), saving_words(turn.further_p95));
    if (i == 0) order += " sooner";
  }
  if (!order.empty()) {
    const RecoveryFigures& last = study.order.back().with;
    order += ". With all of that recovery takes " + time_words(last.p50_s) + " and " +
             time_words(last.p95_s);
    if (last.share_met) {
      order += fmt::format(", and the objective is met in {} of the trials ({})", met_words(last),
                           met_interval(last));
    }
    sentences.push_back(order + ".");
  }
  if (study.order_is_whole) {
    std::string rest = study.order.empty()
                           ? "No step that people do saves anything by being automatic alone"
                           : "No other step saves anything by itself then";
    if (study.everything) {
      rest += "; with every step automatic recovery takes " + time_words(study.everything->p50_s) +
              " and " + time_words(study.everything->p95_s);
    }
    sentences.push_back(rest + ".");
  } else if (study.interrupted) {
    sentences.emplace_back("Interrupted: steps that were not reached have no savings.");
  } else if (study.out_of_budget) {
    sentences.emplace_back("The budget ended it: steps that were not reached have no savings.");
  }
  return sentences;
}

std::string automation_text(const AutomationStudy& study, bool colours,
                            const std::vector<std::string>& files) {
  std::string text = strong("What automation saves: " + study.scenario, colours) + "\n";
  if (!study.title.empty()) text += paragraph(study.title);
  if (!study.given.empty()) text += paragraph("Given: " + study.given + ".");
  text += head(study) + "\n\n";
  for (const std::string& sentence : automation_sentences(study)) text += paragraph(sentence);
  text += "\n" + pad("Each step alone", 20) + pad("by", 11) + pad_left("path", 7) +
          pad_left("slack", 11) + pad_left("saves p50", 13) + pad_left("saves p95", 13) + "\n";
  for (const AutomationStep& step : study.steps) text += step_lines(study, step);
  if (!study.order.empty()) {
    text += "\nIn this order" + std::string(10, ' ') + pad_left("p50", 13) + pad_left("p95", 13) +
            pad_left("RTO met", 9) + "\n";
    for (std::size_t i = 0; i < study.order.size(); ++i) text += order_lines(study, i);
  }
  text +=
      "\n" +
      paragraph(
          "path: in what share of the trials the step, or the wait for whoever does it, is on "
          "the critical path. slack: by how much later it could end (after: nothing that acts "
          "waits for it). Savings are differences of the same trials, with 95 % intervals where "
          "there are trials enough; all: it makes the difference between a recovery by the end "
          "of the run and none.");
  for (const Finding& finding : study.findings) {
    text += "\n" + paragraph("Be careful: " + finding.text);
  }
  for (const std::string& file : files) text += (&file == files.data() ? "\n" : "") + file + "\n";
  return text;
}

std::string automation_markdown(const AutomationStudy& study) {
  std::string text =
      "## What automation saves: " + table_cell(study.scenario) + "\n\n" + head(study) + "\n\n";
  for (const std::string& sentence : automation_sentences(study)) text += "- " + sentence + "\n";
  text +=
      "\n| step | by | on the path | slack | saves at p50 | saves at p95 | RTO met |\n"
      "|---|---|---:|---:|---:|---:|---:|\n";
  const auto with_interval = [](const std::optional<PairedDifference>& saving) {
    const std::string interval = saving_interval(saving);
    return saving_words(saving) + (interval.empty() ? "" : " (" + interval + ")");
  };
  for (const AutomationStep& step : study.steps) {
    text += fmt::format("| {} | {} | {} | {} | {} | {} | {} |\n", table_cell(step.name()),
                        table_cell(owner_words(step)), share_words(step.on_path),
                        slack_words(study, step), step.alone ? with_interval(step.saves_p50) : "",
                        step.alone ? with_interval(step.saves_p95) : "",
                        step.alone ? met_words(*step.alone) : "");
  }
  if (study.order.empty()) return text;
  text += "\n| order | automatic | p50 | p95 | RTO met |\n|---:|---|---:|---:|---:|\n";
  text += fmt::format("| 0 | as it is | {} | {} | {} |\n", time_words(study.as_it_is.p50_s),
                      time_words(study.as_it_is.p95_s), met_words(study.as_it_is));
  for (std::size_t i = 0; i < study.order.size(); ++i) {
    const AutomationTurn& turn = study.order[i];
    text += fmt::format("| {} | and {} | {} | {} | {} |\n", i + 1,
                        table_cell(study.steps[turn.step].name()), time_words(turn.with.p50_s),
                        time_words(turn.with.p95_s), met_words(turn.with));
  }
  return text;
}

}  // namespace lifeboat::reports
