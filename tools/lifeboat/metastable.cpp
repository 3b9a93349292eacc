// lifeboat metastable: where a fault outlives its trigger, and what frees the platform.
#include <optional>

#include "models/io/problems.hpp"
#include "models/io/quantity.hpp"
#include "reports/document/metastable_document.hpp"
#include "reports/studies/metastable_study.hpp"
#include "reports/text/metastable_text.hpp"
#include "tools/lifeboat/command.hpp"
#include "tools/lifeboat/designs.hpp"
#include "tools/lifeboat/exit_status.hpp"
#include "tools/lifeboat/interrupt.hpp"
#include "tools/lifeboat/library.hpp"
#include "tools/lifeboat/problem_text.hpp"
#include "tools/lifeboat/progress.hpp"
#include "tools/lifeboat/swept_axis.hpp"
#include "tools/lifeboat/terminal.hpp"

namespace lifeboat::tools {

namespace {

constexpr std::uint32_t kTrialsOfACell = 3;
constexpr std::size_t kMostCells = 400;

OptionSet metastable_options() {
  OptionSet set;
  set.most_words = 3;
  add_design_options(set,
                     {.trials = "trials a cell, at least 2 (3 unless said)",
                      .set = "change a value in every cell; may be repeated",
                      .budget = "begin no further cell after this time, such as 2m",
                      .out = "write metastable.html, metastable.json and metastable.md there"});
  const auto text = [](const char* name) { return po::value<std::string>()->value_name(name); };
  set.options.add_options()                                                             //
      ("shed", text("SERVICE@REGION"), "who refuses requests (the first that can)")     //
      ("after", text("TIME"), "from the fault's end to the shedding (3m unless said)")  //
      ("for", text("TIME"), "how long it lasts (2m unless said)");
  return set;
}

double read_seconds(const ParsedOptions& parsed, const char* option, double standard) {
  if (!parsed.has(option)) return standard;
  const auto time = models::io::parse_duration(parsed.text(option));
  if (!time) throw UsageError("--" + std::string{option} + ": " + time.complaint().text);
  return time.value().to_seconds();
}

}  // namespace

int run_metastable(const Words& words) {
  const ParsedOptions parsed = parse_options(metastable_options(), words);
  if (parsed.words.size() < 3) {
    throw UsageError(
        "name a scenario, a load and a fault, each with values, such as\n"
        "  retry-storm traffic.view.rate=20/s,40/s,70/s faults.actions.slow.duration=1m,2m,4m");
  }
  const DesignOptions design = read_design_options(parsed, kTrialsOfACell);
  reports::MetastableOptions options;
  options.load = read_axis(parsed.words[1]);
  options.fault = read_axis(parsed.words[2]);
  if (options.load.path == options.fault.path) {
    throw UsageError("the load and the fault are the same parameter, " + options.load.path);
  }
  if (options.load.values.size() * options.fault.values.size() > kMostCells) {
    throw UsageError("too many cells: at most " + std::to_string(kMostCells));
  }
  options.file = find_scenario(parsed.words[0]);
  options.prepare = prepare_options(design);
  options.trials = design.trials;
  options.jobs = design.jobs;
  options.budget_s = design.budget_s;
  options.after_s = read_seconds(parsed, "after", options.after_s);
  options.lasts_s = read_seconds(parsed, "for", options.lasts_s);
  if (parsed.has("shed")) options.shed_at = parsed.text("shed");
  options.interrupted = &interrupted();
  prepare_out(design.out);
  models::io::Problems problems;
  std::optional<reports::Metastable> study;
  {
    Progress progress(design.progress);
    study = reports::study_metastable(options, problems, told_by(progress));
  }
  if (!study) {
    print_error(problem_text(problems));
    return kInvalidInput;
  }
  write_and_print(design, [&] { return reports::write_metastable(design.out, *study); },
                  {[&](const Files& files) {
                     return reports::metastable_text(*study, output_has_colours(), files);
                   },
                   [&] { return reports::metastable_markdown(*study); },
                   [&] { return reports::metastable_document(*study); }});
  return study->interrupted ? kInterrupted : kMet;
}

std::string help_metastable() {
  return "Looks for metastable states: a fault is over, and what it left behind (queues,\n"
         "retries, cold caches) keeps the platform down all the same. For a grid of loads\n"
         "and faults it says whether the platform recovers alone, only once a share of\n"
         "all requests is refused for a while (the smallest that frees every trial, with\n"
         "the same customers and luck), or not even then. PATH=VALUES are as in a sweep:\n"
         "the first is the load, the second the fault's duration or size.\n"
         "\n"
         "Options:\n" +
         options_help(metastable_options()) +
         "\n"
         "The scenario has to last long enough for a recovery after the shedding. Exit\n"
         "status: 0 looked, 3 invalid input, 1 internal error, 130 interrupted (cells that\n"
         "are complete are reported).\n"
         "\n"
         "Examples:\n"
         "  lifeboat metastable retry-storm traffic.view.rate=40/s..80/s:10/s \\\n"
         "      faults.actions.slow.duration=30s,1m,2m --set duration=25m\n"
         "  lifeboat metastable retry-storm traffic.view.rate=20/s,30/s,70/s \\\n"
         "      faults.actions.slow.parameters.speed=10%,50% --out report\n";
}

}  // namespace lifeboat::tools
