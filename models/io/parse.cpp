// Documents from files and texts.
#include <memory>
#include <utility>

#include "models/io/detail/cannot_read.hpp"
#include "models/io/detail/parser.hpp"
#include "models/io/document.hpp"
#include "models/io/files.hpp"

namespace lifeboat::models::io {

std::optional<Document> Document::parse_file(const std::filesystem::path& path, Problems& problems,
                                             const Value* referred_from, const Limits& limits) {
  const Parsed<std::string> text = read_file(path, limits.bytes);
  if (!text) {
    detail::cannot_read(path, referred_from, text.complaint(), problems);
    return std::nullopt;
  }
  auto source = std::make_shared<Source>();
  source->name = path.string();
  source->directory = path.parent_path();
  std::error_code error;
  source->canonical = std::filesystem::canonical(path, error);
  if (referred_from != nullptr) source->referrer = referred_from->place().source;
  auto root = detail::parse_json(*text, source, limits, problems);
  if (!root) return std::nullopt;
  return Document{std::move(*root), std::move(source)};
}

std::optional<Document> Document::parse_text(std::string_view text, std::string name,
                                             Problems& problems, const Limits& limits,
                                             std::filesystem::path directory) {
  auto source = std::make_shared<Source>();
  source->name = std::move(name);
  source->directory = std::move(directory);
  if (text.size() > limits.bytes) {
    problems.error(Place{source, 0, nullptr}, "the text is too large",
                   "at most " + to_text(Bytes{static_cast<std::int64_t>(limits.bytes)}));
    return std::nullopt;
  }
  auto root = detail::parse_json(text, source, limits, problems);
  if (!root) return std::nullopt;
  return Document{std::move(*root), std::move(source)};
}

}  // namespace lifeboat::models::io
