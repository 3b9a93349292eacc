// The parser's complaint in words that help to mend a file.
#pragma once

#include <cstddef>
#include <string_view>

#include "models/io/document.hpp"
#include "models/io/problems.hpp"

namespace lifeboat::models::io::detail {

/// What was being read when the parser gave up.
struct SyntaxContext {
  std::string_view text;
  std::size_t consumed = 0;   ///< bytes read, the one that was wrong last
  bool after_root = false;    ///< the document was complete
  Kind inside = Kind::kNull;  ///< object or array that is open; null at the top
  int opened_on_line = 0;     ///< of that object or array
  bool has_elements = false;  ///< of that array
};

/// `what` is nlohmann's message.
[[nodiscard]] Complaint explain_syntax_error(std::string_view what, const SyntaxContext& context);

}  // namespace lifeboat::models::io::detail
