// Ctrl-C and closed pipes.
//
// The first SIGINT or SIGTERM sets a flag that the simulation reads about once a simulated
// second; the run then ends early with what it has. A second one ends the program at once.
// SIGPIPE is ignored, so that a closed pipe is an error of the write that meets it.
#pragma once

#include <atomic>

namespace lifeboat::tools {

/// Installs the handlers; once, at the start.
void handle_signals();

/// Set by the first interrupt.
[[nodiscard]] const std::atomic<bool>& interrupted();

}  // namespace lifeboat::tools
