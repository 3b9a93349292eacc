// What designs are declared to cost is compared to the cent, where it differs.
#include "reports/comparison/declared_row.hpp"

#include <catch2/catch.hpp>

#include "reports/comparison/baseline.hpp"
#include "reports/text/comparison_text.hpp"

namespace lifeboat::reports {
namespace {

ComparedVariant design(const char* name, double billed, double apart) {
  ComparedVariant variant;
  variant.name = name;
  variant.declared = DeclaredCost{billed, apart};
  return variant;
}

Comparison compared(std::vector<ComparedVariant> variants) {
  Comparison comparison;
  comparison.variants = std::move(variants);
  comparison.trials = 7;
  set_declared_row(comparison);
  return comparison;
}

TEST_CASE("What designs are declared to cost is compared with what is kept apart", "[unit]") {
  const Comparison comparison =
      compared({design("billed", 100, 5), design("standby", 100, 45), design("lean", 90, 0)});
  REQUIRE(comparison.rows.size() == 1);
  const ComparedRow& row = comparison.rows[0];
  CHECK(row.figures[0].estimate == 105);
  CHECK(row.figures[1].estimate == 145);
  CHECK(row.figures[2].estimate == 90);
  CHECK(row.found == std::vector{Difference::kNone, Difference::kWorse, Difference::kBetter});
  CHECK(row.differences[1]->value == 40);
  CHECK(row.differences[1]->is_exact());
  CHECK(row.winner == 2);

  const std::string text = comparison_text(comparison, false, {});
  CHECK(text.find("+40 USD/month: worse") != std::string::npos);
  CHECK(text.find("90 USD/month  best") != std::string::npos);
  CHECK(comparison_markdown(comparison).find("| +40 USD/month: **worse** |") != std::string::npos);
}

TEST_CASE("Designs declared alike have no row of it, nor have those of which one is not",
          "[unit]") {
  CHECK(compared({design("a", 100, 5), design("b", 100, 5)}).rows.empty());
  ComparedVariant undeclared;
  undeclared.name = "c";
  CHECK(compared({design("a", 100, 5), undeclared}).rows.empty());
}

TEST_CASE("Of two designs that are declared to cost the least neither is the best", "[unit]") {
  const Comparison comparison =
      compared({design("a", 100, 0), design("b", 80, 10), design("c", 90, 0)});
  REQUIRE(comparison.rows.size() == 1);
  CHECK(comparison.rows[0].found[1] == Difference::kBetter);
  CHECK(!comparison.rows[0].winner);
}

TEST_CASE("A baseline's declared cost is compared as a design's is", "[unit]") {
  Comparison comparison = compared({design("a", 100, 5), design("b", 120, 0)});
  Baseline baseline;
  baseline.name = "before";
  baseline.declared = DeclaredCost{110, 0};
  compare_with(comparison, baseline, "");
  REQUIRE(comparison.rows.size() == 1);
  const ComparedRow& row = comparison.rows[0];
  REQUIRE(row.figures.size() == 3);
  CHECK(row.figures[0].estimate == 110);
  CHECK(row.found[1] == Difference::kBetter);
  CHECK(row.differences[2]->value == 10);
  CHECK(row.winner == 1);
}

}  // namespace
}  // namespace lifeboat::reports
