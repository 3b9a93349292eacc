#include "reports/rpo/rpo.hpp"

#include <algorithm>

namespace lifeboat::reports {

namespace {

/// Names of the stores to whose streams the class's writes are appended.
std::set<std::string> stores_of(const sim::Network& network, std::size_t record_class) {
  std::set<std::string> names;
  for (const sim::Commit& commit : network.commits) {
    if (!commit.record.valid() || commit.record.index() != record_class) continue;
    for (const sim::LogId log : commit.logs) names.insert(network.logs[log.index()].name);
  }
  return names;
}

std::vector<StoreLoss> by_store(const sim::Network& network, const sim::TrialResult& result) {
  std::vector<StoreLoss> stores;
  const auto find = [&](const std::string& name) -> StoreLoss& {
    const auto at = std::find_if(stores.begin(), stores.end(),
                                 [&](const StoreLoss& loss) { return loss.store == name; });
    if (at != stores.end()) return *at;
    stores.push_back({.store = name});
    return stores.back();
  };
  for (const sim::ReplicationLog& log : network.logs) find(log.name);
  for (const sim::LossResult& loss : result.losses) {
    if (!loss.log.valid() || loss.log.index() >= network.logs.size()) continue;
    StoreLoss& store = find(network.logs[loss.log.index()].name);
    store.opened = true;
    store.seconds = std::max(store.seconds, loss.rpo_seconds);
    store.writes += loss.writes_lost;
  }
  return stores;
}

double worst_critical(const TrialLoss& loss) {
  double worst = 0;
  const bool any_critical = std::any_of(loss.classes.begin(), loss.classes.end(),
                                        [](const ClassLoss& c) { return c.critical; });
  for (const ClassLoss& one : loss.classes) {
    if (one.critical || !any_critical) worst = std::max(worst, one.seconds);
  }
  if (loss.classes.empty()) {
    for (const StoreLoss& store : loss.stores) worst = std::max(worst, store.seconds);
  }
  return worst;
}

}  // namespace

std::set<std::string> stores_of_rpo(const sim::Network& network, const std::string& name) {
  std::set<std::string> all;
  for (const sim::ReplicationLog& log : network.logs) all.insert(log.name);
  if (!name.empty() && all.contains(name)) return {name};
  const auto& classes = network.record_classes;
  const bool any_critical =
      std::any_of(classes.begin(), classes.end(), [](const auto& one) { return one.critical; });
  std::set<std::string> concerned;
  for (std::size_t i = 0; i < classes.size(); ++i) {
    const bool counts =
        name.empty() ? classes[i].critical || !any_critical : classes[i].name == name;
    if (counts) concerned.merge(stores_of(network, i));
  }
  return name.empty() && classes.empty() ? all : concerned;
}

TrialLoss losses_of(const sim::Network& network, const sim::TrialResult& result) {
  TrialLoss loss;
  loss.stores = by_store(network, result);
  for (std::size_t i = 0; i < network.record_classes.size(); ++i) {
    const sim::RecordClass& record_class = network.record_classes[i];
    ClassLoss one;
    one.name = record_class.name;
    one.critical = record_class.critical;
    const std::set<std::string> names = stores_of(network, i);
    for (const StoreLoss& store : loss.stores) {
      if (names.count(store.store) > 0) one.seconds = std::max(one.seconds, store.seconds);
    }
    if (i < result.records.size()) one.records = result.records[i];
    loss.classes.push_back(std::move(one));
  }
  loss.seconds = worst_critical(loss);
  return loss;
}

}  // namespace lifeboat::reports
