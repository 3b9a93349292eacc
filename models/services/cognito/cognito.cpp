#include "models/services/cognito/cognito.hpp"

#include <algorithm>
#include <utility>

#include "models/io/units.hpp"
#include "models/platform/compiler.hpp"
#include "models/platform/meter_readings.hpp"
#include "models/platform/metrics.hpp"
#include "models/platform/platform.hpp"
#include "models/platform/shared_bucket.hpp"
#include "models/replication/opening.hpp"
#include "models/replication/provisioning.hpp"
#include "models/replication/store.hpp"
#include "models/services/cognito/category.hpp"
#include "models/services/cognito/description.hpp"

namespace lifeboat::models {

namespace {

using cognito::Description;
using cognito::Latency;
using cognito::Operation;
using cognito::PerUser;
using cognito::Tokens;

/// Requests a second of one user, reads and writes apart (AWS documentation, Cognito quotas).
constexpr double kPerUser = 10;
/// Limits of single users are kept in so many buckets at most; users beyond share them.
constexpr std::uint32_t kMostUserBuckets = 16'384;
/// Answers to challenges a second, in multiples of UserAuthentication (Cognito quotas).
constexpr double kChallenges = 3;

class CognitoModel final : public DeploymentModel {
 public:
  CognitoModel(DeploymentSite site, Description description)
      : site_(std::move(site)), d_(std::move(description)) {}

  [[nodiscard]] std::vector<std::string> operations() const override {
    std::vector<std::string> names;
    for (const Operation& op : cognito::operations()) names.emplace_back(op.name);
    if (!d_.users.empty()) names.emplace_back(cognito::kSession);
    return names;
  }
  void declare(Compiler& compiler) override;
  void define(Compiler& compiler) override;
  [[nodiscard]] sim::PlanId plan(std::string_view operation) const override;
  [[nodiscard]] const Handles& handles() const override { return handles_; }

 private:
  /// Who holds valid tokens: copies by client. Tokens are the pool's, whatever the region.
  struct Sessions {
    sim::CacheId access;
    sim::CacheId refresh;
  };
  void add_user_limits(Compiler& compiler);
  void add_sessions(Compiler& compiler);
  [[nodiscard]] Sessions sessions(Compiler& compiler) const;
  [[nodiscard]] sim::LawId latency(Compiler& compiler, Latency which) const;
  void define_one(Compiler& compiler, const Operation& op, sim::PlanId id);
  void define_challenge(Compiler& compiler);
  void define_session(Compiler& compiler);
  void define_replica(Compiler& compiler);
  void define_handles();
  void emit_active(sim::PlanBuilder& plan) const;

