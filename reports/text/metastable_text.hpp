// What a study of metastable states found, as text: for a terminal, and as a Markdown table.
#pragma once

#include <string>
#include <vector>

#include "reports/studies/metastable_study.hpp"

namespace lifeboat::reports {

/// 80 columns; `files` are those that were written, for the last lines.
[[nodiscard]] std::string metastable_text(const Metastable& study, bool colours,
                                          const std::vector<std::string>& files);
[[nodiscard]] std::string metastable_markdown(const Metastable& study);

/// Where the platform is vulnerable, and what frees it.
[[nodiscard]] std::vector<std::string> metastable_sentences(const Metastable& study);

/// A cell in a word or two: "alone", "shed 72 %".
[[nodiscard]] std::string cell_words(const MetastableCell& cell);

}  // namespace lifeboat::reports
