#include "models/services/dynamodb/description.hpp"

#include <algorithm>
#include <cmath>

#include "models/io/reader.hpp"
#include "models/services/dynamodb/scaling.hpp"

namespace lifeboat::models::dynamodb {

namespace {

using io::Bytes;
using sim::Duration;
using sim::Law;

enum class Billing : std::uint8_t { kOnDemand, kProvisioned };

constexpr io::Choice<Billing> kBilling[] = {
    {"PAY_PER_REQUEST", Billing::kOnDemand, "on demand: limited by the partitions alone"},
    {"PROVISIONED", Billing::kProvisioned, "limited by \"provisionedThroughput\" too"},
};
constexpr io::Choice<bool> kAccess[] = {
    {"read", false, "takes read units from the key's partition"},
    {"write", true, "takes write units and is copied to the other regions"},
};
constexpr std::string_view kLatencySource =
    "guess around the published \"single-digit millisecond\": mean 3 to 6 ms for a read, 5 to 8 ms "
    "for a write";

Throughput read_units(io::ObjectReader& r, const char* reads, const char* writes,
                      Throughput standard, std::string_view source) {
  const io::Range<std::int64_t> range{.min = 1, .max = 1'000'000};
  Throughput units;
  units.reads = static_cast<double>(
      r.optional_count({reads,
                        "read units a second: one is a strongly consistent read of 4 KiB, "
                        "or two others",
                        source},
                       static_cast<std::int64_t>(standard.reads), range));
  units.writes = static_cast<double>(
      r.optional_count({writes, "write units a second: one is a write of 1 KiB", source},
                       static_cast<std::int64_t>(standard.writes), range));
  return units;
}

/// Auto scaling of a provisioned table; the most units that it may come to.
Throughput read_scaling_of_table(io::ObjectReader& r, Description& d, Throughput set) {
  r.section(
      {"scaling", "Application Auto Scaling of a provisioned table", "", "the capacity stays"},
      [&](io::ObjectReader& scaling) {
        scaling.section({"readCapacityUnits", "of its read units"},
                        [&](io::ObjectReader& s) { d.read_scaling = read_scaling(s, kReadUnits); });
        scaling.section({"writeCapacityUnits", "of its write units"}, [&](io::ObjectReader& s) {
          d.write_scaling = read_scaling(s, kWriteUnits);
        });
      });
  d.update = r.optional_law(
      {"updateTime", "how long a change of the provisioned capacity takes",
       "guess around \"several minutes\" (Amazon DynamoDB Developer Guide, "
       "auto scaling, 2023): 1 to 5 min"},
      Law::triangular(Duration::minutes(1), Duration::minutes(2), Duration::minutes(5)));
  if (d.read_scaling) set.reads = std::max<double>(set.reads, d.read_scaling->most());
  if (d.write_scaling) set.writes = std::max<double>(set.writes, d.write_scaling->most());
  return set;
}

void read_capacity(io::ObjectReader& r, Description& d) {
  const Billing billing = r.optional_enum(
      {"billingMode", "whether a capacity is set", "ours: the mode of the reference platform"},
      Billing::kOnDemand, kBilling);
  // A new on-demand table takes 12,000 reads and 4,000 writes a second: four partitions.
  Throughput warm{12000, 4000};
  const bool has_warm =
      r.section({"warmThroughput", "what an on-demand table is ready for"}, [&](auto& w) {
        warm = read_units(w, "readUnitsPerSecond", "writeUnitsPerSecond", warm,
                          "Amazon DynamoDB Developer Guide, capacity modes (2023)");
      });
  const bool has_most = r.section(
      {"onDemandThroughput", "the most that an on-demand table is allowed to grow to"},
      [&](auto& m) {
        d.most = read_units(m, "maxReadRequestUnits", "maxWriteRequestUnits", d.most,
                            "Amazon DynamoDB Developer Guide, quotas (2023): a table's default");
      });
  Throughput set{5, 5};
  const bool has_set =
      r.section({"provisionedThroughput", "capacity of a provisioned table"}, [&](auto& p) {
        set = read_units(p, "readCapacityUnits", "writeCapacityUnits", set,
                         "AWS console, a new table (DynamoDB Developer Guide, 2023)");
      });
  if (!r.describing() && billing == Billing::kOnDemand && has_set) {
    r.error("provisionedThroughput", "an on-demand table has no capacity to set",
            "\"billingMode\": \"PROVISIONED\", or \"warmThroughput\"");
  }
  if (!r.describing() && billing == Billing::kProvisioned && has_warm) {
    r.error("warmThroughput", "a provisioned table has its \"provisionedThroughput\"",
            "\"billingMode\": \"PAY_PER_REQUEST\", or no \"warmThroughput\"");
  }
  if (!r.describing() && billing == Billing::kProvisioned && has_most) {
    r.error("onDemandThroughput", "a provisioned table has its \"provisionedThroughput\"",
            "\"billingMode\": \"PAY_PER_REQUEST\", or no \"onDemandThroughput\"");
  }
  const bool provisioned = billing == Billing::kProvisioned;
  const Throughput most = read_scaling_of_table(r, d, set);
  if (!r.describing() && !provisioned && (d.read_scaling || d.write_scaling)) {
    r.error("scaling", "an on-demand table has no capacity to scale",
            "\"billingMode\": \"PROVISIONED\", or no \"scaling\"");
  }
  // A table that grows is split on the way: it has the partitions of its most from the start.
  const Throughput ready = provisioned ? most : warm;
  if (!has_most)
    d.most = {std::max(d.most.reads, warm.reads), std::max(d.most.writes, warm.writes)};
  d.warm = {std::min(warm.reads, d.most.reads), std::min(warm.writes, d.most.writes)};
  if (provisioned) d.provisioned = set;
  d.partitions =
      static_cast<std::uint32_t>(std::max({1.0, std::ceil(ready.reads / kPartition.reads),
                                           std::ceil(ready.writes / kPartition.writes)}));
}

void read_heat(io::ObjectReader& r, Description& d) {
  r.section(
      {"splitForHeat", "partitions that throttle are split; {} has the guessed times", "",
       "they stay as they are"},
      [&](io::ObjectReader& h) {
        HeatSplits heat;
        heat.split = h.optional_law(
            {"splitTime", "from two minutes of throttling until the split is there",
             "guess: 3 to 12 min, 1 to 30; AWS says minutes of sustained heat"},
            Law::triangular(Duration::minutes(3), Duration::minutes(5), Duration::minutes(12)));
        heat.most = static_cast<std::uint32_t>(h.optional_count(
            {"mostSplits", "hot partitions that are parted in two, one after another",
             "guess: 16, 4 to 64; unpublished, a partition of one hot key is not split further"},
            16, {.min = 1, .max = 256}));
        d.heat = std::move(heat);
      });
}

void read_copies(io::ObjectReader& r, Description& d, const std::vector<std::string>& regions) {
  d.role = read_role(r, {Role::kActive, Role::kPrimary, Role::kReplica, Role::kBackup}, regions);
  d.replication_lag = r.optional_law(
      {"replicationLag", "from a write to its copy in another region, beside the link's time",
       "\"usually within a second\" (Amazon DynamoDB Developer Guide, global tables, 2023); shape "
       "derived"},
      Law::lognormal_quantiles(Duration::milliseconds(700), Duration::milliseconds(2500)));
  d.replicated_writes_take_units = r.optional_boolean(
      {"replicatedWritesTakeUnits",
       "writes that arrive from other regions take write units of this copy",
       "ours: they do not, as in a copy with room enough; at AWS they do (DynamoDB Developer "
       "Guide, global tables, 2023)"},
      false);
  d.backups = read_timetable(
      r, {.every_key = "backupInterval",
          .every_what = "how often a backup leaves for its region; 0s: each write at once",
          .every_source = "guess: the shortest interval of an AWS Backup plan, 1 to 24 h",
          .every = Duration::hours(1),
          .at_key = "backupWindow"});
  d.backup_copy = r.optional_law(
      {"backupCopy", "from the departure of a backup until its region has it",
       "guess: 5 to 45 min with size"},
      Law::triangular(Duration::minutes(5), Duration::minutes(15), Duration::minutes(45)));
  d.restore = r.optional_law(
      {"restoreTime", "how long it takes to make a table of a backup",
       "guess: minutes to hours with size"},
      Law::triangular(Duration::minutes(10), Duration::minutes(30), Duration::minutes(120)));
}

Operation standard_operation(std::string_view name, bool write) {
  Operation op;
  op.name = std::string(name);
  op.write = write;
  op.latency = write ? Law::lognormal(Duration::microseconds(6500), 0.5)
                     : Law::lognormal(Duration::microseconds(4500), 0.5);
  return op;
}

/// Changes `op` as the file says; a new operation must state its access.
void read_operation_keys(io::ObjectReader& o, Operation& op, bool known) {
  const io::Parameter access{"access", "what it does to the data",
                             "read and write exist by themselves"};
  const bool write =
      known ? o.optional_enum(access, op.write, kAccess) : o.required_enum(access, kAccess);
  if (write != op.write) op = standard_operation(op.name, write);
  op.consistent = o.optional_boolean(
      {"consistent", "a strongly consistent read, at twice the units",
       "AWS default: eventually consistent (AWS API reference, GetItem, as of 2026-08)"},
      false);
  op.transactional = o.optional_boolean(
      {"transactional", "part of a transaction, at twice the units", "ours: most are not"}, false);
  if (const auto bytes = o.maybe_bytes({"itemSize", "size of the item", "",
                                        "the key space's size, otherwise the table's itemSize"},
                                       {.min = Bytes{1}, .max = Bytes{400 * 1024}})) {
    op.item_bytes = static_cast<double>(bytes->count);
  }
  op.latency =
      o.optional_law({"latency", "time of one call inside the region", kLatencySource}, op.latency);
  if (!o.describing() && op.write && o.has("consistent")) {
    o.error("consistent", "a write is always consistent", "no \"consistent\"");
  }
}

void read_operations(io::ObjectReader& r, Description& d) {
  d.operations = {standard_operation("read", false), standard_operation("write", true)};
  r.map({"operations", "changes of read and write, and operations beside them"},
        [&](std::string_view name, io::ObjectReader& o) {
          auto at = std::find_if(d.operations.begin(), d.operations.end(),
                                 [&](const Operation& op) { return op.name == name; });
          const bool known = at != d.operations.end();
          Operation op = known ? *at : standard_operation(name, false);
          read_operation_keys(o, op, known);
          if (known) {
            *at = std::move(op);
          } else {
            d.operations.push_back(std::move(op));
          }
        });
}

}  // namespace

std::uint32_t Operation::tokens(double bytes) const {
  const double unit = write ? 1024.0 : 4096.0;
  const double units = std::max(1.0, std::ceil(bytes / unit));
  const double twice =
      (transactional ? 2.0 : 1.0) * (!write && (consistent || transactional) ? 2.0 : 1.0);
  // Transactional reads are strongly consistent: 2 units each 4 KiB, which is 4 half units.
  return static_cast<std::uint32_t>(std::min(units * twice, 1e6));
}

Description read_description(const io::Value& value, const std::vector<std::string>& regions,
                             io::Problems& problems) {
  Description d;
  io::ObjectReader r(value, problems);
  read_capacity(r, d);
  const Bytes size = r.optional_bytes(
      {"itemSize", "size of an item where no key space says it", "guess: 1 KiB, 0.2 to 4 KiB"},
      Bytes{1024}, {.min = Bytes{1}, .max = Bytes{400 * 1024}});
  d.item_bytes = static_cast<double>(size.count);
  read_heat(r, d);
  read_copies(r, d, regions);
  read_operations(r, d);
  r.finish();
  return d;
}

}  // namespace lifeboat::models::dynamodb
