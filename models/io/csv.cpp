#include "models/io/csv.hpp"

#include <algorithm>
#include <system_error>
#include <utility>

#include "models/io/detail/cannot_read.hpp"
#include "models/io/detail/number.hpp"
#include "models/io/detail/text.hpp"
#include "models/io/files.hpp"
#include "models/io/suggest.hpp"

namespace lifeboat::models::io {

namespace {

/// Takes the next field off the front of a record; `last` says that none follows.
struct FieldText {
  std::string_view raw;
  bool last = false;
  bool well_formed = true;
};

FieldText next_field(std::string_view& record) {
  FieldText field;
  std::string_view rest = detail::trimmed(record);
  std::size_t end = 0;
  if (!rest.empty() && rest.front() == '"') {
    end = 1;
    while (end < rest.size() && (rest[end] != '"' || rest.substr(end, 2) == "\"\"")) {
      end += rest[end] == '"' ? std::size_t{2} : std::size_t{1};
    }
    field.well_formed = end < rest.size();
    end = std::min(end + 1, rest.size());
    const std::size_t comma = rest.find(',', end);
    const std::string_view behind = rest.substr(end, std::min(comma, rest.size()) - end);
    field.well_formed = field.well_formed && detail::trimmed(behind).empty();
    field.raw = rest.substr(0, end);
    field.last = comma == std::string_view::npos;
    record = field.last ? std::string_view{} : rest.substr(comma + 1);
    return field;
  }
  end = record.find(',');
  field.last = end == std::string_view::npos;
  field.raw = detail::trimmed(record.substr(0, end));
  record = field.last ? std::string_view{} : record.substr(end + 1);
  return field;
}

std::string unquoted(std::string_view raw) {
  if (raw.size() < 2 || raw.front() != '"' || raw.back() != '"') return std::string{raw};
  std::string text;
  for (std::size_t i = 1; i + 1 < raw.size(); ++i) {
    text += raw[i];
    if (raw[i] == '"') ++i;
  }
  return text;
}

/// The number of fields in a record, or nothing if a quote is not closed.
std::optional<std::size_t> count_fields(std::string_view record) {
  std::size_t count = 0;
  while (true) {
    const FieldText field = next_field(record);
    if (!field.well_formed) return std::nullopt;
    ++count;
    if (field.last) return count;
  }
}

std::string fields(std::size_t count) {
  return std::to_string(count) + (count == 1 ? " field" : " fields");
}

}  // namespace

std::optional<CsvTable> CsvTable::read(const std::filesystem::path& path, const CsvOptions& options,
                                       Problems& problems, const Value* referred_from) {
  Parsed<std::string> text = read_file(path, options.bytes);
  if (text) return parse(text.take(), path.string(), options, problems);
  detail::cannot_read(path, referred_from, text.complaint(), problems);
  return std::nullopt;
}

std::optional<CsvTable> CsvTable::parse(std::string text, std::string name,
                                        const CsvOptions& options, Problems& problems) {
  CsvTable table;
  auto source = std::make_shared<Source>();
  source->name = std::move(name);
  table.source_ = source;
  table.text_ = std::move(text);
  const std::string_view all = table.text_;
  bool header_due = options.header;
  bool good = true;
  int line = 0;
  int first_line = 0;
  const auto fail = [&](std::string what, std::string expected) {
    problems.error(Place{source, line, nullptr}, std::move(what), std::move(expected));
    good = false;
  };
  for (std::size_t begin = all.substr(0, 3) == "\xef\xbb\xbf" ? 3 : 0; begin < all.size();) {
    ++line;
    const std::size_t end = std::min(all.find('\n', begin), all.size());
    std::string_view record = all.substr(begin, end - begin);
    if (!record.empty() && record.back() == '\r') record.remove_suffix(1);
    const std::size_t record_begin = begin;
    begin = end + 1;
    if (detail::trimmed(record).empty() || record.front() == '#') continue;
    const auto count = count_fields(record);
    if (!count) {
      fail("a quote is not closed, or text follows it", R"(a field such as "a ""b"" c")");
    } else if (first_line == 0) {
      table.columns_ = *count;
      first_line = line;
    } else if (*count != table.columns_) {
      fail("the row has " + fields(*count),
           std::to_string(table.columns_) + ", as on line " + std::to_string(first_line));
    }
    if (header_due) {
      header_due = false;
      for (std::size_t i = 0; i < table.columns_; ++i) {
        table.header_.push_back(unquoted(next_field(record).raw));
      }
      continue;
    }
    if (table.rows_.size() == options.rows) {
      fail("the table has too many rows", "at most " + std::to_string(options.rows));
      break;
    }
    if (problems.full() && !good) break;
    table.rows_.push_back({record_begin, static_cast<std::uint32_t>(record.size()), line});
  }
  if (!good) return std::nullopt;
  return table;
}

std::string CsvTable::field(std::size_t row, std::size_t column) const {
  const Row& at = rows_[row];
  std::string_view record = std::string_view{text_}.substr(at.begin, at.length);
  for (std::size_t i = 0; i < column; ++i) next_field(record);
  return unquoted(next_field(record).raw);
}

Place CsvTable::place(std::size_t row) const { return Place{source_, rows_[row].line, nullptr}; }

std::optional<double> CsvTable::number(std::size_t row, std::size_t column,
                                       Problems& problems) const {
  const std::string text = field(row, column);
  if (text.empty()) return std::nullopt;
  const auto result = parse_number(text);
  if (result) return *result;
  problems.error(place(row), result.complaint());
  return std::nullopt;
}

std::optional<std::size_t> CsvTable::column(const Value& which, Problems& problems) const {
  if (which.is_string()) {
    const auto found = std::find(header_.begin(), header_.end(), which.as_string());
    if (found != header_.end()) return static_cast<std::size_t>(found - header_.begin());
    problems.error(which.place(), "there is no column " + which.shown() + " in " + source_->name,
                   header_.empty() ? "a column number, for there is no header" : one_of(header_),
                   suggest(which.as_string(), header_));
    return std::nullopt;
  }
  const auto index = which.as_integer();
  if (index && *index >= 0 && static_cast<std::size_t>(*index) < columns_) {
    return static_cast<std::size_t>(*index);
  }
  const std::string range =
      columns_ == 0 ? "a table with columns"
                    : "a column from 0 to " + std::to_string(columns_ - 1) + ", or its name";
  problems.error(which.place(), "there is no column " + which.shown() + " in " + source_->name,
                 range);
  return std::nullopt;
}

}  // namespace lifeboat::models::io
