#include "models/services/msk/description.hpp"

#include <algorithm>

#include "models/delivery/delivery.hpp"
#include "models/io/reader.hpp"
#include "models/io/suggest.hpp"
#include "models/platform/platform.hpp"
#include "models/services/msk/broker_type.hpp"

namespace lifeboat::models::msk {

namespace {

using io::Bytes;
using sim::Duration;
using sim::Law;

constexpr double kGib = 1024.0 * 1024 * 1024;
/// Copies that the figures of broker types count (broker_type.hpp).
constexpr double kCopies = 3;
constexpr std::string_view kKafka = "guess: default of the Kafka clients";
constexpr std::string_view kConfiguration = "MSK Developer Guide, default configuration (2023)";

constexpr io::Choice<Acks> kAcks[] = {
    {"all", Acks::kAll, "the answer waits for all replicas that are in sync"},
    {"1", Acks::kLeader, "for the leader alone: what it had not passed on dies with it"},
    {"0", Acks::kNone, "for nobody: a record that is refused is lost"},
};
constexpr io::Choice<bool> kFailed[] = {
    {"skip", true, "it is logged and counted as consumed"},
    {"redeliver", false, "its batch comes back after maxPollInterval"},
};

void read_brokers(io::ObjectReader& r, Description& d, std::size_t zones) {
  d.brokers = static_cast<std::uint32_t>(
      r.optional_count({"numberOfBrokerNodes", "brokers, spread evenly over the zones",
                        "ours: one a zone of three; at most 90 an account (MSK Developer Guide, "
                        "limits)"},
                       3, {.min = 1, .max = 90}));
  if (!r.describing() && d.brokers % zones != 0) {
    r.error("numberOfBrokerNodes", "the brokers are not spread evenly over the zones",
            "a multiple of " + std::to_string(zones));
  }
  const std::string type =
      r.optional_string({"instanceType", "broker type, which fixes what one broker carries",
                         "ours: the type of the reference platform"},
                        "kafka.m5.large");
  double megabytes = broker_megabytes_per_second(type).value_or(0);
  if (!r.describing() && megabytes <= 0) {
    const auto names = broker_type_names();
    r.error("instanceType", "no throughput is known of " + io::quote(type), io::one_of(names),
            io::suggest(type, names));
    megabytes = 10;
  }
  if (const auto set = r.maybe_bandwidth(
          {"brokerThroughput", "from producers, that one broker carries at three copies",
           "express types: the published throttle (MSK Express quotas); standard types: guess, "
           "kafka.m5.large 5 to 15 MB/s, kafka.t3.small 1 to 2 MB/s",
           "by the broker type: kafka.m5.large 10 MB/s"},
          io::positive<io::Bandwidth>())) {
    megabytes = set->bytes_per_second / 1e6;
  }
  d.broker_bytes_per_second = kCopies * megabytes * 1e6;
  d.record_time = r.optional_duration(
      {"recordTime", "processing of one record on a broker, beside its bytes",
       "guess: 20 us, 5 to 100 us, without batching"},
      Duration::microseconds(20), {.min = Duration{}, .max = Duration::seconds(1)});
  d.volume_gib =
      static_cast<double>(r.optional_bytes({"volumeSize", "storage of one broker, for the bill",
                                            "ours: the volume of the reference platform"},
                                           Bytes{100LL << 30}, {.min = Bytes{1LL << 30}})
                              .count) /
      kGib;
}

void read_partitions(io::ObjectReader& r, Description& d) {
  d.partitions = static_cast<std::uint32_t>(r.optional_count(
      {"numPartitions", "partitions over which the records' keys are hashed", kConfiguration}, 1,
      {.min = 1, .max = 256}));
  d.replication_factor = static_cast<std::uint32_t>(r.optional_count(
      {"replicationFactor", "copies of each partition, on as many brokers", kConfiguration}, 3,
      {.min = 1, .max = 5}));
  d.min_in_sync = static_cast<std::uint32_t>(r.optional_count(
      {"minInsyncReplicas", "copies that must be there for a record with acks=all to be taken",
       kConfiguration},
      std::min<std::int64_t>(2, d.replication_factor), {.min = 1, .max = 5}));
  if (r.describing()) return;
  if (d.replication_factor > d.brokers) {
    r.error("replicationFactor", "more copies than brokers",
            "at most " + std::to_string(d.brokers));
    d.replication_factor = d.brokers;
  }
  if (d.min_in_sync > d.replication_factor) {
    r.error("minInsyncReplicas", "more than there are copies",
            "at most " + std::to_string(d.replication_factor));
    d.min_in_sync = d.replication_factor;
  }
}

void read_clients(io::ObjectReader& r, Description& d) {
  d.request_timeout = r.optional_duration(
      {"requestTimeout", "after which a producer gives one attempt up (request.timeout.ms)",
       kKafka},
      Duration::seconds(30), {.min = Duration::milliseconds(1)});
  d.delivery_timeout = r.optional_duration(
      {"deliveryTimeout", "within which a producer tries again, without end (delivery.timeout.ms)",
       kKafka},
      // Longer takes more attempts than a call may have (255).
      Duration::seconds(120), {.min = Duration::milliseconds(1), .max = Duration::seconds(125)});
}

void read_failures(io::ObjectReader& r, Description& d) {
  d.hard_election = r.optional_law(
      {"leaderElection", "from a broker's loss until its partitions have new leaders",
       "guess: session timeout, election and new metadata, 6 to 30 s (the ZooKeeper session of "
       "MSK's default configuration is 18 s)"},
      Law::uniform(Duration::seconds(6), Duration::seconds(30)));
  d.clean_election =
      r.optional_law({"cleanLeaderElection", "the same where the broker is stopped in order",
                      "guess: 1 to 5 s a broker"},
                     Law::uniform(Duration::seconds(1), Duration::seconds(5)));
  d.catch_up = r.optional_law({"catchUp", "from a broker's return until its replicas are in sync",
                               "guess: 10 to 30 min for a replaced broker, with the data"},
                              Law::uniform(Duration::minutes(10), Duration::minutes(30)));
  d.restart = r.optional_law({"restartTime", "how long a restarted broker is away",
                              "10 to 15 min a broker (MSK Developer Guide, best practices, 2023: "
                              "rolling changes)"},
                             Law::uniform(Duration::minutes(10), Duration::minutes(15)));
  d.rebalance =
      r.optional_law({"rebalance", "how long a consumer group rests when its members change",
                      "guess: 3 to 45 s (Kafka's session.timeout.ms is 45 s)"},
                     Law::uniform(Duration::seconds(3), Duration::seconds(45)));
}

void read_operations(io::ObjectReader& r, Description& d) {
  const double size = static_cast<double>(
      r.optional_bytes({"messageSize", "average size of a record", "guess: 1 KiB, 0.1 to 10 KiB"},
                       Bytes{1024}, {.min = Bytes{1}, .max = Bytes{8 << 20}})
          .count);
  const Law standard =
      Law::lognormal_quantiles(Duration::milliseconds(8), Duration::milliseconds(60));
  d.operations = {{"produce", Acks::kAll, size, standard}};
  r.map({"operations", "changes of produce, and other records beside it"},
        [&](std::string_view name, io::ObjectReader& o) {
          auto at = std::find_if(d.operations.begin(), d.operations.end(),
                                 [&](const Operation& op) { return op.name == name; });
          if (at == d.operations.end()) {
            d.operations.push_back({std::string(name), Acks::kAll, size, standard});
            at = std::prev(d.operations.end());
          }
          at->acks = o.optional_enum({"acks", "for whom the producer waits",
                                      "guess: default of the Kafka clients since 3.0"},
                                     Acks::kAll, kAcks);
          at->bytes = static_cast<double>(
              o.optional_bytes(
                   {"messageSize", "average size of such a record", "ours: the cluster's"},
                   Bytes{static_cast<std::int64_t>(size)}, {.min = Bytes{1}, .max = Bytes{8 << 20}})
                  .count);
          at->latency =
              o.optional_law({"latency", "of a record that meets no queue, with all its replicas",
                              "guess: acks=all over three zones, p50 8 ms, p99 60 ms"},
                             standard);
        });
}

constexpr std::string_view kMapping =
    "AWS default (AWS documentation, Lambda, parameters of Amazon MSK event sources, 2026-11)";
/// What AWS applies where retries have no end and there is a destination (Lambda, error handling
/// of Kafka event sources, 2026-11).
constexpr std::uint32_t kRetriesBeforeDestination = 10;

void read_mapping(const Platform& platform, io::ObjectReader& g, ConsumerGroup& group) {
  g.section(
      {"eventSourceMapping", "a function's pollers in place of members; {} has AWS's defaults", "",
       "members of one's own"},
      [&](io::ObjectReader& m) {
        EventSourceMapping mapping;
        group.most_records = static_cast<std::uint32_t>(m.optional_count(
            {"batchSize", "records taken at once", kMapping}, 100, {.min = 1, .max = 10'000}));
        mapping.window = m.optional_duration(
            {"maximumBatchingWindow", "how long a batch that is not full waits for more records",
             kMapping},
            Duration::milliseconds(500), {.min = Duration{}, .max = Duration::minutes(5)});
        // More attempts than a call may have are as good as no end.
        if (const auto retries = m.maybe_count(
                {"maximumRetryAttempts", "further attempts at a batch that the function failed",
                 kMapping, "without end, and 10 where there is an \"onFailure\""},
                {.min = 0, .max = 250})) {
          mapping.retries = static_cast<std::uint32_t>(*retries);
        }
        mapping.maximum_age = m.maybe_duration(
            {"maximumRecordAge", "a batch whose oldest record is older is not tried again",
             kMapping, "any age"},
            {.min = Duration::minutes(1), .max = Duration::hours(168)});
        mapping.bisects = m.optional_boolean(
            {"bisectBatchOnFunctionError", "a batch that failed is tried in two halves", kMapping},
            false);
        if (const auto to = m.raw(
                {"onFailure", "operation that hears of each batch given up", "", "it is dropped"},
                io::ValueType::kText)) {
          mapping.on_failure = read_target(*to, m.problems());
          if (!mapping.retries) mapping.retries = kRetriesBeforeDestination;
        }
        mapping.scaling_delay = m.optional_law(
            {"scalingDelay", "from the minute's look at the lag until the pollers are changed",
             "guess: 1 to 3 min, within three minutes (Lambda with MSK, 2023)"},
            Law::uniform(Duration::minutes(1), Duration::minutes(3)));
        group.mapping = std::move(mapping);
      });
  if (!group.mapping || g.describing()) return;
  const ServiceSpec* target = platform.find_service(group.call.service);
  if (target == nullptr || target->kind == nullptr || target->kind->name() != "lambda") {
    g.error("eventSourceMapping", "what is called is no function");
  }
  for (const char* own : {"consumers", "maxPollRecords", "maxPollInterval", "onFailure"}) {
    if (g.has(own)) g.error(own, "pollers of a function have none", "\"eventSourceMapping\" alone");
  }
}

bool read_call(io::ObjectReader& g, ConsumerGroup& group) {
  const auto called = g.raw({"call", "operation that works a record off, \"service.operation\""},
                            io::ValueType::kText, true);
  if (!called || g.describing()) return false;
  const auto name = read_operation_name(*called, g.problems());
  if (!name) return false;
  group.call.service = name->service;
  group.call.operation = name->operation;
  group.call.place = name->place;
  group.call.async = true;
  return true;
}

void read_groups(const Platform& platform, io::ObjectReader& r, Description& d) {
  r.map({"consumerGroups", "who works the records off, each group all of them"},
        [&](std::string_view name, io::ObjectReader& g) {
          ConsumerGroup group;
          group.name = std::string(name);
          const bool usable = read_call(g, group);
          group.members = static_cast<std::uint32_t>(g.optional_count(
              {"consumers", "members; those beyond the number of partitions have nothing to do",
               "ours: the smallest group"},
              1, {.min = 1, .max = 10'000}));
          group.most_records = static_cast<std::uint32_t>(g.optional_count(
              {"maxPollRecords", "records taken at once", kKafka}, 500, {.min = 1, .max = 10'000}));
          group.most_between_polls = g.optional_duration(
              {"maxPollInterval",
               "after which a batch that is not done is given to another (max.poll.interval.ms)",
               kKafka},
              Duration::seconds(300), {.min = Duration::seconds(1)});
          group.skips_failed =
              g.optional_enum({"onFailure", "what becomes of a record whose call fails",
                               "ours: the application logs it and goes on"},
                              true, kFailed);
          group.poll = g.optional_law(
              {"pollLatency", "from a record's arrival at a waiting consumer to its work",
               "guess: p50 5 ms, p99 50 ms"},
              Law::lognormal_quantiles(Duration::milliseconds(5), Duration::milliseconds(50)));
          read_mapping(platform, g, group);
          if (usable) d.groups.push_back(std::move(group));
        });
}

}  // namespace

Description read_description(const Platform& platform, const io::Value& value,
                             const std::vector<std::string>& regions, std::size_t zones,
                             io::Problems& problems) {
  Description d;
  io::ObjectReader r(value, problems);
  read_brokers(r, d, std::max<std::size_t>(1, zones));
  read_partitions(r, d);
  read_clients(r, d);
  read_failures(r, d);
  d.role = read_role(r, {Role::kPrimary, Role::kReplica, Role::kActive}, regions);
  d.replication_lag = r.optional_law(
      {"replicatorLag", "from a record to its copy in another region, beside the link's time",
       "guess: MSK Replicator, typically 1 to 5 s, p99 30 s; minutes in a backlog"},
      Law::lognormal_quantiles(Duration::seconds(2), Duration::seconds(30)));
  r.section(
      {"failback",
       "of a primary: once another cluster is written to, a replicator may fill this one from it, "
       "and it takes the producers back"},
      [&](io::ObjectReader& o) {
        const Law creation = o.optional_law(
            {"creationTime", "of the replicator", "guess: 10 to 40 min"},
            Law::triangular(Duration::minutes(10), Duration::minutes(20), Duration::minutes(40)));
        const Bytes kept =
            o.optional_bytes({"retainedData",
                              "bytes of the topics, all of which a replicator from the earliest on "
                              "reads (MSK Developer Guide, failback, 2026)",
                              "guess: 10 GiB, with rate and retention"},
                             Bytes{10LL << 30}, {.min = Bytes{0}});
        const io::Bandwidth rate = o.optional_bandwidth(
            {"copyRate", "at which it reads them", "guess: 50 MB/s, 10 to 200 MB/s"},
            io::Bandwidth{50e6}, io::positive<io::Bandwidth>());
        d.failback = creation.shifted(
            Duration::from_seconds(static_cast<double>(kept.count) / rate.bytes_per_second));
      });
  d.creation = read_creation(
      r, Law::triangular(Duration::minutes(15), Duration::minutes(25), Duration::minutes(40)),
      "guess: 15 to 40 min");
  read_operations(r, d);
  read_groups(platform, r, d);
  r.finish();
  return d;
}

}  // namespace lifeboat::models::msk
