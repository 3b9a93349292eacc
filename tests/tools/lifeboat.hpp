// The command under test, and what all of its output has in common.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "tests/tools/process.hpp"

namespace lifeboat::tests {

/// A call of the built command, to be changed before it is run.
[[nodiscard]] Call lifeboat_call(std::vector<std::string> words);

/// Runs the built command to its end.
[[nodiscard]] Outcome lifeboat(std::vector<std::string> words);

[[nodiscard]] bool holds(const std::string& text, std::string_view part);

/// Checks what holds for every text that a person reads: it ends in a line break, no line is
/// wider than 80 columns or ends in a blank, no tab, no escape code, no carriage return.
void check_text(const std::string& text);

/// Checks that the user's mistake was told: status 3, nothing on standard output, and on standard
/// error a text that holds `expected`; no word of an internal error, and no crash.
void check_refused(const Outcome& outcome, std::string_view expected);

/// The lines of a text, without their breaks.
[[nodiscard]] std::vector<std::string> lines_of(const std::string& text);

/// A scenario that runs in a moment: the smallest, for 20 s.
[[nodiscard]] std::vector<std::string> quick_run(std::vector<std::string> more = {});

}  // namespace lifeboat::tests
