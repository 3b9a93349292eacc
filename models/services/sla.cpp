#include "models/services/sla.hpp"

#include <algorithm>
#include <iterator>

namespace lifeboat::models {
namespace {

constexpr std::string_view kTable =
    "cloudonaut.io/aws-sla-are-you-able-to-keep-your-availability-promise, table of 2019";
constexpr std::string_view kGuess = "guess: 99.9 to 99.99 %, agreement not seen";

constexpr ServiceLevel kLevels[] = {
    {"route53", 1.0, kTable},
    {"cloudfront", 0.999, kTable},
    {"cognito", 0.999, kTable},
    {"alb", 0.9999, "aws.amazon.com/elasticloadbalancing/sla, multi-AZ, as of 2022-07-25"},
    {"ecs-fargate", 0.9999, kTable},
    {"lambda", 0.9995, kTable},
    {"api-gateway", 0.9995, kTable},
    {"rds", 0.9995, kTable},
    {"dynamodb", 0.9999, kTable},
    {"elasticache", 0.9999, "aws.amazon.com/elasticache/faqs, Multi-AZ with automatic failover"},
    {"s3", 0.999, kTable},
    {"eventbridge", 0.9999, kGuess},
    {"sqs", 0.999, kGuess},
    {"sns", 0.999, kGuess},
    {"msk", 0.999, kGuess},
    {"opensearch", 0.999,
     "docs.aws.amazon.com/opensearch-service/latest/developerguide/managedomains-multiaz.html"},
    {"personalize", 0.999, kGuess},
    {"fraud-detector", 0.999, kGuess},
};

}  // namespace

std::optional<ServiceLevel> service_level(std::string_view kind) {
  const auto* const found = std::find_if(std::begin(kLevels), std::end(kLevels),
                                         [&](const auto& level) { return level.kind == kind; });
  if (found == std::end(kLevels)) return std::nullopt;
  return *found;
}

}  // namespace lifeboat::models
