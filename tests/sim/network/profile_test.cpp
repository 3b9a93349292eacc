// Profiles: between points, at them, beyond the ends, at a jump.
#include "sim/network/network.hpp"
#include "tests/catch.hpp"

using lifeboat::sim::Instant;
using lifeboat::sim::Profile;

namespace {

Instant second(double t) { return Instant::from_seconds(t); }

}  // namespace

TEST_CASE("a profile is linear between its points and constant beyond", "[unit]") {
  Profile profile;
  CHECK(profile.at(second(3)) == 0);
  // 2 until 10 s, up to 6 at 20 s, a jump to 1, and level from there.
  profile.points = {{second(10), 2}, {second(20), 6}, {second(20), 1}};
  CHECK(profile.at(second(-5)) == 2);
  CHECK(profile.at(second(10)) == 2);
  CHECK(profile.at(second(15)) == 4);
  CHECK(profile.at(second(19.999999999)) == Approx(6));
  CHECK(profile.at(second(20)) == 1);
  CHECK(profile.at(second(1e6)) == 1);
}

TEST_CASE("a stretch of a profile holds until its next point", "[unit]") {
  Profile profile;
  profile.points = {{second(10), 2}, {second(20), 6}};
  CHECK_FALSE(Profile::Stretch{}.holds(Instant::origin()));
  for (const double t : {-1e9, 0.0, 9.999999999, 10.0, 12.5, 19.999999999, 20.0, 1e9}) {
    CAPTURE(t);
    const Profile::Stretch stretch = profile.stretch(second(t));
    CHECK(stretch.holds(second(t)));
    CHECK(stretch.holds(second(10)) == (t >= 10 && t < 20));
    CHECK(stretch.holds(second(20)) == (t >= 20));
  }
}
