// The designs among which `size` looks: one scenario's platform with its knobs at other levels.
//
// A knob is searched where the traffic reaches its deployment. What a design costs is what the
// platform's bill prices of its knobs, a month: a level's use of each meter (models/sizing) times
// the price of the bill's line that has the meter. Where a bill prices nothing of a knob it is a
// limit: free, never lowered below what the file says, and raised where it binds. Without any bill
// a design costs its servers, tasks and nodes (Knob::weight).
//
// Counts stand still: the bounds of scaling are set to the count and its policies removed, so that
// a design is what it says. No levels at all are the file as it is, with its policies. "A zone
// down" is a zone lost five minutes before the measured window, for good, with nothing launched in
// its place: what is left must carry the traffic (static stability; Amazon Builders' Library,
// "Static stability using Availability Zones"). The window then begins five minutes later than the
// file says; its traffic and faults stay where they are.
#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "models/io/problems.hpp"
#include "models/platform/load_table.hpp"
#include "models/sizing/knob.hpp"
#include "reports/studies/prepare.hpp"
#include "reports/studies/run_input.hpp"
#include "scenarios/scenario/scenario.hpp"

namespace lifeboat::reports {

struct SizingRequest {
  std::filesystem::path scenario;
  PrepareOptions prepare;         ///< what else differs from its files, and the seed
  double load = 1;                ///< factor on the traffic
  std::string zone_region;        ///< with zone_down
  std::string zone_down;          ///< its zone that is lost; empty: none
  std::vector<std::string> only;  ///< services whose knobs are searched; empty: all
  const std::atomic<bool>* interrupted = nullptr;
};

/// Levels of all knobs of a space, in its order; empty: the file as it is.
using Levels = std::vector<std::int64_t>;

struct SpaceKnob : models::Knob {
  std::string at;         ///< path of the deployment: "platform.services.web.regions.sg"
  double each_cost = 0;   ///< a month, of one unit of size
  bool is_limit = false;  ///< free: see the file comment
  [[nodiscard]] double cost(std::int64_t level) const { return each_cost * size(level); }
};

/// Offered load and capacity of one station at a design's levels.
struct StationLoad {
  std::string service;
  std::string region;
  std::string station;
  double offered = 0;   ///< mean busy units
  double capacity = 0;  ///< units, at the most that a policy allows; without what a lost zone takes
  double unit = 1;      ///< units of one server (a task's vCPUs)
  double demand_s = 0;  ///< mean time of a visit, alone
  double arrivals = 0;
  bool places = false;         ///< held while others work: no server of its own
  std::vector<double> visits;  ///< a request of journey j makes so many, where asked for
};

class DesignSpace {
 public:
  /// Reads the scenario; nothing, and errors, where that fails.
  [[nodiscard]] static std::optional<DesignSpace> open(const SizingRequest& request,
                                                       models::io::Problems& problems);

  [[nodiscard]] const SizingRequest& request() const { return request_; }
  [[nodiscard]] const std::vector<SpaceKnob>& knobs() const { return knobs_; }
  [[nodiscard]] const scenarios::Scenario& scenario() const { return *scenario_; }
  [[nodiscard]] bool is_billed() const { return billed_; }
  /// What is to be said of the space itself.
  [[nodiscard]] const std::vector<Finding>& findings() const { return findings_; }
  [[nodiscard]] Levels now() const;
  /// A month, of the knobs alone.
  [[nodiscard]] double cost(const Levels& levels) const;

  /// The scenario with a design's levels, the traffic times `factor` beside the request's own.
  /// `problems` tells a design that the platform's readers refuse.
  [[nodiscard]] std::optional<RunInput> input(const Levels& levels, double factor,
                                              models::io::Problems& problems) const;
  /// Of the stations of deployments with knobs or without, at the peak of the traffic.
  [[nodiscard]] std::vector<StationLoad> loads(const Levels& levels, double factor,
                                               bool with_visits = false) const;
  /// An overlay of the platform that makes the design.
  [[nodiscard]] std::string overlay(const Levels& levels) const;
  /// What `--set` would be given for the design.
  [[nodiscard]] std::vector<std::string> options(const Levels& levels, double factor) const;

 private:
  void find_knobs();
  void price(SpaceKnob& knob) const;
  [[nodiscard]] PrepareOptions with_options(std::vector<std::string> options) const;
  [[nodiscard]] std::vector<std::string> zone_options() const;
  [[nodiscard]] StationLoad load_of(const models::LoadRow& row, const Levels& levels) const;
  [[nodiscard]] double share_left(const SpaceKnob& knob, std::int64_t level) const;

  SizingRequest request_;
  std::shared_ptr<const scenarios::Scenario> scenario_;
  std::vector<std::string> base_options_;
  std::vector<SpaceKnob> knobs_;
  std::vector<Finding> findings_;
  bool billed_ = false;
};

}  // namespace lifeboat::reports
