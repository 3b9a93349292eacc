// Where each text of a JSON file stands: keys and string values, with line and JSON pointer.
//
// Shares no code with the reader under test. Takes a sound file with comments, and checks nothing.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace lifeboat::tests {

struct JsonWord {
  std::string text;        ///< without its quotes; escapes as they are
  std::string pointer;     ///< "/services/web/kind", of the key or of the value
  std::string parent;      ///< pointer of what holds it
  std::size_t offset = 0;  ///< of the text in the file
  int line = 0;
  bool is_key = false;

  /// The last step of the pointer: a key, or an element's number.
  [[nodiscard]] std::string last() const { return pointer.substr(pointer.rfind('/') + 1); }
  /// The last key on the way to the value, element numbers left out.
  [[nodiscard]] std::string key() const;
};

/// All of them, in the order of the file.
[[nodiscard]] std::vector<JsonWord> words_of(const std::string& json);

}  // namespace lifeboat::tests
