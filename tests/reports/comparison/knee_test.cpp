// Where a curve bends, against curves whose knee is known.
#include "reports/comparison/knee.hpp"

#include <cmath>
#include <vector>

#include "tests/catch.hpp"

namespace lifeboat::reports {

// y = 1 - e^(-x) over [0, 10], scaled: furthest above the diagonal where its slope is 1 / 10 (the
// rise over the width, next to 1): x = ln 10 = 2.30.
TEST_CASE("the knee is where the slope falls below the chord's", "[oracle]") {
  std::vector<double> x;
  std::vector<double> y;
  std::vector<double> falling;
  for (int i = 0; i <= 100; ++i) {
    x.push_back(0.1 * i);
    y.push_back(1 - std::exp(-x.back()));
    falling.push_back(500 * std::exp(-x.back()));
  }
  CHECK(knee_of(x, y) == 23);
  CHECK(knee_of(x, falling) == 23);  // the same curve turned over
}

TEST_CASE("what bends the other way, hardly or not at all has no knee", "[unit]") {
  const std::vector<double> x{1, 2, 3, 4, 5, 6};
  CHECK_FALSE(knee_of(x, std::vector<double>{1, 2, 3, 4, 5, 6}));
  CHECK_FALSE(knee_of(x, std::vector<double>{1, 1, 1, 1, 1, 1}));
  CHECK_FALSE(knee_of(x, std::vector<double>{0, 0.1, 0.3, 1, 4, 20}));
  CHECK_FALSE(knee_of(x, std::vector<double>{0, 0.25, 0.45, 0.65, 0.82, 1}));
  CHECK_FALSE(knee_of(std::vector<double>{1, 2, 3, 4}, std::vector<double>{0, 0.9, 0.95, 1}));
  CHECK(knee_of(x, std::vector<double>{0, 0.9, 0.95, 0.97, 0.99, 1}) == 1);
}

TEST_CASE("uneven steps of the parameter count by their width", "[unit]") {
  // Halfway up at a tenth of the width.
  const std::vector<double> x{0, 1, 2, 5, 10};
  CHECK(knee_of(x, std::vector<double>{0, 0.5, 0.6, 0.8, 1}) == 1);
}

}  // namespace lifeboat::reports
