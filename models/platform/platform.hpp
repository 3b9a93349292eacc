// A platform: the system under study, read and checked.
//
// Regions with their zones and quotas, the links between them, the clients, the keys that requests
// carry, data classes, health checks, services with one merged description a deployment, journeys
// and visits. It is plain data; models/platform/compile.hpp makes a network of it.
//
// A service is described once. `regions` names where it is deployed, each value a JSON merge patch
// (RFC 7396) on the service, so that "web@syd" is the service "web" with Sydney's patch. Global
// kinds (a name server, a CDN) have one deployment that stands in no region.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "models/io/document.hpp"
#include "models/io/problems.hpp"
#include "models/io/schema.hpp"
#include "models/platform/kind.hpp"
#include "models/prices/billing_files.hpp"
#include "models/watching/alarm.hpp"
#include "sim/random/law.hpp"
#include "sim/time.hpp"

namespace lifeboat::models::prices {
struct Billing;
}  // namespace lifeboat::models::prices

namespace lifeboat::models {

struct RegionSpec {
  std::string name;  ///< "sg"
  std::string code;  ///< "ap-southeast-1"
  std::vector<std::string> zones;
  std::map<std::string, double, std::less<>> quotas;
  io::Place place;
};

struct LinkSpec {
  std::string a;
  std::string b;
  std::optional<sim::Law> round_trip;
  double bytes_per_second = 0;
};

/// Customers and their software.
struct ClientSpec {
  std::uint32_t population = 100'000;
  enum class Resolvers : std::uint8_t {
    kMeasured2014,
    kTtlOnly
  } resolvers = Resolvers::kMeasured2014;
  std::uint32_t max_attempts = 1;
  sim::Duration backoff = sim::Duration::seconds(4);
  sim::Duration patience = sim::Duration::infinite();
  double come_back = 0;
  std::optional<sim::Law> come_back_after;
  /// Where they are, for names that answer by latency.
  struct Location {
    std::string name;
    double share = 0;
    std::map<std::string, sim::Duration, std::less<>> round_trip;  ///< by region
  };
  std::vector<Location> locations;
};

struct KeySpaceSpec {
  std::string name;
  std::uint32_t count = 0;
  double zipf = 0;
  bool per_client = false;
  double bytes = 1024;
};

/// "service.operation" as written somewhere.
struct OperationName {
  std::string service;
  std::string operation;
  io::Place place;
};

struct DataClassSpec {
  std::string name;
  std::vector<OperationName> writes;
  bool critical = false;
};

/// A health check: probes of a deployment, a switch that a runbook flips, what other checks say,
/// or a metric's alarm.
struct HealthCheckSpec {
  std::string name;
  enum class Kind : std::uint8_t { kProbe, kSwitch, kCalculated, kAlarm } kind = Kind::kProbe;
  bool starts_healthy = true;  ///< a switch's first position
  std::string service;         ///< probed, or publisher of the metric
  std::string region;
  sim::Duration request_interval = sim::Duration::seconds(30);
  std::uint32_t failure_threshold = 3;
  std::vector<std::string> children;   ///< kCalculated
  std::uint32_t health_threshold = 1;  ///< how many of them must be healthy
  std::string metric;                  ///< kAlarm
  AlarmSpec alarm;
  std::string threshold_unit;  ///< "%", "s" or "1"
  enum class Insufficient : std::uint8_t {
    kHealthy,
    kUnhealthy,
    kLastKnownStatus
  } insufficient = Insufficient::kLastKnownStatus;
  io::Place place;

