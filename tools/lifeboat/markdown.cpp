#include "tools/lifeboat/markdown.hpp"

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

#include "reports/text/words.hpp"
#include "tools/lifeboat/rows.hpp"

namespace lifeboat::tools {
namespace {

constexpr std::size_t kIndent = 2;
constexpr std::string_view kFence = "```";
constexpr std::string_view kItem = "- ";

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    lines.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return lines;
}

/// "[words](place)".
bool begins_link(std::string_view text) {
  const std::size_t end = text.find(']');
  return end != std::string_view::npos && text.substr(end).starts_with("](");
}

/// Without the marks of code, emphasis and links.
std::string plain(std::string_view text) {
  std::string out;
  bool in_code = false;
  bool emphasized = false;
  const auto at = [&](std::size_t i) { return i < text.size() ? text[i] : ' '; };
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '`') in_code = !in_code;
    const bool mark = !in_code && c == '*';
    if (mark && at(i + 1) == '*') {
      ++i;
    } else if (mark && (emphasized ? i > 0 && text[i - 1] != ' ' : at(i + 1) != ' ')) {
      emphasized = !emphasized;
    } else if (!in_code && c == ']' && at(i + 1) == '(') {
      i = std::min(text.find(')', i), text.size() - 1);
    } else if (c != '`' && (in_code || c != '[' || !begins_link(text.substr(i)))) {
      out += c;
    }
  }
  return out;
}

/// Wrapped behind `first`, further lines under its end.
std::string hung(const std::string& first, std::string_view text) {
  std::string out;
  const std::size_t width = reports::columns(first);
  for (const std::string& line : reports::wrap(text, reports::kColumns - width)) {
    out += (out.empty() ? first : std::string(width, ' ')) + line + "\n";
  }
  return out;
}

std::string code_line(std::string text) {
  std::erase(text, '`');
  const std::string_view line = text;
  const std::string indent(2 * kIndent, ' ');
  if (indent.size() + reports::columns(line) <= reports::kColumns) {
    return indent + std::string(line) + "\n";
  }
  const std::size_t own = std::min(line.find_first_not_of(' '), line.size());
  return hung(indent + std::string(own, ' '), line.substr(own));
}

/// The cells of "| a | b |".
std::vector<std::string> cells_of(std::string_view line) {
  std::vector<std::string> cells;
  std::string cell;
  for (std::size_t i = 1; i < line.size(); ++i) {
    if (line[i] == '\\' && i + 1 < line.size() && line[i + 1] == '|') {
      cell += line[++i];
    } else if (line[i] == '|') {
      const std::size_t begin = std::min(cell.find_first_not_of(' '), cell.size());
      const std::size_t end = cell.find_last_not_of(' ');
      cells.push_back(plain(begin < cell.size() ? cell.substr(begin, end - begin + 1) : ""));
      cell.clear();
    } else {
      cell += line[i];
    }
  }
  return cells;
}

/// A name and all that stands beside it.
void add_row(Rows& rows, std::string_view line) {
  if (line.find_first_not_of("|-: ") == std::string_view::npos) return;  // below the heads
  const std::vector<std::string> cells = cells_of(line);
  std::string rest;
  for (std::size_t i = 1; i < cells.size(); ++i) {
    if (!cells[i].empty()) rest += (rest.empty() ? "" : "; ") + cells[i];
  }
  rows.emplace_back(cells.empty() ? "" : cells.front(), rest);
}

/// Takes lines one after another.
class Printer {
 public:
  void line(std::string_view line) {
    if (line.starts_with(kFence)) {
      flush();
      if (in_code_) out_ += "\n";
      in_code_ = !in_code_;
    } else if (in_code_) {
      out_ += code_line(std::string(line));
    } else if (line.starts_with('|')) {
      flush_paragraph();
      add_row(table_, line);
    } else if (line.find_first_not_of(' ') == std::string_view::npos) {
      flush();
      if (!out_.empty() && !out_.ends_with("\n\n")) out_ += "\n";
    } else {
      if (!table_.empty() || line.starts_with(kItem)) flush();
      if (line.starts_with(kItem)) {
        first_ = std::string(kIndent, ' ') + std::string(kItem);
        line.remove_prefix(kItem.size());
      }
      if (!paragraph_.empty()) paragraph_ += ' ';
      paragraph_ += line;
    }
  }
  std::string text() {
    flush();
    while (out_.ends_with("\n\n")) out_.pop_back();
    return std::move(out_);
  }

 private:
  void flush_paragraph() {
    if (!paragraph_.empty()) out_ += hung(first_, plain(paragraph_));
    paragraph_.clear();
    first_ = std::string(kIndent, ' ');
  }
  void flush() {
    flush_paragraph();
    if (!table_.empty()) out_ += rows_text(table_, width_of(table_));
    table_.clear();
  }

  std::string out_;
  std::string paragraph_;
  std::string first_ = std::string(kIndent, ' ');
  Rows table_;
  bool in_code_ = false;
};

}  // namespace

std::string_view markdown_section(std::string_view document, std::string_view heading) {
  const std::string mark = "\n## " + std::string(heading) + "\n";
  const std::size_t at = document.find(mark);
  if (at == std::string_view::npos) return {};
  const std::string_view rest = document.substr(at + mark.size());
  const std::size_t next = rest.find("\n## ");
  return next == std::string_view::npos ? rest : rest.substr(0, next + 1);
}

std::string markdown_text(std::string_view text) {
  Printer printer;
  for (const std::string_view line : lines_of(text)) printer.line(line);
  return printer.text();
}

}  // namespace lifeboat::tools
