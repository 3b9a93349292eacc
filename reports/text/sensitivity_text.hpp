// What verdicts rest on, as a person reads it: sentences, a tornado for each objective, flips, and
// elementary effects.
#pragma once

#include <string>
#include <vector>

#include "reports/comparison/sensitivity.hpp"

namespace lifeboat::reports {

/// What was found, a sentence each, the flips first.
[[nodiscard]] std::vector<std::string> sensitivity_sentences(const Sensitivity& study);

/// "flips at 0.9s (0.86s to 0.95s)"; "no flip within the range"; empty where none was sought.
[[nodiscard]] std::string flip_words(const SensitiveRow& row, const VariedParameter& parameter,
                                     const Swing& swing);

/// `files`: that were written.
[[nodiscard]] std::string sensitivity_text(const Sensitivity& study, bool colours,
                                           const std::vector<std::string>& files);
[[nodiscard]] std::string sensitivity_markdown(const Sensitivity& study);

}  // namespace lifeboat::reports
