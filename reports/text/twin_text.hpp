// A traffic twin as a person reads it.
#pragma once

#include <string>
#include <vector>

#include "reports/twin/twin.hpp"

namespace lifeboat::reports {

/// What was found, a sentence each, the verdict of the held-back data first.
[[nodiscard]] std::vector<std::string> twin_sentences(const Twin& twin);

/// `files`: that were written.
[[nodiscard]] std::string twin_text(const Twin& twin, bool colours,
                                    const std::vector<std::string>& files);
[[nodiscard]] std::string twin_markdown(const Twin& twin);

/// "1995-07-13 09:00", or "3 d 4 h" into a trace without dates.
[[nodiscard]] std::string trace_time_words(const Twin& twin, std::int64_t at_ns);

}  // namespace lifeboat::reports
