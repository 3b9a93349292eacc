#include "models/io/place.hpp"

#include <vector>

#include "models/io/detail/text.hpp"

namespace lifeboat::models::io {

namespace {

constexpr std::size_t kLongestKey = 80;
constexpr std::size_t kLongestPointer = 400;

std::string step_text(const PathStep& step) {
  if (step.is_index) return std::to_string(step.index);
  std::string text;
  for (const char c : detail::shortened(step.key, kLongestKey)) {
    if (c == '~') {
      text += "~0";
    } else if (c == '/') {
      text += "~1";
    } else {
      text += c;
    }
  }
  return text;
}

}  // namespace

std::string Place::file() const { return source ? source->name : std::string{}; }

std::string Place::pointer() const {
  std::vector<const PathStep*> steps;
  for (const PathStep* step = path.get(); step != nullptr; step = step->parent.get()) {
    steps.push_back(step);
  }
  if (steps.empty()) return "/";
  std::string text;
  for (auto step = steps.rbegin(); step != steps.rend(); ++step) {
    text += '/';
    text += step_text(**step);
  }
  if (text.size() <= kLongestPointer) return text;
  return detail::cut(text, kLongestPointer / 2) + "..." +
         detail::cut_front(text, kLongestPointer / 2);
}

Place Place::member(std::string_view key) const {
  Place below = *this;
  below.path = std::make_shared<const PathStep>(PathStep{path, std::string{key}, 0, false});
  return below;
}

Place Place::element(std::size_t index) const {
  Place below = *this;
  below.path = std::make_shared<const PathStep>(PathStep{path, {}, index, true});
  return below;
}

std::string Place::text() const { return line > 0 ? file() + ":" + std::to_string(line) : file(); }

}  // namespace lifeboat::models::io
