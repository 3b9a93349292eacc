#include "models/services/s3/s3.hpp"

#include <algorithm>
#include <utility>

#include "models/io/units.hpp"
#include "models/platform/compiler.hpp"
#include "models/platform/keyed_plans.hpp"
#include "models/platform/meter_readings.hpp"
#include "models/platform/platform.hpp"
#include "models/replication/store.hpp"
#include "models/services/s3/description.hpp"
#include "models/services/s3/prefixes.hpp"

namespace lifeboat::models {

namespace {

using s3::Description;
using s3::Operation;
using s3::PrefixLimit;
using sim::Law;

/// Requests under way have no limit of their own: their rate is limited.
constexpr std::uint32_t kNoLimit = 1'000'000;
constexpr double kGib = 1024.0 * 1024 * 1024;

class S3Model final : public ReplicatedStore {
 public:
  S3Model(DeploymentSite site, Description description)
      : ReplicatedStore(std::move(site), description.role),
        d_(std::move(description)),
        plans_(d_.operations) {}

  [[nodiscard]] std::vector<std::string> operations() const override { return plans_.names(); }
  [[nodiscard]] bool goes_to_writer(std::string_view operation) const override {
    return role() != Role::kActive &&
           std::any_of(d_.operations.begin(), d_.operations.end(),
                       [&](const auto& op) { return op.write && op.name == operation; });
  }
  void note_key(std::string_view operation, std::string_view key_space) override {
    plans_.note(operation, key_space);
  }
  [[nodiscard]] sim::PlanId plan(std::string_view operation) const override {
    return plan_for_key(operation, {});
  }
  [[nodiscard]] sim::PlanId plan_for_key(std::string_view operation,
                                         std::string_view key_space) const override {
    return plans_.find(operation, key_space);
  }
  void declare(Compiler& compiler) override;
  void define(Compiler& compiler) override;

 protected:
  [[nodiscard]] Shipping receives() const override {
    Shipping shipping;
    shipping.ordered = false;
    shipping.lag = d_.replication_lag;
    shipping.departures = d_.batches;
    return shipping;
  }
  [[nodiscard]] std::optional<Opening> opening() const override {
    // A replica bucket takes writes at any time: the application turns to it.
    return Opening{"s3SwitchWriter", "turns the writers to this copy",
                   Law::constant(sim::Duration{}), false};
  }
  [[nodiscard]] std::optional<Rebuilding> rebuilding() const override {
    if (!d_.failback) return std::nullopt;
    return Rebuilding{.block = "s3BatchReplication", .takes = *d_.failback};
  }

 private:
  [[nodiscard]] std::uint32_t levels() const;
  sim::StationId add_station(Compiler& compiler, const char* label, sim::StationKind kind);
  /// Returns the bytes of one call.
  double emit(Compiler& compiler, sim::PlanBuilder& plan, const KeyedPlan& keyed);
  void define_splits(Compiler& compiler);
  void define_meters(Compiler& compiler);
  /// GiB that its own writes were, in sum.
  [[nodiscard]] double written_gib(const MeterReadings& used) const;

