#include "models/io/suggest.hpp"

#include <algorithm>
#include <array>
#include <tuple>

#include "models/io/detail/text.hpp"
#include "models/io/problems.hpp"

namespace lifeboat::models::io {

namespace {

constexpr std::size_t kLongestName = 64;
constexpr std::size_t kMostEdits = 4;
constexpr std::size_t kShortestPrefix = 3;

std::size_t allowed_edits(std::size_t longer) {
  return std::clamp<std::size_t>(longer / 3, 1, kMostEdits);
}

/// The one known name that starts with `name`; nothing if there are none or several.
std::optional<std::string> completion(std::string_view name,
                                      const std::vector<std::string>& known) {
  if (name.size() < kShortestPrefix) return std::nullopt;
  std::optional<std::string> found;
  for (const std::string& candidate : known) {
    if (candidate.compare(0, name.size(), name) != 0) continue;
    if (found) return std::nullopt;
    found = candidate;
  }
  return found;
}

}  // namespace

std::size_t edit_distance(std::string_view a, std::string_view b, std::size_t limit) {
  const std::size_t gap = a.size() > b.size() ? a.size() - b.size() : b.size() - a.size();
  if (gap > limit || a.size() > kLongestName || b.size() > kLongestName) return limit + 1;
  using Row = std::array<std::size_t, kLongestName + 1>;
  std::array<Row, 3> rows{};  // rows[i % 3][j]: distance of a's first i and b's first j
  for (std::size_t j = 0; j <= b.size(); ++j) rows[0][j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    Row& row = rows[i % 3];
    const Row& above = rows[(i + 2) % 3];
    const Row& two_above = rows[(i + 1) % 3];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t change = a[i - 1] == b[j - 1] ? 0 : 1;
      row[j] = std::min({above[j] + 1, row[j - 1] + 1, above[j - 1] + change});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        row[j] = std::min(row[j], two_above[j - 2] + 1);
      }
    }
  }
  return std::min(rows[a.size() % 3][b.size()], limit + 1);
}

std::optional<std::string> nearest_name(std::string_view name,
                                        const std::vector<std::string>& known) {
  if (name.empty() || name.size() > kLongestName) return std::nullopt;
  const std::string small_name = detail::lower(name);
  const std::string* best = nullptr;
  std::tuple<std::size_t, std::size_t> best_rank;
  for (const std::string& candidate : known) {
    const std::size_t most = allowed_edits(std::max(name.size(), candidate.size()));
    const std::size_t distance = edit_distance(small_name, detail::lower(candidate), most);
    if (distance > most || distance >= std::min(name.size(), candidate.size())) continue;
    const std::tuple rank{distance, edit_distance(name, candidate, kLongestName)};
    if (best == nullptr || rank < best_rank) {
      best = &candidate;
      best_rank = rank;
    }
  }
  if (best != nullptr) return *best;
  return completion(name, known);
}

std::string suggest(std::string_view name, const std::vector<std::string>& known) {
  const auto nearest = nearest_name(name, known);
  return nearest ? quote(*nearest) : std::string{};
}

std::string one_of(const std::vector<std::string>& names, std::size_t most) {
  std::string result;
  const std::size_t shown = std::min(names.size(), most);
  for (std::size_t i = 0; i < shown; ++i) {
    if (i > 0) result += i + 1 == names.size() ? " or " : ", ";
    result += detail::shortened(names[i], kLongestName);
  }
  if (shown < names.size()) result += " or " + std::to_string(names.size() - shown) + " others";
  return result;
}

}  // namespace lifeboat::models::io
