// lifeboat run: replay, judge, report.
#include <algorithm>
#include <exception>
#include <filesystem>
#include <optional>
#include <stdexcept>

#include <fmt/format.h>

#include "models/io/problems.hpp"
#include "models/io/quantity.hpp"
#include "reports/document/document.hpp"
#include "reports/document/output.hpp"
#include "reports/studies/prepare.hpp"
#include "reports/studies/run_study.hpp"
#include "reports/text/text_report.hpp"
#include "tests/audit/full_audit.hpp"
#include "tools/lifeboat/command.hpp"
#include "tools/lifeboat/designs.hpp"
#include "tools/lifeboat/exit_status.hpp"
#include "tools/lifeboat/interrupt.hpp"
#include "tools/lifeboat/library.hpp"
#include "tools/lifeboat/options.hpp"
#include "tools/lifeboat/problem_text.hpp"
#include "tools/lifeboat/progress.hpp"
#include "tools/lifeboat/terminal.hpp"
#include "tools/lifeboat/trace_file.hpp"

namespace lifeboat::tools {

namespace {

constexpr const char* kReferenceScenario = "lose-singapore";

OptionSet run_options() {
  const auto text = [](const char* name) { return po::value<std::string>()->value_name(name); };
  OptionSet set;
  set.most_words = 1;
  set.options.add_options()                                    //
      ("seed", text("N"), "replay this luck (1 unless said)")  //
      ("trials", text("N"),
       "run exactly N trials; without it, as many as the verdicts need, up to 200")   //
      ("jobs", text("N"), "threads (all processors unless said); changes no result")  //
      ("out", text("DIR"),
       "write report.html, result.json, timeseries.csv, events.jsonl and the inputs there")  //
      ("format", text("FORMAT"), "what to print: text or json")                              //
      ("set", po::value<std::vector<std::string>>()->value_name("PATH=VALUE")->composing(),
       "change a value of the merged files, such as "
       "platform.services.web.desiredCount=2; may be repeated")  //
      ("overlay", po::value<std::vector<std::string>>()->value_name("FILE")->composing(),
       "lay this overlay upon the platform: a file or the name of a shipped one; may be "
       "repeated")  //
      ("strategy", text("NAME"),
       "recover by this strategy instead of the scenario's own (lifeboat list strategies)")  //
      ("standby", text("SHARE"),
       "let this share of the other region's tasks stand by, such as 40%")               //
      ("budget", text("TIME"), "stop at the first look after this time, such as 2m")     //
      ("trials-from", text("N"), "number of the first trial (1 unless said)")            //
      ("trials-to", text("N"), "number of the last trial")                               //
      ("audit", text("full"), "follow every event with the independent auditor (slow)")  //
      ("trace", text("FILE"),
       "write the requests that X-Ray's sampling rule takes of the first trial there, as X-Ray "
       "segment documents, a JSON object a line")                       //
      ("events", text("all"), "write the incident log of every trial")  //
      ("quiet", "print nothing but errors (and the JSON asked for)")    //
      ("no-progress", "no progress bar");
  return set;
}

struct RunArguments {
  std::string scenario;
  reports::PrepareOptions prepare;
  reports::StudyOptions study;
  std::string out;
  std::string trace;  ///< empty: none
  bool json = false;
  bool quiet = false;
  bool progress = true;
  bool full_audit = false;
};

/// Whether an option that takes one of a few words has that one.
bool is_word(const ParsedOptions& parsed, const char* option, const std::vector<std::string>& known,
             const std::string& wanted) {
  return parsed.has(option) && read_choice(parsed, option, known) == wanted;
}

void read_trials(const ParsedOptions& parsed, reports::StudyOptions& study) {
  const auto trials = parsed.count("trials", 1, kMostTrials);
  const auto from = parsed.count("trials-from", 1, kMostTrials);
  const auto to = parsed.count("trials-to", 1, kMostTrials);
  if (trials && to) throw UsageError("--trials and --trials-to say the same: give one of them");
  if (trials) study.trials = static_cast<std::uint32_t>(*trials);
  if (from) study.first = static_cast<std::uint32_t>(*from - 1);
  if (to) {
    if (*to <= study.first) throw UsageError("--trials-to lies before --trials-from");
    study.trials = static_cast<std::uint32_t>(*to) - study.first;
  } else if (from && !trials) {
    throw UsageError("--trials-from needs --trials-to or --trials");
  }
}

RunArguments read_run_arguments(const Words& words) {
  const ParsedOptions parsed = parse_options(run_options(), words);
  RunArguments arguments;
  arguments.scenario = parsed.words.empty() ? kReferenceScenario : parsed.words[0];
  if (const auto seed = parsed.count("seed", 0, ~std::uint64_t{0})) arguments.prepare.seed = *seed;
  arguments.prepare.set = parsed.texts("set");
  arguments.prepare.overlays = find_overlays(parsed.texts("overlay"));
  if (parsed.has("strategy")) arguments.prepare.strategy = find_strategy(parsed.text("strategy"));
  if (parsed.has("standby")) arguments.prepare.standby = read_standby(parsed.text("standby"));
  read_trials(parsed, arguments.study);
  arguments.study.jobs = read_jobs(parsed);
  arguments.study.budget_s = read_budget(parsed);
  arguments.out = read_out(parsed);
  arguments.json = is_word(parsed, "format", {"text", "json"}, "json");
  arguments.full_audit = is_word(parsed, "audit", {"full"}, "full");
  if (parsed.has("trace")) arguments.trace = parsed.text("trace");
  if (parsed.has("trace") && arguments.trace.empty()) throw UsageError("--trace needs a file");
  if (parsed.has("trace") && arguments.full_audit) {
    throw UsageError("--trace and --audit full each follow a trial's events: give one of them");
  }
  arguments.study.all_events = is_word(parsed, "events", {"all"}, "all");
  arguments.study.detail = !arguments.out.empty();
  arguments.quiet = parsed.has("quiet");
  arguments.progress = !arguments.quiet && !parsed.has("no-progress");
  return arguments;
}

int exit_status(const reports::Report& report) {
  if (report.interrupted) return kInterrupted;
  switch (report.verdict) {
    case reports::Verdict::kMet:
      return kMet;
    case reports::Verdict::kMissed:
      return kMissed;
    case reports::Verdict::kInconclusive:
      return kInconclusive;
  }
  return kInternalError;
}

reports::Study simulate(const reports::RunInput& input, const RunArguments& arguments) {
  Progress progress(arguments.progress);
  return reports::run_study(input, arguments.study, told_by(progress));
}

void print_result(const reports::Study& study, const RunArguments& arguments,
                  const std::vector<std::string>& files, const std::string& traces) {
  if (arguments.json) {
    print(reports::result_document(study.report));
  } else if (!arguments.quiet) {
    reports::TextOptions options{output_has_colours(), files};
    std::string text = reports::text_report(study.report, options);
    if (arguments.out.empty() && !study.report.interrupted) {
      text += traces.empty()
                  ? "\nNothing was written; --out DIR writes a page with charts, and the data.\n"
                  : "\n--out DIR writes a page with charts, and the data.\n";
    }
    if (!traces.empty()) text += "\n" + traces + "\n";
    print(text);
  }
}

}  // namespace

int run_run(const Words& words) {
  const RunArguments arguments = read_run_arguments(words);
  models::io::Problems problems;
  const std::filesystem::path file = find_scenario(arguments.scenario);
  auto input = reports::prepare_run(file, arguments.prepare, problems);
  if (!input || problems.has_errors()) {
    print_error(problem_text(problems));
    return kInvalidInput;
  }
  if (!arguments.quiet && !problems.empty()) print_error(problem_text(problems));
  prepare_out(arguments.out);
  input->options.interrupted = &interrupted();
  if (arguments.full_audit) {
    const auto network = input->network;
    input->options.listen = [network](std::uint32_t) { return audit::make_full_auditor(*network); };
  }
  std::optional<TraceFile> trace;
  std::error_code missing;
  if (std::filesystem::equivalent(arguments.trace, file, missing)) {
    throw UsageError("--trace would write over the scenario " + arguments.trace);
  }
  if (!arguments.trace.empty())
    trace.emplace(arguments.trace).follow(*input, arguments.study.first);
  const reports::Study study = simulate(*input, arguments);
  std::vector<std::string> files;
  std::string traces;
  std::exception_ptr failure;  // what could not be written must not lose the result
  try {
    if (trace) {
      trace->close();
      traces = trace->summary();
    }
    if (!arguments.out.empty()) files = reports::write_files(arguments.out, study, *input);
  } catch (const std::runtime_error&) {
    failure = std::current_exception();
  }
  print_result(study, arguments, files, traces);
  if (failure) std::rethrow_exception(failure);
  return exit_status(study.report);
}

std::string help_run() {
  return "Replays a scenario's traffic and faults over several trials, judges its\n"
         "objectives and says what happened. SCENARIO is a file or the name of a shipped\n"
         "one (lifeboat list scenarios); without it, " +
         std::string{kReferenceScenario} +
         " runs, the\n"
         "reference failover.\n"
         "\n"
         "Options:\n" +
         options_help(run_options()) +
         "\n"
         "Exit status: 0 objectives met, 2 missed, 4 inconclusive, 3 invalid input,\n"
         "1 internal error, 130 interrupted (complete trials are reported).\n"
         "\n"
         "Examples:\n"
         "  lifeboat run\n"
         "  lifeboat run shop/scenario.json --out report\n"
         "  lifeboat run dns-failover --trials 20 --format json | jq .recovery.rto_s\n"
         "  lifeboat run lose-singapore --strategy warm-standby\n"
         "  lifeboat run lose-singapore --trace traces.jsonl\n"
         "  lifeboat run --set recovery.good=99.9% --seed 7\n";
}

}  // namespace lifeboat::tools
