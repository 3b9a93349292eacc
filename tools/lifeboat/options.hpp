// Reading a command's options with Boost.Program_options, strictly.
//
// Private to this folder. An unknown option names the nearest known one; abbreviations are not
// taken (a new option would change their meaning); a positional word too many is an error. Every
// command has --help.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <boost/program_options.hpp>

#include "tools/lifeboat/command.hpp"

namespace lifeboat::tools {

namespace po = boost::program_options;

/// The most trials that a command runs.
inline constexpr std::uint64_t kMostTrials = 1'000'000;

/// One command's options and how many words without a dash it takes.
struct OptionSet {
  po::options_description options;
  std::size_t most_words = 0;
};

struct ParsedOptions {
  po::variables_map values;
  Words words;  ///< positional

  [[nodiscard]] bool has(const char* name) const { return values.count(name) > 0; }
  [[nodiscard]] std::string text(const char* name) const;
  [[nodiscard]] std::vector<std::string> texts(const char* name) const;
  /// A whole number in [min, max]; throws UsageError otherwise.
  [[nodiscard]] std::optional<std::uint64_t> count(const char* name, std::uint64_t min,
                                                   std::uint64_t max) const;
};

/// Throws UsageError.
[[nodiscard]] ParsedOptions parse_options(const OptionSet& set, const Words& words);

/// The value of an option that takes one of a few words; throws UsageError with the nearest.
[[nodiscard]] std::string read_choice(const ParsedOptions& parsed, const char* option,
                                      const std::vector<std::string>& known);

/// --budget in seconds, where given.
[[nodiscard]] std::optional<double> read_budget(const ParsedOptions& parsed);

/// --jobs, else all processors.
[[nodiscard]] unsigned read_jobs(const ParsedOptions& parsed);

/// --out, empty where not given.
[[nodiscard]] std::string read_out(const ParsedOptions& parsed);
/// Makes that folder, unless it is empty; throws UsageError where nothing can be written there.
void prepare_out(const std::string& out);

/// The options as help text, two columns, 80 wide.
[[nodiscard]] std::string options_help(const OptionSet& set);

/// The nearest known name as "; did you mean ...?", or nothing.
[[nodiscard]] std::string did_you_mean(std::string_view word,
                                       const std::vector<std::string>& known);

}  // namespace lifeboat::tools
