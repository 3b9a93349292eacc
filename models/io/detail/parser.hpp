// JSON text to Values, on nlohmann's SAX parser, with places.
//
// nlohmann-json keeps no positions: it reads through an iterator of ours that counts bytes. An
// event arrives when its token has been read, and for a number one byte later (the parser must
// see that it ended); so the line of a token is the number of line breaks before the last byte
// read, plus one.
#pragma once

#include <memory>
#include <optional>
#include <string_view>

#include "models/io/document.hpp"
#include "models/io/problems.hpp"

namespace lifeboat::models::io::detail {

/// The root value, or nothing and at least one error.
std::optional<Value> parse_json(std::string_view text, const std::shared_ptr<const Source>& source,
                                const Limits& limits, Problems& problems);

}  // namespace lifeboat::models::io::detail
