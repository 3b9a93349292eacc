// The page around the data: what goes in comes out for a JSON parser, and nothing in the data can
// end the script element that holds it. What the page shows is tested in a browser (check.mjs).
#include "reports/html/page.hpp"

#include <stdexcept>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "tests/catch.hpp"

using lifeboat::reports::html::escape_for_script;
using lifeboat::reports::html::fill_template;
using lifeboat::reports::html::render_page;

namespace {

/// The text of the data block, as a browser cuts it out: up to the first "</script".
std::string data_block(const std::string& page) {
  constexpr std::string_view kOpen = R"(<script id="lifeboat-data" type="application/json">)";
  const std::size_t from = page.find(kOpen) + kOpen.size();
  return page.substr(from, page.find("</script", from) - from);
}

}  // namespace

TEST_CASE("Data inside a script element holds no '<' and reads back the same", "[unit]") {
  const nlohmann::json data = {{"</script><script>alert(1)</script>", "<!-- <script> -->"},
                               {"plain", "5 > 4 && \"quoted\" \\u003c \\\\u003c"},
                               {"unicode", "caf\xc3\xa9 \xe2\x80\xa8 \xf0\x9f\x9b\x9f"}};
  const std::string escaped = escape_for_script(data.dump());
  CHECK(escaped.find('<') == std::string::npos);
  CHECK(nlohmann::json::parse(escaped) == data);
  CHECK(escape_for_script("").empty());
  CHECK(escape_for_script(R"({"a": 1})") == R"({"a": 1})");
}

TEST_CASE("A template takes its data where the placeholder stands, and only there", "[unit]") {
  CHECK(fill_template("<p>/*LIFEBOAT_DATA*/</p>", R"("<b>")") == R"(<p>"\u003cb>"</p>)");
  CHECK(fill_template("/*LIFEBOAT_DATA*/", "/*LIFEBOAT_DATA*/") == "/*LIFEBOAT_DATA*/");
  CHECK_THROWS_AS(fill_template("<p></p>", "{}"), std::logic_error);
  CHECK_THROWS_AS(fill_template("/*LIFEBOAT_DATA*/ /*LIFEBOAT_DATA*/", "{}"), std::logic_error);
}

TEST_CASE("The report page is whole, refers to nothing outside, and carries its data", "[unit]") {
  const nlohmann::json data = {{"result", {{"scenario", "</script>"}}}, {"detail", nullptr}};
  const std::string page = render_page(data.dump());
  CHECK(page.rfind("<!doctype html>", 0) == 0);
  CHECK(page.find("</html>") != std::string::npos);
  CHECK(nlohmann::json::parse(data_block(page)) == data);
  CHECK(page.find("default-src 'none'") != std::string::npos);
  CHECK(page.find("Permission is hereby granted") != std::string::npos);  // the library's licence
  CHECK(page.find("<link rel=\"stylesheet\"") == std::string::npos);
  CHECK(page.find("src=\"http") == std::string::npos);
  CHECK(page.size() < 1024 * 1024);
}