  [[nodiscard]] bool is_switch() const { return kind == Kind::kSwitch; }
};

struct DeploymentSpec {
  DeploymentSite site;
  io::Value description;  ///< merged, without kind, region and regions
};

struct ServiceSpec {
  std::string name;
  const ServiceKind* kind = nullptr;
  std::vector<DeploymentSpec> deployments;
  io::Place place;
};

struct JourneySpec {
  std::string name;
  std::optional<OperationName> entry;    ///< asked for by customers, or
  std::optional<OperationName> follows;  ///< begun by this operation, asynchronously,
  std::optional<OperationName> until;    ///< and over when this one has ended
  sim::Duration good_within = sim::Duration::infinite();
  bool critical = false;
  io::Place place;
};

struct VisitSpec {
  std::string name;
  std::string start;
  struct Next {
    std::string to;  ///< a journey; "leave" is left out: the shares sum to less than 1
    double probability = 0;
  };
  std::map<std::string, std::vector<Next>, std::less<>> next;
  sim::Law think;
};

/// See the file comment. Lists keep the order of the file.
struct Platform {
  std::string name;
  std::vector<RegionSpec> regions;
  std::vector<LinkSpec> links;
  std::optional<ClientSpec> clients;
  std::vector<KeySpaceSpec> keys;
  std::vector<DataClassSpec> data;
  std::vector<HealthCheckSpec> health_checks;
  std::vector<ServiceSpec> services;
  std::vector<JourneySpec> journeys;
  std::vector<VisitSpec> visits;
  prices::BillingFiles billing_files;
  std::shared_ptr<const prices::Billing> billing;  ///< null where the platform names no files

  [[nodiscard]] const RegionSpec* find_region(std::string_view region) const;
  [[nodiscard]] const ServiceSpec* find_service(std::string_view service) const;
  [[nodiscard]] const DeploymentSpec* find_deployment(std::string_view service,
                                                      std::string_view region) const;
  [[nodiscard]] const KeySpaceSpec* find_key(std::string_view key) const;
  [[nodiscard]] const HealthCheckSpec* find_health_check(std::string_view check) const;
  [[nodiscard]] const JourneySpec* find_journey(std::string_view journey) const;
  [[nodiscard]] std::vector<std::string> region_names() const;
  [[nodiscard]] std::vector<std::string> service_names() const;
  [[nodiscard]] std::vector<std::string> key_names() const;
  [[nodiscard]] std::vector<std::string> journey_names() const;
};

/// Reads a platform's document: shapes, units and names of regions, services, kinds and keys. The
/// result is whole enough to go on reading where there were errors.
[[nodiscard]] Platform read_platform(const io::Value& root, io::Problems& problems);

/// Checks what hangs together: every deployment's description, the calls between them, front doors,
/// entries, data classes, cycles (models/platform/check.cpp). Run after read_platform.
void check_platform(const Platform& platform, io::Problems& problems);

/// A platform as it was put together from files.
struct LoadedPlatform {
  io::Document document;  ///< the first file with all overlays and options merged
  Platform platform;
};

/// Merges overlays ("lifeboat/overlay/1", each a patch) into a platform's document, in order.
[[nodiscard]] io::Document apply_overlays(io::Document base,
                                          const std::vector<io::Document>& overlays,
                                          io::Problems& problems);

/// Reads the first file as a platform, merges the rest as overlays, applies options
/// ("services.web.desiredCount=2") and reads and checks the result. Nothing if the first file
/// cannot be read; where problems has errors the platform is not to be compiled.
[[nodiscard]] std::optional<LoadedPlatform> load_platform(
    const std::vector<std::filesystem::path>& files, const std::vector<std::string>& options,
    io::Problems& problems);
/// The same from documents in memory.
[[nodiscard]] LoadedPlatform load_platform(const io::Document& document,
                                           const std::vector<io::Document>& overlays,
                                           const std::vector<std::string>& options,
                                           io::Problems& problems);

/// Splits "service.operation"; nothing, and an error, where that is no such name.
[[nodiscard]] std::optional<OperationName> read_operation_name(const io::Value& value,
                                                               io::Problems& problems);

/// Quotas that regions may state, with the sourced default of each.
struct QuotaDefault {
  std::string_view name;
  double value;
  std::string_view doc;
  std::string_view source;
};
[[nodiscard]] const std::vector<QuotaDefault>& quota_defaults();

/// The keys of platform files and of overlays, for editors and `lifeboat explain`.
[[nodiscard]] io::Schema platform_schema();
[[nodiscard]] io::Schema overlay_schema();
/// The keys of one kind's description.
[[nodiscard]] io::Schema kind_schema(const ServiceKind& kind);

}  // namespace lifeboat::models
