#include "models/replication/store.hpp"

#include <algorithm>
#include <utility>

#include "models/replication/fence.hpp"
#include "models/replication/opening.hpp"
#include "models/replication/separation.hpp"

namespace lifeboat::models {

namespace {

// A security group or a stopped instance takes effect within seconds. Guess, range 2 to 60 s.
sim::Law fence_takes() {
  return sim::Law::triangular(sim::Duration::seconds(2), sim::Duration::seconds(5),
                              sim::Duration::seconds(20));
}

}  // namespace

ReplicatedStore::ReplicatedStore(DeploymentSite site, RoleSpec role)
    : site_(std::move(site)), role_(std::move(role)) {}

std::vector<ReplicatedStore*> ReplicatedStore::other_copies(Compiler& compiler) const {
  std::vector<ReplicatedStore*> others;
  for (const std::string& region : compiler.regions_of(site_.service)) {
    auto* copy = dynamic_cast<ReplicatedStore*>(compiler.model(site_.service, region));
    if (copy != nullptr && copy != this) others.push_back(copy);
  }
  return others;
}

bool ReplicatedStore::ships_to(const ReplicatedStore& other) const {
  switch (role()) {
    case Role::kPrimary:
      return other.follows();
    case Role::kActive:
      return other.role() == Role::kActive ||
             (other.role() == Role::kBackup &&
              (other.role_.of.empty() || other.role_.of == site_.region));
    case Role::kReplica:
    case Role::kBackup:
      return false;
  }
  return false;
}

void ReplicatedStore::declare_copy(Compiler& compiler) {
  const std::vector<ReplicatedStore*> others = other_copies(compiler);
  writer_ = compiler.writer(site_.service);
  if (!writer_.valid()) {
    const ReplicatedStore* primary = role() == Role::kPrimary ? this : nullptr;
    for (const ReplicatedStore* other : others) {
      if (other->role() == Role::kPrimary) primary = other;
    }
    if (primary != nullptr) {
      writer_ = compiler.network().add_register(
          site_.service + "/writer", static_cast<std::int64_t>(primary->site_.region_index));
      compiler.set_writer(site_.service, writer_);
    }
  }
  for (ReplicatedStore* other : others) {
    if (ships_to(*other)) add_log(compiler, *other);
  }
  if (role() == Role::kPrimary) {
    fenced_ = compiler.network().add_register(name_of(site_) + "/fenced", 0);
    const auto replica =
        std::find_if(others.begin(), others.end(),
                     [](const ReplicatedStore* other) { return other->role() == Role::kReplica; });
    if (rebuilding() && replica != others.end()) declare_way_back(compiler, **replica);
  }
  if (follows() && opening()) {
    opened_ = compiler.network().add_register(name_of(site_) + "/opening", 0);
  }
}

sim::ReplicationLog ReplicatedStore::stream_to(Compiler& compiler,
                                               const ReplicatedStore& to) const {
  const Shipping shipping = to.receives();
  sim::ReplicationLog log;
  log.name = site_.service;
  log.from = compiler.deployment(site_);
  log.to = compiler.deployment(to.site_);
  log.ordered = shipping.ordered;
  log.parts = shipping.parts;
  log.lag = compiler.network().add_law(with_link(compiler, shipping.lag, to));
  log.bytes_per_second = compiler.link_bytes_per_second(site_.region, to.site_.region);
  log.lag_holds = shipping.lag_holds;
  log.apply_per_second = shipping.apply_per_second;
  return log;
}

void ReplicatedStore::add_log(Compiler& compiler, ReplicatedStore& to) {
  const Shipping shipping = to.receives();
  sim::ReplicationLog log = stream_to(compiler, to);
  log.departs_every = shipping.departures.every;
  log.departs_at = shipping.departures.first(compiler.calendar());
  if (role() == Role::kPrimary) {
    log.active = writer_;
    log.while_value = static_cast<std::int64_t>(site_.region_index);
  }
  const sim::LogId id = compiler.network().add_log(log);
  outgoing_.push_back(id);
  receivers_.push_back({id, &to});
  to.incoming_.push_back(id);
}

sim::LogId ReplicatedStore::add_rebuilt_log(Compiler& compiler, ReplicatedStore& to,
                                            sim::RegisterId stream) {
  sim::ReplicationLog log = stream_to(compiler, to);
  log.active = stream;
  log.while_value = 1;
  const sim::LogId id = compiler.network().add_log(log);
  outgoing_.push_back(id);
  receivers_.push_back({id, &to});
  to.rebuilt_.push_back(id);
  return id;
}

/// Each of the two may be made anew from the other: the primary to go back, and then the replica to
/// have a copy again, where it does not follow again by itself.
void ReplicatedStore::declare_way_back(Compiler& compiler, ReplicatedStore& replica) {
  sim::NetworkBuilder& network = compiler.network();
  const sim::LogId there =
      std::find_if(receivers_.begin(), receivers_.end(), [&](const Receiver& receiver) {
        return receiver.copy == &replica;
      })->log;
  const bool merges = replica.receives().merges();
  const auto declare = [&](ReplicatedStore& copy, ReplicatedStore& source) {
    const std::string name = name_of(copy.site_);
    WayBack way;
    way.source = &source;
    way.rebuilt = network.add_register(name + "/rebuilding", 0);
    way.stream = network.add_register(name + "/rebuilt-stream", 0);
    way.log = source.add_rebuilt_log(compiler, copy, way.stream);
    copy.way_back_ = way;
  };
  declare(*this, replica);
  if (!merges) {
    declare(replica, *this);
    way_back_->left_behind = there;
  }
  way_back_->reopened = network.add_register(name_of(site_) + "/opening", 0);
  if (rebuilding()->reconciliation) {
    way_back_->reconciled = network.add_register(name_of(site_) + "/reconciling", 0);
  }
  replica.fenced_ = network.add_register(name_of(replica.site_) + "/fenced", 0);
}

void ReplicatedStore::define_way_back(Compiler& compiler) {
  // The primary's description speaks for both.
  const bool goes_back = way_back_->reopened.valid();
  const auto how = goes_back ? rebuilding() : way_back_->source->rebuilding();
  const auto opens = opening();
  if (!how || !opens) return;
  sim::NetworkBuilder& network = compiler.network();
  const sim::RegisterId up = compiler.region_up(site_.region);
  const sim::RegisterId source_up = compiler.region_up(way_back_->source->site_.region);
  const sim::RegisterId control_plane = compiler.control_plane(site_.region);
  RebuildPolicy rebuild;
  rebuild.subject = name_of(site_);
  rebuild.region = site_.region;
  rebuild.source = name_of(way_back_->source->site_);
  rebuild.writer = writer_;
  rebuild.source_index = static_cast<std::int64_t>(way_back_->source->site_.region_index);
  rebuild.progress = way_back_->rebuilt;
  rebuild.stream = way_back_->stream;
  rebuild.fenced = fenced_;
  rebuild.reconciled = way_back_->reconciled;
  rebuild.control_plane = control_plane;
  rebuild.region_up = up;
  rebuild.source_up = source_up;
  rebuild.left_behind = way_back_->left_behind;
  std::vector<sim::RegisterId> watches = {way_back_->rebuilt, control_plane, up, source_up};
  if (!goes_back && how->others_follow) {
    rebuild.opened = opened_;
    watches = {writer_};
  } else {
    rebuild.takes = network.add_law(how->takes);
    handles_.verbs.push_back(progress_verb(
        how->block,
        "makes this copy anew from the one that writes, and ships what is written since",
        way_back_->rebuilt));
  }
  network.add_controller(std::make_shared<RebuildController>(std::move(rebuild)), watches);
  if (!goes_back) return;
  if (how->reconciliation) define_reconciliation(compiler, *how->reconciliation);
  OpeningPolicy opening;
  opening.subject = name_of(site_);
  opening.region = site_.region;
  opening.word = "promotion";
  opening.progress = way_back_->reopened;
  opening.writer = writer_;
  opening.region_index = static_cast<std::int64_t>(site_.region_index);
  if (opens->needs_control_plane) opening.control_plane = control_plane;
  opening.region_up = up;
  opening.logs = {way_back_->log};
  opening.takes = network.add_law(opens->takes);
  handles_.verbs.push_back(
      opening_verb(opens->block, opens->what, way_back_->reopened, way_back_->rebuilt));
  network.add_controller(std::make_shared<OpeningController>(std::move(opening)),
                         {way_back_->reopened, up, control_plane});
}

void ReplicatedStore::define_reconciliation(Compiler& compiler, sim::Duration each) {
  sim::NetworkBuilder& network = compiler.network();
  const sim::RegisterId up = compiler.region_up(site_.region);
  ReconcilePolicy policy{name_of(site_),         site_.region, way_back_->reconciled, up,
                         way_back_->left_behind, each};
  handles_.verbs.push_back(progress_verb("reconcileRecords",
                                         "merges what only this copy has into the one that writes",
                                         way_back_->reconciled));
  network.add_controller(std::make_shared<ReconcileController>(std::move(policy)),
                         {way_back_->reconciled, up});
}

sim::Law ReplicatedStore::with_link(Compiler& compiler, const sim::Law& lag,
                                    const ReplicatedStore& to) const {
  const sim::LawId link = compiler.link_one_way(site_.region, to.site_.region);
  const sim::Law& path = compiler.network().so_far().laws[link.index()];
  if (lag.is_constant()) return path.shifted(lag.mean());
  // The link's own variability is small beside that of the store's lag: its mean stands for it.
  return lag.shifted(path.mean());
}

void ReplicatedStore::define_copy(Compiler& compiler) {
  define_metrics();
  if (follows()) define_opening(compiler);
  if (fenced_.valid()) define_fence(compiler);
  if (way_back_) define_way_back(compiler);
  if (role() == Role::kActive && !outgoing_.empty()) {
    const sim::RegisterId up = compiler.region_up(site_.region);
    compiler.network().add_controller(
        std::make_shared<SeparationController>(name_of(site_), up, outgoing_), {up});
  }
}

void ReplicatedStore::define_opening(Compiler& compiler) {
  const std::optional<Opening> how = opening();
  if (!how || incoming_.empty()) return;
  sim::NetworkBuilder& network = compiler.network();
  OpeningPolicy policy;
  policy.subject = name_of(site_);
  policy.region = site_.region;
  policy.word = role() == Role::kReplica ? "promotion" : "restore";
  policy.progress = opened_;
  policy.writer = writer_;
  policy.region_index = static_cast<std::int64_t>(site_.region_index);
  if (how->needs_control_plane) policy.control_plane = compiler.control_plane(site_.region);
  policy.region_up = compiler.region_up(site_.region);
  policy.logs = incoming_;
  policy.takes = network.add_law(how->takes);
  std::vector<sim::RegisterId> watches = {policy.progress, policy.region_up};
  if (policy.control_plane.valid()) watches.push_back(policy.control_plane);
  handles_.verbs.push_back(progress_verb(how->block, how->what, policy.progress));
  network.add_controller(std::make_shared<OpeningController>(std::move(policy)), watches);
}

void ReplicatedStore::define_fence(Compiler& compiler) {
  sim::NetworkBuilder& network = compiler.network();
  FencePolicy policy;
  policy.subject = name_of(site_);
  policy.region = site_.region;
  policy.progress = network.add_register(name_of(site_) + "/fencing", 0);
  policy.fenced = fenced_;
  policy.control_plane = compiler.control_plane(site_.region);
  policy.takes = network.add_law(fence_takes());
  handles_.verbs.push_back(progress_verb(
      "fence", "makes this copy refuse writes, by a call to its region's control plane",
      policy.progress));
  const sim::RegisterId progress = policy.progress;
  network.add_controller(std::make_shared<FenceController>(std::move(policy)), {progress});
}

void ReplicatedStore::define_metrics() {
  std::vector<sim::LogId> logs = incoming_;
  logs.insert(logs.end(), rebuilt_.begin(), rebuilt_.end());
  if (logs.empty()) return;
  handles_.metrics.push_back({"replicaLag", "s",
                              "age of the oldest write of another copy not yet applied here",
                              [logs](sim::Control& control) {
                                double worst = 0;
                                for (const sim::LogId log : logs) {
                                  worst = std::max(worst, control.log(log).apply_lag.to_seconds());
                                }
                                return worst;
                              }});
}

void ReplicatedStore::writes(sim::PlanBuilder& plan) const {
  if (!writer_.valid()) return;
  const auto refuse = plan.label();
  const auto is_writer = plan.label();
  std::vector<sim::PlanBuilder::Label> by_region(site_.region_index + 1, refuse);
  by_region.back() = is_writer;
  plan.switch_on(writer_, by_region);
  plan.place(refuse);
  plan.fail(sim::Cause::kDependency);
  plan.place(is_writer);
  if (!fenced_.valid()) return;
  const auto open = plan.label();
  plan.switch_on(fenced_, {open});
  plan.fail(sim::Cause::kDependency);
  plan.place(open);
}

void ReplicatedStore::serves(sim::PlanBuilder& plan) const {
  if (role() != Role::kBackup) return;
  if (opened_.valid()) {
    const auto refuse = plan.label();
    const auto open = plan.label();
    std::vector<sim::PlanBuilder::Label> by_progress(static_cast<std::size_t>(Progress::kDone) + 1,
                                                     refuse);
    by_progress.back() = open;
    plan.switch_on(opened_, by_progress);
    plan.place(refuse);
    plan.fail(sim::Cause::kDependency);
    plan.place(open);
  } else {
    plan.fail(sim::Cause::kDependency);
  }
}

void ReplicatedStore::commits(Compiler& compiler, sim::PlanBuilder& plan,
                              std::string_view operation, std::uint32_t bytes,
                              sim::CacheId cache) const {
  sim::Commit commit;
  commit.logs = outgoing_;
  commit.deployment = compiler.deployment(site_);
  commit.store = compiler.store(site_.service);
  if (const auto part = compiler.record_part(site_.service, operation)) {
    commit.record = part->record;
    commit.part = part->part;
  }
  commit.bytes = bytes;
  commit.cache = cache;
  plan.commit(commit, "commit");
}

}  // namespace lifeboat::models