  DeploymentSite site_;
  Description d_;
  Handles handles_;
  std::vector<sim::PlanId> plans_;  // by operation
  sim::PlanId session_;
  sim::PlanId challenge_;  // takes a token for an answer to a challenge, or fails
  Sessions own_;           // of a primary
  sim::BucketId reads_;    // of single users; invalid: not kept
  sim::BucketId writes_;
  std::uint32_t user_buckets_ = 0;
  sim::RegisterId active_;  // of a replica
};

sim::PlanId CognitoModel::plan(std::string_view operation) const {
  if (operation == cognito::kSession) return session_;
  const auto& known = cognito::operations();
  for (std::size_t i = 0; i < plans_.size(); ++i) {
    if (known[i].name == operation) return plans_[i];
  }
  return {};
}

void CognitoModel::declare(Compiler& compiler) {
  sim::NetworkBuilder& network = compiler.network();
  const sim::DeploymentId here = compiler.deployment(site_);
  for (const Operation& op : cognito::operations()) {
    plans_.push_back(network.declare_plan(site_.service + "." + std::string(op.name), here));
  }
  challenge_ = network.declare_plan(site_.service + "/challenge", here);
  if (d_.replica) {
    active_ = network.add_register(name_of(site_) + "/active", d_.starts_active ? 1 : 0);
  }
  if (d_.users.empty()) return;
  session_ = network.declare_plan(site_.service + ".session", here);
  add_user_limits(compiler);
  if (!d_.replica) add_sessions(compiler);
}

void CognitoModel::add_user_limits(Compiler& compiler) {
  const KeySpaceSpec* users = compiler.platform().find_key(d_.users);
  if (users == nullptr) return;
  user_buckets_ = std::clamp(users->count, 1U, kMostUserBuckets);
  const std::string name = name_of(site_);
  reads_ =
      compiler.network().add_partitions({name + "/user-reads", kPerUser, kPerUser}, user_buckets_);
  writes_ =
      compiler.network().add_partitions({name + "/user-writes", kPerUser, kPerUser}, user_buckets_);
}

void CognitoModel::add_sessions(Compiler& compiler) {
  const KeySpaceSpec* users = compiler.platform().find_key(d_.users);
  if (users == nullptr) return;
  sim::Cache tokens;
  tokens.keys = compiler.key_space(d_.users);
  tokens.capacity = users->count;
  tokens.deployment = compiler.deployment(site_);
  tokens.name = name_of(site_) + "/access-tokens";
  tokens.ttl = d_.access_life;
  own_.access = compiler.network().add_cache(tokens);
  tokens.name = name_of(site_) + "/refresh-tokens";
  tokens.ttl = d_.refresh_life;
  own_.refresh = compiler.network().add_cache(tokens);
}

CognitoModel::Sessions CognitoModel::sessions(Compiler& compiler) const {
  if (!d_.replica) return own_;
  const auto* primary = dynamic_cast<CognitoModel*>(compiler.model(site_.service, d_.of));
  return primary == nullptr ? Sessions{} : primary->own_;
}

sim::LawId CognitoModel::latency(Compiler& compiler, Latency which) const {
  switch (which) {
    case Latency::kSignIn:
      return compiler.network().add_law(d_.sign_in);
    case Latency::kToken:
      return compiler.network().add_law(d_.token);
    case Latency::kOther:
      return compiler.network().add_law(d_.other);
  }
  return {};
}

void CognitoModel::define(Compiler& compiler) {
  for (std::size_t i = 0; i < plans_.size(); ++i) {
    define_one(compiler, cognito::operations()[i], plans_[i]);
  }
  define_challenge(compiler);
  if (session_.valid()) define_session(compiler);
  if (d_.replica) define_replica(compiler);
  define_handles();
}

/// A replica refuses everything until it has been activated.
void CognitoModel::emit_active(sim::PlanBuilder& plan) const {
  if (!active_.valid()) return;
  const auto refused = plan.label();
  const auto taken = plan.label();
  plan.switch_on(active_, {refused, taken});
  plan.place(refused);
  plan.fail(sim::Cause::kDependency);
  plan.place(taken);
}

void CognitoModel::define_one(Compiler& compiler, const Operation& op, sim::PlanId id) {
  sim::PlanBuilder plan = compiler.network().define(id);
  plan.gate();
  emit_active(plan);
  if (d_.replica && op.edits_users) {
    plan.fail(sim::Cause::kDependency);
    plan.finish();
    return;
  }
  if (reads_.valid() && op.per_user != PerUser::kNone) {
    plan.partition(op.per_user == PerUser::kRead ? reads_ : writes_, user_buckets_,
                   compiler.key_space(d_.users));
  }
  const double rate = compiler.quota(site_.region, op.quota);
  plan.throttle(shared_bucket(compiler, "cognito@" + site_.region + "/" + std::string(op.category),
                              rate, rate));
  plan.delay(latency(compiler, op.latency), "call");
  if (op.name == "authenticate" && d_.secure_remote_password) {
    plan.call(challenge_, {}, "challenge");
    plan.delay(latency(compiler, op.latency), "answer");
  }
  const Sessions tokens = sessions(compiler);
  if (tokens.access.valid() && op.tokens != Tokens::kKeeps) plan.fill(tokens.access);
  if (tokens.refresh.valid() && op.tokens == Tokens::kIssues) plan.fill(tokens.refresh);
  plan.finish();
}

// Answers to challenges have three times the sign-ins' rate; what overflows counts as a sign-in.
void CognitoModel::define_challenge(Compiler& compiler) {
  const std::string name = "cognito@" + site_.region + "/";
  const double rate = compiler.quota(site_.region, "cognitoUserAuthentication");
  sim::NetworkBuilder& network = compiler.network();
  const sim::PlanId within =
      network.declare_plan(site_.service + "/challenge/within", compiler.deployment(site_));
  sim::PlanBuilder own = network.define(within);
  own.throttle(shared_bucket(compiler, name + "RespondToAuthChallenge", kChallenges * rate,
                             kChallenges * rate));
  own.finish();
  sim::PlanBuilder plan = network.define(challenge_);
  const auto overflow = plan.label();
  const auto end = plan.label();
  plan.call(within, {}, "within", overflow);
  plan.jump(end);
  plan.place(overflow);
  plan.throttle(shared_bucket(compiler, name + "UserAuthentication", rate, rate));
  plan.place(end);
  plan.finish();
}

// The application checks the access token by itself (the pool's keys are cached): no gate, no
// time. One that has ended is refreshed; without a valid refresh token the user signs in.
void CognitoModel::define_session(Compiler& compiler) {
  const Sessions tokens = sessions(compiler);
  sim::PlanBuilder plan = compiler.network().define(session_);
  const auto valid = plan.label();
  const auto refreshable = plan.label();
  if (tokens.access.valid()) {
    plan.lookup(tokens.access, valid);
    plan.lookup(tokens.refresh, refreshable);
    plan.call(this->plan("authenticate"), {}, "authenticate");
    plan.jump(valid);
    plan.place(refreshable);
    plan.call(this->plan("refresh"), {}, "refresh");
  } else {
    plan.place(refreshable);
  }
  plan.place(valid);
  plan.finish();
}

void CognitoModel::define_replica(Compiler& compiler) {
  sim::NetworkBuilder& network = compiler.network();
  ProvisioningPolicy policy;
  policy.subject = name_of(site_);
  policy.region = site_.region;
  policy.what = "activation";
  policy.begins = "activation of " + policy.subject + " begins";
  policy.ends = policy.subject + " takes requests";
  policy.active = active_;
  policy.control_plane = compiler.control_plane(site_.region);
  policy.takes = network.add_law(d_.activation);
  policy.progress = network.add_register(
      name_of(site_) + "/activation",
      static_cast<std::int64_t>(d_.starts_active ? Progress::kDone : Progress::kIdle));
  const std::vector<sim::RegisterId> watched = {policy.progress, policy.control_plane};
  handles_.verbs.push_back(progress_verb("cognitoActivateReplica",
                                         "makes a replica pool take requests", policy.progress));
  network.add_controller(std::make_shared<ProvisioningController>(std::move(policy)), watched);
}

void CognitoModel::define_handles() {
  if (own_.refresh.valid()) {
    handles_.metrics.push_back({"signedInUsers", "1", "users with a refresh token that may be used",
                                [id = own_.refresh](sim::Control& control) {
                                  return static_cast<double>(control.cache(id).entries);
                                }});
    Verb end;
    end.block = "cognitoEndSessions";
    end.what = "ends all sessions: every user must sign in again";
    end.begin = [tokens = own_](sim::Control& control, const VerbArguments&) {
      control.flush_cache(tokens.access);
      control.flush_cache(tokens.refresh);
    };
    end.status = [](sim::Control&, const VerbArguments&) { return VerbStatus::kDone; };
    handles_.verbs.push_back(std::move(end));
  }
  if (active_.valid()) {
    handles_.metrics.push_back(
        register_metric("active", "1 once the replica takes requests", active_));
  }
  const double users = d_.active_users / io::kHoursPerMonth;
  handles_.meters = {
      {"active-users", [users](const MeterReadings& used) { return users * used.hours(); }}};
}

class CognitoKind final : public ServiceKind {
 public:
  [[nodiscard]] std::string_view name() const override { return "cognito"; }
  [[nodiscard]] std::string_view summary() const override {
    return "a user pool: sign-in and token quotas shared by a region, tokens that end, replicas";
  }
  [[nodiscard]] std::vector<MeterSpec> meters() const override {
    return {{"active-users", "users",
             "users active in a month: all of the platform's clients, once, at the primary"}};
  }
  [[nodiscard]] std::unique_ptr<DeploymentModel> read(const Platform& platform,
                                                      const DeploymentSite& site,
                                                      const io::Value& description,
                                                      io::Problems& problems) const override {
    return std::make_unique<CognitoModel>(
        site, cognito::read_description(platform, site, description, problems));
  }
};

}  // namespace

const ServiceKind& cognito_kind() {
  static const CognitoKind kind;
  return kind;
}

}  // namespace lifeboat::models
