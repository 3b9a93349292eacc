// Private to scenarios/runbooks: the two small grammars inside steps.
//
//     until  := PCT "healthy" | METRIC ("<"|"<="|">"|">=") quantity
//     amount := number | PCT "of" REGION ["before fault"]
#pragma once

#include <optional>

#include "models/io/document.hpp"
#include "models/io/problems.hpp"
#include "scenarios/runbooks/runbook.hpp"

namespace lifeboat::scenarios::detail {

std::optional<Located<Until>> read_until(const models::io::Value& value,
                                         models::io::Problems& problems);
std::optional<Located<Amount>> read_amount(const models::io::Value& value,
                                           models::io::Problems& problems);

}  // namespace lifeboat::scenarios::detail
