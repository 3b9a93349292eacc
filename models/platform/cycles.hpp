// Cycles of calls between operations.
//
// The call graph has a node for each "service.operation" (whatever its region) and an edge for
// each call, a front door's passing-on included. A cycle of synchronous calls would wait for
// itself for ever: an error that names its path. A cycle with an asynchronous call in it lives on
// if each turn begins less than one more on average: the spectral radius of the matrix of expected
// calls within the strongly connected component must be below 1. Choices and cache hits inside an
// operation count as taken, so that the bound errs on the safe side.
#pragma once

#include "models/io/problems.hpp"
#include "models/platform/model_table.hpp"
#include "models/platform/platform.hpp"

namespace lifeboat::models {

void check_cycles(const Platform& platform, ModelTable& table, io::Problems& problems);

}  // namespace lifeboat::models
