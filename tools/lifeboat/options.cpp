#include "tools/lifeboat/options.hpp"

#include <algorithm>
#include <charconv>
#include <stdexcept>
#include <thread>

#include <fmt/format.h>

#include "models/io/problems.hpp"
#include "models/io/quantity.hpp"
#include "models/io/suggest.hpp"
#include "reports/document/output.hpp"
#include "reports/text/words.hpp"

namespace lifeboat::tools {

namespace {

/// What a person typed for an option, for messages; hidden names are left out.
std::vector<std::string> known_options(const po::options_description& options) {
  std::vector<std::string> known;
  for (const auto& option : options.options()) known.push_back("--" + option->long_name());
  return known;
}

/// Boost's complaint about one option in our words.
std::string said_plainly(const po::invalid_command_line_syntax& error) {
  const std::string name = error.get_option_name();
  switch (error.kind()) {
    case po::invalid_syntax::empty_adjacent_parameter:
    case po::invalid_syntax::missing_parameter:
      return name + " needs a value";
    case po::invalid_syntax::extra_parameter:
      return name + " takes no value";
    default:
      return error.what();
  }
}

}  // namespace

std::string ParsedOptions::text(const char* name) const {
  return has(name) ? values[name].as<std::string>() : std::string{};
}

std::vector<std::string> ParsedOptions::texts(const char* name) const {
  return has(name) ? values[name].as<std::vector<std::string>>() : std::vector<std::string>{};
}

std::optional<std::uint64_t> ParsedOptions::count(const char* name, std::uint64_t min,
                                                  std::uint64_t max) const {
  if (!has(name)) return std::nullopt;
  const std::string given = text(name);
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(given.data(), given.data() + given.size(), value);
  if (error != std::errc{} || end != given.data() + given.size() || value < min || value > max) {
    throw UsageError("--" + std::string{name} + ": " + models::io::quote(given) +
                     " is no whole number from " + std::to_string(min) + " to " +
                     std::to_string(max));
  }
  return value;
}

std::string did_you_mean(std::string_view word, const std::vector<std::string>& known) {
  const auto nearest = models::io::nearest_name(word, known);
  return nearest ? "; did you mean " + *nearest + "?" : std::string{};
}

ParsedOptions parse_options(const OptionSet& set, const Words& words) {
  ParsedOptions parsed;
  try {
    po::options_description all;
    all.add(set.options);
    all.add_options()("word", po::value<std::vector<std::string>>(), "");
    po::positional_options_description positional;
    positional.add("word", -1);
    namespace style = po::command_line_style;
    const int strict = style::allow_long | style::long_allow_next | style::long_allow_adjacent |
                       style::allow_short | style::short_allow_next | style::short_allow_adjacent |
                       style::allow_dash_for_short;
    const auto found =
        po::command_line_parser(words).options(all).positional(positional).style(strict).run();
    po::store(found, parsed.values);
    po::notify(parsed.values);
  } catch (const po::unknown_option& error) {
    throw UsageError("there is no option " + models::io::quote(error.get_option_name()) +
                     did_you_mean(error.get_option_name(), known_options(set.options)));
  } catch (const po::invalid_command_line_syntax& error) {
    throw UsageError(said_plainly(error));
  } catch (const po::multiple_occurrences& error) {
    throw UsageError(error.get_option_name() + " may be given only once");
  } catch (const po::error& error) {
    throw UsageError(error.what());
  }
  parsed.words = parsed.texts("word");
  if (parsed.words.size() > set.most_words) {
    throw UsageError(models::io::quote(parsed.words[set.most_words]) + " is one argument too many" +
                     did_you_mean("--" + parsed.words[set.most_words], known_options(set.options)));
  }
  return parsed;
}

std::string read_choice(const ParsedOptions& parsed, const char* option,
                        const std::vector<std::string>& known) {
  std::string given = parsed.text(option);
  if (std::find(known.begin(), known.end(), given) == known.end()) {
    throw UsageError("--" + std::string{option} + ": " + models::io::quote(given) +
                     " is unknown (expected " + fmt::format("{}", fmt::join(known, " or ")) + ")" +
                     did_you_mean(given, known));
  }
  return given;
}

std::optional<double> read_budget(const ParsedOptions& parsed) {
  if (!parsed.has("budget")) return std::nullopt;
  const auto budget = models::io::parse_duration(parsed.text("budget"));
  if (!budget || budget.value() <= sim::Duration{}) {
    throw UsageError("--budget: " + models::io::quote(parsed.text("budget")) +
                     " is no time (expected one such as 90s or 2m)");
  }
  return budget.value().to_seconds();
}

unsigned read_jobs(const ParsedOptions& parsed) {
  const unsigned processors = std::max(1U, std::thread::hardware_concurrency());
  return static_cast<unsigned>(parsed.count("jobs", 1, 1024).value_or(processors));
}

std::string read_out(const ParsedOptions& parsed) {
  std::string out = parsed.text("out");
  if (parsed.has("out") && out.empty()) throw UsageError("--out needs a folder");
  return out;
}

void prepare_out(const std::string& out) {
  if (out.empty()) return;
  try {
    reports::prepare_folder(out);
  } catch (const std::runtime_error& error) {
    throw UsageError(std::string{"--out: "} + error.what());
  }
}

std::string options_help(const OptionSet& set) {
  constexpr std::size_t kTextColumn = 26;
  std::string help;
  for (const auto& option : set.options.options()) {
    const std::string names =
        "  " + option->canonical_display_name(po::command_line_style::allow_long) +
        (option->semantic()->max_tokens() > 0 ? " " + option->semantic()->name() : std::string{});
    help += reports::pad(names, kTextColumn);
    bool first = names.size() < kTextColumn;
    if (!first) help += "\n";
    for (const std::string& line : reports::wrap(option->description(), 80 - kTextColumn)) {
      help += (first ? "" : std::string(kTextColumn, ' ')) + line + "\n";
      first = false;
    }
  }
  return help;
}

}  // namespace lifeboat::tools
