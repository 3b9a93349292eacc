#include "models/services/s3/description.hpp"

#include <algorithm>

#include "models/io/reader.hpp"

namespace lifeboat::models::s3 {

namespace {

using io::Bytes;
using sim::Duration;
using sim::Law;

constexpr double kGib = 1024.0 * 1024 * 1024;
constexpr std::uint32_t kMostPrefixes = 4096;

constexpr io::Choice<bool> kAccess[] = {
    {"read", false, "GET, HEAD, SELECT: counts against a prefix's reads"},
    {"write", true, "PUT, COPY, POST, DELETE: counts against its writes, and is replicated"},
};
constexpr io::Choice<bool> kClasses[] = {
    {"STANDARD", false, "one price a GB"},
    {"INTELLIGENT_TIERING", true, "prices by when an object was last read, and for monitoring it"},
};

// First byte of small objects: 100 to 200 ms (Amazon S3 User Guide, optimizing performance, 2023).
Operation standard_operation(std::string_view name, bool write) {
  Operation op;
  op.name = std::string(name);
  op.write = write;
  op.latency = Law::lognormal_quantiles(Duration::milliseconds(100), Duration::milliseconds(200));
  return op;
}

void read_prefixes(io::ObjectReader& r, Description& d) {
  d.prefixes = static_cast<std::uint32_t>(
      r.optional_count({"prefixes", "partitioned prefixes over which the keys are spread",
                        "a new bucket has one partition; each gives 3,500 writes and 5,500 reads a "
                        "second (Amazon S3 User Guide, optimizing performance, 2023)"},
                       1, {.min = 1, .max = kMostPrefixes}));
  const auto most = static_cast<std::uint32_t>(
      r.optional_count({"maxPrefixes", "partitions to which S3 may split them under load",
                        "guess: 16; there is no limit but the number of the keys' own prefixes"},
                       std::max<std::int64_t>(16, d.prefixes), {.min = 1, .max = kMostPrefixes}));
  if (!r.describing() && most < d.prefixes) {
    r.error("maxPrefixes", "fewer than \"prefixes\"", std::to_string(d.prefixes) + " or more");
  }
  d.most_prefixes = d.prefixes;
  while (2 * d.most_prefixes <= most) d.most_prefixes *= 2;
  d.split_after = r.optional_duration(
      {"splitAfter", "how long requests must have been slowed down before prefixes are split",
       "guess: \"gradually\" (Amazon S3 User Guide, optimizing performance, 2023), minutes to tens "
       "of minutes"},
      Duration::minutes(10), {.min = Duration::minutes(1), .max = Duration::hours(24)});
}

void read_storage(io::ObjectReader& r, Description& d) {
  d.storage.tiered = r.optional_enum({"storageClass", "how stored bytes are priced",
                                      "AWS default (Amazon S3 User Guide, storage classes, 2023)"},
                                     false, kClasses);
  const auto share = [&](const io::Parameter& parameter) {
    return r.optional_ratio(parameter, io::Ratio{0}).value;
  };
  d.storage.gib =
      static_cast<double>(r.optional_bytes({"storedData", "bytes stored, for the bill",
                                            "ours: nothing is billed that nobody states"},
                                           Bytes{0})
                              .count) /
      kGib;
  d.storage.objects = static_cast<double>(r.optional_count(
      {"objects", "objects of at least 128 KiB, which Intelligent-Tiering monitors",
       "ours: nothing is billed that nobody states"},
      0, {.min = 0, .max = 1'000'000'000'000}));
  d.storage.infrequent = share(
      {"infrequentShare", "share of the bytes not read for 30 days, under Intelligent-Tiering",
       "ours: everything is read within 30 days (the dearest case)"});
  d.storage.archive = share({"archiveInstantShare",
                             "share of the bytes not read for 90 days, under Intelligent-Tiering",
                             "ours: everything is read within 30 days (the dearest case)"});
  if (r.describing()) return;
  if (!d.storage.tiered) {
    for (const char* key : {"infrequentShare", "archiveInstantShare", "objects"}) {
      if (r.has(key)) {
        r.error(key, "STANDARD has no tiers", "\"storageClass\": \"INTELLIGENT_TIERING\"");
      }
    }
  } else if (d.storage.infrequent + d.storage.archive > 1) {
    r.error("archiveInstantShare", "the tiers' shares sum to more than 100 %");
  }
}

void read_copies(io::ObjectReader& r, Description& d, const std::vector<std::string>& regions) {
  d.role = read_role(r, {Role::kPrimary, Role::kReplica, Role::kActive}, regions);
  d.time_control = r.optional_boolean(
      {"replicationTimeControl", "replication with S3 Replication Time Control, at its own price",
       "AWS default: off (Amazon S3 User Guide, 2023)"},
      false);
  // Under Time Control: median 5 s, and 0.9999 within 15 min, of which p99 128.7 s follows.
  const Law lag =
      d.time_control ? Law::lognormal_quantiles(Duration::seconds(5), Duration::from_seconds(128.7))
                     : Law::lognormal_quantiles(Duration::seconds(30), Duration::minutes(15));
  d.replication_lag = r.optional_law(
      {"replicationLag", "from a write to its copy in another region, beside the link's time",
       "with Time Control 99.99 % within 15 min, most in seconds (Amazon S3 User Guide, "
       "replication "
       "time control, 2023), median guessed at 5 s, 1 to 15 s; without a guess: p50 30 s, p99 15 "
       "min"},
      lag);
  d.batches = read_timetable(
      r, {.every_key = "batchInterval",
          .every_what =
              "how often a job copies what was written since the last one, instead of replication "
              "of each object; \"replicationLag\" is then the time of a job",
          .every_source = "ours: 0s, replication of each object",
          .every = Duration{},
          .at_key = "batchWindow"});
  if (!r.describing() && d.time_control && d.batches.every > Duration{}) {
    r.error("replicationTimeControl", "jobs know no time control",
            "no \"batchInterval\", or false");
  }
  r.section(
      {"failback",
       "of a primary: once another copy is written to, what that has is replicated here, and this "
       "one may take the writes back"},
      [&](io::ObjectReader& o) {
        const Law preparation = o.optional_law(
            {"preparationTime",
             "a rule the other way, and S3 Batch Replication's job until it runs: its manifest",
             "guess: 5 to 60 min with the number of objects (that such a job and a rule are "
             "needed: "
             "Amazon S3 User Guide, replicating existing objects, 2026)"},
            Law::triangular(Duration::minutes(5), Duration::minutes(15), Duration::minutes(60)));
        const auto objects = o.optional_count(
            {"objects", "objects that the job goes through",
             "ours: those that \"objects\" of the bucket says; a manifest of the newer ones alone "
             "has fewer"},
            static_cast<std::int64_t>(d.storage.objects), {.min = 0, .max = 1'000'000'000'000});
        const io::Rate rate =
            o.optional_rate({"batchRate", "objects a second that the job replicates",
                             "guess: 500/s, 100 to 3,000: unpublished, with their size"},
                            io::Rate{500}, io::positive<io::Rate>());
        d.failback = preparation.shifted(
            Duration::from_seconds(static_cast<double>(objects) / rate.per_second));
      });
}

void read_operations(io::ObjectReader& r, Description& d) {
  d.operations = {standard_operation("get", false), standard_operation("head", false),
                  standard_operation("put", true), standard_operation("copy", true),
                  standard_operation("delete", true)};
  for (Operation& op : d.operations) {
    if (op.name == "head" || op.name == "delete") op.bytes = 0;  // no object travels
  }
  const auto read_one = [&](std::string_view name, io::ObjectReader& o) {
    auto at = std::find_if(d.operations.begin(), d.operations.end(),
                           [&](const Operation& op) { return op.name == name; });
    const bool known = at != d.operations.end();
    Operation op = known ? *at : standard_operation(name, false);
    const io::Parameter access{"access", "what it does to objects",
                               "get, head, put, copy and delete exist by themselves"};
    op.write =
        known ? o.optional_enum(access, op.write, kAccess) : o.required_enum(access, kAccess);
    op.latency =
        o.optional_law({"latency", "time to the first byte inside the region",
                        "100 to 200 ms for small objects (Amazon S3 User Guide, optimizing "
                        "performance, 2023); shape guessed"},
                       op.latency);
    if (const auto bytes =
            o.maybe_bytes({"objectSize", "size of the object", "",
                           "the key space's size, otherwise the bucket's objectSize"},
                          {.min = Bytes{0}, .max = Bytes{5LL << 40}})) {
      op.bytes = static_cast<double>(bytes->count);
    }
    if (known) {
      *at = std::move(op);
    } else {
      d.operations.push_back(std::move(op));
    }
  };
  r.map({"operations", "changes of get, head, put, copy and delete, and operations beside them"},
        read_one);
}

}  // namespace

Description read_description(const io::Value& value, const std::vector<std::string>& regions,
                             io::Problems& problems) {
  Description d;
  io::ObjectReader r(value, problems);
  read_prefixes(r, d);
  d.object_bytes = static_cast<double>(
      r.optional_bytes({"objectSize", "size of an object where no key space says it",
                        "guess: 64 KiB, 1 KiB to 1 MiB"},
                       Bytes{65536}, {.min = Bytes{0}, .max = Bytes{5LL << 40}})
          .count);
  d.connection_bytes_per_second =
      r.optional_bandwidth(
           {"connectionBandwidth", "rate at which one request's bytes flow",
            "85 to 90 MB/s a request (Amazon S3 User Guide, performance guidelines, 2023)"},
           io::Bandwidth{85e6}, io::positive<io::Bandwidth>())
          .bytes_per_second;
  read_storage(r, d);
  read_copies(r, d, regions);
  read_operations(r, d);
  r.finish();
  return d;
}

}  // namespace lifeboat::models::s3
