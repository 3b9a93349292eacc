// What a failure leaves of business records: which parts count, and as what.
//
// Each request of "order" writes a row to the orders' database (10 s to its copy far away) and puts
// a message into a queue that nobody works off; each of "cart" writes an item to a table that is
// copied item by item in 10 s.
#include <functional>
#include <utility>

#include "sim/control/losses.hpp"
#include "tests/catch.hpp"
#include "tests/sim/engine/networks.hpp"

namespace lifeboat::sim::test {
namespace {

struct RecordScript : ControllerOf<std::uint32_t> {
  using Act = std::function<void(Control&)>;
  std::vector<std::pair<double, Act>> acts;
  explicit RecordScript(std::vector<std::pair<double, Act>> all) : acts(std::move(all)) {}
  [[nodiscard]] std::string name() const override { return "records"; }
  [[nodiscard]] bool is_fault() const override { return true; }
  void start_with(std::uint32_t&, Control& control) const override { next(0, control); }
  void wake_with(std::uint32_t& done, Control& control) const override {
    acts[done].second(control);
    next(++done, control);
  }
  void next(std::uint32_t done, Control& control) const {
    if (done < acts.size()) control.wake_at(Instant::from_seconds(acts[done].first));
  }
};

/// One region's part of it.
struct RecordSite {
  DeploymentId orders;
  DeploymentId queue;
  DeploymentId table;
  LogId orders_log;
  LogId table_log;
  JourneyId order;
  JourneyId cart;
  [[nodiscard]] std::vector<DeploymentId> all() const { return {orders, queue, table}; }
};

struct RecordBed {
  NetworkBuilder builder;
  RecordClassId orders;
  RecordClassId carts;
  RecordSite here;
  RecordSite there;

