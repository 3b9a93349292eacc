// A source that is a part of another: a stream whose rate varies on several time scales is the sum
// of sources NAME, NAME/2, NAME/3. Each has luck of its own, but for the factor on the whole rate
// (Source::factor), which belongs to NAME.
#pragma once

#include <string_view>

namespace lifeboat::sim {

inline constexpr char kPartOfSource = '/';

/// The source that `name` is a part of, or itself.
[[nodiscard]] constexpr std::string_view whole_of(std::string_view name) {
  return name.substr(0, name.find(kPartOfSource));
}

}  // namespace lifeboat::sim
