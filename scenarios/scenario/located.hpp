// Something that was read from a file, and where it stands, for errors found later.
#pragma once

#include <string>

#include "models/io/clock.hpp"
#include "models/io/place.hpp"

namespace lifeboat::scenarios {

template <class T>
struct Located {
  T value{};
  models::io::Place place;
};

using LocatedName = Located<std::string>;
using LocatedClock = Located<models::io::ClockTime>;

}  // namespace lifeboat::scenarios
