// Route 53 health checks: independent checkers, thresholds and a quorum.
//
// Sixteen checkers around the world (one request every 2 s at an interval of 30 s, which AWS
// documents, makes about fifteen) probe the watched deployment, each on its own: the interval runs
// from a response to the next request, and a phase is drawn per trial. A checker changes its mind
// after `failureThreshold` results in a row; the check is healthy while more than 18 % of the
// checkers say so. A probe connects within 4 s and is answered within 2 s more, or has failed.
//
// So detection is an outcome: about 85 s when refused and 96 s when requests hang, at 30 s x 3.
// Recovery needs only 18 % of the checkers and is faster than failure. Probes are tokens: they wait
// in the watched deployment's queues and meet its faults like requests.
//
// Sources: AWS documentation, "How Route 53 determines whether a health check is healthy" and
// HealthCheckConfig, as of 2026-08. The number of checkers is inferred.
#pragma once

#include <string>

#include "models/platform/compiler.hpp"

namespace lifeboat::models {

/// Adds a controller for each health check, derived ones (derived_checks.hpp) included; it keeps
/// the register Compiler::health_check() of the check. Switches have a register alone.
void add_health_checkers(Compiler& compiler);

/// Registers by which faults act on a check; faults that act at once add up.
struct CheckFaults {
  sim::RegisterId blind;    ///< no results come in: the check keeps what it says
  sim::RegisterId failing;  ///< every checker's request fails, whatever it asks
};
[[nodiscard]] CheckFaults check_faults(Compiler& compiler, const std::string& check);

}  // namespace lifeboat::models
