#include "models/services/elasticache/description.hpp"

#include <algorithm>

#include "models/io/reader.hpp"
#include "models/io/suggest.hpp"
#include "models/services/elasticache/node_type.hpp"
#include "models/services/elasticache/scaling.hpp"

namespace lifeboat::models::elasticache {

namespace {

using io::Bytes;
using io::Ratio;
using sim::Duration;
using sim::Law;
using Effect = Operation::Effect;

enum class Initial : std::uint8_t { kSteady, kEmpty, kAbsent };

constexpr io::Choice<Initial> kInitial[] = {
    {"steady", Initial::kSteady, "as full as it is after serving its traffic for long"},
    {"empty", Initial::kEmpty, "nothing in it"},
    {"absent", Initial::kAbsent, "it has to be created: cloudFormationCreateStack"},
};
constexpr io::Choice<Effect> kEffects[] = {
    {"get", Effect::kGet, "finds the request's key or misses"},
    {"put", Effect::kPut, "keeps the request's key"},
    {"command", Effect::kCommand, "takes time only"},
};
constexpr std::string_view kCommandSource =
    "guess: 5 to 15 microseconds for GET and SET, which is 80,000 to 200,000 a second and shard";

void read_nodes(io::ObjectReader& r, Description& d) {
  const std::string type = r.required_string({"cacheNodeType", "node type, which fixes memory"});
  if (!r.describing() && r.has("cacheNodeType")) {
    if (const auto gib = node_memory_gib(type)) {
      d.node_gib = *gib;
    } else if (r.value().find("cacheNodeType")->value.is_string()) {
      r.error("cacheNodeType", "there is no node type " + io::quote(type),
              "a type like \"cache.r6g.large\"", io::suggest(type, node_type_names()));
    }
  }
  d.shards = static_cast<std::uint32_t>(r.optional_count(
      {"numNodeGroups", "shards, over which keys are spread",
       "ours: one; at most 90 nodes a cluster (ElastiCache User Guide, quotas, 2023)"},
      1, {.min = 1, .max = 90}));
  d.replicas = static_cast<std::uint32_t>(
      r.optional_count({"replicasPerNodeGroup", "replicas of each shard",
                        "ours: none; at most 5 (ElastiCache User Guide, quotas, 2023)"},
                       0, {.min = 0, .max = 5}));
  d.read_replicas = r.optional_boolean({"readFromReplicas", "gets are spread over a shard's nodes",
                                        "ours: off, as in the clients of most languages"},
                                       false);
  d.usable = 1.0 - r.optional_ratio({"reservedMemory", "share of memory not used for data",
                                     "reserved-memory-percent 25 (AWS agent toolkit, ElastiCache "
                                     "troubleshooting, 2026)"},
                                    Ratio{0.25}, {.min = Ratio{0}, .max = Ratio{0.9}})
                       .value;
}

void read_scaling_of_nodes(io::ObjectReader& r, Description& d) {
  r.section(
      {"scaling", "Application Auto Scaling, of shards or of replicas", "", "nodes stay"},
      [&](io::ObjectReader& scaling) {
        scaling.section({"nodeGroups", "of its shards"},
                        [&](io::ObjectReader& s) { d.shard_scaling = read_scaling(s, kShards); });
        scaling.section({"replicas", "of the replicas of each shard"}, [&](io::ObjectReader& s) {
          d.replica_scaling = read_scaling(s, kReplicas);
        });
        if (scaling.describing()) return;
        if (d.shard_scaling && d.replica_scaling) {
          scaling.error("replicas", "scaling of shards and of replicas at once is not modelled",
                        "one of them");
        }
        if (d.shard_scaling && d.shard_scaling->min_capacity == 0) {
          scaling.error("nodeGroups", "a cache has at least one shard", "minCapacity 1 or more");
        }
        if (d.most_shards() * (1 + d.most_replicas()) > 90) {
          scaling.error("nodeGroups", "more than 90 nodes", "at most 90 nodes a cluster");
        }
      });
  if (!r.describing() && (d.shard_scaling || d.replica_scaling) && r.has("cacheNodeType") &&
      r.value().find("cacheNodeType")->value.is_string() &&
      r.value().find("cacheNodeType")->value.as_string().starts_with("cache.t")) {
    r.error("scaling", "AWS scales no burstable node types", "a type of the m or r families");
  }
  d.shard_change = r.optional_law(
      {"reshardingTime",
       "from the decision until added shards have their keys, or removed ones none",
       "guess: 5 to 40 min, with the data that moves"},
      Law::triangular(Duration::minutes(5), Duration::minutes(12), Duration::minutes(40)));
  d.replica_change = r.optional_law(
      {"replicaTime", "from the decision until added replicas serve",
       "guess: 4 to 15 min, with the data that is copied"},
      Law::triangular(Duration::minutes(4), Duration::minutes(7), Duration::minutes(15)));
}

void read_content(io::ObjectReader& r, Description& d) {
  const auto ttl = r.maybe_duration({"ttl", "how long an entry is kept after it was put", "",
                                     "until it is evicted, least recently used first"},
                                    io::positive<Duration>());
  if (ttl) d.ttl = *ttl;
  d.entry_overhead_bytes = static_cast<double>(
      r.optional_bytes({"entryOverhead", "bytes kept for an entry beside its value",
                        "guess: 100 B, 50 to 150 B"},
                       Bytes{100})
          .count);
  const Initial initial =
      r.optional_enum({"initial", "what it holds at the start of a run", "ours: steady"},
                      Initial::kSteady, kInitial);
  d.starts_empty = initial != Initial::kSteady;
  d.creation.absent = initial == Initial::kAbsent;
  d.creation.takes = read_creation_time(
      r, Law::triangular(Duration::minutes(8), Duration::minutes(12), Duration::minutes(20)),
      "guess: 8 to 20 min");
}

// A global datastore, and what AWS has not for one.
void read_copies(io::ObjectReader& r, Description& d, const std::vector<std::string>& regions) {
  d.role = maybe_role(r, {Role::kPrimary, Role::kReplica}, regions);
  d.replication_lag = r.optional_law(
      {"replicationLag", "from a put to its copy in a secondary cluster, beside the link's time",
       "\"generally under a second\" (AWS disaster recovery workshop, ElastiCache global "
       "datastore, "
       "2026); shape guessed: p50 0.1 to 0.5 s"},
      Law::lognormal_quantiles(Duration::milliseconds(200), Duration::milliseconds(900)));
  d.lag_holds = r.optional_duration(
      {"lagHolds", "how long the lag of the stream between clusters stays what it is",
       "guess: 1 s, 0.1 to 10 s; one stream is slow or quick as a whole"},
      Duration::seconds(1), {.min = Duration{}, .max = Duration::hours(1)});
  d.promotion = r.optional_law(
      {"promotionTime", "from the call that promotes a secondary cluster until it takes puts",
       "about a minute (AWS disaster recovery workshop, ElastiCache global datastore, 2026); "
       "0.5 to 3 min is a guess"},
      Law::triangular(Duration::seconds(30), Duration::seconds(60), Duration::seconds(180)));
  r.section(
      {"failback",
       "of a primary: after a promotion elsewhere it is discarded; a new secondary may be made in "
       "its place, and made the primary again"},
      [&](io::ObjectReader& o) {
        const io::Bandwidth rate =
            o.optional_bandwidth({"syncRate", "at which a shard's memory goes to a new secondary",
                                  "guess: 50 MB/s, 20 to 150 MB/s: a snapshot, sent and loaded"},
                                 io::Bandwidth{50e6}, io::positive<io::Bandwidth>());
        d.failback = d.creation.takes.shifted(
            Duration::from_seconds(d.node_gib * d.usable * 1073741824.0 / rate.bytes_per_second));
      });
  if (r.describing() || !d.role) return;
  if (d.shard_scaling || d.replica_scaling) {
    r.error("scaling", "AWS scales no cluster of a global datastore", "no \"scaling\"");
  }
  if (r.has("cacheNodeType") && r.value().find("cacheNodeType")->value.is_string() &&
      r.value().find("cacheNodeType")->value.as_string().starts_with("cache.t")) {
    r.error("cacheNodeType", "a global datastore has no burstable node types",
            "a type of the m or r families, large or more");
  }
  if (d.role->role == Role::kReplica && r.has("initial")) {
    r.error("initial", "a secondary cluster begins with what its primary holds",
            "no \"initial\" here");
  }
}

void read_times(io::ObjectReader& r, Description& d) {
  d.network = r.optional_law(
      {"network", "time of a call outside the command thread: the way there and back",
       "guess: 0.2 to 0.5 ms in a zone, 0.6 to 1.5 ms between zones"},
      Law::lognormal_quantiles(Duration::microseconds(500), Duration::microseconds(1500)));
  d.failover = r.optional_law(
      {"failoverTime", "how long a shard whose primary was lost refuses work",
       "guess: 10 to 15 s to detect, 5 to 15 s to promote, 5 s of names: 15 to 60 s"},
      Law::triangular(Duration::seconds(15), Duration::seconds(30), Duration::seconds(60)));
  d.replacement = r.optional_law(
      {"replacementTime", "how long a shard without replicas refuses work when its node was lost",
       "guess: a node is replaced within minutes, 3 to 15 min"},
      Law::triangular(Duration::minutes(3), Duration::minutes(5), Duration::minutes(15)));
}

Operation standard_operation(std::string_view name, Effect effect) {
  return {std::string(name), effect, Law::exponential(Duration::microseconds(10))};
}

void read_operations(io::ObjectReader& r, Description& d) {
  d.operations = {standard_operation("get", Effect::kGet), standard_operation("put", Effect::kPut)};
  r.map({"operations", "changes of get and put, and operations beside them"},
        [&](std::string_view name, io::ObjectReader& o) {
          auto at = std::find_if(d.operations.begin(), d.operations.end(),
                                 [&](const Operation& op) { return op.name == name; });
          if (at == d.operations.end()) {
            d.operations.push_back(standard_operation(name, Effect::kCommand));
            at = d.operations.end() - 1;
          }
          at->effect = o.optional_enum({"effect", "what it does with the request's key",
                                        "ours: get gets, put puts, any other takes time only"},
                                       at->effect, kEffects);
          at->command = o.optional_law(
              {"commandTime", "time of the shard's command thread", kCommandSource}, at->command);
        });
}

}  // namespace

Description read_description(const io::Value& value, const std::vector<std::string>& regions,
                             io::Problems& problems) {
  Description d;
  io::ObjectReader r(value, problems);
  read_nodes(r, d);
  read_scaling_of_nodes(r, d);
  read_content(r, d);
  read_copies(r, d, regions);
  read_times(r, d);
  read_operations(r, d);
  r.finish();
  return d;
}

}  // namespace lifeboat::models::elasticache
