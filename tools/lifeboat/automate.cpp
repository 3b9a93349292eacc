// lifeboat automate: what each step of a scenario's runbooks would save if a script did it.
#include <algorithm>
#include <stdexcept>

#include <fmt/format.h>

#include "models/io/problems.hpp"
#include "models/io/quantity.hpp"
#include "reports/document/automation_document.hpp"
#include "reports/studies/automation_study.hpp"
#include "reports/studies/prepare.hpp"
#include "reports/text/automation_text.hpp"
#include "scenarios/scenario/scenario.hpp"
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

constexpr std::uint32_t kTrialsOfAutomation = 40;

OptionSet automate_options() {
  OptionSet set;
  set.most_words = 1;
  add_design_options(set, {.trials = "trials of each design, at least 2 (40 unless said)",
                           .set = "change a value before anything else; may be repeated",
                           .budget = "begin no further design after this time, such as 5m",
                           .out = "write automation.html, automation.json and automation.md there",
                           .strategy = "another recovery strategy"});
  const auto text = [](const char* name) { return po::value<std::string>()->value_name(name); };
  set.options.add_options()  //
      ("script", text("TIME"),
       "what a script takes in the place of a person's labour (10s unless said: a guess, 1 s to "
       "2 min)");
  return set;
}

}  // namespace

int run_automate(const Words& words) {
  const ParsedOptions parsed = parse_options(automate_options(), words);
  const DesignOptions options = read_design_options(parsed, kTrialsOfAutomation);
  reports::AutomationOptions study{options.trials, options.jobs, options.budget_s};
  if (parsed.has("script")) study.script = parsed.text("script");
  if (!models::io::parse_duration(study.script)) {
    throw UsageError("--script: " + models::io::quote(study.script) +
                     " is no time (expected one such as 10s or 2m)");
  }
  const auto file = find_scenario(parsed.words.empty() ? std::string(scenarios::kReferenceScenario)
                                                       : parsed.words.front());
  reports::PrepareOptions prepare = prepare_options(options);
  models::io::Problems problems;
  const auto scenario = scenarios::load_scenario(file, prepare, problems);
  if (!scenario || problems.has_errors()) {
    print_error(problem_text(problems));
    return kInvalidInput;
  }
  const bool any = std::any_of(
      scenario->runbooks.begin(), scenario->runbooks.end(), [](const scenarios::Runbook& runbook) {
        return runbook.trigger.pages ||
               std::any_of(runbook.steps.begin(), runbook.steps.end(),
                           [](const scenarios::RunbookStep& step) { return step.by.has_value(); });
      });
  if (!any) {
    throw UsageError(models::io::quote(scenario->name) +
                     " has no step that a person does: there is nothing to automate");
  }
  if (!options.quiet && !problems.empty()) print_error(problem_text(problems));
  prepare_out(options.out);

  const auto prepared = [&](const scenarios::Automation& automation) {
    prepare.automation = automation;
    models::io::Problems of_design;
    auto input = reports::prepare_run(file, prepare, of_design);
    if (!input) throw UsageError(problem_text(of_design));
    input->options.interrupted = &interrupted();
    return std::move(*input);
  };
  reports::AutomationStudy found;
  {
    Progress progress(options.progress);
    found = reports::study_automation(scenario->runbooks, prepared, study, told_by(progress));
  }
  if (found.trials < 2) {
    print_error("Interrupted before there were two trials.\n");
    return kInterrupted;
  }
  write_and_print(options, [&] { return reports::write_automation(options.out, found); },
                  {[&](const Files& files) {
                     return reports::automation_text(found, output_has_colours(), files);
                   },
                   [&] { return reports::automation_markdown(found); },
                   [&] { return reports::automation_document(found); }});
  return found.interrupted ? kInterrupted : kMet;
}

std::string help_automate() {
  return "Runs a scenario's trials as its runbooks are, then with each step that a person\n"
         "does done by a script, with the same luck, and says what that saves of the\n"
         "recovery time at the median and the 95th percentile, how often each step is on\n"
         "the critical path, and its slack. Then in which order to automate: each time\n"
         "the step that saves most, given those before. An automatic step waits for\n"
         "nobody, and a script's time (--script) stands in the place of the labour; what\n"
         "AWS does takes its own time, as before. To answer the page that starts a\n"
         "runbook is a step too: without it the runbook starts by itself. SCENARIO is a\n"
         "file or the name of a shipped one (lose-singapore unless said).\n"
         "\n"
         "Options:\n" +
         options_help(automate_options()) +
         "\n"
         "In a runbook's file a step is automatic without \"by\". Exit status: 0 done, 3\n"
         "invalid input, 1 internal error, 130 interrupted (what is complete is reported).\n"
         "\n"
         "Examples:\n"
         "  lifeboat automate\n"
         "  lifeboat automate lose-singapore --strategy warm-standby --out report\n"
         "  lifeboat automate zone-gray --script 30s --format markdown >> review.md\n";
}

}  // namespace lifeboat::tools
