// The two streams of the command, and what they are connected to.
//
// Results go to standard output, everything else (progress, warnings, errors) to standard error,
// so that a pipe sees results alone. Colours and progress appear on a terminal only; NO_COLOR
// (no-color.org) and TERM=dumb turn colours off. A reader that closes the pipe is no error: the
// rest is dropped and the exit status stays what it would have been. Anything else that stops
// the output (a full disk) is an internal error.
#pragma once

#include <string>
#include <string_view>

namespace lifeboat::tools {

/// Writes all of the text to standard output. False once the reader has gone. Throws
/// std::runtime_error if the output cannot be written for another reason.
bool print(std::string_view text);

/// Writes to standard error; a failure is ignored.
void print_error(std::string_view text);

/// Whether standard output shows colours.
[[nodiscard]] bool output_has_colours();

/// Whether standard error is a terminal on which a line can be drawn over.
[[nodiscard]] bool errors_can_be_redrawn();

/// Columns of the terminal behind standard error; 80 where unknown.
[[nodiscard]] int error_columns();

}  // namespace lifeboat::tools
