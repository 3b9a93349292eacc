// Measurements as JSON: what --format json prints, and what a child process hands over.
#pragma once

#include <string>
#include <vector>

#include "tools/bench/measure.hpp"

namespace lifeboat::bench {

/// One measurement, every pass in it; read back by from_json_text.
[[nodiscard]] std::string to_json_text(const Measurement& measurement);
/// Throws std::exception where the text is none of ours.
[[nodiscard]] Measurement from_json_text(const std::string& text);

/// All measurements as one document, format lifeboat/bench/1, with the figures of the median pass.
[[nodiscard]] std::string document_text(const std::vector<Measurement>& measurements);

}  // namespace lifeboat::bench
