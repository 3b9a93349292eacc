#include "models/sizing/knob_table.hpp"

#include "models/io/member_at.hpp"
#include "models/io/quantity.hpp"
#include "models/io/units.hpp"

namespace lifeboat::models::detail {

namespace {

using io::member_at;

constexpr double kHours = io::kHoursPerMonth;

std::string_view text_at(const io::Value& description, std::string_view path) {
  const io::Value* value = member_at(description, path);
  return value == nullptr ? std::string_view{} : value->as_string();
}

double number_at(const io::Value& description, std::string_view path, double silent) {
  const io::Value* value = member_at(description, path);
  return value != nullptr && value->is_number() ? value->as_number() : silent;
}

double gib_at(const io::Value& description, std::string_view path) {
  const auto bytes = io::parse_bytes(text_at(description, path));
  return bytes ? static_cast<double>(bytes->count) / (1 << 30) : 0;
}

std::vector<KnobUse> task_uses(const io::Value& description) {
  const auto cpu = io::parse_vcpu(text_at(description, "cpu"));
  return {{"vcpu-hours", (cpu ? cpu->count : 0) * kHours},
          {"memory-gb-hours", gib_at(description, "memory") * kHours}};
}

std::vector<KnobUse> replica_uses(const io::Value& description) {
  return {{"instance-hours", kHours},
          {"storage-gb-months", gib_at(description, "allocatedStorage")}};
}

std::vector<KnobUse> shard_uses(const io::Value& description) {
  return {{"node-hours", (1 + number_at(description, "replicasPerNodeGroup", 0)) * kHours}};
}

std::vector<KnobUse> broker_uses(const io::Value& description) {
  return {{"broker-hours", kHours}, {"storage-gb-months", gib_at(description, "volumeSize")}};
}

std::vector<KnobUse> data_node_uses(const io::Value& description) {
  return {{"instance-hours", kHours}, {"storage-gb-months", gib_at(description, "volumeSize")}};
}

std::vector<KnobUse> campaign_uses(const io::Value&) { return {{"tps-hours", kHours}}; }

}  // namespace

// Bounds are those of the kinds' readers, or, where these allow what nobody runs, what an account
// is given without asking. Weights of what is no server are guesses: a thousand capacity units a
// second, or a hundred concurrent executions, for a server.
const std::vector<KnobRow>& knob_rows() {
  static const std::vector<KnobRow> rows{
      {"queue", "servers", "servers", 1, 1, 1'000'000, false, 1, {}, {}, nullptr},
      {"ecs-fargate",
       "desiredCount",
       "tasks",
       1,
       1,
       1000,
       true,
       1,
       {"scaling.minCapacity", "scaling.maxCapacity"},
       {"scaling.policies"},
       &task_uses},
      {"rds", "readReplicas", "replicas", 0, 0, 15, true, 1, {}, {}, &replica_uses},
      {"elasticache", "numNodeGroups", "shards", 1, 1, 90, false, 1, {}, {}, &shard_uses},
      {"opensearch", "instanceCount", "data nodes", 3, 1, 80, true, 1, {}, {}, &data_node_uses},
      {"msk", "numberOfBrokerNodes", "brokers", 3, 1, 30, true, 1, {}, {}, &broker_uses},
      {"msk", "numPartitions", "partitions", 1, 1, 256, false, 0.001, {}, {}, nullptr},
      {"dynamodb",
       "provisionedThroughput.readCapacityUnits",
       "read units/s",
       -1,
       1,
       40'000,
       false,
       0.001,
       {},
       {},
       nullptr},
      {"dynamodb",
       "provisionedThroughput.writeCapacityUnits",
       "write units/s",
       -1,
       1,
       40'000,
       false,
       0.001,
       {},
       {},
       nullptr},
      {"lambda",
       "reservedConcurrentExecutions",
       "concurrent",
       -1,
       1,
       10'000,
       false,
       0.01,
       {},
       {},
       nullptr},
      {"lambda",
       "provisionedConcurrentExecutions",
       "kept ready",
       -1,
       1,
       10'000,
       false,
       0.05,
       {},
       {},
       nullptr},
      {"sqs", "consumer.maximumConcurrency", "batches", -1, 2, 1000, false, 0.01, {}, {}, nullptr},
      {"personalize", "minProvisionedTPS", "TPS", 1, 1, 500, false, 1, {}, {}, &campaign_uses},
  };
  return rows;
}

}  // namespace lifeboat::models::detail
