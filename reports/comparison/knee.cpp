#include "reports/comparison/knee.hpp"

#include <cmath>

namespace lifeboat::reports {

std::optional<std::size_t> knee_of(std::span<const double> x, std::span<const double> y) {
  constexpr std::size_t kFewest = 5;
  constexpr double kLeastBend = 0.1;
  if (x.size() != y.size() || x.size() < kFewest) return std::nullopt;
  const double width = x.back() - x.front();
  const double rise = y.back() - y.front();
  if (!(width > 0) || rise == 0 || !std::isfinite(rise) || !std::isfinite(width)) {
    return std::nullopt;
  }
  std::optional<std::size_t> knee;
  double most = kLeastBend;
  for (std::size_t i = 1; i + 1 < x.size(); ++i) {
    const double above = (y[i] - y.front()) / rise - (x[i] - x.front()) / width;
    if (above > most) {
      most = above;
      knee = i;
    }
  }
  return knee;
}

}  // namespace lifeboat::reports
