// lifeboat gameday: the script of a game day, and its faults as FIS experiment templates.
#include <filesystem>
#include <optional>

#include "models/io/problems.hpp"
#include "reports/gameday/game_day.hpp"
#include "tools/lifeboat/command.hpp"
#include "tools/lifeboat/exit_status.hpp"
#include "tools/lifeboat/interrupt.hpp"
#include "tools/lifeboat/library.hpp"
#include "tools/lifeboat/options.hpp"
#include "tools/lifeboat/problem_text.hpp"
#include "tools/lifeboat/progress.hpp"
#include "tools/lifeboat/terminal.hpp"

namespace lifeboat::tools {

namespace {

constexpr std::uint32_t kTrials = 20;

OptionSet game_day_options() {
  OptionSet set;
  set.most_words = 1;
  const auto text = [](const char* name) { return po::value<std::string>()->value_name(name); };
  set.options.add_options()                                                            //
      ("strategy", text("NAME"), "another recovery strategy than the scenario's own")  //
      ("seed", text("N"), "replay this luck (1 unless said)")                          //
      ("trials", text("N"), "trials from which times come (20 unless said)")           //
      ("jobs", text("N"), "threads (all processors unless said); changes no result")   //
      ("set", po::value<std::vector<std::string>>()->value_name("PATH=VALUE")->composing(),
       "change a value; may be repeated")                                          //
      ("out", text("DIR"), "write gameday.md and fis.json there")                  //
      ("format", text("FORMAT"), "what to print: markdown (unless said) or json")  //
      ("quiet", "print nothing but errors (and what --format asks for)")           //
      ("no-progress", "no progress bar");
  return set;
}

}  // namespace

int run_gameday(const Words& words) {
  const ParsedOptions parsed = parse_options(game_day_options(), words);
  if (parsed.words.empty()) {
    throw UsageError("which scenario? For example: lifeboat gameday lose-singapore");
  }
  reports::PrepareOptions prepare;
  prepare.seed = parsed.count("seed", 0, ~std::uint64_t{0}).value_or(1);
  prepare.set = parsed.texts("set");
  if (parsed.has("strategy")) prepare.strategy = find_strategy(parsed.text("strategy"));
  reports::StudyOptions study;
  study.trials =
      static_cast<std::uint32_t>(parsed.count("trials", 1, kMostTrials).value_or(kTrials));
  study.jobs = read_jobs(parsed);
  const std::string out = read_out(parsed);
  const bool quiet = parsed.has("quiet");
  const std::string format =
      parsed.has("format") ? read_choice(parsed, "format", {"markdown", "json"}) : "";
  models::io::Problems problems;
  auto prepared =
      reports::gameday::prepare_game_day(find_scenario(parsed.words.front()), prepare, problems);
  if (!prepared || problems.has_errors()) {
    print_error(problem_text(problems));
    return kInvalidInput;
  }
  if (!quiet && !problems.empty()) print_error(problem_text(problems));
  prepare_out(out);
  prepared->input.options.interrupted = &interrupted();
  reports::gameday::GameDay day;
  {
    Progress progress(!quiet && !parsed.has("no-progress"));
    day = reports::gameday::rehearse(*prepared, study, told_by(progress));
  }
  std::vector<std::string> files;
  if (!out.empty()) files = reports::gameday::write_game_day(out, day);
  if (format == "json") {
    print(reports::gameday::game_day_document(day));
  } else if (format == "markdown" || (out.empty() && !quiet)) {
    print(reports::gameday::game_day_script(day));
  } else if (!quiet) {
    for (const std::string& file : files) print(file + "\n");
  }
  return day.report.interrupted ? kInterrupted : kMet;
}

std::string help_gameday() {
  return "Writes the script of a game day, on which people rehearse a scenario on the real\n"
         "platform: who is there, what to prepare, what to inject, what to expect at which\n"
         "minute (median and 95th percentile of each row of the failover, simulated), what\n"
         "to measure, when to stop, the way back, what to write down. The same faults come\n"
         "as an experiment template of AWS Fault Injection Service where it has an action;\n"
         "for the others the script says what to do by hand.\n"
         "\n"
         "With --out the script is gameday.md and the template fis.json (fis-REGION.json\n"
         "for further regions: an experiment acts in one). Without, the script is printed.\n"
         "\n"
         "Options:\n" +
         options_help(game_day_options()) +
         "\n"
         "Before a template is created, resources get the tags that it names, and account,\n"
         "role and alarm are put in. Exit status: 0 written, 3 invalid input, 1 internal\n"
         "error, 130 interrupted.\n"
         "\n"
         "Examples:\n"
         "  lifeboat gameday lose-singapore --out gameday\n"
         "  lifeboat gameday zone-loss --trials 40 > gameday.md\n"
         "  lifeboat gameday lose-singapore --strategy warm-standby --format json\n";
}

}  // namespace lifeboat::tools
