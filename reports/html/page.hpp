// The HTML report: one file, made of the page's template and a run's data.
//
// The template (built from this folder by npm, embedded by the build) is a complete page with one
// placeholder inside <script id="lifeboat-data" type="application/json">. The data goes there as
// it is, but for every '<', which becomes the JSON escape \u003c: in valid JSON that character
// occurs in strings only, and without it no text in the data can end the script element. README.md
// says what the data holds.
#pragma once

#include <string>
#include <string_view>

namespace lifeboat::reports::html {

/// `json` in a form that may stand inside a script element; the same document to a JSON parser.
[[nodiscard]] std::string escape_for_script(std::string_view json);

/// The template with `json`, escaped, in place of its placeholder. Throws std::logic_error unless
/// the template holds the placeholder exactly once.
[[nodiscard]] std::string fill_template(std::string_view page, std::string_view json);

/// The report page that shows `data_json` ({"result": ..., "detail": ...}).
[[nodiscard]] std::string render_page(std::string_view data_json);

}  // namespace lifeboat::reports::html
