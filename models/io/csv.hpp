// Tables of numbers and times: CSV files with one record a line.
//
// Comma separated, fields optionally in double quotes (a quote inside is doubled; no line breaks
// inside), LF or CRLF, empty lines and lines that start with `#` skipped, a byte order mark
// skipped. Every row must have as many fields as the first. An empty field is a gap: it is given
// as absent and never filled. Size and rows are bounded.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "models/io/document.hpp"
#include "models/io/problems.hpp"

namespace lifeboat::models::io {

struct CsvOptions {
  bool header = false;  ///< the first record names the columns
  std::size_t bytes = std::size_t{256} << 20;
  std::size_t rows = 10'000'000;
};

/// A table as read; fields are split on demand.
class CsvTable {
 public:
  /// Nothing, and errors at `PATH:LINE`, if the file cannot be read or is ragged. Errors about
  /// the file as such stand at `referred_from`, if there is one.
  static std::optional<CsvTable> read(const std::filesystem::path& path, const CsvOptions& options,
                                      Problems& problems, const Value* referred_from = nullptr);
  static std::optional<CsvTable> parse(std::string text, std::string name,
                                       const CsvOptions& options, Problems& problems);

  [[nodiscard]] std::size_t rows() const { return rows_.size(); }
  [[nodiscard]] std::size_t columns() const { return columns_; }
  /// Names from the header; empty without one.
  [[nodiscard]] const std::vector<std::string>& header() const { return header_; }
  /// Field `column` of row `row`, unquoted and without outer spaces.
  [[nodiscard]] std::string field(std::size_t row, std::size_t column) const;
  /// The line of a row, from 1.
  [[nodiscard]] int line(std::size_t row) const { return rows_[row].line; }
  /// Where a row stands, for an error about it.
  [[nodiscard]] Place place(std::size_t row) const;
  /// The field as a finite number; nothing for a gap; an error, and nothing, for other text.
  [[nodiscard]] std::optional<double> number(std::size_t row, std::size_t column,
                                             Problems& problems) const;
  /// The column that `which` means: a number from 0, or a name of the header. Nothing, and an
  /// error there, if there is none.
  [[nodiscard]] std::optional<std::size_t> column(const Value& which, Problems& problems) const;

 private:
  struct Row {
    std::size_t begin;
    std::uint32_t length;
    int line;
  };
  std::string text_;
  std::shared_ptr<const Source> source_;
  std::vector<Row> rows_;
  std::vector<std::string> header_;
  std::size_t columns_ = 0;
};

}  // namespace lifeboat::models::io
