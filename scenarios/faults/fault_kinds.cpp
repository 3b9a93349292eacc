// The table of fault kinds.
//
// Defaults of region-outage. The shares of in-flight work that is reset rather than left hanging
// are guesses: a lost power feed sends nothing, so its connections hang until somebody's timer
// ends, while a failing network or load balancer resets them (range 0 to 100 %). New connections
// meet the same fate unless said. "controlPlane": "down", because in the public reports of
// region-scale events launches and changes failed with the data plane or before it (AWS post-event
// summaries of 2021-12-07 and 2025-10-20). "storage": "returns", because in all of them but
// physical destruction nearly all volumes came back (Sydney 2016-06-04: under 0.01 % lost).
#include "scenarios/faults/fault_kinds.hpp"

#include <cmath>

namespace lifeboat::scenarios {

namespace io = models::io;

namespace detail {

namespace {

using sim::Duration;
using sim::Effect;

constexpr double kResetShare = 0.7;

/// `{"reset": "70%", "hang": "30%"}`, either of them: the other is the rest.
double read_reset(io::ObjectReader& r, const io::Parameter& key, std::string_view reset_word,
                  double standard) {
  double reset = standard;
  r.section(key, [&](io::ObjectReader& shares) {
    const auto broken = shares.maybe_ratio({reset_word, "share that is answered by a reset"});
    const auto hanging = shares.maybe_ratio({"hang", "share that is never answered"});
    if (broken && hanging && std::fabs(broken->value + hanging->value - 1) > 1e-9) {
      shares.error("hang", "the shares do not sum to 100 %", "one of them, or a sum of 100 %");
    }
    if (hanging) reset = 1 - hanging->value;
    if (broken) reset = broken->value;
  });
  return reset;
}

/// What is inside is reset or hangs, and what comes later is refused or hangs.
Effect read_outage(io::ObjectReader& r, const char* later) {
  Effect outage;
  outage.kind = Effect::Kind::kOutage;
  outage.share = read_reset(r,
                            {"inFlight", "what becomes of requests that are inside",
                             "guess: 70 % reset (0 to 100 %)", "70 % reset, 30 % hang"},
                            "reset", kResetShare);
  outage.refuse_share =
      read_reset(r, {"newWork", "what becomes of requests that come later", "", later}, "refuse",
                 outage.share);
  return outage;
}

std::optional<LocatedName> other_region(io::ObjectReader& r) {
  auto other = r.maybe_string({"region", "the region at the other end", "", "every other one"});
  if (!other) return std::nullopt;
  return LocatedName{std::move(*other), r.place_of("region")};
}

FaultEffects region_outage(io::ObjectReader& r) {
  constexpr io::Choice<bool> kControlPlane[] = {
      {"down", true, "nothing in the region can be changed"},
      {"up", false, "running things fail, but they can be changed"},
  };
  constexpr io::Choice<bool> kStorage[] = {
      {"returns", false, "what only the region had comes back with it"},
      {"lost", true, "what only the region had never comes back"},
  };
  FaultEffects effects;
  effects.region_down = true;
  effects.effect = read_outage(r, "as inFlight");
  effects.control_plane_down =
      r.optional_enum({"controlPlane", "whether the region's resources can be changed",
                       "AWS post-event summaries 2021-12-07, 2025-10-20"},
                      true, kControlPlane);
  effects.storage_lost = r.optional_enum(
      {"storage", "what becomes of data that only the region has",
       "AWS post-event summary of Sydney, 2016-06-04: under 0.01 % of volumes lost"},
      false, kStorage);
  return effects;
}

/// Power, cooling or the network of whole zones: what stands there is gone, and nothing else.
FaultEffects zone_outage(io::ObjectReader& r) {
  FaultEffects effects;
  effects.zone_lost = true;
  effects.effect = read_outage(r, "as inFlight: 0 % is a black hole");
  return effects;
}

FaultEffects of(const Effect& effect) {
  FaultEffects effects;
  effects.effect = effect;
  return effects;
}

/// A service is gone and the region goes on: what stands in it, and its copies elsewhere hear
/// nothing from it.
FaultEffects service_outage(io::ObjectReader& r) {
  FaultEffects effects;
  effects.effect = read_outage(r, "as inFlight");
  effects.streams_stop = true;
  return effects;
}

// Packets are dropped, so nothing is refused: callers wait for their own timers.
constexpr double kCutReset = 0;

FaultEffects network_partition(io::ObjectReader& r) {
  FaultEffects effects;
  NetworkTrouble trouble;
  trouble.cut = true;
  trouble.other = other_region(r);
  Effect cut;
  cut.kind = Effect::Kind::kOutage;
  cut.share = cut.refuse_share = read_reset(
      r,
      {"calls", "what becomes of calls under way and of later ones",
       "ours: a partition drops packets (AWS Fault Injection Service, disrupt-connectivity)",
       "0 % refused, 100 % hang"},
      "refuse", kCutReset);
  effects.effect = cut;
  effects.network = trouble;
  return effects;
}

FaultEffects network_latency(io::ObjectReader& r) {
  FaultEffects effects;
  NetworkTrouble trouble;
  trouble.add = r.required_duration({"add", "time added to every round trip"},
                                    {.min = Duration{}, .max = Duration::hours(1)});
  trouble.other = other_region(r);
  Effect slow;
  slow.kind = Effect::Kind::kLatency;
  slow.delay = trouble.add;
  effects.effect = slow;
  effects.network = trouble;
  return effects;
}

FaultEffects replica_broken(io::ObjectReader&) {
  FaultEffects effects;
  effects.replication.emplace().paused = true;
  return effects;
}

FaultEffects replica_lag(io::ObjectReader& r) {
  ReplicationTrouble trouble;
  if (!r.describing() && !r.has("add") && !r.has("replay")) {
    r.error("add", "neither \"add\" nor \"replay\"", "at least one of them");
  }
  trouble.lag = r.optional_duration({"add", "writes arrive so much later"}, Duration{},
                                    {.min = Duration{}, .max = Duration::days(1)});
  trouble.replay = r.optional_ratio({"replay", "share of its speed at which the copy replays"},
                                    io::Ratio{1}, {.min = io::Ratio{0.001}, .max = io::Ratio{1}})
                       .value;
  FaultEffects effects;
  effects.replication = trouble;
  return effects;
}

FaultEffects throttling(io::ObjectReader& r) {
  r.exactly_one_of({"share", "limit"});
  Effect effect;
  effect.kind = Effect::Kind::kThrottle;
  effect.share = 0;
  if (const auto share = r.maybe_ratio({"share", "share of requests that are throttled"})) {
    effect.share = share->value;
  }
  if (const auto limit =
          r.maybe_rate({"limit", "requests let through: \"50/s\", a second's worth at once"})) {
    effect.per_second = limit->per_second;
    if (!(limit->per_second > 0) && !r.describing()) {
      r.error("limit", "nothing would pass", "a rate above 0, or \"share\": \"100%\"");
    }
  }
  return of(effect);
}

FaultEffects quota_too_small(io::ObjectReader& r) {
  FaultEffects effects;
  LowQuota low;
  low.quota = {r.required_string({"quota", "quota of the region: \"fargateVcpu\""}),
               r.place_of("quota")};
  low.value = r.required_number({"value", "what it is while this lasts, in the quota's own unit"},
                                {.min = 0, .max = 1e9});
  effects.quota = low;
  return effects;
}

FaultEffects stale_configuration(io::ObjectReader& r) {
  constexpr io::Choice<std::string_view> kItems[] = {
      {"image", "image", "the image is gone or too old: tasks that start exit"},
      {"secret", "secret", "a password was rotated elsewhere: what starts fails its requests"},
      {"parameter", "parameter", "a parameter points elsewhere: what starts fails its requests"},
      {"certificate", "certificate", "the certificate is out of date: connections are refused"},
  };
  FaultEffects effects;
  StaleConfiguration stale;
  stale.item = r.required_enum({"item", "what is out of date"}, kItems);
  const bool image = stale.item == "image";
  const bool task = !r.describing() && stale.item != "certificate";
  stale.broken = r.optional_ratio({"failsHealthCheck", "share of tasks starting with it that fail",
                                   "ours: an image that is not there starts nothing",
                                   "100 % of an image, else 0 %"},
                                  io::Ratio{image ? 1.0 : 0.0})
                     .value;
  stale.errors = r.optional_ratio({"errors", "share of requests that a task started with it fails",
                                   "ours: who cannot log in to its database serves nothing",
                                   "100 % of a secret or parameter, else 0 %"},
                                  io::Ratio{task && !image ? 1.0 : 0.0})
                     .value;
  stale.repair = r.maybe_law({"repair",
                              "from its discovery (by a failover, or by AWS Config's drift rule in "
                              "the region) until it is mended",
                              "", "it is mended at the end of its duration"});
  if (stale.item == "certificate") {
    Effect effect;
    effect.kind = Effect::Kind::kErrors;
    effects.effect = effect;
    effects.part = "certificate";
  }
  effects.stale = stale;
  return effects;
}

FaultEffects dns_control_plane_outage(io::ObjectReader&) {
  FaultEffects effects;
  effects.dns_control_plane_down = true;
  return effects;
}

FaultEffects health_checks_blind(io::ObjectReader& r) {
  constexpr io::Choice<CheckTrouble> kWays[] = {
      {"silent", CheckTrouble::kBlind, "no results come in: each check keeps what it says"},
      {"failing", CheckTrouble::kFailing, "every checker's request fails, whatever it asks"},
  };
  FaultEffects effects;
  effects.checks = r.optional_enum({"results", "what becomes of the checkers' results"},
                                   CheckTrouble::kBlind, kWays);
  return effects;
}

FaultEffects capacity_unavailable(io::ObjectReader& r) {
  FaultEffects effects;
  effects.granted = r.required_ratio({"grant", "share of further launches that are granted"}).value;
  return effects;
}

FaultEffects bad_deployment(io::ObjectReader& r) {
  BadVersion version;
  version.unhealthy =
      r.optional_ratio({"failsHealthCheck", "share of its tasks that fail every health check",
                        "ours: a version is as good as the one before"},
                       io::Ratio{0})
          .value;
  version.speed = r.optional_ratio({"speed", "speed of its tasks: 50% takes twice as long",
                                    "ours: a version is as good as the one before"},
                                   io::Ratio{1}, {.min = io::Ratio{0.001}, .max = io::Ratio{1}})
                      .value;
  version.errors = r.optional_ratio({"errors", "share of the requests that its tasks fail",
                                     "ours: a version is as good as the one before"},
                                    io::Ratio{0})
                       .value;
  FaultEffects effects;
  effects.version = version;
  return effects;
}

FaultEffects control_plane_outage(io::ObjectReader&) {
  FaultEffects effects;
  effects.control_plane_down = true;
  return effects;
}

FaultEffects metric_blackout(io::ObjectReader&) {
  FaultEffects effects;
  effects.metrics_lost = true;
  return effects;
}

FaultEffects latency(io::ObjectReader& r) {
  Effect effect;
  effect.kind = Effect::Kind::kLatency;
  effect.delay = r.required_duration({"add", "time added to every request"},
                                     {.min = Duration{}, .max = Duration::hours(1)});
  return of(effect);
}

FaultEffects errors(io::ObjectReader& r) {
  Effect effect;
  effect.kind = Effect::Kind::kErrors;
  effect.share = r.required_ratio({"share", "share of requests that fail"}).value;
  return of(effect);
}

/// The certificate ends: its part fails every new connection, and what is inside goes on.
FaultEffects certificate_expiry(io::ObjectReader&) {
  Effect effect;
  effect.kind = Effect::Kind::kErrors;
  FaultEffects effects = of(effect);
  effects.part = "certificate";
  return effects;
}

/// The record that proves the domain is gone, or the authority issues nothing.
FaultEffects certificate_renewal_fails(io::ObjectReader&) {
  FaultEffects effects = of(Effect{});
  effects.part = "certificate-renewal";
  return effects;
}

/// What a runbook would ask for as a verb happens by itself: a primary is lost, its standby takes
/// over in the time that the service's own mechanism needs.
FaultEffects failover(io::ObjectReader&) {
  FaultEffects effects;
  effects.asks = "failover";
  return effects;
}

FaultEffects cache_flush(io::ObjectReader&) {
  FaultEffects effects;
  effects.asks = "flush";
  return effects;
}

FaultEffects slow(io::ObjectReader& r) {
  Effect effect;
  effect.kind = Effect::Kind::kSlow;
  effect.factor = r.required_ratio({"speed", "speed left: 50% takes twice as long"},
                                   {.min = io::Ratio{0.001}, .max = io::Ratio{1}})
                      .value;
  return of(effect);
}

/// A zone, or a share of the nodes in thousandths (models/replication/nodes.hpp).
FaultEffects nodes_lost(io::ObjectReader& r) {
  FaultEffects effects;
  r.exactly_one_of({"zone", "share"});
  const auto zone = r.maybe_name({"zone", "the nodes in this zone are gone"});
  const auto share = r.maybe_ratio({"share", "this share of the nodes is gone, in whole nodes"});
  const std::vector<std::string> kinds = {"msk", "opensearch"};
  if (zone) {
    effects.condition = {"zone-" + *zone + "-lost", 1, kinds};
  } else if (share) {
    effects.condition = {"nodes-lost", std::llround(share->value * 1000), kinds};
  }
  return effects;
}

FaultEffects writes_refused(io::ObjectReader&) {
  FaultEffects effects;
  effects.condition = {"writes-refused", 1, {"s3"}};
  return effects;
}

}  // namespace

const std::vector<FaultKindRow>& fault_kind_rows() {
  static const std::vector<FaultKindRow> rows{
      {{"bad-deployment",
        "a new version of a service is rolled out: failing checks, slow, or with errors"},
       bad_deployment},
      {{"cache-flush", "caches lose all that they hold, and serve on"}, cache_flush},
      {{"capacity-unavailable", "a region grants only a share of further task launches"},
       capacity_unavailable},
      {{"certificate-expiry",
        "the services' certificates expire: every new connection to them is refused"},
       certificate_expiry},
      {{"certificate-renewal-fails",
        "the services' certificates are not renewed; they work on until they expire"},
       certificate_renewal_fails},
      {{"control-plane-outage", "a region's resources cannot be changed; what runs goes on"},
       control_plane_outage},
      {{"dns-control-plane-outage",
        "DNS records cannot be edited; names are answered and health checks seen as before"},
       dns_control_plane_outage},
      {{"errors", "a share of the requests to services fails"}, errors},
      {{"failover", "databases and caches lose a primary, and fail over as they do"}, failover},
      {{"health-checks-blind", "Route 53's checkers see nothing, or see failures that are none"},
       health_checks_blind},
      {{"latency", "every request to services takes longer"}, latency},
      {{"metric-blackout",
        "a region's CloudWatch publishes nothing: scaling that rests on metrics is frozen"},
       metric_blackout},
      {{"network-latency", "calls and writes from one region, or zone, to another take longer"},
       network_latency},
      {{"network-partition",
        "regions, or zones, cannot reach each other: calls hang or fail, streams stop"},
       network_partition},
      {{"nodes-lost", "nodes of clusters (msk, opensearch) are gone: those of a zone, or a share"},
       nodes_lost},
      {{"quota-too-small", "a quota of the account in a region is lower than it should be"},
       quota_too_small},
      {{"region-outage", "everything in a region stops, and its streams of writes with it"},
       region_outage},
      {{"replica-broken", "nothing is shipped to the copies of stores any more"}, replica_broken},
      {{"replica-lag", "writes arrive later at the copies of stores, or are replayed slowly"},
       replica_lag},
      {{"service-outage",
        "services stop in their region, with their streams of writes; the region goes on"},
       service_outage},
      {{"slow", "services work at a fraction of their speed"}, slow},
      {{"stale-configuration",
        "an image, secret, parameter or certificate is out of date where it is not in use"},
       stale_configuration},
      {{"throttling", "a share of the requests to services, or all beyond a rate, is throttled"},
       throttling},
      {{"writes-refused", "stores (s3) answer reads and fail every write"}, writes_refused},
      {{"zone-outage", "what stands in a zone of a region stops; the other zones go on"},
       zone_outage},
  };
  return rows;
}

const FaultKindRow* find_fault_kind(std::string_view action_id) {
  for (const auto& row : fault_kind_rows()) {
    if (row.kind.action_id == action_id) return &row;
  }
  return nullptr;
}

}  // namespace detail

const std::vector<FaultKind>& fault_kinds() {
  static const std::vector<FaultKind> kinds = [] {
    std::vector<FaultKind> result;
    for (const auto& row : detail::fault_kind_rows()) result.push_back(row.kind);
    return result;
  }();
  return kinds;
}

bool FaultEffects::can_ramp() const {
  if (network) return !network->cut;
  if (replication) return !replication->paused;
  if (!effect || !part.empty()) return false;
  using Kind = sim::Effect::Kind;
  return effect->kind == Kind::kLatency || effect->kind == Kind::kErrors ||
         effect->kind == Kind::kSlow ||
         (effect->kind == Kind::kThrottle && effect->per_second == 0);
}

}  // namespace lifeboat::scenarios
