#include "models/io/problems.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

#include "models/io/detail/text.hpp"

namespace lifeboat::models::io {

namespace {

// Problems beyond the limit are told apart up to this many times the limit, then only counted.
constexpr std::size_t kSeenPerLimit = 10;

Problem make(const Place& place, Severity severity, std::string text, std::string expected,
             std::string suggestion) {
  return {place.file(),          place.line, place.pointer(), std::move(text), std::move(expected),
          std::move(suggestion), severity};
}

}  // namespace

std::string Problem::to_line() const {
  std::string result = file;
  if (line > 0) result += ":" + std::to_string(line);
  if (!result.empty()) result += ": ";
  result += pointer;
  if (!pointer.empty()) result += ": ";
  if (severity == Severity::kWarning) result += "warning: ";
  result += text;
  std::string remark;
  if (!expected.empty()) remark = "expected " + expected;
  if (!suggestion.empty()) {
    if (!remark.empty()) remark += "; ";
    remark += "did you mean " + suggestion + "?";
  }
  if (!remark.empty()) result += " (" + remark + ")";
  return detail::printable(result);
}

void Problems::add(Problem problem) {
  if (seen_.size() < kSeenPerLimit * limit_ && !seen_.insert(problem.to_line()).second) return;
  std::size_t& count = problem.severity == Severity::kError ? errors_ : warnings_;
  ++count;
  if (count <= limit_) {
    problems_.push_back(std::move(problem));
  } else {
    ++dropped_;
  }
}

void Problems::error(const Place& place, std::string text, std::string expected,
                     std::string suggestion) {
  add(make(place, Severity::kError, std::move(text), std::move(expected), std::move(suggestion)));
}

void Problems::error(const Place& place, Complaint complaint) {
  error(place, std::move(complaint.text), std::move(complaint.expected),
        std::move(complaint.suggestion));
}

void Problems::warning(const Place& place, std::string text, std::string expected,
                       std::string suggestion) {
  add(make(place, Severity::kWarning, std::move(text), std::move(expected), std::move(suggestion)));
}

std::vector<std::string> Problems::lines() const {
  std::vector<const Problem*> sorted;
  sorted.reserve(problems_.size());
  for (const Problem& problem : problems_) sorted.push_back(&problem);
  std::stable_sort(sorted.begin(), sorted.end(), [](const Problem* a, const Problem* b) {
    return std::tie(a->file, a->line) < std::tie(b->file, b->line);
  });
  std::vector<std::string> result;
  result.reserve(sorted.size() + 1);
  for (const Problem* problem : sorted) result.push_back(problem->to_line());
  if (dropped_ > 0) result.push_back("and " + std::to_string(dropped_) + " more");
  return result;
}

std::string quote(std::string_view text, std::size_t most) {
  std::string result = "\"";
  for (const char c : detail::shortened(text, most)) {
    if (c == '"' || c == '\\') result += '\\';
    result += c;
  }
  return result + "\"";
}

}  // namespace lifeboat::models::io
