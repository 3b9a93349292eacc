// The models, one function each. What each is and how its answer follows stands in its files
// (tools/bench/models); README.md has the list.
#include <algorithm>

#include "tools/bench/checks.hpp"
#include "tools/bench/model.hpp"

namespace lifeboat::bench {

namespace {

Model mm1() {
  return {"mm1",
          "M/M/1, rho 0.9: one station, the least that a request can cost",
          "bench/mm1.json",
          {{{10, {"duration=300s"}}, {10, {}}, {20, {"duration=20000s"}}}},
          {mean_sojourn(0.1)}};
}

Model tandem20() {
  return {"tandem20",
          "20 x M/M/4 in a row, rho 0.8: about 70 events pending, 20 hops a request",
          "bench/tandem20.json",
          {{{8, {"duration=1000s"}}, {10, {}}, {20, {"duration=100000s"}}}},
          {mean_sojourn(34.910812)}};
}

Model ps() {
  return {"ps",
          "M/G/1 processor sharing, rho 0.8, sizes of cv 2",
          "bench/ps.json",
          {{{10, {"duration=300s"}}, {10, {}}, {20, {"duration=20000s"}}}},
          {mean_sojourn(0.05)}};
}

Model reference() {
  return {"reference",
          "the shipped reference platform in a steady hour at 38 requests/s",
          "scenarios/library/steady-hour.json",
          {{{2, {"warmup=2m", "duration=5m"}}, {4, {}}, {20, {}}}},
          {cpu_work(0.005)}};
}

Model failover() {
  return {"failover",
          "the reference scenario: Singapore is lost in a sale, Sydney takes over",
          "scenarios/library/lose-singapore.json",
          {{{1, {}}, {4, {}}, {20, {}}}},
          {}};
}

}  // namespace

const std::vector<Model>& models() {
  static const std::vector<Model> all = {mm1(), tandem20(), ps(), reference(), failover()};
  return all;
}

const Model* find_model(const std::string& name) {
  const auto found = std::find_if(models().begin(), models().end(),
                                  [&](const Model& model) { return model.name == name; });
  return found == models().end() ? nullptr : &*found;
}

}  // namespace lifeboat::bench
