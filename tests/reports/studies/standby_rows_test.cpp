// What a sweep of the standby's share adds: chances, and whether more standby ever hurt.
#include "reports/studies/standby_rows.hpp"

#include <algorithm>
#include <memory>
#include <vector>

#include "scenarios/objectives/objective.hpp"
#include "tests/catch.hpp"
#include "tests/reports/made_up.hpp"

namespace lifeboat::reports {
namespace {

constexpr std::uint32_t kTenTrials = 10;

/// Three shares of standby, each of ten trials in which "buy" fails for the point's seconds and ten
/// more a trial.
struct Shares {
  explicit Shares(const std::vector<std::size_t>& seconds) : inputs(seconds.size()) {
    for (RunInput& input : inputs) {
      input = tests::made_up_input();
      input.given = "lost";
      input.objectives = {scenarios::parse_objective("rto < 20m in 95% of trials").value()};
    }
    std::vector<const RunInput*> all;
    for (const RunInput& input : inputs) all.push_back(&input);
    rows = std::make_unique<FigureRows>(all);
    for (std::size_t p = 0; p < seconds.size(); ++p) {
      for (std::uint32_t i = 0; i < kTenTrials; ++i) {
        rows->add(p, tests::made_up_failover(i, seconds[p] + std::size_t{10} * i));
      }
      SweptPoint point;
      point.name = std::to_string(50 * p) + "%";
      point.trials = kTenTrials;
      sweep.points.push_back(point);
    }
    for (const FigureRow& row : rows->rows()) {
      SweptRow swept;
      swept.label = row.label;
      swept.less_is_better = wants_less(*row.objective);
      for (std::size_t p = 0; p < seconds.size(); ++p) {
        swept.figures.push_back(rows->figure_of(row, p));
      }
      sweep.rows.push_back(std::move(swept));
    }
    add_standby_rows(sweep, *rows, std::vector<bool>(seconds.size(), true));
  }

  const SweptRow& row(const std::string& label) const {
    const auto at = std::find_if(sweep.rows.begin(), sweep.rows.end(),
                                 [&](const SweptRow& one) { return one.label == label; });
    REQUIRE(at != sweep.rows.end());
    return *at;
  }

  std::vector<RunInput> inputs;
  std::unique_ptr<FigureRows> rows;
  Sweep sweep;
};

}  // namespace

TEST_CASE("More standby that helps adds the chance of each objective, and no finding", "[unit]") {
  // 20 min is 1,200 s: of 1,160 + 10 i the first four trials meet it; bins of 30 s round up to
  // multiples of 30 s after the fault's bin.
  const Shares shares({1500, 1150, 600});
  CHECK(shares.sweep.findings.empty());
  const SweptRow& chance = shares.row("P(rto < 20m)");
  CHECK(chance.figures[0].estimate == 0.0);
  CHECK(*chance.figures[1].estimate > 0.2);
  CHECK(*chance.figures[1].estimate < 0.7);
  CHECK(chance.figures[2].estimate == 1.0);
  // Clopper-Pearson: none of ten leaves up to 1 - 0.025^(1/10) = 30.8 %.
  CHECK(chance.figures[0].high == Approx(0.3085).epsilon(1e-3));
  CHECK(chance.found[2] == Difference::kBetter);
}

TEST_CASE("More standby that hurts is a finding, wherever the better point was", "[unit]") {
  const Shares shares({1500, 600, 900});
  REQUIRE_FALSE(shares.sweep.findings.empty());
  for (const Finding& finding : shares.sweep.findings) {
    CHECK(finding.code == "standby-not-monotone");
    CHECK(finding.text.find("with a standby of 100% than of 50%") != std::string::npos);
  }
  // A dent that heals is told once for each figure, against the best before it.
  const Shares dented({600, 900, 600});
  REQUIRE_FALSE(dented.sweep.findings.empty());
  CHECK(dented.sweep.findings[0].text.find("of 50% than of 0%") != std::string::npos);
}

}  // namespace lifeboat::reports
