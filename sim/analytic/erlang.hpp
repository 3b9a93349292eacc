// Erlang's formulas and staffing.
//
// Offered load a = arrival rate x mean service time, in Erlang. B is the chance that an arrival
// finds all c servers busy when nobody may wait (M/G/c/c: insensitive to the service law), C the
// chance that it has to wait in M/M/c. Both by the stable recursion
// 1/B(c) = 1 + c/a x 1/B(c-1); Erlang (1917), any text on teletraffic.
#pragma once

#include <cstdint>

namespace lifeboat::sim::analytic {

/// Blocking chance; load >= 0, servers >= 0 (1 without servers). O(servers).
[[nodiscard]] double erlang_b(std::int64_t servers, double load);
/// Chance to wait; 1 where load >= servers.
[[nodiscard]] double erlang_c(std::int64_t servers, double load);

/// The least number of servers with erlang_b <= chance; chance in (0, 1].
[[nodiscard]] std::int64_t servers_for_blocking(double load, double chance);
/// The least number of servers with erlang_c <= chance; chance in (0, 1].
[[nodiscard]] std::int64_t servers_for_waiting(double load, double chance);

/// Chance to wait with c = a + b sqrt(a) servers as a grows (Halfin and Whitt 1981); b > 0.
/// An approximation for any finite load.
[[nodiscard]] double halfin_whitt_waiting(double b);
/// Square-root staffing: load + b sqrt(load), with b from halfin_whitt_waiting; rounded up. An
/// approximation, off by one now and then; servers_for_waiting is exact.
[[nodiscard]] std::int64_t square_root_staffing(double load, double waiting_chance);

}  // namespace lifeboat::sim::analytic
