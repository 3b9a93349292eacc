// The models of all deployments of a platform, and which operations each of them offers.
//
// A front door offers what its targets offer, seen from where it stands: a regional one passes
// operations to the target's deployment in its own region (or to a global target), a global one
// to any region.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "models/platform/kind.hpp"
#include "models/platform/platform.hpp"

namespace lifeboat::models {

class ModelTable {
 public:
  struct Entry {
    const ServiceSpec* service = nullptr;
    const DeploymentSpec* spec = nullptr;
    std::unique_ptr<DeploymentModel> model;  ///< null where nothing could be read
    std::vector<std::string> operations;     ///< those of what it fronts included, sorted
  };

  /// Reads every deployment's description; problems go to the collector. `platform` must outlive
  /// the table.
  ModelTable(const Platform& platform, io::Problems& problems);

  [[nodiscard]] std::vector<Entry>& entries() { return entries_; }
  [[nodiscard]] const std::vector<Entry>& entries() const { return entries_; }
  /// The deployment, or null.
  [[nodiscard]] Entry* find(std::string_view service, std::string_view region);
  /// Deployments of a service that somebody in `region` may reach: the global one, the one in that
  /// region, or all where `region` is empty (somebody global).
  [[nodiscard]] std::vector<Entry*> reachable(std::string_view service, std::string_view region);
  /// All deployments of a service, in file order.
  [[nodiscard]] std::vector<Entry*> of(std::string_view service);
  /// Targets of a front door that offer the operation: one, if the platform is sound.
  [[nodiscard]] std::vector<std::string> targets_for(const Entry& front_door,
                                                     std::string_view operation);

 private:
  void collect_operations(Entry& entry, std::vector<const Entry*>& path, io::Problems& problems);

  const Platform& platform_;
  std::vector<Entry> entries_;
  std::map<std::pair<std::string, std::string>, std::size_t, std::less<>> index_;
};

}  // namespace lifeboat::models
