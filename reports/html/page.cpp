#include "reports/html/page.hpp"

#include <algorithm>
#include <cstddef>
#include <stdexcept>

namespace lifeboat::reports::html {

// Generated from the npm package in this folder (tools/cmake/LifeboatReportTemplate.cmake).
extern const unsigned char kTemplate[];
extern const std::size_t kTemplateSize;

namespace {

constexpr std::string_view kPlaceholder = "/*LIFEBOAT_DATA*/";
constexpr std::string_view kEscape = "\\u003c";

}  // namespace

std::string escape_for_script(std::string_view json) {
  const auto count = static_cast<std::size_t>(std::count(json.begin(), json.end(), '<'));
  std::string escaped;
  escaped.reserve(json.size() + count * (kEscape.size() - 1));
  for (const char c : json) {
    if (c == '<') {
      escaped += kEscape;
    } else {
      escaped += c;
    }
  }
  return escaped;
}

std::string fill_template(std::string_view page, std::string_view json) {
  const std::size_t at = page.find(kPlaceholder);
  if (at == std::string_view::npos ||
      page.find(kPlaceholder, at + kPlaceholder.size()) != std::string_view::npos) {
    throw std::logic_error{"the report's template must hold its placeholder exactly once"};
  }
  std::string filled{page.substr(0, at)};
  filled += escape_for_script(json);
  filled += page.substr(at + kPlaceholder.size());
  return filled;
}

std::string render_page(std::string_view data_json) {
  return fill_template({reinterpret_cast<const char*>(kTemplate), kTemplateSize}, data_json);
}

}  // namespace lifeboat::reports::html
