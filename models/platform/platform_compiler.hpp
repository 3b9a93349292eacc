// The compiler behind compile_platform: the tables that deployments ask while they emit.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <tuple>
#include <vector>

#include "models/platform/compile.hpp"
#include "models/platform/compiler.hpp"
#include "models/platform/model_table.hpp"

namespace lifeboat::models {

/// What is known of the load before the second compilation.
struct ExpectedLoad {
  std::map<std::pair<std::string, std::string>, double> operation_rates;  ///< service, operation
  std::map<std::pair<std::string, std::string>, double> visits;           ///< service, region
  std::map<std::pair<std::string, std::string>, double> processors;       ///< service, region
  std::vector<double> cache_lookups;  ///< a second, by cache of the network
};

/// What a compiled platform keeps alive.
struct CompiledPlatform::Owned {
  explicit Owned(const Platform& platform, io::Problems& problems) : table(platform, problems) {}
  sim::NetworkBuilder network;
  ModelTable table;
};

class PlatformCompiler final : public Compiler {
 public:
  PlatformCompiler(const Platform& platform, const ExpectedLoad& expected,
                   const CompileOptions& options);
  [[nodiscard]] CompiledPlatform compile();

  sim::NetworkBuilder& network() override { return *network_; }
  const Platform& platform() const override { return platform_; }
  sim::DeploymentId deployment(const DeploymentSite& site) const override;
  DeploymentModel* model(std::string_view service, std::string_view region) override;
  std::vector<std::string> regions_of(std::string_view service) const override;
  std::optional<Callee> callee(const DeploymentSite& from, std::string_view service,
                               std::string_view operation, std::string_view key) override;
  std::optional<Callee> callee_at(const DeploymentSite& from, std::string_view region,
                                  std::string_view service, std::string_view operation,
                                  std::string_view key) override;
  std::string_view kind_of(std::string_view service) const override;
  std::vector<std::string> operations_of(const DeploymentSite& site) override;
  std::vector<DeploymentModel*> front_doors_of(const DeploymentSite& site) override;
  std::optional<sim::JourneyId> followed_by(std::string_view service,
                                            std::string_view operation) const override;
  sim::RegisterId shared_register(const std::string& name, std::int64_t initial) override;
  sim::RegisterId writer(std::string_view service) const override;
  void set_writer(std::string_view service, sim::RegisterId writer) override;
  sim::RegisterId control_plane(std::string_view region) const override;
  sim::RegisterId region_up(std::string_view region) const override;
  Monitoring monitoring(std::string_view region) const override;
  bool zones_may_fail() const override { return options_.zones_may_fail; }
  bool zones_may_shift() const override { return options_.zones_may_shift; }
  const io::Calendar& calendar() const override { return options_.calendar; }
  sim::RegisterId health_check(std::string_view name) const override;
  sim::KeySpaceId key_space(std::string_view name) const override;
  double key_bytes(std::string_view name) const override;
  std::uint32_t store(std::string_view service) override;
  std::optional<RecordPart> record_part(std::string_view service,
                                        std::string_view operation) const override;
  sim::LawId link(std::string_view from, std::string_view to) override;
  sim::LawId link_one_way(std::string_view from, std::string_view to) override;
  double link_bytes_per_second(std::string_view from, std::string_view to) const override;
  double quota(std::string_view region, std::string_view name) const override;
  double expected_rate(std::string_view service, std::string_view operation) const override;
  double expected_visits(const DeploymentSite& site) const override;
  double expected_processors(const DeploymentSite& site) const override;

 private:
  void add_regions();
  void add_keys_and_records();
  void add_deployments();
  void add_journeys();
  void add_visits();
  void note_keys();
  void declare_and_define();
  void define_journeys();
  sim::PlanId journey_plan(const JourneySpec& journey, sim::PlanId entry);
  sim::Law round_trip(std::string_view from, std::string_view to) const;
  Callee direct(const DeploymentSite& from, ModelTable::Entry& entry, std::string_view operation,
                std::string_view key);
  sim::DeploymentId link_gate(std::string_view from, std::string_view to);
  Callee through_link(const DeploymentSite& from, const ModelTable::Entry& entry, Callee callee,
                      std::string_view operation);
  Callee to_writer(const DeploymentSite& from, std::string_view service, std::string_view operation,
                   std::string_view key);

  const Platform& platform_;
  const ExpectedLoad& expected_;
  const CompileOptions& options_;
  CompiledPlatform result_;
  sim::NetworkBuilder* network_ = nullptr;
  ModelTable* table_ = nullptr;
  std::map<std::pair<std::string, std::string>, sim::DeploymentId> deployments_;
  std::map<std::string, sim::KeySpaceId, std::less<>> keys_;
  std::map<std::string, sim::RegisterId, std::less<>> registers_;
  std::map<std::string, Monitoring, std::less<>> monitoring_;  // by region
  std::map<std::pair<std::uint32_t, std::uint32_t>, sim::PlanId> links_;
  std::map<std::tuple<std::uint32_t, std::string, std::string, std::string>, sim::PlanId> writers_;
};

}  // namespace lifeboat::models
