// What a trial lost: by store, by class of data, as a whole.
//
// A store's loss is read when one of its copies opens for writes: the seconds between the fault
// and the commit of the earliest acknowledged write that the copy lacks (0 if it lacks none), and
// how many it lacks. A store with several streams (several copies, or tables kept key by key) has
// the largest of their seconds and the sum of their writes. A class has the worst of the stores to
// which its writes go; the whole has the worst of the critical classes, of all classes if none is
// critical, of all stores if there are no classes.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "sim/network/network.hpp"
#include "sim/trial/result.hpp"

namespace lifeboat::reports {

struct StoreLoss {
  std::string store;
  bool opened = false;  ///< a copy opened in this trial
  double seconds = 0;
  std::uint64_t writes = 0;
};

struct ClassLoss {
  std::string name;
  bool critical = false;
  double seconds = 0;
  sim::RecordLoss records;
};

struct TrialLoss {
  std::vector<StoreLoss> stores;   ///< stores with a stream, in the order of their first one
  std::vector<ClassLoss> classes;  ///< in the network's order
  double seconds = 0;              ///< the whole's
};

/// The stores that an RPO speaks of: the named one, those of the named class, or, without a name,
/// what the whole's is read from.
[[nodiscard]] std::set<std::string> stores_of_rpo(const sim::Network& network,
                                                  const std::string& name);

[[nodiscard]] TrialLoss losses_of(const sim::Network& network, const sim::TrialResult& result);

}  // namespace lifeboat::reports
