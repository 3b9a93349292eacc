#include "models/services/opensearch/description.hpp"

#include <algorithm>

#include "models/io/reader.hpp"
#include "models/io/suggest.hpp"
#include "models/services/opensearch/instance_type.hpp"

namespace lifeboat::models::opensearch {

namespace {

using io::Bytes;
using sim::Duration;
using sim::Law;

constexpr double kGib = 1024.0 * 1024 * 1024;
constexpr std::string_view kMultiAz =
    "Amazon OpenSearch Service Developer Guide, configuring a multi-AZ domain (2024)";
constexpr std::string_view kEngine = "guess: default of the engine";

constexpr io::Choice<bool> kAccess[] = {
    {"search", false, "asks one copy of every shard"},
    {"write", true, "goes to one shard and all its copies, and to the followers"},
};

Operation standard_operation(std::string_view name, bool write) {
  Operation op;
  op.name = std::string(name);
  op.write = write;
  op.demand =
      write ? Law::lognormal_quantiles(Duration::milliseconds(30), Duration::milliseconds(400))
            : Law::lognormal_quantiles(Duration::milliseconds(15), Duration::milliseconds(150));
  op.bytes = write ? 4096 : 0;
  return op;
}

std::uint32_t count(io::ObjectReader& r, const io::Parameter& parameter, std::int64_t standard,
                    std::int64_t least, std::int64_t most) {
  return static_cast<std::uint32_t>(
      r.optional_count(parameter, standard, {.min = least, .max = most}));
}

void read_nodes(io::ObjectReader& r, Description& d) {
  d.nodes = count(
      r, {"instanceCount", "data nodes, spread evenly over the zones", "ours: one a zone of three"},
      3, 1, 200);
  const std::string type =
      r.optional_string({"instanceType", "type of a data node, which fixes its threads",
                         "ours: the least of those that are not burstable"},
                        "r6g.large.search");
  const auto vcpus = instance_vcpus(type);
  if (!r.describing() && !vcpus) {
    r.error("instanceType", "there is no type " + io::quote(type),
            "a family and size such as r6g.large.search", io::suggest(type, instance_type_names()));
  }
  d.vcpus = vcpus.value_or(2);
  d.masters =
      count(r,
            {"dedicatedMasterCount", "nodes that do nothing but keep the cluster together",
             "AWS default (OpenSearch Service Developer Guide, 2024): none, the data nodes do it"},
            0, 0, 5);
  (void)r.optional_string({"dedicatedMasterType", "their type, for the bill",
                           "ours: the type of the reference platform"},
                          "m6g.large.search");
  d.volume_gib =
      static_cast<double>(r.optional_bytes({"volumeSize", "storage of one data node, for the bill",
                                            "guess: the least that the console offers"},
                                           Bytes{10LL << 30}, {.min = Bytes{1LL << 30}})
                              .count) /
      kGib;
  constexpr std::string_view kQueues =
      "Amazon OpenSearch Service Developer Guide, CloudWatch metrics (2024)";
  d.search_queue =
      count(r, {"searchQueue", "searches that may wait on one node; more are rejected", kQueues},
            1000, 0, 1'000'000);
  d.write_queue =
      count(r, {"writeQueue", "writes that may wait on one node; more are rejected", kQueues},
            10'000, 0, 1'000'000);
}

void read_index(io::ObjectReader& r, Description& d) {
  d.shards = count(r, {"shards", "primary shards: a search asks all of them", kEngine}, 1, 1, 100);
  d.replicas =
      count(r, {"replicas", "further copies of each shard, on other nodes", kEngine}, 1, 0, 4);
  d.refresh = r.optional_duration(
      {"refreshInterval", "after which a write can be found by searches",
       "guess: default of the engine, where the index is searched; else it waits 30 s"},
      Duration::seconds(1), {.min = Duration::milliseconds(1)});
  if (!r.describing() && d.replicas >= d.nodes) {
    r.error("replicas", "each copy of a shard stands on a node of its own",
            "fewer than \"instanceCount\"");
    d.replicas = d.nodes - 1;
  }
}

void read_zones(io::ObjectReader& r, Description& d, std::size_t zones) {
  d.standby =
      r.optional_boolean({"multiAZWithStandbyEnabled",
                          "the nodes of the last zone rest until another zone is lost", kMultiAz},
                         false);
  d.activation = r.optional_law(
      {"standbyActivation", "from a zone's loss until the standby's nodes serve",
       "under a minute (Amazon OpenSearch Service Developer Guide, multi-AZ, 2024); range guessed"},
      Law::uniform(Duration::seconds(10), Duration::seconds(60)));
  d.node_recovery =
      r.optional_law({"nodeRecovery", "from a node's return until its copies serve again",
                      "guess: 1 to 10 min, with the data written meanwhile"},
                     Law::uniform(Duration::minutes(1), Duration::minutes(10)));
  d.redistribution = r.optional_law(
      {"redistributionTime",
       "how long the other nodes copy the shards of lost ones (not with a standby)",
       "guess: 10 to 120 min with the data; that they do: Amazon OpenSearch Service Developer "
       "Guide, "
       "multi-AZ, 2024"},
      Law::triangular(Duration::minutes(10), Duration::minutes(30), Duration::minutes(120)));
  d.redistribution_speed =
      r.optional_ratio(
           {"redistributionSpeed", "speed left to requests meanwhile", "guess: 85 %, 60 to 95 %"},
           io::Ratio{0.85}, {.min = io::Ratio{0.05}, .max = io::Ratio{1}})
          .value;
  if (r.describing() || !d.standby) return;
  if (zones != 3 || d.nodes % 3 != 0 || d.masters != 3 || d.replicas < 2) {
    r.error(
        "multiAZWithStandbyEnabled",
        "a standby needs three zones, a multiple of three nodes, three dedicated masters and at "
        "least two replicas",
        "false, or all of these");
    d.standby = false;
  }
}

void read_copies(io::ObjectReader& r, Description& d, const std::vector<std::string>& regions) {
  d.role = read_role(r, {Role::kPrimary, Role::kReplica, Role::kBackup}, regions);
  d.replication_lag = r.optional_law(
      {"replicationLag", "from a write to its copy in a follower domain, beside the link's time",
       "guess: cross-cluster replication pulls, seconds to minutes; p50 3 s, p99 60 s"},
      Law::lognormal_quantiles(Duration::seconds(3), Duration::seconds(60)));
  d.snapshots = read_timetable(
      r, {.every_key = "snapshotInterval",
          .every_what = "how often a snapshot leaves for a backup; 0s: each write at once",
          .every_source = "hourly automated snapshots (OpenSearch Service Developer Guide, 2023)",
          .every = Duration::hours(1),
          .at_key = "snapshotWindow"});
  d.snapshot_copy = r.optional_law(
      {"snapshotCopy", "from the departure of a snapshot until the backup has it",
       "guess: incremental, 2 to 30 min"},
      Law::triangular(Duration::minutes(2), Duration::minutes(10), Duration::minutes(30)));
  d.promotion = r.optional_law(
      {"promotionTime", "from stopping the replication until the follower takes writes",
       "guess: an API call, 1 to 30 s"},
      Law::uniform(Duration::seconds(1), Duration::seconds(30)));
  d.restore = r.optional_law(
      {"restoreTime", "how long it takes to make a domain of a snapshot",
       "guess: 30 to 240 min with size, the domain's creation included"},
      Law::triangular(Duration::minutes(30), Duration::minutes(90), Duration::minutes(240)));
  r.section(
      {"failback",
       "of a primary: after a promotion elsewhere its index may be deleted, made a follower of the "
       "new leader's, and take the writes back"},
      [&](io::ObjectReader& o) {
        const Bytes whole{static_cast<std::int64_t>(d.nodes * d.volume_gib * kGib)};
        const Bytes index = o.optional_bytes(
            {"indexSize", "bytes of all primary shards, which the new follower fetches",
             "guess: half of the volumes over the copies of each shard, 10 to 80 % of them"},
            Bytes{whole.count / 2 / (1 + d.replicas)}, {.min = Bytes{0}});
        const io::Bandwidth rate = o.optional_bandwidth(
            {"recoveryRate", "at which each data node fetches its shards from the other region",
             "guess: 40 MB/s, 10 to 200 MB/s: chunks of 10 MB, four at a time (OpenSearch "
             "documentation, replication settings, 2026)"},
            io::Bandwidth{40e6}, io::positive<io::Bandwidth>());
        const Law setup = o.optional_law(
            {"setupTime", "the connection the other way, the old index deleted, the rule",
             "guess: 2 to 30 min"},
            Law::triangular(Duration::minutes(2), Duration::minutes(5), Duration::minutes(30)));
        const double nodes = std::min(d.nodes, d.shards);  // that fetch a shard
        d.failback = setup.shifted(Duration::from_seconds(static_cast<double>(index.count) /
                                                          (nodes * rate.bytes_per_second)));
      });
}

void read_operations(io::ObjectReader& r, Description& d) {
  d.operations = {standard_operation("search", false), standard_operation("aggregate", false),
                  standard_operation("bulk", true)};
  d.operations[1].demand =
      Law::lognormal_quantiles(Duration::milliseconds(80), Duration::seconds(1));
  const auto read_one = [&](std::string_view name, io::ObjectReader& o) {
    auto at = std::find_if(d.operations.begin(), d.operations.end(),
                           [&](const Operation& op) { return op.name == name; });
    const bool known = at != d.operations.end();
    Operation op = known ? *at : standard_operation(name, false);
    const io::Parameter access{"access", "what it does to the index",
                               "search, aggregate and bulk exist by themselves"};
    const bool write =
        known ? o.optional_enum(access, op.write, kAccess) : o.required_enum(access, kAccess);
    if (write != op.write) op = standard_operation(name, write);
    op.demand = o.optional_law(
        {"demand", "time that one shard's part holds a thread",
         "guess: search p50 15 ms, p99 150 ms; aggregate 80 ms, 1 s; bulk 30 ms, 400 ms"},
        op.demand);
    op.bytes = static_cast<double>(
        o.optional_bytes({"size", "bytes of a write that are shipped to followers",
                          "guess: 4 KiB, 0.5 KiB to 5 MiB"},
                         Bytes{static_cast<std::int64_t>(op.bytes)},
                         {.min = Bytes{0}, .max = Bytes{100 << 20}})
            .count);
    if (known) {
      *at = std::move(op);
    } else {
      d.operations.push_back(std::move(op));
    }
  };
  r.map({"operations", "changes of search, aggregate and bulk, and operations beside them"},
        read_one);
}

}  // namespace

Description read_description(const io::Value& value, const std::vector<std::string>& regions,
                             std::size_t zones, io::Problems& problems) {
  Description d;
  io::ObjectReader r(value, problems);
  read_nodes(r, d);
  read_index(r, d);
  read_zones(r, d, zones);
  read_copies(r, d, regions);
  read_operations(r, d);
  r.finish();
  return d;
}

}  // namespace lifeboat::models::opensearch
