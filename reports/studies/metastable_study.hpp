// Metastable states: a trigger that is over, and a platform that stays down.
//
// A platform is *stable* at a load if it recovers from a fault of any size once the fault is over;
// *vulnerable* if what the fault left behind (a queue, retries, cold caches) keeps it down although
// it carries the load when it is well (Bronson et al., HotOS 2021; Huang et al., OSDI 2022). For
// each load and each fault of a grid the study runs the same trials, with the same customers and
// luck, and says whether all of them
//
//   were not hurt        no bad bin belongs to the fault
//   recover alone        by the scenario's rule of recovery, without a relapse
//   recover by shedding  the balancer refuses a share of all requests for a while, once the fault
//                        has been over for some time: the smallest share that frees all trials
//   stay down            even if all requests are refused for that while
//
// and where the load is too much before any fault. The smallest share is found by bisection to 1/32
// (more shedding frees what less does: assumed, and with common luck nearly always so). "Down" is
// until the scenario's end, which has to leave time for a recovery.
#pragma once

#include <atomic>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "models/io/problems.hpp"
#include "reports/comparison/sweep.hpp"
#include "reports/studies/prepare.hpp"
#include "reports/studies/run_study.hpp"

namespace lifeboat::reports {

enum class CellState : std::uint8_t {
  kNotReached,
  kUnhurt,
  kAlone,
  kShed,
  kDown,
  kOverloaded,  ///< bad before the fault
};
/// "alone", "down", ...
[[nodiscard]] std::string_view name_of(CellState state);

struct MetastableCell {
  std::string load;   ///< value of the first axis
  std::string fault;  ///< of the second
  CellState state = CellState::kNotReached;
  std::uint32_t trials = 0;
  std::uint32_t alone = 0;          ///< trials that were not hurt or recovered alone
  std::optional<double> rto_p50_s;  ///< of trials that recovered alone
  std::optional<double> shed;       ///< the smallest share that frees all trials
  std::optional<double> shed_rto_p50_s;
  struct Tried {
    double share = 0;
    std::uint32_t freed = 0;  ///< trials
  };
  std::vector<Tried> tried;  ///< in their order
};

struct Metastable {
  std::string scenario;
  std::string title;
  SweepAxis load;
  SweepAxis fault;
  std::vector<MetastableCell> cells;  ///< the fault changes fastest
  std::string shed_at;                ///< "front@sg"
  double after_s = 0;                 ///< from the end of the fault to the shedding
  double lasts_s = 0;                 ///< and how long it lasts
  std::uint64_t seed = 1;
  std::uint32_t trials = 0;
  bool interrupted = false;
};

struct MetastableOptions {
  std::filesystem::path file;
  PrepareOptions prepare;
  SweepAxis load;
  SweepAxis fault;
  std::string shed_at;   ///< empty: the first deployment that can shed
  double after_s = 180;  ///< somebody has to see it and to decide
  double lasts_s = 120;
  std::uint32_t trials = 3;
  unsigned jobs = 1;
  std::optional<double> budget_s;
  const std::atomic<bool>* interrupted = nullptr;
};

/// Nothing, and errors, where a cell cannot be prepared.
[[nodiscard]] std::optional<Metastable> study_metastable(const MetastableOptions& options,
                                                         models::io::Problems& problems,
                                                         const StudyProgress& progress = {});

}  // namespace lifeboat::reports
