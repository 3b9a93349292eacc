// lifeboat validate: every problem of the files, and the load that a scenario puts on its platform.
#include <filesystem>
#include <optional>
#include <system_error>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "models/io/document.hpp"
#include "models/io/suggest.hpp"
#include "reports/studies/consistency.hpp"
#include "reports/studies/prepare.hpp"
#include "reports/text/words.hpp"
#include "tools/lifeboat/command.hpp"
#include "tools/lifeboat/exit_status.hpp"
#include "tools/lifeboat/formats.hpp"
#include "tools/lifeboat/library.hpp"
#include "tools/lifeboat/options.hpp"
#include "tools/lifeboat/problem_text.hpp"
#include "tools/lifeboat/terminal.hpp"

namespace lifeboat::tools {

namespace io = models::io;

namespace {

/// "lifeboat/scenario/1" is "scenario"; empty, and an error, where the file does not say.
std::string format_of(const io::Document& document, io::Problems& problems) {
  std::vector<std::string> known;
  for (const FileFormat& format : file_formats()) {
    known.push_back("lifeboat/" + std::string{format.name} + "/1");
  }
  const io::Member* member = document.root().find("format");
  const std::string text{member != nullptr ? member->value.as_string() : std::string_view{}};
  for (const FileFormat& format : file_formats()) {
    if (text.starts_with("lifeboat/" + std::string{format.name} + "/")) {
      return std::string{format.name};
    }
  }
  if (member == nullptr) {
    std::vector<std::string> keys;
    for (const io::Member& other : document.root().members()) keys.push_back(other.name);
    const bool slip = io::nearest_name("format", keys).has_value();
    problems.error(document.root().place(), "the file does not say its \"format\"",
                   io::one_of(known), slip ? io::quote("format") : std::string{});
  } else {
    problems.error(member->value.place(), "unknown format " + member->value.shown(),
                   io::one_of(known), io::suggest(text, known));
  }
  return {};
}

std::string load_cell(const std::optional<double>& load) {
  return load ? reports::share_words(*load) : "";
}

std::string load_table(const std::vector<reports::LoadRow>& rows) {
  if (rows.empty()) return {};
  std::string text = fmt::format("\n  {} {} {} {} {}\n", reports::pad("offered load", 26),
                                 reports::pad("capacity", 18), reports::pad_left("mean", 9),
                                 reports::pad_left("peak", 9), reports::pad_left("failover", 9));
  for (const reports::LoadRow& row : rows) {
    const std::string name = row.region.empty() ? row.service : row.service + "@" + row.region;
    text += fmt::format("  {} {} {} {} {}\n", reports::pad(name, 26),
                        reports::pad(row.capacity, 18), reports::pad_left(load_cell(row.mean), 9),
                        reports::pad_left(load_cell(row.peak), 9),
                        reports::pad_left(load_cell(row.failover), 9));
  }
  return text;
}

/// A file as given if there is one, otherwise the shipped one of that name.
std::filesystem::path path_of(const std::string& given, io::Problems& problems) {
  std::error_code ignored;
  if (std::filesystem::exists(given, ignored)) return given;
  if (const auto shipped = shipped_file(given)) return *shipped;
  if (given.find_first_of("./") == std::string::npos) {
    io::Problem problem;
    problem.file = given;
    problem.text = "no such file, and nothing shipped of that name";
    problem.suggestion = io::suggest(given, shipped_names());
    problems.add(std::move(problem));
    return {};
  }
  return given;  // whoever opens it says what is wrong
}

/// Objectives that do not agree with one another or with the platform, and what to change.
std::string consistency_text(const std::vector<reports::Finding>& findings) {
  std::string text;
  for (const reports::Finding& finding : findings) {
    if (!reports::is_consistency(finding)) continue;
    text += text.empty() ? "\nDo the objectives and the plan agree?\n" : "";
    std::string indent = "  - ";
    for (const std::string& line : reports::wrap(finding.text, reports::kColumns - 4)) {
      text += std::exchange(indent, "    ") + line + "\n";
    }
  }
  return text;
}

/// Checks one file; returns what to print about it besides its problems.
std::string check_file(const std::string& given, io::Problems& problems) {
  const std::filesystem::path path = path_of(given, problems);
  if (path.empty() && problems.has_errors()) return {};
  const auto document = io::Document::parse_file(path, problems);
  if (!document) return {};
  const std::string format = format_of(*document, problems);
  if (format.empty()) return {};
  if (format == "scenario") {
    const auto input = reports::prepare_run(path, {}, problems);
    if (!input || problems.has_errors()) return {};
    return load_table(input->load) + consistency_text(input->findings);
  }
  find_format(format)->check(*document, problems);
  return {};
}

}  // namespace

int run_validate(const Words& words) {
  OptionSet set;
  set.most_words = 1000;
  const ParsedOptions parsed = parse_options(set, words);
  if (parsed.words.empty()) throw UsageError("which files? For example: lifeboat validate *.json");
  bool sound = true;
  for (const std::string& path : parsed.words) {
    io::Problems problems;
    const std::string more = check_file(path, problems);
    print_error(problem_text(problems));
    if (problems.has_errors()) {
      sound = false;
    } else {
      print(fmt::format("{}: sound\n{}", path, more));
    }
  }
  return sound ? kMet : kInvalidInput;
}

std::string help_validate() {
  return "Checks platforms, overlays, scenarios, traffic, faults, runbooks, usage and\n"
         "price books by their \"format\", and prints every problem as\n"
         "\n"
         "  file:line: /json/pointer: what is wrong (expected ...; did you mean ...?)\n"
         "\n"
         "For a scenario everything it names is read too, and if all is sound the load\n"
         "table follows: offered load over capacity, on average, at the peak of its\n"
         "traffic, and with a region lost; then whether objectives and plan agree: a\n"
         "quota below the tasks that steps ask for, an RTO shorter than detection and\n"
         "names or than the steps take, steps that a fault keeps waiting, each with what\n"
         "to change. A FILE may be the name of a shipped scenario or platform\n"
         "(lifeboat list).\n"
         "\n"
         "Examples:\n"
         "  lifeboat validate shop/*.json\n"
         "  lifeboat validate lose-singapore\n";
}

}  // namespace lifeboat::tools
