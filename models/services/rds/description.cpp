#include "models/services/rds/description.hpp"

#include <algorithm>
#include <cmath>

#include "models/io/reader.hpp"
#include "models/io/suggest.hpp"

namespace lifeboat::models::rds {

namespace {

using io::Bytes;
using sim::Duration;
using sim::Law;

constexpr std::int64_t kGib = std::int64_t{1} << 30;

enum class StorageType : std::uint8_t { kGp3, kGp2 };

constexpr io::Choice<Engine> kEngines[] = {
    {"postgres", Engine::kPostgres, "PostgreSQL"},
    {"mysql", Engine::kMySql, "MySQL"},
};
constexpr io::Choice<StorageType> kStorageTypes[] = {
    {"gp3", StorageType::kGp3, "3,000 IOPS, from 400 GiB on 12,000 and more"},
    {"gp2", StorageType::kGp2, "3 IOPS a GiB, with bursts to 3,000 below 1 TiB"},
};
constexpr io::Choice<bool> kAccess[] = {
    {"read", false, "served by the region's own copy"},
    {"write", true, "goes to the writer and is shipped to the replicas"},
};

void read_instance(io::ObjectReader& r, Description& d) {
  d.engine = r.optional_enum({"engine", "database engine", "ours: the more common of the two"},
                             Engine::kPostgres, kEngines);
  const std::string name = r.required_string(
      {"dbInstanceClass", "instance class, which fixes vCPU, memory and connections"});
  if (!r.describing() && r.has("dbInstanceClass")) {
    if (const auto found = find_instance_class(name)) {
      d.instance = *found;
    } else if (r.value().find("dbInstanceClass")->value.is_string()) {
      r.error("dbInstanceClass", "there is no instance class " + io::quote(name),
              "a class like \"db.r6g.xlarge\"", io::suggest(name, instance_class_names()));
    }
  }
  const auto limit = r.maybe_count(
      {"maxConnections", "connections that the database accepts; more are refused",
       "Amazon RDS User Guide, quotas (2023); measured values, public gist guizmaii/1cacffef",
       "the engine's formula over memory: PostgreSQL LEAST(bytes / 9531392, 5000), MySQL bytes / "
       "12582880, of 95 % of the class's memory"},
      {.min = 1, .max = 100000});
  d.max_connections =
      limit ? static_cast<std::uint32_t>(*limit) : default_max_connections(d.engine, d.instance);
}

// Amazon RDS User Guide, CHAP_Storage (2023): gp3 below 400 GiB 3,000 IOPS and not raisable; from
// 400 GiB four striped volumes, 12,000 IOPS, raisable to 64,000. gp2: 3 IOPS a GiB, 100 to 16,000,
// and below 1 TiB bursts to 3,000 out of 5.4 million credits.
// Throughput: 125 MiB/s of gp3 below 400 GiB, otherwise 500 to 4,000 (same source).
void read_throughput(io::ObjectReader& r, Description& d, StorageType type) {
  const auto asked = r.maybe_bandwidth(
      {"storageThroughput", "bytes a second of the volume, reads and writes together",
       "Amazon RDS User Guide, storage (2023); gp2: guess, 128 to 250 MiB/s with its size",
       "gp3: 125 MiB/s below 400 GiB, otherwise 500 MiB/s; gp2: 128 MiB/s below 170 GiB, "
       "otherwise 250 MiB/s"},
      io::positive<io::Bandwidth>());
  const bool striped = d.storage_gib >= 400;
  if (type == StorageType::kGp2) {
    d.mib_per_second = d.storage_gib < 170 ? 128 : 250;
    if (asked) {
      r.error("storageThroughput", "a gp2 volume's throughput follows its size",
              "no \"storageThroughput\", or gp3");
    }
    return;
  }
  d.mib_per_second = striped ? 500 : 125;
  if (!asked || r.describing()) return;
  const double mib = asked->bytes_per_second / 1048576.0;
  if (!striped && std::fabs(mib - 125) > 0.5) {
    r.error("storageThroughput", "a gp3 volume below 400 GiB has 125 MiB/s and no other rate",
            "\"allocatedStorage\" of at least \"400 GiB\"");
  } else if (striped && (mib < 499.5 || mib > 4000.5)) {
    r.error("storageThroughput", "out of range for gp3", "\"500 MiB/s\" to \"4000 MiB/s\"");
  } else {
    d.mib_per_second = mib;
  }
}

void read_storage(io::ObjectReader& r, Description& d) {
  const Bytes size = r.required_bytes({"allocatedStorage", "size of the volume"},
                                      {.min = Bytes{20 * kGib}, .max = Bytes{65536 * kGib}});
  const StorageType type =
      r.optional_enum({"storageType", "kind of volume, which fixes its IO rate",
                       "Amazon RDS User Guide, storage (2023)"},
                      StorageType::kGp3, kStorageTypes);
  const auto asked = r.maybe_count(
      {"iops", "IO operations a second of the volume", "Amazon RDS User Guide, storage (2023)",
       "3,000 below 400 GiB of gp3, otherwise 12,000; 3 a GiB of gp2"},
      {.min = 100, .max = 256000});
  const double gib = static_cast<double>(size.count) / static_cast<double>(kGib);
  d.storage_gib = gib;
  if (type == StorageType::kGp2) {
    d.iops = std::clamp(3.0 * gib, 100.0, 16000.0);
    if (asked) r.error("iops", "a gp2 volume's IO rate follows its size", "no \"iops\", or gp3");
    if (d.iops < 3000) {
      d.io_burst = 5.4e6;
      d.ceiling_iops = 3000;
    }
  } else {
    const bool striped = gib >= 400;
    d.iops = striped ? 12000 : 3000;
    if (asked && !striped && *asked != 3000) {
      r.error("iops", "a gp3 volume below 400 GiB has 3,000 IOPS and no other rate",
              "\"allocatedStorage\" of at least \"400 GiB\"");
    } else if (asked && striped && (*asked < 12000 || *asked > 64000)) {
      r.error("iops", "out of range for gp3", "12000 to 64000");
    } else if (asked) {
      d.iops = static_cast<double>(*asked);
    }
  }
  if (d.io_burst <= 0) d.io_burst = d.iops / 10;  // guess: rates are held over 100 ms, 10 ms to 1 s
  read_throughput(r, d, type);
  d.io_latency = r.optional_law({"ioLatency", "time of one IO when the volume is not saturated",
                                 "guess: 0.5 to 2 ms for gp3, mean 1 ms"},
                                Law::lognormal(Duration::milliseconds(1), 0.5));
}

void read_copies(io::ObjectReader& r, Description& d, const std::vector<std::string>& regions) {
  d.multi_az = r.optional_boolean(
      {"multiAz",
       "a synchronous standby in another zone: commits take longer, a zone's loss is a "
       "failover",
       "AWS default: off (AWS API reference, CreateDBInstance, as of 2026-08)"},
      false);
  d.read_replicas = static_cast<std::uint32_t>(r.optional_count(
      {"readReplicas", "replicas in the same region, which then share its reads equally",
       "ours: none; at most 15 (Amazon RDS User Guide, PostgreSQL read replicas, 2023)"},
      0, {.min = 0, .max = 15}));
  d.cluster = r.optional_boolean(
      {"multiAzDbCluster",
       "a Multi-AZ DB cluster: two standbys that serve the reads, and a faster failover",
       "AWS default: off (AWS API reference, CreateDBCluster, as of 2026-08)"},
      false);
  if (d.cluster && d.multi_az && !r.describing()) {
    r.error("multiAzDbCluster", "a database is an instance with a standby or a cluster with two",
            "one of \"multiAz\" and \"multiAzDbCluster\"");
  }
  d.role = read_role(r, {Role::kPrimary, Role::kReplica, Role::kBackup}, regions);
  d.apply_per_second =
      r.optional_rate({"applyRate", "writes a second that a replica replays (one process)",
                       "guess: 10,000/s, 2,000 to 50,000/s for small transactions"},
                      io::Rate{10000}, io::positive<io::Rate>())
          .per_second;
  d.standby_commit = r.optional_law(
      {"standbyCommit", "what a Multi-AZ standby adds to a commit",
       "guess: one round trip between zones and a remote write, 1 to 3 ms; that it adds: Amazon "
       "RDS User Guide, Multi-AZ (2023)"},
      Law::triangular(Duration::milliseconds(1), Duration::microseconds(1800),
                      Duration::milliseconds(3)));
}

void read_zones(io::ObjectReader& r, Description& d, const std::vector<std::string>& zones) {
  const auto zone =
      r.maybe_name_of({"availabilityZone",
                       "zone in which the writer stands at the start; standbys and replicas "
                       "stand in the zones after it",
                       "", "the region's first"},
                      "zone", zones);
  if (zone) {
    d.zone =
        static_cast<std::uint32_t>(std::find(zones.begin(), zones.end(), *zone) - zones.begin());
  }
  // Acts where a zone is lost only: no figure of another run rests on it.
  d.resync = r.maybe_law({"standbyResync",
                          "from the return of a standby's zone until it is synchronous again",
                          "guess: 10 to 120 min with the size and the writes that it missed",
                          "triangular 10, 30, 120 min"})
                 .value_or(Law::triangular(Duration::minutes(10), Duration::minutes(30),
                                           Duration::minutes(120)));
}

void read_rotation(io::ObjectReader& r, Description& d) {
  const io::Range<Duration> times{.min = Duration{}, .max = Duration::days(1)};
  d.stale_after =
      r.optional_duration({"staleAfter", "lag of a read replica beyond which its reads are stale",
                           "guess: 1 s, 0 to 10 s; lag in a region is typically below a second"},
                          Duration::seconds(1), times);
  d.max_lag = r.maybe_duration({"maxLag",
                                "lag at which a read replica is taken out of rotation; with none "
                                "left the writer is asked",
                                "", "a replica is asked however far behind it is"},
                               times)
                  .value_or(Duration::infinite());
  d.replica_removal = r.optional_duration(
      {"replicaRemoval", "from a read replica's loss until it is no longer asked, and back",
       "guess: three checks by the callers' connector, 5 to 60 s"},
      Duration::seconds(15), times);
  d.idle_share = r.optional_ratio({"idleConnections",
                                   "share of a calling task's pool that is open all the time and "
                                   "counts against maxConnections",
                                   "guess: 100 %, pools of a fixed size; 0 to 100 %"},
                                  io::Ratio{1})
                     .value;
}

void read_mechanisms(io::ObjectReader& r, Description& d) {
  d.promotion = r.optional_law(
      {"promotionTime",
       "from the replay of all received writes until a promoted replica takes "
       "writes",
       "derived: \"a few minutes\", longer with size (Amazon RDS User Guide, read replicas, 2023); "
       "range 3 to 15 min"},
      Law::triangular(Duration::minutes(3), Duration::minutes(6), Duration::minutes(15)));
  d.failover = r.optional_law(
      {"failoverTime", "how long a Multi-AZ failover takes; a cluster's: uniform 15 to 35 s",
       "Amazon RDS User Guide (2023): a Multi-AZ instance typically 60 to 120 s, a cluster "
       "typically under 35 s; the latter's least is a guess, 10 to 25 s"},
      d.cluster ? Law::uniform(Duration::seconds(15), Duration::seconds(35))
                : Law::uniform(Duration::seconds(60), Duration::seconds(120)));
  d.cold_ios = static_cast<std::uint32_t>(
      r.optional_count({"coldIos", "pages that an operation reads from a cold buffer cache",
                        "guess: three levels of an index and a row, 2 to 20"},
                       4, {.min = 0, .max = 100000}));
  d.warmup = r.optional_duration(
      {"bufferCacheWarmup", "from a failover, promotion or restore until the buffer cache is warm",
       "guess: 10 min, 1 to 60 min with the size of the working set"},
      Duration::minutes(10), {.min = Duration::seconds(1), .max = Duration::days(1)});
  d.backups = read_timetable(
      r,
      {.every_key = "backupInterval",
       .every_what = "how often a backup's logs, or snapshots, leave for its region; 0s: at once",
       .every_source = "Amazon RDS User Guide, point in time (2023): logs are uploaded every 5 min",
       .every = Duration::minutes(5),
       .at_key = "backupWindow"});
  d.log_copy = r.optional_law(
      {"logCopy", "from the departure of a backup's logs until its region has them",
       "guess: 0.5 to 25 min, with which a backup in another region is 5 to 30 min old at worst"},
      Law::triangular(Duration::seconds(30), Duration::minutes(2), Duration::minutes(10)));
  // An instance is created, configured and restarted, and its volume filled.
  const auto whole = r.maybe_law({"restoreTime", "how long it takes to make a database of a backup",
                                  "guess: creation 5 to 20 min",
                                  "triangular 5, 10, 20 min, and allocatedStorage at restoreRate "
                                  "unless it is loaded lazily"});
  const Law creation =
      Law::triangular(Duration::minutes(5), Duration::minutes(10), Duration::minutes(20));
  const io::Bandwidth rate = r.optional_bandwidth(
      {"restoreRate", "at which a backup's volume is filled",
       "guess: 200 MB/s, 95 to 400 MB/s: 100 GB are restored in about 20 min, 500 GB in 20 to 90"},
      io::Bandwidth{200e6}, io::positive<io::Bandwidth>());
  const Duration filling =
      Duration::from_seconds(d.storage_gib * static_cast<double>(kGib) / rate.bytes_per_second);
  const bool lazily = r.optional_boolean(
      {"lazyLoading",
       "a restored volume takes work at once, and blocks are loaded when they are first read or "
       "when "
       "the loading behind comes to them, at restoreRate; otherwise it is filled before",
       "ours: filled before, as the restore times of the sources have it; AWS loads lazily (Amazon "
       "RDS User Guide, restoring from a snapshot, 2023)"},
      false);
  d.first_read =
      r.optional_law({"firstReadLatency", "time of an IO whose block has to be loaded first",
                      "guess: tens of times that of an IO, 10 to 100 ms"},
                     Law::lognormal(Duration::milliseconds(30), 1.0));
  if (lazily) d.loading = filling;
  d.restore = whole ? *whole : (lazily ? creation : creation.shifted(filling));
  r.section({"failback",
             "of a primary: after a promotion elsewhere it may be made a copy of the new "
             "writer, and take the writes back"},
            [&](io::ObjectReader& o) {
              const io::Bandwidth copied = o.optional_bandwidth(
                  {"copyRate", "at which a full copy goes to the other region",
                   "guess: 100 MB/s, 30 to 300 MB/s: a snapshot, its copy and its volume"},
                  io::Bandwidth{100e6}, io::positive<io::Bandwidth>());
              Description::Failback way;
              way.copy = creation.shifted(Duration::from_seconds(
                  d.storage_gib * static_cast<double>(kGib) / copied.bytes_per_second));
              way.reconciliation = o.optional_duration(
                  {"reconcileTime", "to merge one write that only the old primary has",
                   "guess: 30 s, 1 s (a script) to 10 min (somebody decides)"},
                  Duration::seconds(30), {.min = Duration{}, .max = Duration::days(1)});
              d.failback = way;
            });
}

void read_operations(io::ObjectReader& r, Description& d) {
  const auto read_one = [&](std::string_view name, io::ObjectReader& o) {
    Operation op;
    op.name = std::string(name);
    op.write = o.required_enum({"access", "what it does to the data"}, kAccess);
    op.cpu_time = o.required_law({"cpuTime", "processor time at one full vCPU"});
    op.ios = static_cast<std::uint32_t>(
        o.optional_count({"ios", "IO operations, one after another",
                          "ours: a commit flushes the log once; reads hit the buffer cache"},
                         op.write ? 1 : 0, {.min = 0, .max = 100000}));
    const std::int64_t page = d.engine == Engine::kPostgres ? 8192 : 16384;
    const Bytes io =
        o.optional_bytes({"ioSize", "bytes of one IO, counted against the volume's throughput",
                          "ours: a page of the engine, 8 KiB of PostgreSQL, 16 KiB of MySQL"},
                         Bytes{page}, {.min = Bytes{1024}, .max = Bytes{std::int64_t{1} << 20}});
    op.io_kib = static_cast<std::uint32_t>((io.count + 1023) / 1024);
    const Bytes log = o.optional_bytes(
        {"log", "bytes of write-ahead log shipped to replicas", "guess: 4 KiB, 0.5 to 16 KiB"},
        Bytes{op.write ? 4096 : 0}, {.min = Bytes{0}, .max = Bytes{kGib}});
    op.log_bytes = static_cast<std::uint32_t>(log.count);
    if (!o.describing() && !op.write && o.has("log")) {
      o.error("log", "a read writes no log", "\"access\": \"write\", or no \"log\"");
    }
    d.operations.push_back(std::move(op));
  };
  const bool present = r.map({"operations", "statements or transactions, by name"}, read_one);
  if (!r.describing() && (!present || d.operations.empty())) {
    r.error("operations", "a database without operations cannot be asked anything",
            "at least one, like \"find\": { \"access\": \"read\", \"cpuTime\": \"2ms\" }");
  }
}

}  // namespace

Description read_description(const io::Value& value, const std::vector<std::string>& regions,
                             const std::vector<std::string>& zones, io::Problems& problems) {
  Description d;
  io::ObjectReader r(value, problems);
  read_instance(r, d);
  read_storage(r, d);
  read_copies(r, d, regions);
  read_zones(r, d, zones);
  read_rotation(r, d);
  read_mechanisms(r, d);
  read_operations(r, d);
  if (!r.describing() && r.has("scaling")) {
    r.ignore({"scaling"});
    r.error("scaling",
            "AWS scales the replicas of Amazon Aurora alone; those of RDS for PostgreSQL and MySQL "
            "have no auto scaling",
            "\"readReplicas\": a count, and no \"scaling\"");
  }
  r.finish();
  return d;
}

}  // namespace lifeboat::models::rds
