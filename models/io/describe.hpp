// Describing what an ObjectReader has no call for.
#pragma once

#include <functional>

#include "models/io/document.hpp"

namespace lifeboat::models::io {

/// Declares that the describing value may be written as an array, each element as `element`
/// describes it: it is called once.
void describe_list(const Value& value, const std::function<void(const Value&)>& element);

}  // namespace lifeboat::models::io
