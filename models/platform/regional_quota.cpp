#include "models/platform/regional_quota.hpp"

#include <array>

namespace lifeboat::models {
namespace {

struct Row {
  std::string_view quota;
  std::string_view code;
  double value;
};

// AWS general reference, endpoints and quotas (public copies, as of 2026-11). EventBridge's
// invocations of the middle and SNS's regions that are not among the three largest are guesses
// between the published ends: 1,100 to 2,250 and 300 to 1,500.
constexpr std::array kRows = {
    Row{"eventBridgePutEvents", "us-east-1", 10'000},
    Row{"eventBridgePutEvents", "us-west-2", 10'000},
    Row{"eventBridgePutEvents", "eu-west-1", 10'000},
    Row{"eventBridgePutEvents", "us-east-2", 2'400},
    Row{"eventBridgePutEvents", "eu-central-1", 2'400},
    Row{"eventBridgePutEvents", "eu-south-2", 2'400},
    Row{"eventBridgePutEvents", "us-west-1", 1'200},
    Row{"eventBridgePutEvents", "ap-northeast-1", 1'200},
    Row{"eventBridgePutEvents", "ap-southeast-1", 1'200},
    Row{"eventBridgePutEvents", "ap-southeast-2", 1'200},
    Row{"eventBridgePutEvents", "eu-west-2", 1'200},
    Row{"eventBridgeInvocations", "us-east-1", 18'750},
    Row{"eventBridgeInvocations", "us-west-2", 18'750},
    Row{"eventBridgeInvocations", "eu-west-1", 18'750},
    Row{"eventBridgeInvocations", "us-east-2", 2'250},
    Row{"eventBridgeInvocations", "eu-central-1", 2'250},
    Row{"eventBridgeInvocations", "us-west-1", 2'250},
    Row{"eventBridgeInvocations", "ap-northeast-1", 2'250},
    Row{"eventBridgeInvocations", "ap-southeast-1", 2'250},
    Row{"eventBridgeInvocations", "ap-southeast-2", 2'250},
    Row{"eventBridgeInvocations", "eu-west-2", 2'250},
    Row{"eventBridgeInvocations", "eu-west-3", 1'100},
    Row{"eventBridgeInvocations", "sa-east-1", 1'100},
    Row{"snsPublish", "us-east-1", 30'000},
    Row{"snsPublish", "us-west-2", 9'000},
    Row{"snsPublish", "eu-west-1", 9'000},
    Row{"snsPublish", "us-east-2", 1'500},
    Row{"snsPublish", "us-west-1", 1'500},
    Row{"snsPublish", "eu-central-1", 1'500},
    Row{"snsPublish", "ap-northeast-1", 1'500},
    Row{"snsPublish", "ap-southeast-1", 1'500},
    Row{"snsPublish", "ap-southeast-2", 1'500},
};

/// The newer regions, where API Gateway grants a quarter.
constexpr std::array<std::string_view, 14> kNewer = {
    "af-south-1",     "eu-south-1",     "eu-south-2",     "eu-central-2",   "il-central-1",
    "ap-south-2",     "ap-southeast-3", "ap-southeast-4", "ap-southeast-5", "ap-southeast-6",
    "ap-southeast-7", "ca-west-1",      "mx-central-1",   "ap-east-2"};

bool is_newer(std::string_view code) {
  for (const std::string_view newer : kNewer) {
    if (newer == code) return true;
  }
  return false;
}

}  // namespace

double regional_default(const QuotaDefault& quota, std::string_view code) {
  const bool gateway = quota.name == "apiGatewayRate" || quota.name == "apiGatewayBurst";
  if (gateway && is_newer(code)) return quota.value / 4;
  for (const Row& row : kRows) {
    if (row.quota == quota.name && row.code == code) return row.value;
  }
  return quota.value;
}

}  // namespace lifeboat::models
