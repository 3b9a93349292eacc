#include "reports/rpo/rpo.hpp"

#include "tests/catch.hpp"
#include "tests/reports/made_up.hpp"

namespace lifeboat::reports {

TEST_CASE("A store loses the most of its streams' seconds and all of their writes", "[unit]") {
  const auto network = tests::made_up_network();
  auto second = network->logs[0];
  network->logs.push_back(second);  // a second stream of the same store
  sim::TrialResult result = tests::made_up_trial(0);
  sim::LossResult loss;
  loss.log = sim::LogId{0};
  loss.rpo_seconds = 0.4;
  loss.writes_lost = 3;
  result.losses.push_back(loss);
  loss.log = sim::LogId{1};
  loss.rpo_seconds = 0.9;
  loss.writes_lost = 2;
  result.losses.push_back(loss);
  result.records[0] = {.lost = 4, .stranded = 1, .torn = 2, .duplicate = 0};
  const TrialLoss found = losses_of(*network, result);
  REQUIRE(found.stores.size() == 1);
  CHECK(found.stores[0].opened);
  CHECK(found.stores[0].seconds == 0.9);
  CHECK(found.stores[0].writes == 5);
  REQUIRE(found.classes.size() == 1);
  CHECK(found.classes[0].seconds == 0.9);
  CHECK(found.classes[0].records.torn == 2);
  CHECK(found.seconds == 0.9);
}

TEST_CASE("The whole's loss is that of the worst critical class", "[unit]") {
  const auto network = tests::made_up_network();
  sim::ReplicationLog carts;
  carts.name = "carts";
  network->logs.push_back(carts);
  sim::RecordClass cart_class;
  cart_class.name = "carts";
  network->record_classes.push_back(cart_class);
  sim::Commit commit;
  commit.logs = {sim::LogId{1}};
  commit.record = sim::RecordClassId{1};
  network->commits.push_back(commit);
  sim::TrialResult result = tests::made_up_trial(0);
  sim::LossResult loss;
  loss.log = sim::LogId{1};
  loss.rpo_seconds = 60;
  result.losses.push_back(loss);
  loss.log = sim::LogId{0};
  loss.rpo_seconds = 1;
  result.losses.push_back(loss);
  CHECK(losses_of(*network, result).seconds == 1);  // orders is critical, carts is not
  network->record_classes[0].critical = false;
  CHECK(losses_of(*network, result).seconds == 60);  // none is: all count
}

TEST_CASE("Without a copy that opened nothing is lost", "[unit]") {
  const TrialLoss found = losses_of(*tests::made_up_network(), tests::made_up_trial(0));
  REQUIRE(found.stores.size() == 1);
  CHECK_FALSE(found.stores[0].opened);
  CHECK(found.seconds == 0);
}

}  // namespace lifeboat::reports
