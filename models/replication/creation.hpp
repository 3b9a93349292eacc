// A deployment that is not there when the run begins: infrastructure as code creates it.
//
// With "initial": "absent" its gate is shut from the start. The verb `cloudFormationCreateStack`
// asks the region's control plane for it; once that answers, the resource is there after
// `creationTime`, which is that of the kind. Several of one runbook step are created at once, as a
// stack's resources that do not need each other are. It is metered as if it always ran (the cost of
// a run too large by the time before; declared quantities are what the file says).
#pragma once

#include <string>

#include "models/io/reader.hpp"
#include "models/platform/compiler.hpp"
#include "models/platform/kind.hpp"
#include "sim/random/law.hpp"

namespace lifeboat::models {

struct CreationSpec {
  bool absent = false;
  sim::Law takes;
};

/// Reads "creationTime"; `standard` and `source` are the kind's.
[[nodiscard]] sim::Law read_creation_time(io::ObjectReader& reader, const sim::Law& standard,
                                          std::string_view source);
/// Reads "initial" (present, absent) and "creationTime" of a kind that has no other "initial".
[[nodiscard]] CreationSpec read_creation(io::ObjectReader& reader, const sim::Law& standard,
                                         std::string_view source);

/// In the define pass: the controller and the verb, where the deployment is absent.
void define_creation(Compiler& compiler, const DeploymentSite& site, const CreationSpec& spec,
                     Handles& handles);

}  // namespace lifeboat::models
