// The shipped traffic files are what their generator writes.
#include <fstream>
#include <numeric>
#include <sstream>

#include "tests/catch.hpp"
#include "tools/trace/retail_trace.hpp"

namespace lifeboat::tools {
namespace {

std::string file(const std::string& name) {
  std::ifstream stream(tests::source_dir() / "scenarios" / "traffic" / name, std::ios::binary);
  std::ostringstream text;
  text << stream.rdbuf();
  return text.str();
}

TEST_CASE("the shipped traffic is what its generator writes, byte for byte", "[unit]") {
  CHECK(file("retail-day.csv") == retail_day_csv());
  CHECK(file("retail-week.csv") == retail_week_csv());
}

TEST_CASE("the shipped week has 38 requests a second on average", "[unit]") {
  const auto counts = retail_week_counts();
  REQUIRE(counts.size() == 2016);
  CHECK(std::accumulate(counts.begin(), counts.end(), std::int64_t{0}) == 38 * 604'800);
}

}  // namespace
}  // namespace lifeboat::tools
