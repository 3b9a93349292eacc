#include "tools/lifeboat/swept_axis.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "models/io/reader.hpp"
#include "tools/lifeboat/command.hpp"
#include "tools/lifeboat/designs.hpp"
#include "tools/lifeboat/sweep_values.hpp"

namespace lifeboat::tools {

reports::SweepAxis read_axis(const std::string& word) {
  const std::size_t equals = word.find('=');
  if (equals == 0 || equals == std::string::npos) {
    throw UsageError(models::io::quote(word) +
                     " is no parameter with values: PATH=VALUES, such as "
                     "platform.services.web.desiredCount=2..8");
  }
  reports::SweepAxis axis;
  axis.path = word.substr(0, equals);
  axis.name = axis.path.substr(axis.path.rfind('.') + 1);
  SweptValues values = read_swept_values(word.substr(equals + 1));
  axis.values = std::move(values.values);
  axis.numbers = std::move(values.numbers);
  axis.unit = std::move(values.unit);
  if (axis.path == reports::kStandbyAxis) {
    // Ascending: each point is held against those with less standby.
    std::vector<std::pair<double, std::string>> shares;
    for (const std::string& value : axis.values) shares.emplace_back(read_standby(value), value);
    std::stable_sort(shares.begin(), shares.end(),
                     [](const auto& a, const auto& b) { return a.first < b.first; });
    axis.numbers.clear();
    for (std::size_t i = 0; i < shares.size(); ++i) {
      axis.numbers.push_back(100 * shares[i].first);
      axis.values[i] = shares[i].second;
    }
    axis.unit = "%";
  }
  if (axis.values.size() < 2) {
    throw UsageError(models::io::quote(word) +
                     " has one value: a sweep needs two or more (lifeboat run takes one by --set)");
  }
  return axis;
}

}  // namespace lifeboat::tools
