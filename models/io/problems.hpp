// What is wrong with the inputs, all of it at once.
//
// Readers never stop at the first mistake: they add a problem and go on with a stand-in value.
// At the end every problem is one line
//
//     file:line: /json/pointer: what is wrong (expected ...; did you mean ...?)
//
// sorted by file and line. The same problem found twice (a service is read once per region) is
// kept once. At most `limit` errors and as many warnings are kept; the rest are counted, so that
// a hostile file can fill neither the memory nor the screen.
#pragma once

#include <cstddef>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "models/io/place.hpp"

namespace lifeboat::models::io {

enum class Severity { kError, kWarning };

/// What one text has wrong, before anybody knows where it stands.
struct Complaint {
  std::string text;        ///< what is wrong
  std::string expected;    ///< what was expected, without the word itself; may be empty
  std::string suggestion;  ///< what was perhaps meant, quoted as it should be written; may be empty
};

/// One thing that is wrong, with its place.
struct Problem {
  std::string file;
  int line = 0;  ///< 0 where there is none
  std::string pointer;
  std::string text;
  std::string expected;
  std::string suggestion;
  Severity severity = Severity::kError;

  /// The problem as one line, without a line break.
  [[nodiscard]] std::string to_line() const;
};

/// A default that was used because its key was absent.
struct DefaultUsed {
  std::string pointer;
  std::string value;
  std::string source;
};

/// Collects problems, and if asked the defaults that readers took. Not shared between threads.
class Problems {
 public:
  explicit Problems(std::size_t limit = 100) : limit_(limit) {}

  /// From now on readers note in `defaults` each default that they take, so that a report can
  /// name the guesses under it; null: nowhere.
  void note_defaults_in(std::vector<DefaultUsed>* defaults) { defaults_ = defaults; }
  [[nodiscard]] std::vector<DefaultUsed>* defaults() const { return defaults_; }

  void add(Problem problem);
  /// Adds an error at a place.
  void error(const Place& place, std::string text, std::string expected = {},
             std::string suggestion = {});
  void error(const Place& place, Complaint complaint);
  /// Adds a warning at a place: the inputs can be used, but perhaps not as meant.
  void warning(const Place& place, std::string text, std::string expected = {},
               std::string suggestion = {});

  /// Neither errors nor warnings.
  [[nodiscard]] bool empty() const { return errors_ + warnings_ == 0; }
  [[nodiscard]] bool has_errors() const { return errors_ > 0; }
  /// Different errors found, those beyond the limit included.
  [[nodiscard]] std::size_t errors() const { return errors_; }
  /// True once the limit of errors is reached: a reader may then save itself costly suggestions.
  [[nodiscard]] bool full() const { return errors_ >= limit_; }
  /// The problems kept, in the order in which they were found.
  [[nodiscard]] const std::vector<Problem>& all() const { return problems_; }
  /// One line per problem, sorted by file and line, and a last one "and N more".
  [[nodiscard]] std::vector<std::string> lines() const;

 private:
  std::size_t limit_;
  std::size_t errors_ = 0;
  std::size_t warnings_ = 0;
  std::size_t dropped_ = 0;
  std::vector<DefaultUsed>* defaults_ = nullptr;
  std::vector<Problem> problems_;
  std::set<std::string> seen_;
};

/// A text from an input as messages show it: in double quotes, at most `most` bytes.
/// Control characters stay; Problem::to_line escapes them (a file must not steer the terminal).
[[nodiscard]] std::string quote(std::string_view text, std::size_t most = 60);

}  // namespace lifeboat::models::io
