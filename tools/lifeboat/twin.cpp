// lifeboat twin: a traffic model fitted to a trace, and held against a part of it.
#include <algorithm>
#include <cmath>
#include <filesystem>
#include <optional>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "models/io/document.hpp"
#include "models/io/files.hpp"
#include "models/io/problems.hpp"
#include "models/io/quantity.hpp"
#include "models/io/reader.hpp"
#include "models/io/units.hpp"
#include "reports/document/twin_document.hpp"
#include "reports/studies/twin_study.hpp"
#include "reports/text/twin_text.hpp"
#include "tools/lifeboat/command.hpp"
#include "tools/lifeboat/designs.hpp"
#include "tools/lifeboat/exit_status.hpp"
#include "tools/lifeboat/interrupt.hpp"
#include "tools/lifeboat/options.hpp"
#include "tools/lifeboat/problem_text.hpp"
#include "tools/lifeboat/progress.hpp"
#include "tools/lifeboat/sweep_values.hpp"
#include "tools/lifeboat/terminal.hpp"

namespace lifeboat::tools {

namespace {

namespace io = models::io;

constexpr std::uint64_t kMostTwinTrials = 1000;
constexpr std::size_t kFirstLine = 64 << 20;  // bytes that are read to see what a trace looks like

OptionSet twin_options() {
  const auto text = [](const char* name) { return po::value<std::string>()->value_name(name); };
  OptionSet set;
  set.most_words = 1;
  set.options.add_options()  //
      ("unit", text("UNIT"),
       "what a row is: count, rate (a second) or stamps (one request at its time); count unless "
       "the file has one column")                                                               //
      ("time", text("COLUMN"), "column of times, by number from 0 or by name (0 unless said)")  //
      ("value", text("COLUMN"), "column of values (1 unless said)")                             //
      ("bin", text("TIME"), "how wide to count single arrivals")                                //
      ("time-zone", text("ZONE"), "zone of the clock, such as Asia/Singapore")                  //
      ("hold-back", text("SHARE"), "the end of the trace to check against (0.5 unless said)")   //
      ("scale", text("FACTOR"), "multiply the rate")                                            //
      ("shift", text("TIME"), "move the day later, or earlier where negative: 2h, -90m")        //
      ("add-sale", po::value<std::vector<std::string>>()->value_name("SALE")->composing(),
       "add an event, such as 20:00,factor=5,ramp=15m,hold=2h,halfLife=20m; may be repeated")  //
      ("stream", text("NAME"), "the journey or visit that it drives (visit unless said)")      //
      ("mix", text("MIX"), "share of each journey, such as product=0.9,checkout=0.1")          //
      ("trials", text("N"), "trials of the check (40 unless said)")                            //
      ("seed", text("N"), "replay this luck (1 unless said)")                                  //
      ("jobs", text("N"), "threads (all processors unless said); changes no result")           //
      ("out", text("DIR"), "write twin.html, twin.json, twin.md and traffic.json there")       //
      ("format", text("FORMAT"), "what to print: text, markdown or json")                      //
      ("quiet", "print nothing but errors (and what --format json or markdown asks for)")      //
      ("no-progress", "no progress bar");
  return set;
}

double read_positive(const std::string& option, const std::string& text, double most) {
  const auto number = io::parse_number(text);
  if (!number || !(*number > 0) || *number > most) {
    throw UsageError(fmt::format("{}: {} is no number above 0 and up to {}", option,
                                 io::quote(text), io::to_text(most)));
  }
  return *number;
}

sim::Duration read_time(const std::string& option, const std::string& text) {
  const bool earlier = text.starts_with('-');
  const auto time = io::parse_duration(earlier ? text.substr(1) : text);
  if (!time || time.value() > sim::Duration::days(366)) {
    throw UsageError(
        fmt::format("{}: {} is no time (expected one such as 2h or 90m)", option, io::quote(text)));
  }
  return earlier ? sim::Duration{} - time.value() : time.value();
}

scenarios::AddedSale read_sale(const std::string& text) {
  const std::vector<std::string> parts = split_at_commas(text);
  scenarios::AddedSale sale;
  sale.at = parts.empty() ? std::string{} : parts.front();
  sale.hold = sim::Duration::hours(1);
  sale.ramp = sim::Duration::minutes(15);
  const auto offset = io::parse_duration(sale.at);
  if (!offset && !io::parse_clock_time(sale.at)) {
    throw UsageError("--add-sale: " + io::quote(sale.at) +
                     " is no time (expected one such as 20:00, \"day 2 20:00\" or +6h)");
  }
  for (std::size_t i = 1; i < parts.size(); ++i) {
    const std::size_t equals = parts[i].find('=');
    const std::string key = parts[i].substr(0, equals);
    const std::string value = equals == std::string::npos ? "" : parts[i].substr(equals + 1);
    const std::string option = "--add-sale: " + key;
    if (key == "factor") {
      sale.factor = read_positive(option, value, 10'000);
    } else if (key == "ramp") {
      sale.ramp = read_time(option, value);
    } else if (key == "hold") {
      sale.hold = read_time(option, value);
    } else if (key == "halfLife") {
      sale.half_life = read_time(option, value);
    } else {
      const std::vector<std::string> known{"factor", "ramp", "hold", "halfLife"};
      throw UsageError("--add-sale: " + io::quote(key) +
                       " is unknown (expected factor, ramp, hold or halfLife)" +
                       did_you_mean(key, known));
    }
  }
  return sale;
}

std::string read_mix(const std::string& text) {
  std::string json;
  double total = 0;
  for (const std::string& part : split_at_commas(text)) {
    const std::size_t equals = part.find('=');
    if (equals == std::string::npos || io::check_name(part.substr(0, equals))) {
      throw UsageError("--mix: " + io::quote(part) + " is no share (expected checkout=0.1)");
    }
    const double share = read_positive("--mix", part.substr(equals + 1), 1);
    total += share;
    json += fmt::format("{}\"{}\": {}", json.empty() ? "{ " : ", ", part.substr(0, equals),
                        io::to_text(share));
  }
  if (std::fabs(total - 1) > 1e-6) {
    throw UsageError("--mix: the shares sum to " + io::to_text(total) + ", not to 1");
  }
  return json + " }";
}

struct TwinArguments {
  std::string file;
  std::string unit;
  std::string time;
  std::string value;
  std::optional<sim::Duration> bin;
  reports::TwinOptions study;
  DesignOptions options;  ///< how the outcome is printed
};

double read_hold_back(const ParsedOptions& parsed) {
  const std::string text = parsed.text("hold-back");
  const auto ratio = io::parse_ratio(text);
  const auto number = io::parse_number(text);
  const double share = number ? *number : ratio ? ratio.value().value : -1;
  if (share < 0 || share > 0.9) {
    throw UsageError("--hold-back: " + io::quote(text) +
                     " is no share (expected a number from 0 to 0.9, or up to 90 %)");
  }
  return share;
}

TwinArguments read_twin_arguments(const Words& words) {
  const ParsedOptions parsed = parse_options(twin_options(), words);
  if (parsed.words.empty()) throw UsageError("name a CSV file of counts, rates or arrival times");
  TwinArguments arguments;
  arguments.file = parsed.words.front();
  arguments.time = parsed.text("time");
  arguments.value = parsed.text("value");
  if (parsed.has("unit")) arguments.unit = read_choice(parsed, "unit", {"count", "rate", "stamps"});
  if (parsed.has("bin")) {
    arguments.bin = read_time("--bin", parsed.text("bin"));
    if (*arguments.bin < sim::Duration::milliseconds(1)) throw UsageError("--bin: at least 1 ms");
  }
  reports::TwinOptions& study = arguments.study;
  if (parsed.has("hold-back")) study.hold_back = read_hold_back(parsed);
  if (parsed.has("scale")) {
    study.changes.scale = read_positive("--scale", parsed.text("scale"), 1e6);
  }
  if (parsed.has("shift")) study.changes.shift = read_time("--shift", parsed.text("shift"));
  for (const std::string& sale : parsed.texts("add-sale")) {
    study.changes.sales.push_back(read_sale(sale));
  }
  if (parsed.has("stream")) study.names.stream = parsed.text("stream");
  if (const auto complaint = io::check_name(study.names.stream)) {
    throw UsageError("--stream: " + complaint->text);
  }
  if (parsed.has("mix")) study.names.mix = read_mix(parsed.text("mix"));
  if (parsed.has("time-zone")) {
    study.names.time_zone = parsed.text("time-zone");
    const auto zone = io::TimeZone::parse(*study.names.time_zone);
    if (!zone) throw UsageError("--time-zone: " + zone.complaint().text);
  }
  study.trials = static_cast<std::uint32_t>(
      parsed.count("trials", 10, kMostTwinTrials).value_or(study.trials));
  study.seed = parsed.count("seed", 0, ~std::uint64_t{0}).value_or(1);
  study.jobs = read_jobs(parsed);
  study.interrupted = &interrupted();
  arguments.options.out = read_out(parsed);
  if (parsed.has("format")) {
    arguments.options.format = read_choice(parsed, "format", {"text", "markdown", "json"});
  }
  arguments.options.quiet = parsed.has("quiet");
  arguments.options.progress = !arguments.options.quiet && !parsed.has("no-progress");
  return arguments;
}

/// Whether the file's first line of data has one column: single arrivals.
bool has_one_column(const std::string& file) {
  const auto text = io::read_file(file, kFirstLine);
  if (!text) return false;  // reading it as a trace says why
  const std::string& content = text.value();
  return content.substr(0, content.find('\n')).find(',') == std::string::npos;
}

/// The trace as the traffic format has it, so that it is read by the same rules.
std::optional<scenarios::Replay> read_trace(const TwinArguments& arguments,
                                            io::Problems& problems) {
  nlohmann::json trace;
  trace["file"] = std::filesystem::absolute(arguments.file).string();
  trace["unit"] = arguments.unit;
  if (arguments.unit.empty()) trace["unit"] = has_one_column(arguments.file) ? "stamps" : "count";
  const auto column = [&](const char* key, const std::string& name) {
    if (name.empty()) return;
    const bool number = name.find_first_not_of("0123456789") == std::string::npos;
    trace[key] = number && name.size() < 6 ? nlohmann::json(std::stoi(name)) : nlohmann::json(name);
  };
  column("time", arguments.time);
  column("value", arguments.value);
  const auto document =
      io::Document::parse_text(trace.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace),
                               arguments.file, problems);
  if (!document) return std::nullopt;
  scenarios::Replay replay = scenarios::read_replay(document->root(), problems);
  if (problems.has_errors()) return std::nullopt;
  return replay;
}

}  // namespace

int run_twin(const Words& words) {
  TwinArguments arguments = read_twin_arguments(words);
  const DesignOptions& options = arguments.options;
  io::Problems problems;
  const auto replay = read_trace(arguments, problems);
  if (!replay) {
    print_error(problem_text(problems));
    return kInvalidInput;
  }
  const auto series = scenarios::counts_of(*replay, arguments.bin);
  const auto counted = [](double count) { return count > 0; };
  if (!series) {
    throw UsageError(fmt::format("{}: over {} bins: --bin with wider ones", arguments.file,
                                 scenarios::kMostBins));
  }
  if (std::none_of(series->counts.begin(), series->counts.end(), counted)) {
    throw UsageError(arguments.file + ": a trace without requests");
  }
  prepare_out(options.out);
  const std::string file = std::filesystem::path(arguments.file).filename().string();
  arguments.study.names.about = "A twin of " + file + ", made by lifeboat twin.";
  reports::Twin twin;
  {
    Progress progress(options.progress);
    twin = reports::make_twin(file, *series, arguments.study, told_by(progress));
  }
  write_and_print(
      options, [&] { return reports::write_twin(options.out, twin); },
      {[&](const Files& files) { return reports::twin_text(twin, output_has_colours(), files); },
       [&] { return reports::twin_markdown(twin); }, [&] { return reports::twin_document(twin); }});
  return twin.interrupted ? kInterrupted : kMet;
}

std::string help_twin() {
  return "Fits the traffic model that scenarios use to a trace: a level, the shape of the\n"
         "day and of the week, burstiness by time scale; gaps and events are found, listed\n"
         "and kept out. The fit to the first part of the trace is held against the rest\n"
         "by simulation; what is written is fitted to all of it, then scaled, shifted, and\n"
         "given sales as asked. FILE.csv has times and counts, or a column of arrival\n"
         "times; times are dates, or seconds.\n"
         "\n"
         "Options:\n" +
         options_help(twin_options()) +
         "\n"
         "A scenario takes it by its name, \"traffic\": \"twin/traffic.json\", and runs on\n"
         "the first day after the trace unless it has a start of its own. Exit status:\n"
         "0 fitted, 3 invalid input, 1 internal error, 130 interrupted.\n"
         "\n"
         "Examples:\n"
         "  lifeboat twin scenarios/traffic/retail-week.csv --out twin\n"
         "  lifeboat twin requests.csv --scale 3 --add-sale 20:00,factor=5,hold=2h\n"
         "  lifeboat twin arrivals.csv --stream shoppers --mix product=0.9,checkout=0.1\n";
}

}  // namespace lifeboat::tools
