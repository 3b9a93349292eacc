// The kind `cloudwatch`: Amazon CloudWatch of a region, the clock of its control loops.
//
// It takes no part in a request. What scales and what fails over by alarm sees metrics as it shows
// them (models/watching): means over bins of a period, published late, judged by alarms that are
// evaluated every minute or every 10 s, M of N datapoints, with a treatment of missing ones. So its
// loss freezes scaling and leaves alarms without data, and its delay makes all of that slower:
// `service-outage` of it is a metric blackout of its region, and `latency` delays publication.
// A region that names none has one with the defaults.
//
// What services send on their own account is counted once a second: log events, and calls of
// PutMetricData, of which more than the quota are throttled.
//
// Sources: CloudWatch User Guide, concepts, alarms and service quotas, as of 2023-06; what is
// published when is fitted to AWS's scale-out benchmark (models/watching/metric_bins.hpp).
#pragma once

#include "models/platform/kind.hpp"

namespace lifeboat::models {

[[nodiscard]] const ServiceKind& cloudwatch_kind();

}  // namespace lifeboat::models
