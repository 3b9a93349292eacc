// lifeboat compare: designs side by side, with the same customers and luck.
#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "models/io/problems.hpp"
#include "reports/comparison/baseline.hpp"
#include "reports/document/comparison_document.hpp"
#include "reports/studies/compare_study.hpp"
#include "reports/text/comparison_text.hpp"
#include "tools/lifeboat/command.hpp"
#include "tools/lifeboat/designs.hpp"
#include "tools/lifeboat/exit_status.hpp"
#include "tools/lifeboat/progress.hpp"
#include "tools/lifeboat/sweep_values.hpp"
#include "tools/lifeboat/terminal.hpp"

namespace lifeboat::tools {

namespace {

constexpr std::size_t kMostVariants = 12;

OptionSet compare_options() {
  OptionSet set;
  set.most_words = kMostVariants;
  add_design_options(set, {.trials = "pairs of trials, at least 2 (20 unless said)",
                           .set = "change a value in every variant; may be repeated",
                           .budget = "begin no further trials after this time, such as 2m",
                           .out = "write compare.html, compare.json and compare.md there"});
  set.options.add_options()(
      "baseline", po::value<std::string>()->value_name("FILE"),
      "compare with an earlier run: its result.json, which is the first design");
  return set;
}

constexpr std::string_view kStrategy = "strategy=";
constexpr std::string_view kOverlay = "overlay=";
constexpr std::string_view kStandby = "standby=";

/// A scenario, changes of the first design (PATH=VALUE[,PATH=VALUE...]), or both; a change may be
/// another recovery strategy (strategy=NAME) or a further overlay (overlay=FILE or name). `first`
/// is empty for the first word.
DesignWords read_variant(const std::string& word, const std::optional<DesignWords>& first) {
  DesignWords changes;
  changes.name = word;
  for (const std::string& part : split_at_commas(word)) {
    if (part.empty()) throw UsageError("an empty part in " + models::io::quote(word));
    if (part.starts_with(kStrategy)) {
      changes.strategy = part.substr(kStrategy.size());
    } else if (part.starts_with(kOverlay)) {
      changes.overlays.push_back(part.substr(kOverlay.size()));
    } else if (part.starts_with(kStandby)) {
      changes.standby = read_standby(part.substr(kStandby.size()));
    } else if (part.find('=') != std::string::npos) {
      changes.set.push_back(part);
    } else if (!changes.scenario.empty()) {
      throw UsageError(models::io::quote(word) + " names two scenarios: give them as two words");
    } else {
      changes.scenario = part;
    }
  }
  if (!changes.scenario.empty()) return changes;
  if (!first) {
    throw UsageError(models::io::quote(word) +
                     " changes a scenario, but none is named: the first word is one");
  }
  DesignWords variant = *first;
  variant.name = word;
  variant.set.insert(variant.set.end(), changes.set.begin(), changes.set.end());
  variant.overlays.insert(variant.overlays.end(), changes.overlays.begin(), changes.overlays.end());
  if (!changes.strategy.empty()) variant.strategy = changes.strategy;
  if (changes.standby) variant.standby = changes.standby;
  return variant;
}

/// Short names that tell the variants apart: of a change the end of its path, of a word given twice
/// its number.
void name_variants(std::vector<DesignWords>& variants) {
  for (DesignWords& variant : variants) {
    for (const std::string_view key : {kStrategy, kOverlay}) {
      if (variant.name.starts_with(key)) variant.name.erase(0, key.size());
    }
    const std::size_t equals = variant.name.find('=');
    if (variant.set.empty() || variant.name != variant.set.back()) continue;
    const std::size_t last = variant.name.rfind('.', equals);
    if (last == std::string::npos || last == 0) continue;
    const std::size_t before = variant.name.rfind('.', last - 1);
    const std::string brief = variant.name.substr(before == std::string::npos ? 0 : before + 1);
    const auto same_end = [&](const DesignWords& other) {
      return &other != &variant && other.name.ends_with("." + brief);
    };
    if (std::none_of(variants.begin(), variants.end(), same_end)) variant.name = brief;
  }
  for (std::size_t i = 0; i < variants.size(); ++i) {
    std::ptrdiff_t same = 1;
    for (std::size_t j = 0; j < i; ++j) {
      if (variants[j].name == variants[i].name) ++same;
    }
    if (same > 1) variants[i].name += fmt::format(" ({})", same);
  }
}

struct CompareArguments {
  std::vector<DesignWords> variants;
  std::string baseline;
  DesignOptions options;
};

CompareArguments read_compare_arguments(const Words& words) {
  const ParsedOptions parsed = parse_options(compare_options(), words);
  CompareArguments arguments;
  if (parsed.words.empty()) {
    throw UsageError("name what is to be compared: a scenario, then others or changes of it");
  }
  for (const std::string& word : parsed.words) {
    const bool is_first = arguments.variants.empty();
    arguments.variants.push_back(
        read_variant(word, is_first ? std::nullopt : std::optional{arguments.variants.front()}));
  }
  if (parsed.has("baseline")) {
    arguments.baseline = parsed.text("baseline");
    if (arguments.baseline.empty()) throw UsageError("--baseline needs a file");
  }
  if (arguments.variants.size() < 2 && arguments.baseline.empty()) {
    throw UsageError("one design has nothing to be compared with: name another, such as " +
                     models::io::quote(parsed.words[0] + " platform.services.web.desiredCount=8"));
  }
  name_variants(arguments.variants);
  arguments.options = read_design_options(parsed);
  return arguments;
}

std::vector<reports::Variant> prepare_variants(const CompareArguments& arguments) {
  std::vector<reports::Variant> variants;
  for (const DesignWords& words : arguments.variants) {
    auto input = prepare_design(words, arguments.options, true);
    if (!input) return {};
    variants.push_back({words.name, std::move(*input)});
  }
  return variants;
}

}  // namespace

int run_compare(const Words& words) {
  const CompareArguments arguments = read_compare_arguments(words);
  const DesignOptions& options = arguments.options;
  std::optional<reports::Baseline> baseline;
  if (!arguments.baseline.empty()) {
    try {
      baseline = reports::read_baseline(arguments.baseline);
    } catch (const std::runtime_error& error) {
      throw UsageError(std::string("--baseline: ") + error.what());
    }
  }
  const std::vector<reports::Variant> variants = prepare_variants(arguments);
  if (variants.empty()) return kInvalidInput;
  prepare_out(options.out);
  reports::Comparison comparison;
  {
    Progress progress(options.progress);
    comparison = reports::compare_variants(
        variants, {options.trials, options.jobs, options.budget_s, {}}, told_by(progress));
  }
  if (comparison.interrupted && comparison.trials < 2) {
    print_error("Interrupted before there were two pairs of trials.\n");
    return kInterrupted;
  }
  if (baseline) reports::compare_with(comparison, *baseline, variants.front().input.scenario);
  write_and_print(options, [&] { return reports::write_comparison(options.out, comparison); },
                  {[&](const Files& files) {
                     return reports::comparison_text(comparison, output_has_colours(), files);
                   },
                   [&] { return reports::comparison_markdown(comparison); },
                   [&] { return reports::comparison_document(comparison); }});
  return comparison.interrupted ? kInterrupted : kMet;
}

std::string help_compare() {
  return "Runs the same trials of several designs, with the same customers and luck, and\n"
         "says which differences are real and which are noise. The first word is a\n"
         "scenario: what the others are compared with. Each further word is a scenario\n"
         "(a file or the name of a shipped one), changes of the first (PATH=VALUE, several\n"
         "joined by commas, as --set takes them; strategy=NAME is another recovery\n"
         "strategy, overlay=FILE an overlay of the platform, standby=40% another share of\n"
         "the other region's tasks that stand by), or a scenario with changes. With\n"
         "--baseline one design is enough.\n"
         "Every design runs for the scenario's whole duration, also where it would end\n"
         "once it has recovered.\n"
         "\n"
         "Options:\n" +
         options_help(compare_options()) +
         "\n"
         "A difference is real if its 95 % interval leaves zero out; \"best\" stands where\n"
         "one design is better than every other. Exit status: 0 compared, 3 invalid input,\n"
         "1 internal error, 130 interrupted (complete pairs are reported).\n"
         "\n"
         "Examples:\n"
         "  lifeboat compare flash-target-tracking flash-step flash-scheduled\n"
         "  lifeboat compare steady-hour platform.services.storefront-web.desiredCount=20\n"
         "  lifeboat compare lose-singapore strategy=backup-restore strategy=hot-standby\n"
         "  lifeboat compare flash-target-tracking overlay=flash-step overlay=mine.json\n"
         "  lifeboat compare retry-storm retry-storm-shed --out report\n"
         "  lifeboat compare scale-out-60s scale-out-20s --format markdown >> review.md\n"
         "  lifeboat compare steady-hour --baseline last-week/result.json\n";
}

}  // namespace lifeboat::tools