  Description d_;
  KeyedPlans plans_;
  std::vector<double> bytes_;  // of one call, by plan
  sim::DeploymentId here_;
  PrefixLimit reads_limit_;
  PrefixLimit writes_limit_;
  sim::RegisterId level_;
  sim::RegisterId refused_;  // above 0: writes fail
  sim::StationId asked_;     // invalid where prefixes are never split
  sim::StationId reads_;
  sim::StationId writes_;
  std::vector<const S3Model*> sources_;  // copies that ship to this one
};

std::uint32_t S3Model::levels() const {
  std::uint32_t levels = 1;
  for (std::uint32_t count = d_.prefixes; 2 * count <= d_.most_prefixes; count *= 2) ++levels;
  return levels;
}

sim::StationId S3Model::add_station(Compiler& compiler, const char* label, sim::StationKind kind) {
  sim::Station station;
  station.name = name_of(site()) + "/" + label;
  station.kind = kind;
  station.deployment = compiler.deployment(site());
  station.servers = kNoLimit;
  return compiler.network().add_station(station);
}

void S3Model::declare(Compiler& compiler) {
  declare_copy(compiler);
  sim::NetworkBuilder& network = compiler.network();
  const std::string name = name_of(site());
  here_ = compiler.deployment(site());
  reads_limit_ = {network, name + "/reads", s3::kReadsOfPrefix, d_.prefixes, levels()};
  writes_limit_ = {network, name + "/writes", s3::kWritesOfPrefix, d_.prefixes, levels()};
  level_ = network.add_register(name + "/splits", 0);
  refused_ = network.add_register(name + "/writes-refused", 0);
  if (levels() > 1) asked_ = add_station(compiler, "asked", sim::StationKind::kHold);
  reads_ = add_station(compiler, "reads-in-progress", sim::StationKind::kServers);
  writes_ = add_station(compiler, "writes-in-progress", sim::StationKind::kServers);
  plans_.declare(network, site().service, here_);
}

void S3Model::define(Compiler& compiler) {
  for (const KeyedPlan& keyed : plans_.all()) {
    sim::PlanBuilder plan = compiler.network().define(keyed.plan);
    bytes_.push_back(emit(compiler, plan, keyed));
    plan.finish();
  }
  define_copy(compiler);
  if (asked_.valid()) define_splits(compiler);
  handles_.headline = reads_;
  handles_.stations.emplace_back("reads", reads_);
  handles_.stations.emplace_back("writes", writes_);
  handles_.metrics.push_back({"prefixes", "1", "partitioned prefixes there now",
                              [level = level_, first = d_.prefixes](sim::Control& control) {
                                return static_cast<double>(first) *
                                       static_cast<double>(1ULL << control.value(level));
                              }});
  define_meters(compiler);
}

double S3Model::emit(Compiler& compiler, sim::PlanBuilder& plan, const KeyedPlan& keyed) {
  const Operation& op = d_.operations[keyed.operation];
  double bytes = op.bytes.value_or(d_.object_bytes);
  sim::KeySpaceId keys;
  if (!keyed.key_space.empty()) {
    keys = compiler.key_space(keyed.key_space);
    if (!op.bytes) bytes = compiler.key_bytes(keyed.key_space);
  }
  plan.gate();
  if (op.write) {
    writes(plan);
    const auto taken = plan.label();
    plan.switch_on(refused_, {taken});
    plan.fail(sim::Cause::kDependency);
    plan.place(taken);
  }
  if (asked_.valid()) {
    plan.acquire(asked_);
    plan.release(asked_);
  }
  (op.write ? writes_limit_ : reads_limit_).take(plan, level_, keys);
  const double seconds = bytes / d_.connection_bytes_per_second;
  const sim::LawId law =
      compiler.network().add_law(op.latency.shifted(sim::Duration::from_seconds(seconds)));
  plan.visit(op.write ? writes_ : reads_, law, "latency");
  if (op.write) {
    commits(compiler, plan, op.name, static_cast<std::uint32_t>(std::min(bytes, 4e9)));
  }
  return bytes;
}

void S3Model::define_splits(Compiler& compiler) {
  s3::SplitPolicy policy;
  policy.subject = name_of(site());
  policy.region = site().region;
  policy.level = level_;
  policy.most = levels() - 1;
  policy.asked = asked_;
  policy.served = {reads_, writes_};
  policy.minutes = static_cast<std::uint32_t>(d_.split_after.to_seconds() / 60 + 0.5);
  compiler.network().add_controller(std::make_shared<s3::SplitController>(std::move(policy)));
}

double S3Model::written_gib(const MeterReadings& used) const {
  const std::vector<double> visits = used.entered_by(here_, plans_.ids());
  double written = 0;
  double bytes = 0;
  for (std::size_t i = 0; i < bytes_.size(); ++i) {
    if (!d_.operations[plans_.all()[i].operation].write) continue;
    written += visits[i];
    bytes += visits[i] * bytes_[i];
  }
  return written > 0 ? used.completions(writes_) * bytes / written / kGib : 0;
}

void S3Model::define_meters(Compiler& compiler) {
  for (const std::string& region : compiler.regions_of(site().service)) {
    const auto* other = dynamic_cast<const S3Model*>(compiler.model(site().service, region));
    if (other == nullptr || other == this) continue;
    const bool ships = other->role() == Role::kActive ||
                       (other->role() == Role::kPrimary && role() == Role::kReplica);
    if (ships) sources_.push_back(other);
  }
  const auto months = [](double amount) {
    return
        [amount](const MeterReadings& used) { return amount * used.hours() / io::kHoursPerMonth; };
  };
  const auto requests = [](sim::StationId id) {
    return [id](const MeterReadings& used) { return used.completions(id); };
  };
  const auto received = [this](bool billed) {
    return [this, billed](const MeterReadings& used) {
      double gib = 0;
      if (billed) {
        for (const S3Model* source : sources_) gib += source->written_gib(used);
      }
      return gib;
    };
  };
  const s3::Storage& stored = d_.storage;
  const double tiered = stored.tiered ? stored.gib : 0;
  handles_.meters = {
      {"standard-gb-months", months(stored.gib - tiered)},
      {"frequent-gb-months", months(tiered * (1 - stored.infrequent - stored.archive))},
      {"infrequent-gb-months", months(tiered * stored.infrequent)},
      {"archive-instant-gb-months", months(tiered * stored.archive)},
      {"monitored-object-months", months(stored.tiered ? stored.objects : 0)},
      {"put-requests", requests(writes_)},
      {"get-requests", requests(reads_)},
      {"replicated-gb", received(true)},
      {"time-control-gb", received(d_.time_control)}};
}

class S3Kind final : public ServiceKind {
 public:
  [[nodiscard]] std::string_view name() const override { return "s3"; }
  [[nodiscard]] bool is_store() const override { return true; }
  [[nodiscard]] std::string_view summary() const override {
    return "objects under prefixes with request limits, storage classes, and replication to other "
           "regions";
  }
  [[nodiscard]] std::vector<MeterSpec> meters() const override {
    return {
        {"standard-gb-months", "GB-month", "bytes stored in STANDARD, in GiB, as the file says"},
        {"frequent-gb-months", "GB-month", "Intelligent-Tiering: bytes read within 30 days"},
        {"infrequent-gb-months", "GB-month", "Intelligent-Tiering: bytes not read for 30 days"},
        {"archive-instant-gb-months", "GB-month", "Intelligent-Tiering: not read for 90 days"},
        {"monitored-object-months", "object-months", "objects that Intelligent-Tiering monitors"},
        {"put-requests", "requests",
         "writes answered, deletes (which AWS does not bill) included; those told to slow down "
         "cost nothing"},
        {"get-requests", "requests", "reads answered"},
        {"replicated-gb", "GB", "bytes that this copy received from others, in GiB"},
        {"time-control-gb", "GB", "the same under Replication Time Control"}};
  }
  [[nodiscard]] std::unique_ptr<DeploymentModel> read(const Platform& platform,
                                                      const DeploymentSite& site,
                                                      const io::Value& description,
                                                      io::Problems& problems) const override {
    Description d = s3::read_description(description, platform.region_names(), problems);
    check_store_roles(platform, site, description, Role::kPrimary, problems);
    return std::make_unique<S3Model>(site, std::move(d));
  }
};

}  // namespace

const ServiceKind& s3_kind() {
  static const S3Kind kind;
  return kind;
}

}  // namespace lifeboat::models
