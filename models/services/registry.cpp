// All service kinds, in one place.
#include <algorithm>

#include "models/platform/kind.hpp"
#include "models/services/acm/acm.hpp"
#include "models/services/alb/alb.hpp"
#include "models/services/api_gateway/api_gateway.hpp"
#include "models/services/cloudfront/cloudfront.hpp"
#include "models/services/cloudwatch/cloudwatch.hpp"
#include "models/services/cognito/cognito.hpp"
#include "models/services/config/config.hpp"
#include "models/services/dynamodb/dynamodb.hpp"
#include "models/services/ecs_fargate/ecs_fargate.hpp"
#include "models/services/elasticache/elasticache.hpp"
#include "models/services/eventbridge/eventbridge.hpp"
#include "models/services/fraud_detector/fraud_detector.hpp"
#include "models/services/lambda/lambda.hpp"
#include "models/services/macie/macie.hpp"
#include "models/services/msk/msk.hpp"
#include "models/services/opensearch/opensearch.hpp"
#include "models/services/personalize/personalize.hpp"
#include "models/services/queue/queue.hpp"
#include "models/services/rds/rds.hpp"
#include "models/services/route53/route53.hpp"
#include "models/services/s3/s3.hpp"
#include "models/services/shield/shield.hpp"
#include "models/services/sns/sns.hpp"
#include "models/services/sqs/sqs.hpp"
#include "models/services/waf/waf.hpp"
#include "models/services/xray/xray.hpp"

namespace lifeboat::models {

const std::vector<const ServiceKind*>& service_kinds() {
  static const std::vector<const ServiceKind*> kinds = [] {
    std::vector<const ServiceKind*> all = {
        &acm_kind(),         &alb_kind(),         &api_gateway_kind(), &cloudfront_kind(),
        &cloudwatch_kind(),  &cognito_kind(),     &config_kind(),      &dynamodb_kind(),
        &ecs_fargate_kind(), &elasticache_kind(), &eventbridge_kind(), &fraud_detector_kind(),
        &lambda_kind(),      &macie_kind(),       &msk_kind(),         &opensearch_kind(),
        &personalize_kind(), &queue_kind(),       &rds_kind(),         &route53_kind(),
        &s3_kind(),          &shield_kind(),      &sns_kind(),         &sqs_kind(),
        &waf_kind(),         &xray_kind(),
    };
    std::sort(all.begin(), all.end(),
              [](const ServiceKind* a, const ServiceKind* b) { return a->name() < b->name(); });
    return all;
  }();
  return kinds;
}

const ServiceKind* find_service_kind(std::string_view name) {
  for (const ServiceKind* kind : service_kinds()) {
    if (kind->name() == name) return kind;
  }
  return nullptr;
}

}  // namespace lifeboat::models