  RecordBed() {
    RecordClass row;
    row.name = "orders";
    row.parts = 2;
    orders = builder.add_record_class(row);
    row.name = "carts";
    row.parts = 1;
    carts = builder.add_record_class(row);
    here = site("here");
    there = site("there");
  }
  RecordSite site(const std::string& region) {
    RecordSite made;
    const RegionId home = builder.add_region(region);
    const RegionId far = builder.add_region("far-from-" + region);
    made.orders = builder.add_deployment("orders", home);
    made.queue = builder.add_deployment("queue", home);
    made.table = builder.add_deployment("table", home);
    const LawId lag = builder.add_law(Law::constant(Duration::seconds(10)));
    const auto log = [&](DeploymentId from, const std::string& name, bool ordered) {
      ReplicationLog stream;
      stream.name = name;
      stream.from = from;
      stream.to = builder.add_deployment(name, far);
      stream.lag = lag;
      stream.ordered = ordered;
      return builder.add_log(stream);
    };
    made.orders_log = log(made.orders, "orders", true);
    made.table_log = log(made.table, "table", false);
    Buffer line;
    line.name = "queue-" + region;
    line.deployment = made.queue;
    const BufferId buffer = builder.add_buffer(line);
    const auto journey = [&](const std::string& name) {
      Journey entry;
      entry.name = name + "-" + region;
      entry.plan = builder.declare_plan(entry.name, DeploymentId{});
      return std::pair(builder.add_journey(entry), entry.plan);
    };
    const auto write = [&](PlanBuilder& plan, Commit commit, RecordClassId record,
                           std::uint32_t part) {
      commit.record = record;
      commit.part = part;
      commit.store = builder.add_store("store");
      plan.commit(commit, "commit");
    };
    const auto [order, order_plan] = journey("order");
    made.order = order;
    PlanBuilder plan = builder.define(order_plan);
    Commit row;
    row.logs = {made.orders_log};
    row.deployment = made.orders;
    write(plan, row, orders, 0);
    Commit message;
    message.deployment = made.queue;
    message.queue = buffer;
    write(plan, message, orders, 1);
    plan.put(buffer);
    plan.finish();
    const auto [cart, cart_plan] = journey("cart");
    made.cart = cart;
    PlanBuilder item = builder.define(cart_plan);
    Commit copied;
    copied.logs = {made.table_log};
    copied.deployment = made.table;
    write(item, copied, carts, 0);
    item.finish();
    return made;
  }
  void writes(const RecordSite& at, const std::vector<double>& seconds) {
    for (const JourneyId journey : {at.order, at.cart}) {
      Source source = stamps_source(seconds, journey);
      source.name += std::to_string(journey.index());
      builder.add_source(source);
    }
  }
  TrialResult run(std::vector<std::pair<double, RecordScript::Act>> acts) {
    builder.add_controller(std::make_shared<RecordScript>(std::move(acts)));
    return run_trial(*builder.build(), run_for(Duration{}, Duration::seconds(100)), 0);
  }
};

RecordScript::Act gone(const std::vector<DeploymentId>& deployments,
                       const std::vector<LogId>& logs) {
  return [=](Control& control) {
    (void)control.begin_effect(deployments, Effect{});
    for (const LogId log : logs) control.freeze_log(log);
  };
}

RecordScript::Act gone(const RecordSite& site) {
  return gone(site.all(), {site.orders_log, site.table_log});
}

}  // namespace

// Writes at 1 and 15 s, the loss at 20: the rows of 1 s have arrived, those of 15 s have not; both
// messages wait.
TEST_CASE("a table that fails alone strands nothing of its neighbours'", "[unit]") {
  RecordBed bed;
  bed.writes(bed.here, {1, 15});
  const TrialResult r = bed.run({{20, gone({bed.here.table}, {bed.here.table_log})}});
  CHECK(r.records[bed.orders.index()].stranded == 0);
  CHECK(r.records[bed.carts.index()].stranded == 1);
}

TEST_CASE("a region that fails strands rows under way and messages that wait", "[unit]") {
  RecordBed bed;
  bed.writes(bed.here, {1, 15});
  const TrialResult r = bed.run({{20, gone(bed.here)}});
  CHECK(r.records[bed.orders.index()].stranded == 2);
  CHECK(r.records[bed.carts.index()].stranded == 1);
}

// A planned move that does not wait: the row of 15 s is lost, and its message waits in a queue that
// is well: torn. The order of 1 s is whole.
TEST_CASE("a planned promotion tears what it loses and leaves the backlog alone", "[unit]") {
  RecordBed bed;
  bed.writes(bed.here, {1, 15});
  const LogId log = bed.here.orders_log;
  const TrialResult r = bed.run({{20, [log](Control& c) { c.detach_log(log); }},
                                 {30, [log](Control& c) { c.open_copy(log, c.now()); }}});
  const RecordLoss& orders = r.records[bed.orders.index()];
  CHECK(orders.stranded == 0);
  CHECK(orders.torn == 1);
  CHECK(orders.lost == 0);
  CHECK(r.records[bed.carts.index()].stranded == 0);
}

TEST_CASE("two regions that fail at one instant count both", "[unit]") {
  RecordBed bed;
  bed.writes(bed.here, {1, 15});
  bed.writes(bed.there, {15, 16});
  const TrialResult r = bed.run({{20, [&bed](Control& c) {
                                    gone(bed.here)(c);
                                    gone(bed.there)(c);
                                  }}});
  CHECK(r.records[bed.orders.index()].stranded == 4);
  CHECK(r.records[bed.carts.index()].stranded == 3);
}

// The table first, the rest a moment later at the same instant: what the first look found well is
// looked at again.
TEST_CASE("services that fail one after the other at one instant count together", "[unit]") {
  RecordBed bed;
  bed.writes(bed.here, {15});
  const TrialResult r =
      bed.run({{20, [&bed](Control& c) {
                  gone({bed.here.table}, {bed.here.table_log})(c);
                  gone({bed.here.orders, bed.here.queue}, {bed.here.orders_log})(c);
                }}});
  CHECK(r.records[bed.orders.index()].stranded == 1);
  CHECK(r.records[bed.carts.index()].stranded == 1);
}

// The order of 15 s had nothing elsewhere: lost. That of 1 s has its row and not its message: torn.
// No copy opens, and the region comes back.
TEST_CASE("what a region's storage held alone is lost with it", "[unit]") {
  RecordBed bed;
  bed.writes(bed.here, {1, 15});
  const TrialResult r = bed.run({{20, [&bed](Control& c) {
                                    const EffectId outage =
                                        c.begin_effect(bed.here.all(), Effect{});
                                    c.freeze_log(bed.here.orders_log);
                                    c.freeze_log(bed.here.table_log);
                                    losses_of(c).lose_data(bed.here.all());
                                    c.end_effect(outage);
                                  }}});
  const RecordLoss& orders = r.records[bed.orders.index()];
  CHECK(orders.lost == 1);
  CHECK(orders.torn == 1);
  CHECK(orders.stranded == 0);
  CHECK(r.records[bed.carts.index()].lost == 1);
  CHECK(r.records[bed.carts.index()].stranded == 0);
}

TEST_CASE("a copy that opens after the storage was lost counts nothing twice", "[unit]") {
  RecordBed bed;
  bed.writes(bed.here, {1, 15});
  const LogId log = bed.here.orders_log;
  const TrialResult r = bed.run({{20,
                                  [&bed](Control& c) {
                                    gone(bed.here)(c);
                                    losses_of(c).lose_data(bed.here.all());
                                  }},
                                 {40, [log](Control& c) { c.open_copy(log, c.now()); }}});
  const RecordLoss& orders = r.records[bed.orders.index()];
  CHECK(orders.lost == 1);
  CHECK(orders.torn == 1);
  CHECK(orders.stranded == 0);
}

// Lost at 20 s and back at 30, opened at 50: the view tells 20 s, as the copy stopped receiving
// before its source was back; a source whose stream ships again is not lost any more.
TEST_CASE("a stream tells when its source was lost until it ships again", "[unit]") {
  for (const bool detached : {false, true}) {
    RecordBed bed;
    bed.writes(bed.here, {1});
    const LogId log = bed.here.orders_log;
    std::vector<Instant> told;
    const auto look = [&told, log](Control& c) {
      told.push_back(losses_of(c).source_lost_at(log));
    };
    bed.run({{19, look},
             {20, [log](Control& c) { c.freeze_log(log); }},
             {25,
              [&, log](Control& c) {
                look(c);
                if (detached) c.detach_log(log);
              }},
             {30, [log](Control& c) { c.thaw_log(log); }},
             {35, look}});
    const Instant lost = Instant::from_seconds(20);
    CHECK(told == std::vector{Instant::never(), lost, detached ? lost : Instant::never()});
  }
}

}  // namespace lifeboat::sim::test
