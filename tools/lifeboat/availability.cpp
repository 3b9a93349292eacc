// lifeboat availability: a year of incidents, each as often as it happens.
#include <optional>
#include <stdexcept>

#include <fmt/format.h>

#include "models/io/problems.hpp"
#include "models/io/quantity.hpp"
#include "reports/document/year_document.hpp"
#include "reports/studies/availability_study.hpp"
#include "reports/studies/prepare.hpp"
#include "reports/text/year_text.hpp"
#include "scenarios/year/year.hpp"
#include "tools/lifeboat/command.hpp"
#include "tools/lifeboat/designs.hpp"
#include "tools/lifeboat/exit_status.hpp"
#include "tools/lifeboat/interrupt.hpp"
#include "tools/lifeboat/library.hpp"
#include "tools/lifeboat/problem_text.hpp"
#include "tools/lifeboat/progress.hpp"
#include "tools/lifeboat/terminal.hpp"

namespace lifeboat::tools {

namespace {

constexpr std::uint32_t kTrialsOfYear = 5;
constexpr const char* kShippedYear = "a-year";

OptionSet availability_options() {
  OptionSet set;
  set.most_words = 1;
  add_design_options(set,
                     {.trials = "pairs of trials of each incident, at least 2 (5 unless said)",
                      .set = "change a value in every scenario; may be repeated",
                      .budget = "begin no further incident after this time, such as 5m",
                      .out = "write availability.html, availability.json and availability.md there",
                      .strategy = "another recovery strategy, wherever a region has one"});
  const auto text = [](const char* name) { return po::value<std::string>()->value_name(name); };
  set.options.add_options()  //
      ("promise", text("SHARE"), "the availability that is promised (the file's, 99.99%)");
  return set;
}

std::optional<scenarios::Year> load_year(const std::filesystem::path& file) {
  models::io::Problems problems;
  std::optional<scenarios::Year> year;
  if (const auto document = models::io::Document::parse_file(file, problems)) {
    year = scenarios::read_year(document->root(), problems);
  }
  if (!problems.empty()) print_error(problem_text(problems));
  return problems.has_errors() ? std::nullopt : year;
}

/// The scenario of a day; with the strategy asked for where one stands in it.
reports::PreparedDay prepare_day(const std::filesystem::path& file, bool without_faults,
                                 reports::PrepareOptions prepare) {
  prepare.whole_duration = true;
  prepare.without_faults = without_faults;
  const bool asked = prepare.strategy.has_value();
  models::io::Problems problems;
  auto input = reports::prepare_run(file, prepare, problems);
  const bool with_strategy = asked && input.has_value();
  if (!input && asked) {
    prepare.strategy.reset();
    problems = models::io::Problems();
    input = reports::prepare_run(file, prepare, problems);
  }
  if (!input) throw UsageError(file.string() + ":\n" + problem_text(problems));
  input->options.interrupted = &interrupted();
  return {std::move(*input), with_strategy};
}

int status_of(const reports::YearReport& report) {
  if (report.interrupted) return kInterrupted;
  switch (report.verdict) {
    case reports::Verdict::kMet:
      return kMet;
    case reports::Verdict::kMissed:
      return kMissed;
    case reports::Verdict::kInconclusive:
      break;
  }
  return kInconclusive;
}

}  // namespace

int run_availability(const Words& words) {
  const ParsedOptions parsed = parse_options(availability_options(), words);
  const DesignOptions options = read_design_options(parsed, kTrialsOfYear);
  auto year = load_year(find_year(parsed.words.empty() ? kShippedYear : parsed.words.front()));
  if (!year) return kInvalidInput;
  if (parsed.has("promise")) {
    const auto promise = models::io::parse_ratio(parsed.text("promise"));
    if (!promise || !(promise.value().value > 0) || !(promise.value().value < 1)) {
      throw UsageError("--promise: " + models::io::quote(parsed.text("promise")) +
                       " is no share between 0 and 1 (expected one such as 99.99%)");
    }
    year->promise = promise.value().value;
  }
  const reports::PrepareOptions prepare = prepare_options(options);
  reports::AvailabilityOptions study{
      options.trials, options.jobs, options.seed, options.budget_s, {}};
  study.strategy = options.strategy;
  prepare_out(options.out);
  // Every file is read and checked before any runs.
  for (const scenarios::YearlyIncident& incident : year->incidents) {
    static_cast<void>(prepare_day(incident.scenario, false, prepare));
  }
  reports::YearReport report;
  {
    Progress progress(options.progress);
    report = reports::study_availability(
        *year,
        [&](const std::filesystem::path& file, bool without_faults) {
          return prepare_day(file, without_faults, prepare);
        },
        study, told_by(progress));
  }
  if (report.incidents.empty()) {
    print_error(report.interrupted ? "Interrupted before there were two pairs of trials.\n"
                                   : "The budget ended before there were two pairs of trials.\n");
    return report.interrupted ? kInterrupted : kInconclusive;
  }
  write_and_print(
      options, [&] { return reports::write_year(options.out, report); },
      {[&](const Files& files) { return reports::year_text(report, output_has_colours(), files); },
       [&] { return reports::year_markdown(report); },
       [&] { return reports::year_document(report); }});
  return status_of(report);
}

std::string help_availability() {
  return "What a year of incidents leaves of the availability: each incident's scenario is\n"
         "run with and without its faults, on the same day with the same luck; what it\n"
         "loses beyond that day, times how often it happens, is its part of the year.\n"
         "Says what is lost in a year, which incident loses how much of it, the range\n"
         "that uncertain rates and few trials leave, and whether the promise holds. YEAR\n"
         "is a file (lifeboat explain year), or the shipped a-year, which stands for the\n"
         "reference platform.\n"
         "\n"
         "Options:\n" +
         options_help(availability_options()) +
         "\n"
         "Exit status: 0 the promise holds in the long run with a chance of 95 % or more,\n"
         "2 with 5 % or less, 4 in between, 3 invalid input, 1 internal error, 130\n"
         "interrupted (incidents that are complete are reported).\n"
         "\n"
         "Examples:\n"
         "  lifeboat availability\n"
         "  lifeboat availability --strategy warm-standby --out report\n"
         "  lifeboat availability our-year.json --promise 99.95% --trials 20\n";
}

}  // namespace lifeboat::tools
