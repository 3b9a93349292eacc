#include <algorithm>
#include <stdexcept>

#include "sim/network/builder.hpp"
#include "sim/network/draft.hpp"
#include "sim/random/luck.hpp"

namespace lifeboat::sim {
namespace {

constexpr std::uint32_t kMostLanes = 0xffff;   // a step keeps its lane in 16 bits
constexpr std::uint32_t kMostAttempts = 0xff;  // a frame keeps their number in 8 bits

std::uint32_t lane_of(std::vector<Duration>& lanes, Duration length) {
  const auto known = std::find(lanes.begin(), lanes.end(), length);
  if (known != lanes.end()) return static_cast<std::uint32_t>(known - lanes.begin());
  lanes.push_back(length);
  return static_cast<std::uint32_t>(lanes.size() - 1);
}

/// A probability as a threshold for 32 random bits; kNone means always.
std::uint32_t threshold(double probability) {
  if (!(probability > 0)) return 0;
  if (probability >= 1) return kNone;
  return static_cast<std::uint32_t>(probability * 4294967295.0);
}

}  // namespace

PlanBuilder::PlanBuilder(NetworkBuilder& owner, PlanId plan)
    : owner_(&owner),
      plan_(plan),
      luck_(hash_name(owner.draft_->network->plan_names[plan.index()])) {}

Step& PlanBuilder::step(std::uint32_t index) { return steps_[index]; }

std::uint32_t PlanBuilder::append(StepCode code, std::string_view step_name) {
  Step row;
  row.code = code;
  row.key = mix(luck_, step_name.empty() ? ++unnamed_ : hash_name(step_name));
  steps_.push_back(row);
  return static_cast<std::uint32_t>(steps_.size() - 1);
}

std::uint32_t PlanBuilder::lane(Duration wait_at_most) {
  if (wait_at_most.is_infinite()) return kNone;
  return lane_of(owner_->draft_->network->timeout_lanes, wait_at_most);
}

PlanBuilder::Label PlanBuilder::label() {
  places_.push_back(kNone);
  return static_cast<Label>(places_.size() - 1);
}

void PlanBuilder::place(Label label) { places_[label] = static_cast<std::uint32_t>(steps_.size()); }

void PlanBuilder::jump_to(std::uint32_t step, std::uint32_t Step::*field, Label label) {
  patches_.push_back({step, field, label});
}

void PlanBuilder::jump_table(std::uint32_t index, const std::vector<Label>& labels) {
  std::vector<std::uint32_t>& jumps = owner_->draft_->network->jumps;
  step(index).b = static_cast<std::uint32_t>(jumps.size());
  step(index).c = static_cast<std::uint32_t>(labels.size());
  for (const Label label : labels) {
    patches_.push_back({static_cast<std::uint32_t>(jumps.size()), nullptr, label});
    jumps.push_back(kNone);
  }
}

void PlanBuilder::visit(StationId station, LawId law, std::string_view step_name,
                        std::uint16_t priority) {
  Step& row = step(append(StepCode::kVisit, step_name));
  row.a = station.index();
  row.b = law.index();
  row.small = priority;
}

void PlanBuilder::acquire(StationId station, Duration wait_at_most, std::uint16_t priority) {
  Step& row = step(append(StepCode::kAcquire));
  row.small = priority;
  row.a = station.index();
  row.c = lane(wait_at_most);
}

void PlanBuilder::release(StationId station) {
  step(append(StepCode::kRelease)).a = station.index();
}

void PlanBuilder::acquire_on_task(std::uint32_t offset, Duration wait_at_most) {
  Step& row = step(append(StepCode::kAcquire));
  row.flags = kOnTask;
  row.a = offset;
  row.c = lane(wait_at_most);
}

void PlanBuilder::release_on_task(std::uint32_t offset) {
  Step& row = step(append(StepCode::kRelease));
  row.flags = kOnTask;
  row.a = offset;
}

void PlanBuilder::compute(StationId station, LawId law, std::string_view step_name) {
  Step& row = step(append(StepCode::kCompute, step_name));
  row.a = station.index();
  row.b = law.index();
}

void PlanBuilder::compute_on_task(std::uint32_t offset, LawId law, std::string_view step_name) {
  Step& row = step(append(StepCode::kCompute, step_name));
  row.flags = kOnTask;
  row.a = offset;
  row.b = law.index();
}

void PlanBuilder::delay(LawId law, std::string_view step_name) {
  Network& net = *owner_->draft_->network;
  const Law& row_law = net.laws[law.index()];
  Step& row = step(append(StepCode::kDelay, step_name));
  row.b = law.index();
  if (row_law.is_constant()) row.a = lane_of(net.delay_lanes, LawTable(row_law).draw(0));
}

void PlanBuilder::throttle(BucketId bucket, std::uint32_t tokens) {
  Step& row = step(append(StepCode::kThrottle));
  row.a = bucket.index();
  row.c = tokens;
}

void PlanBuilder::pace(BucketId bucket, std::uint32_t tokens) {
  Step& row = step(append(StepCode::kPace));
  row.a = bucket.index();
  row.c = tokens;
}

void PlanBuilder::partition(BucketId first, std::uint32_t count, KeySpaceId keys,
                            std::uint32_t tokens) {
  Step& row = step(append(StepCode::kPartition));
  row.a = first.index();
  row.b = count;
  row.c = keys.index();
  row.small = static_cast<std::uint16_t>(std::min(tokens, 65535U));
}

void PlanBuilder::key_range(PartitionsId partitions, KeySpaceId keys, std::uint32_t tokens) {
  Step& row = step(append(StepCode::kKeyRange));
  row.a = partitions.index();
  row.b = tokens;
  row.c = keys.index();
}

void PlanBuilder::gate() {
  const std::uint32_t index = append(StepCode::kGate);
  step(index).a = owner_->draft_->network->plan_deployment[plan_.index()].index();
}

void PlanBuilder::gate_of(DeploymentId deployment, std::string_view step_name) {
  step(append(StepCode::kGate, step_name)).a = deployment.index();
}

void PlanBuilder::gate_of_zone(DeploymentId first, std::string_view step_name) {
  step(append(StepCode::kZoneGate, step_name)).a = first.index();
}

void PlanBuilder::screen(RateRuleId rule, std::string_view step_name) {
  step(append(StepCode::kScreen, step_name)).a = rule.index();
}

void PlanBuilder::choose(TaskGroupId group, std::uint32_t zone) {
  Step& row = step(append(StepCode::kChoose));
  row.a = group.index();
  row.b = zone;
}

void PlanBuilder::resolve(ResolverId resolver, const std::vector<Label>& by_region) {
  const std::uint32_t index = append(StepCode::kResolve);
  step(index).a = resolver.index();
  jump_table(index, by_region);
}

void PlanBuilder::switch_on(RegisterId reg, const std::vector<Label>& by_value) {
  const std::uint32_t index = append(StepCode::kSwitch);
  step(index).a = reg.index();
  jump_table(index, by_value);
}

void PlanBuilder::branch(double probability, Label to, std::string_view step_name) {
  const std::uint32_t index = append(StepCode::kBranch, step_name);
  step(index).b = threshold(probability);
  jump_to(index, &Step::a, to);
}

void PlanBuilder::jump(Label to) { jump_to(append(StepCode::kJump), &Step::a, to); }

void PlanBuilder::lookup(CacheId cache, Label on_hit) {
  const std::uint32_t index = append(StepCode::kLookup);
  step(index).a = cache.index();
  jump_to(index, &Step::b, on_hit);
}

void PlanBuilder::fill(CacheId cache) { step(append(StepCode::kFill)).a = cache.index(); }

void PlanBuilder::fetch(CacheId cache, PlanId plan, std::string_view step_name,
                        std::optional<Label> on_failure) {
  if (!plan.valid()) throw std::invalid_argument("fetch by an unknown plan");
  const std::uint32_t index = append(StepCode::kFetch, step_name);
  step(index).a = plan.index();
  step(index).b = cache.index();
  if (on_failure) jump_to(index, &Step::c, *on_failure);
  owner_->draft_->calls[plan_.index()].push_back(plan.index());
}

void PlanBuilder::call(PlanId plan, CallPolicy policy, std::string_view step_name,
                       std::optional<Label> on_failure) {
  if (!plan.valid()) throw std::invalid_argument("call of an unknown plan");
  Network& net = *owner_->draft_->network;
  if (policy.max_attempts > kMostAttempts) throw std::invalid_argument("too many attempts");
  if (policy.limiter != kNone) {
    step(append(StepCode::kLimit, std::string(step_name) + "/limit")).a = policy.limiter;
  }
  const bool guarded = policy.breaker != kNone;
  const std::uint32_t index = append(guarded ? StepCode::kGuardedCall : StepCode::kCall, step_name);
  policy.plan = plan;
  const std::uint32_t timeout_lane = lane(policy.timeout);
  if (timeout_lane != kNone) {
    if (timeout_lane > kMostLanes) throw std::invalid_argument("too many distinct timeouts");
    step(index).small = static_cast<std::uint16_t>(timeout_lane);
  }
  policy.handler = kNone;
  step(index).a = plan.index();
  step(index).b = static_cast<std::uint32_t>(net.policies.size());
  const bool accounted = guarded || policy.budget != kNone || policy.limiter != kNone;
  step(index).flags = static_cast<std::uint8_t>((timeout_lane != kNone ? kTimed : 0) |
                                                (accounted ? kAccounted : 0) |
                                                (policy.limiter != kNone ? kLimited : 0));
  net.policies.push_back(policy);
  if (on_failure) jump_to(index, &Step::c, *on_failure);  // copied to the policy by finish()
  owner_->draft_->calls[plan_.index()].push_back(plan.index());
}

void PlanBuilder::spawn(PlanId plan, std::string_view step_name) {
  step(append(StepCode::kSpawn, step_name)).a = plan.index();
}

void PlanBuilder::fork(const std::vector<PlanId>& branches, std::uint32_t need,
                       std::string_view step_name) {
  Network& net = *owner_->draft_->network;
  const std::uint32_t index = append(StepCode::kFork, step_name);
  step(index).a = static_cast<std::uint32_t>(net.forks.size());
  net.forks.push_back({branches, need});
  for (const PlanId branch : branches) {
    owner_->draft_->calls[plan_.index()].push_back(branch.index());
  }
}

void PlanBuilder::put(BufferId buffer) { step(append(StepCode::kPut)).a = buffer.index(); }
void PlanBuilder::take(BufferId buffer) { step(append(StepCode::kTake)).a = buffer.index(); }

void PlanBuilder::next_message(BufferId buffer, Label when_none) {
  const std::uint32_t index = append(StepCode::kNextMessage);
  step(index).a = buffer.index();
  jump_to(index, &Step::b, when_none);
}

void PlanBuilder::acknowledge(BufferId buffer) {
  step(append(StepCode::kAcknowledge)).a = buffer.index();
}

void PlanBuilder::environment(EnvironmentId environments, std::string_view step_name) {
  step(append(StepCode::kEnvironment, step_name)).a = environments.index();
}

void PlanBuilder::vacate(EnvironmentId environments) {
  step(append(StepCode::kVacate)).a = environments.index();
}

void PlanBuilder::commit(const Commit& commit, std::string_view step_name) {
  Network& net = *owner_->draft_->network;
  step(append(StepCode::kCommit, step_name)).a = static_cast<std::uint32_t>(net.commits.size());
  net.commits.push_back(commit);
}

void PlanBuilder::repeat(Label back_to, std::uint32_t times) {
  const std::uint32_t index = append(StepCode::kRepeat);
  step(index).b = times;
  jump_to(index, &Step::a, back_to);
}

void PlanBuilder::shed_on_task(std::uint32_t offset, std::uint32_t shedder) {
  Step& row = step(append(StepCode::kShed, "shed"));
  row.flags = kOnTask;
  row.a = offset;
  row.b = shedder;
}

void PlanBuilder::still_wanted(Label otherwise) {
  jump_to(append(StepCode::kStillWanted, "still-wanted"), &Step::b, otherwise);
}

void PlanBuilder::too_old(Duration age, Label then) {
  const std::int64_t milliseconds = age.count() / 1'000'000;
  if (milliseconds < 0 || milliseconds >= kNone) {
    throw std::invalid_argument("an age limit out of range");
  }
  const std::uint32_t index = append(StepCode::kTooOld);
  step(index).c = static_cast<std::uint32_t>(milliseconds);
  jump_to(index, &Step::b, then);
}

void PlanBuilder::rewind(BufferId buffer) { step(append(StepCode::kRewind)).a = buffer.index(); }

void PlanBuilder::bisect(BufferId buffer) {
  Step& row = step(append(StepCode::kRewind));
  row.a = buffer.index();
  row.flags = kHalf;
}

void PlanBuilder::reply() { append(StepCode::kReply); }

void PlanBuilder::fail(Cause cause) {
  step(append(StepCode::kFail)).small = static_cast<std::uint16_t>(cause);
}

/// Where it goes on from a step of the plan: jumps are followed.
std::uint32_t PlanBuilder::past_jumps(std::uint32_t place) const {
  for (std::size_t n = 0; n < steps_.size(); ++n) {
    if (place >= steps_.size() || steps_[place].code != StepCode::kJump) break;
    for (const Patch& patch : patches_) {
      if (patch.field == &Step::a && patch.step == place) {
        place = places_[patch.label];
        break;
      }
    }
  }
  return place;
}

/// Whether the plan has come to its end there.
bool PlanBuilder::returns(std::uint32_t place) const {
  return place < steps_.size() && steps_[place].code == StepCode::kReturn;
}

bool PlanBuilder::looks_up(std::uint32_t place) const {
  return place < steps_.size() && steps_[place].code == StepCode::kLookup;
}

void PlanBuilder::finish() {
  append(StepCode::kReturn);
  Network& net = *owner_->draft_->network;
  const auto first = static_cast<std::uint32_t>(net.steps.size() + 1);
  for (const Patch& patch : patches_) {
    if (places_[patch.label] == kNone) {
      throw std::invalid_argument("plan '" + net.plan_names[plan_.index()] +
                                  "' jumps to a label that was never placed");
    }
    const std::uint32_t target = first + past_jumps(places_[patch.label]);
    if (patch.field == nullptr) {
      net.jumps[patch.step] = target;
    } else {
      Step& row = steps_[patch.step];
      row.*patch.field = target;
      if (is_call(row.code)) {
        net.policies[row.b].handler = target;
      } else {
        owner_->draft_->targets.push_back({first + patch.step, patch.field});
      }
    }
  }
  for (std::uint32_t i = 0; i < steps_.size(); ++i) {
    Step& row = steps_[i];
    if (is_call(row.code)) {
      const std::uint32_t next = past_jumps(i + 1);
      row.c = first + next;
      if (returns(next)) row.flags |= kTail;
      if (looks_up(next)) row.flags |= kThenLookup;
    } else if (row.code == StepCode::kDelay && looks_up(i + 1)) {
      row.flags |= kThenLookup;
    }
  }
  // Last, since jumps are followed until here.
  for (std::uint32_t i = 0; i < steps_.size(); ++i) {
    if (steps_[i].code == StepCode::kJump && returns(past_jumps(i))) {
      steps_[i].code = StepCode::kReturn;
      steps_[i].a = kNone;
    }
  }
  net.plan_entry[plan_.index()] = first;
  Step head;
  head.code = StepCode::kPlan;
  head.a = plan_.index();
  head.b = net.plan_deployment[plan_.index()].index();
  if (steps_.front().code == StepCode::kGate) head.c = steps_.front().a;
  net.steps.push_back(head);
  net.steps.insert(net.steps.end(), steps_.begin(), steps_.end());
}

}  // namespace lifeboat::sim
