// READMEs on a terminal: sections of them, 80 columns wide and without the marks.
//
// What READMEs here are made of is known: paragraphs, lists of one level, tables, blocks of code,
// emphasis and links. Anything else is printed as it stands.
#pragma once

#include <string>
#include <string_view>

namespace lifeboat::tools {

/// What stands under the line "## HEADING", up to the next such line or the end; empty if there is
/// none.
[[nodiscard]] std::string_view markdown_section(std::string_view document,
                                                std::string_view heading);

/// The text indented by two, each line with its break: paragraphs and list items wrapped, blocks of
/// code as they are where they fit, a table as rows of a name and what stands beside it.
[[nodiscard]] std::string markdown_text(std::string_view text);

}  // namespace lifeboat::tools
