// READMEs as a terminal shows them.
#include "tools/lifeboat/markdown.hpp"

#include "tests/catch.hpp"

using lifeboat::tools::markdown_section;
using lifeboat::tools::markdown_text;

TEST_CASE("a section ends where the next begins", "[unit]") {
  const char* const text = "# name\n\n## One\nfirst\n### deeper\n\n## Two\nsecond\n";
  CHECK(markdown_section(text, "One") == "first\n### deeper\n\n");
  CHECK(markdown_section(text, "Two") == "second\n");
  CHECK(markdown_section(text, "Three").empty());
  CHECK(markdown_section(text, "Tw").empty());
  CHECK(markdown_section("", "One").empty());
}

TEST_CASE("paragraphs and items are wrapped without their marks", "[unit]") {
  CHECK(markdown_text("One `two`\n**three** *four* [five](six.md), 2 * 3 * 4.\n\nNext\n") ==
        "  One two three four five, 2 * 3 * 4.\n\n  Next\n");
  CHECK(markdown_text("- an item\n  that goes on\n- and `a*b` [1] [x](y)\n") ==
        "  - an item that goes on\n  - and a*b [1] x\n");
  const std::string long_item = "- " + std::string(40, 'a') + " " + std::string(40, 'b');
  CHECK(markdown_text(long_item) ==
        "  - " + std::string(40, 'a') + "\n    " + std::string(40, 'b') + "\n");
}

TEST_CASE("code stands as it is, as far as it fits", "[unit]") {
  CHECK(markdown_text("```\na  ->  b\n   c\n```\ntext\n") == "    a  ->  b\n       c\n\n  text\n");
  const std::string wide = "  " + std::string(50, 'a') + " " + std::string(50, 'b');
  CHECK(markdown_text("```\n" + wide + "\n```\n") ==
        "      " + std::string(50, 'a') + "\n      " + std::string(50, 'b') + "\n");
}

TEST_CASE("a table is rows of a name and what stands beside it", "[unit]") {
  CHECK(
      markdown_text("| what | how | |\n|---|---|---|\n| `a` | b \\| c | d |\n| e | | |\n\nend\n") ==
      "  what  how\n  a     b | c; d\n  e     -\n\n  end\n");
}
