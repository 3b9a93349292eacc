#include "reports/text/size_text.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "reports/text/words.hpp"

namespace lifeboat::reports {

namespace {

std::string wrapped(const std::string& text, std::size_t indent = 0) {
  std::string lines;
  for (const std::string& line : wrap(text, kColumns - indent)) {
    lines += std::string(indent, ' ') + line + "\n";
  }
  return lines;
}

std::string times_words(double factor) { return fmt::format("{:.3g}", factor); }

/// Under what the figures hold: "3 times its traffic, zone a of sg down".
template <class Found>
std::string conditions(const Found& found) {
  std::string words = found.title.empty() ? found.scenario : found.title;
  words += ", on " + found.platform;
  if (found.load != 1) words += fmt::format("; {} times its traffic", times_words(found.load));
  if (!found.zone_down.empty()) {
    words += "; zone " + found.zone_down + " is down and nothing replaces what stood there";
  }
  return words + ".";
}

std::string knob_name(const SizedKnob& knob) {
  return knob.region.empty() ? knob.service : knob.service + "@" + knob.region;
}

std::string knob_headroom(const SizedKnob& knob) {
  if (!knob.headroom || !std::isfinite(*knob.headroom)) return "-";
  return *knob.headroom < 100 ? fmt::format("{:.2f}", *knob.headroom) : "> 100";
}

std::string plan_words(const SizedKnob& knob) { return level_words(knob.plan, knob.unit); }

std::string one_less_verdict(const SizedKnob& knob) {
  return knob.one_less_verdict ? std::string{name_of(*knob.one_less_verdict)} : std::string{"-"};
}

std::string knob_table(const Sizing& sizing, bool colours) {
  std::size_t name = 7;
  std::size_t plan = 4;
  std::size_t now = 3;
  for (const SizedKnob& knob : sizing.knobs) {
    name = std::max(name, columns(knob_name(knob)));
    plan = std::max(plan, columns(plan_words(knob)));
    now = std::max(now, columns(knob.now));
  }
  name = std::min<std::size_t>(name, 24);
  std::string text = "\n" + strong("Plan", colours) + "\n  " + pad("service", name) + "  " +
                     pad_left("now", now) + "  " + pad("plan", plan) + "  " + "carries  " +
                     "one less\n";
  for (const SizedKnob& knob : sizing.knobs) {
    std::string line = "  " + pad(knob_name(knob), name) + "  " + pad_left(knob.now, now) + "  " +
                       pad(plan_words(knob), plan) + "  " + pad_left(knob_headroom(knob), 7) +
                       "  " + one_less_verdict(knob);
    while (line.ends_with(' ')) line.pop_back();
    text += line + "\n";
    const std::string& why = knob.one_less.empty() ? knob.binds : knob.one_less;
    text += wrapped(why, 6);
  }
  return text;
}

std::string objective_lines(const std::vector<ObjectiveReport>& objectives) {
  std::string text;
  for (const ObjectiveReport& objective : objectives) {
    std::string line = objective.objective;
    if (objective.estimate) {
      line += ": " + quantity_words(*objective.estimate, objective.unit);
      const std::string interval = interval_words(objective.low, objective.high, objective.unit);
      if (!interval.empty()) line += " (" + interval + ")";
    }
    const std::string verdict = "  " + pad(std::string{name_of(objective.verdict)}, 12) + " ";
    bool first = true;
    for (const std::string& part : wrap(line, kColumns - 15)) {
      text += (first ? verdict : std::string(15, ' ')) + part + "\n";
      first = false;
    }
  }
  return text;
}

std::string files_text(const std::vector<std::string>& files) {
  if (files.empty()) return {};
  std::string text = "\nWritten:\n";
  for (const std::string& file : files) text += "  " + file + "\n";
  return text;
}

std::string findings_text(const std::vector<Finding>& findings, bool colours) {
  std::string text;
  if (!findings.empty()) text += "\n" + strong("Be careful", colours) + "\n";
  for (const Finding& finding : findings) text += wrapped(finding.text);
  return text;
}

std::string size_foot(const Sizing& sizing) {
  return fmt::format(
      "{} trials in all (seed {}), every design with the same customers and luck. \"carries\" is "
      "the capacity of the service's tightest station over its mean offered load; \"one less\" is "
      "what the plan did with one step less of that alone. Counts stand still: no scaling policy "
      "adds to them.",
      sizing.trials, sizing.seed);
}

std::string point_verdict(const HeadroomPoint& point) {
  if (point.verdict != Verdict::kInconclusive) return std::string{name_of(point.verdict)};
  return point.seems_met ? "seems met" : "seems missed";
}

std::string headroom_foot(const Headroom& headroom) {
  return fmt::format(
      "{} trials in all (seed {}), every factor with the same luck; each \"met\" and \"missed\" is "
      "wrong with at most 5 %.",
      headroom.trials, headroom.seed);
}

}  // namespace

std::string level_words(const std::string& level, const std::string& unit) {
  if (unit.empty()) return level;
  const bool plural = unit.ends_with('s') && !unit.ends_with("ss");
  return level + " " + (level == "1" && plural ? unit.substr(0, unit.size() - 1) : unit);
}

std::string sized_cost_words(double cost, bool is_billed) {
  if (is_billed) return quantity_words(cost, "USD") + " a month";
  return number_words(cost) + (cost == 1 ? " server, task or node" : " servers, tasks and nodes");
}

std::vector<std::string> size_sentences(const Sizing& sizing) {
  std::vector<std::string> sentences;
  const std::string cost = sized_cost_words(sizing.plan_cost, sizing.is_billed);
  if (sizing.found) {
    sentences.push_back(fmt::format(
        "A plan of {} meets all objectives: {} fresh trials show it with {} confidence.", cost,
        sizing.confirmed_by, share_words(sizing.confidence)));
  } else if (sizing.is_exact) {
    sentences.push_back(
        fmt::format("A plan of {} meets all objectives by theory; the trials "
                    "leave it open.",
                    cost));
  } else if (sizing.interrupted || sizing.out_of_time) {
    sentences.push_back(fmt::format("The best design so far, of {}, is not confirmed.", cost));
  } else {
    sentences.emplace_back("No plan was found that surely meets all objectives.");
  }
  if (sizing.is_exact) {
    sentences.emplace_back(
        "Its counts are exact: every station is M/M/c and every objective has a closed form.");
  }
  if (sizing.plan_cost != sizing.now_cost) {
    sentences.push_back(fmt::format("What the file says now comes to {}.",
                                    sized_cost_words(sizing.now_cost, sizing.is_billed)));
  }
  if (sizing.neighbours > 0) {
    std::string sentence = fmt::format("With one step less, {} of {} miss an objective",
                                       sizing.neighbours_missed, sizing.neighbours);
    if (sizing.neighbours_missed > 0) {
      sentence += fmt::format(" (all of these rightly with {} confidence)",
                              share_words(sizing.neighbours_confidence));
    }
    if (sizing.neighbours_missed < sizing.neighbours)
      sentence += "; the others are too close to tell";
    sentences.push_back(sentence + ".");
  }
  if (sizing.interrupted) sentences.emplace_back("The search was interrupted.");
  if (sizing.out_of_time) {
    sentences.emplace_back("The budget ended the search: something cheaper may exist.");
  }
  return sentences;
}

std::string size_text(const Sizing& sizing, bool colours, const std::vector<std::string>& files) {
  std::string text;
  for (const std::string& sentence : size_sentences(sizing)) {
    for (const std::string& line : wrap(sentence, kColumns)) text += strong(line, colours) + "\n";
  }
  text += "\n" + wrapped(conditions(sizing));
  if (!sizing.knobs.empty()) text += knob_table(sizing, colours);
  if (!sizing.objectives.empty()) {
    text += "\n" + strong("Objectives", colours) + ", by the fresh trials\n" +
            objective_lines(sizing.objectives);
  }
  text += findings_text(sizing.findings, colours) + "\n" + wrapped(size_foot(sizing));
  return text + files_text(files);
}

std::string size_markdown(const Sizing& sizing) {
  std::string text;
  for (const std::string& sentence : size_sentences(sizing)) text += sentence + "\n";
  text += "\n" + conditions(sizing) +
          "\n\n| service | knob | now | plan | carries | one less | what binds |\n";
  text += "|---|---|---|---|---|---|---|\n";
  for (const SizedKnob& knob : sizing.knobs) {
    text += fmt::format("| {} | {} | {} | {} | {} | {} | {} |\n", table_cell(knob_name(knob)),
                        table_cell(knob.parameter), table_cell(knob.now),
                        table_cell(plan_words(knob)), knob_headroom(knob), one_less_verdict(knob),
                        table_cell(knob.one_less.empty() ? knob.binds : knob.one_less));
  }
  text += "\n| objective | verdict | figure |\n|---|---|---|\n";
  for (const ObjectiveReport& objective : sizing.objectives) {
    text += fmt::format(
        "| {} | {} | {} |\n", table_cell(objective.objective), name_of(objective.verdict),
        objective.estimate ? quantity_words(*objective.estimate, objective.unit) : "-");
  }
  return text + "\n" + size_foot(sizing) + "\n";
}

std::vector<std::string> headroom_sentences(const Headroom& headroom) {
  std::vector<std::string> sentences;
  if (headroom.estimate) {
    std::string sentence = fmt::format("The objectives hold up to {} times the traffic",
                                       fmt::format("{:.4g}", *headroom.estimate));
    if (headroom.low && headroom.high) {
      sentence += fmt::format(" (surely up to {:.4g}, surely not from {:.4g} on)", *headroom.low,
                              *headroom.high);
    }
    sentences.push_back(sentence + ".");
    for (const std::string& broken : headroom.breaks) {
      sentences.push_back("Beyond it this fails first: " + broken + ".");
      break;
    }
  } else {
    sentences.emplace_back("No factor was found at which the objectives begin to fail.");
  }
  if (!headroom.busiest.empty() && headroom.busiest_utilization) {
    sentences.push_back(fmt::format("The busiest there is {}, at {} of its capacity.",
                                    headroom.busiest, share_words(*headroom.busiest_utilization)));
  }
  if (!headroom.cause.empty()) {
    sentences.push_back("Most requests that fail there have the cause " + headroom.cause + ".");
  }
  if (headroom.full_at) {
    sentences.push_back(fmt::format("By theory {} runs full first, at {:.4g} times the traffic.",
                                    headroom.bottleneck, *headroom.full_at));
  }
  if (headroom.interrupted) sentences.emplace_back("The search was interrupted.");
  if (headroom.out_of_time) sentences.emplace_back("The budget ended the search.");
  return sentences;
}

std::string headroom_text(const Headroom& headroom, bool colours,
                          const std::vector<std::string>& files) {
  std::string text;
  for (const std::string& sentence : headroom_sentences(headroom)) {
    for (const std::string& line : wrap(sentence, kColumns)) text += strong(line, colours) + "\n";
  }
  text += "\n" + wrapped(conditions(headroom));
  text += "\n" + strong("Tried", colours) + "\n    factor  trials  objectives\n";
  for (const HeadroomPoint& point : headroom.points) {
    text +=
        fmt::format("  {:>8.4g}  {:>6}  {}\n", point.factor, point.trials, point_verdict(point));
  }
  if (headroom.breaks.size() > 1) {
    text += "\n" + strong("What fails first", colours) + "\n";
    for (const std::string& broken : headroom.breaks) text += wrapped(broken, 2);
  }
  text += findings_text(headroom.findings, colours) + "\n" + wrapped(headroom_foot(headroom));
  return text + files_text(files);
}

std::string headroom_markdown(const Headroom& headroom) {
  std::string text;
  for (const std::string& sentence : headroom_sentences(headroom)) text += sentence + "\n";
  text += "\n" + conditions(headroom) + "\n\n| factor | trials | objectives |\n|---|---|---|\n";
  for (const HeadroomPoint& point : headroom.points) {
    text += fmt::format("| {:.4g} | {} | {} |\n", point.factor, point.trials, point_verdict(point));
  }
  return text + "\n" + headroom_foot(headroom) + "\n";
}

}  // namespace lifeboat::reports
