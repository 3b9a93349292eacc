#include "reports/text/comparison_text.hpp"

#include <catch2/catch.hpp>

namespace lifeboat::reports {
namespace {

TEST_CASE("Figures stand in one column beneath a design of a long name", "[unit]") {
  Comparison comparison;
  for (const char* name : {"lose-singapore,strategy=backup-restore", "pilot-light"}) {
    comparison.variants.emplace_back().name = name;
  }
  ComparedRow& row = comparison.rows.emplace_back();
  row.label = "bad-minutes";
  row.unit = "min";
  row.figures.resize(2);
  row.figures[0].estimate = 161;
  row.figures[1].estimate = 54;
  row.differences.resize(2);
  row.differences[1] = PairedDifference{-107, -110, -104, 20, 0, 30};
  row.found = {Difference::kNone, Difference::kBetter};

  const std::string text = comparison_text(comparison, false, {});
  const auto end_of = [&](const std::string& word) {
    const std::size_t at = text.find(word);
    REQUIRE(at != std::string::npos);
    return at + word.size() - (text.rfind('\n', at) + 1);
  };
  CHECK(text.find("  lose-singapore,strategy=backup-restore\n") != std::string::npos);
  CHECK(end_of(" 161 min") == end_of(" 54 min"));
}

}  // namespace
}  // namespace lifeboat::reports
