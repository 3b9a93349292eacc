// Token buckets that all deployments of an account in a region draw from.
#pragma once

#include <string>

#include "models/platform/compiler.hpp"
#include "sim/network/ids.hpp"

namespace lifeboat::models {

/// The bucket of that name ("cognito@sg/UserToken"), added by whoever asks first. A rate of 0
/// stands for next to nothing: an hour for one token.
[[nodiscard]] sim::BucketId shared_bucket(Compiler& compiler, const std::string& name,
                                          double per_second, double burst);

}  // namespace lifeboat::models
