#include "models/services/cognito/description.hpp"

#include <algorithm>

#include "models/io/reader.hpp"
#include "models/io/suggest.hpp"
#include "models/platform/platform.hpp"

namespace lifeboat::models::cognito {

namespace {

using sim::Duration;
using sim::Law;

enum class Tier : std::uint8_t { kLite, kEssentials, kPlus };
constexpr io::Choice<Tier> kTiers[] = {{"LITE", Tier::kLite, "without replicas"},
                                       {"ESSENTIALS", Tier::kEssentials, "may have replicas"},
                                       {"PLUS", Tier::kPlus, "may have replicas"}};
constexpr io::Choice<bool> kFlows[] = {
    {"USER_SRP_AUTH", true, "secure remote password: InitiateAuth and RespondToAuthChallenge"},
    {"USER_PASSWORD_AUTH", false, "InitiateAuth alone"}};
constexpr io::Choice<bool> kRoles[] = {{"primary", false, "a pool of its own"},
                                       {"replica", true, "follows the pool of another region"}};
constexpr io::Choice<bool> kStatuses[] = {{"ACTIVE", true, "takes requests"},
                                          {"INACTIVE", false, "refuses all until activated"}};

constexpr std::string_view kReplicas =
    "AWS documentation, Cognito multi-Region user pools, as of 2026-11";

void read_tokens(io::ObjectReader& r, const Platform& platform, Description& d) {
  if (const auto users =
          r.maybe_name_of({"users", "key space of its users, one key a client", "",
                           "tokens are not kept, and there are no limits of single users"},
                          "key space", platform.key_names())) {
    const KeySpaceSpec* key = platform.find_key(*users);
    if (key != nullptr && !key->per_client) {
      r.error("users", "not one key a client, so that its keys are no users",
              "a key space with \"perClient\": true");
    } else {
      d.users = *users;
    }
  }
  d.access_life = r.optional_duration(
      {"accessTokenValidity", "life of ID and access tokens",
       "guess: 60 min, AWS's default as widely reported; 5 min to 1 day (Cognito quotas, 2026-11)"},
      Duration::minutes(60), {.min = Duration::minutes(5), .max = Duration::days(1)});
  d.refresh_life = r.optional_duration(
      {"refreshTokenValidity", "life of refresh tokens: after it the user signs in anew",
       "AWS documentation, Cognito refresh tokens: 30 days, as of 2026-11"},
      Duration::days(30), {.min = Duration::hours(1), .max = Duration::days(3650)});
  if (!r.describing() && d.refresh_life < d.access_life) {
    r.error("refreshTokenValidity", "shorter than accessTokenValidity");
  }
}

void read_latencies(io::ObjectReader& r, Description& d) {
  d.sign_in = r.optional_law(
      {"signInLatency", "of each call of a sign-in", "guess: p50 150 ms, p99 800 ms"},
      Law::lognormal_quantiles(Duration::milliseconds(150), Duration::milliseconds(800)));
  d.token = r.optional_law(
      {"tokenLatency", "of a refresh, a revocation, a machine's token",
       "guess: p50 70 ms, p99 400 ms"},
      Law::lognormal_quantiles(Duration::milliseconds(70), Duration::milliseconds(400)));
  d.other = r.optional_law(
      {"requestLatency", "of everything else", "guess: p50 100 ms, p99 600 ms"},
      Law::lognormal_quantiles(Duration::milliseconds(100), Duration::milliseconds(600)));
}

/// Regions of the same service that have a pool of their own.
std::vector<std::string> primaries(const Platform& platform, const DeploymentSite& site) {
  std::vector<std::string> regions;
  const ServiceSpec* service = platform.find_service(site.service);
  if (service == nullptr) return regions;
  for (const DeploymentSpec& other : service->deployments) {
    const io::Member* role =
        other.description.is_object() ? other.description.find("role") : nullptr;
    const bool replica = role != nullptr && role->value.as_string() == "replica";
    if (!replica) regions.push_back(other.site.region);
  }
  return regions;
}

void read_role(io::ObjectReader& r, const Platform& platform, const DeploymentSite& site, Tier tier,
               Description& d) {
  d.replica = r.optional_enum(
      {"role", "a pool of its own, or a replica of another region's", "ours: pools are regional"},
      false, kRoles);
  const auto of = r.maybe_name_of({"of", "region of the replica's primary", "", "the only primary"},
                                  "region", platform.region_names());
  d.starts_active =
      r.optional_enum({"status", "of a replica at the start", kReplicas}, false, kStatuses);
  d.activation =
      r.optional_law({"activationTime", "until an activated replica takes requests",
                      "guess: p50 1 min, p99 5 min"},
                     Law::lognormal_quantiles(Duration::minutes(1), Duration::minutes(5)));
  if (r.describing()) return;
  if (!d.replica) {
    if (of) r.error("of", "a pool of its own follows nobody", "\"role\": \"replica\"");
    if (r.has("status")) r.error("status", "only replicas are activated", "\"role\": \"replica\"");
    return;
  }
  const auto known = primaries(platform, site);
  if (tier == Tier::kLite) {
    r.error("userPoolTier", "a LITE pool has no replicas", "ESSENTIALS or PLUS");
  }
  if (of) d.of = *of;
  if (!of && known.size() == 1) d.of = known.front();
  if (d.of.empty() || std::find(known.begin(), known.end(), d.of) == known.end()) {
    r.error(of ? "of" : "role", "there is no one pool that the replica follows",
            known.empty() ? "a primary in another region" : "\"of\": one of " + io::one_of(known));
    d.replica = false;
  }
}

}  // namespace

Description read_description(const Platform& platform, const DeploymentSite& site,
                             const io::Value& value, io::Problems& problems) {
  Description d;
  io::ObjectReader r(value, problems);
  const Tier tier = r.optional_enum(
      {"userPoolTier", "its plan", "AWS default of new pools since 2024-11 (botocore, 2026-08)"},
      Tier::kEssentials, kTiers);
  d.secure_remote_password = r.optional_enum(
      {"authFlow", "how users sign in", "AWS documentation: what its libraries do, as of 2026-11"},
      true, kFlows);
  read_tokens(r, platform, d);
  read_latencies(r, d);
  read_role(r, platform, site, tier, d);
  r.finish();
  const std::uint32_t clients =
      platform.clients ? platform.clients->population : ClientSpec{}.population;
  d.active_users = d.replica ? 0 : clients;
  return d;
}

}  // namespace lifeboat::models::cognito
