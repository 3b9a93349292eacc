#include "models/io/detail/parser.hpp"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <limits>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "models/io/detail/syntax_error.hpp"
#include "models/io/detail/text.hpp"

namespace lifeboat::models::io::detail {

namespace {

using Sax = nlohmann::json::json_sax_t;

/// Where the parser has got to; shared by all copies of the iterator.
struct Reading {
  std::string_view text;
  std::size_t consumed = 0;
};

/// Hands out the bytes of the text and counts them.
class CountingIterator {
 public:
  using iterator_category = std::input_iterator_tag;
  using value_type = char;
  using difference_type = std::ptrdiff_t;
  using pointer = const char*;
  using reference = const char&;

  CountingIterator(Reading* reading, bool is_end) : reading_(reading), is_end_(is_end) {}
  const char& operator*() const { return reading_->text[reading_->consumed]; }
  CountingIterator& operator++() {
    ++reading_->consumed;
    return *this;
  }
  CountingIterator operator++(int) {
    const CountingIterator before = *this;
    ++*this;
    return before;
  }
  bool operator==(const CountingIterator& other) const { return at_end() == other.at_end(); }
  bool operator!=(const CountingIterator& other) const { return !(*this == other); }

 private:
  [[nodiscard]] bool at_end() const {
    return is_end_ || reading_->consumed == reading_->text.size();
  }
  Reading* reading_;
  bool is_end_;
};

/// An object or array that is not closed yet.
struct Open {
  bool is_array = false;
  Place place;
  std::vector<Value> elements;
  std::vector<Member> members;
  std::string key;  // of the member whose value comes next
  Place key_place;
  bool duplicate = false;                      // that key was there before
  std::unordered_map<std::string, int> lines;  // key to line, once there are many
};

class Handler final : public Sax {
 public:
  Handler(Reading& reading, std::shared_ptr<const Source> source, const Limits& limits,
          Problems& problems)
      : reading_(reading), source_(std::move(source)), limits_(limits), problems_(problems) {}

  std::optional<Value> take_root() { return std::move(root_); }

  bool null() override { return put(Value::null(here())); }
  bool boolean(bool value) override { return put(Value::boolean(value, here())); }
  bool number_integer(number_integer_t value) override {
    return put(Value::integer(value, here()));
  }
  bool number_unsigned(number_unsigned_t value) override {
    constexpr auto kMost = static_cast<number_unsigned_t>(std::numeric_limits<std::int64_t>::max());
    if (value > kMost) return put(Value::number(static_cast<double>(value), here()));
    return put(Value::integer(static_cast<std::int64_t>(value), here()));
  }
  bool number_float(number_float_t value, const string_t&) override {
    return put(Value::number(value, here()));
  }
  bool string(string_t& value) override { return put(Value::string(std::move(value), here())); }
  bool binary(binary_t&) override { return false; }
  bool start_object(std::size_t) override { return open(false); }
  bool start_array(std::size_t) override { return open(true); }
  bool key(string_t& name) override;
  bool end_object() override;
  bool end_array() override;
  bool parse_error(std::size_t, const std::string&,
                   const nlohmann::detail::exception& error) override;

 private:
  /// The line of the last token: line breaks before the last byte read.
  int line() {
    const std::size_t end = reading_.consumed == 0 ? 0 : reading_.consumed - 1;
    for (; counted_ < end; ++counted_) line_ += reading_.text[counted_] == '\n' ? 1 : 0;
    return line_;
  }
  /// The place of the value that comes next.
  Place here() {
    Place place{source_, line(), nullptr};
    if (stack_.empty()) return place;
    const Open& top = stack_.back();
    if (top.is_array) {
      place.path = top.place.element(top.elements.size()).path;
    } else {
      // Between two members no key is pending.
      place.path = top.key_place.path ? top.key_place.path : top.place.path;
    }
    return place;
  }
  bool put(Value value);
  bool open(bool is_array);
  bool count_node();
  bool stop(const Place& place, std::string text, std::string expected) {
    problems_.error(place, std::move(text), std::move(expected));
    return false;
  }
  static int line_of(const Open& object, const std::string& name);

  Reading& reading_;
  std::shared_ptr<const Source> source_;
  const Limits& limits_;
  Problems& problems_;
  std::vector<Open> stack_;
  std::optional<Value> root_;
  std::size_t nodes_ = 0;
  std::size_t counted_ = 0;
  int line_ = 1;
};

bool Handler::count_node() {
  if (++nodes_ <= limits_.nodes) return true;
  return stop(here(), "the file has too many values", "at most " + std::to_string(limits_.nodes));
}

bool Handler::put(Value value) {
  if (!count_node()) return false;
  if (stack_.empty()) {
    root_ = std::move(value);
    return true;
  }
  Open& top = stack_.back();
  if (top.is_array) {
    top.elements.push_back(std::move(value));
  } else if (!top.duplicate) {
    top.members.push_back({std::move(top.key), std::move(value), std::move(top.key_place)});
  }
  return true;
}

bool Handler::open(bool is_array) {
  if (stack_.size() >= limits_.depth) {
    return stop(here(), "the file is nested too deeply",
                "at most " + std::to_string(limits_.depth) + " levels");
  }
  Open opened;
  opened.is_array = is_array;
  opened.place = here();
  stack_.push_back(std::move(opened));
  return true;
}

int Handler::line_of(const Open& object, const std::string& name) {
  if (!object.lines.empty()) {
    const auto found = object.lines.find(name);
    return found == object.lines.end() ? 0 : found->second;
  }
  for (const Member& member : object.members) {
    if (member.name == name) return member.place.line;
  }
  return 0;
}

bool Handler::key(string_t& name) {
  constexpr std::size_t kLinearSearch = 16;
  Open& top = stack_.back();
  Place place = top.place.member(name);
  place.line = line();
  const int before = line_of(top, name);
  top.duplicate = before > 0;
  if (top.duplicate) {
    problems_.error(place,
                    "key " + quote(name) + " was given already, on line " + std::to_string(before));
  } else if (!top.lines.empty()) {
    top.lines.emplace(name, place.line);
  } else if (top.members.size() >= kLinearSearch) {
    for (const Member& member : top.members) top.lines.emplace(member.name, member.place.line);
    top.lines.emplace(name, place.line);
  }
  top.key = std::move(name);
  top.key_place = std::move(place);
  return true;
}

bool Handler::end_object() {
  Open closed = std::move(stack_.back());
  stack_.pop_back();
  return put(Value::object(std::move(closed.members), std::move(closed.place)));
}

bool Handler::end_array() {
  Open closed = std::move(stack_.back());
  stack_.pop_back();
  return put(Value::array(std::move(closed.elements), std::move(closed.place)));
}

bool Handler::parse_error(std::size_t, const std::string&,
                          const nlohmann::detail::exception& error) {
  SyntaxContext context;
  context.text = reading_.text;
  context.consumed = reading_.consumed;
  context.after_root = root_.has_value();
  if (!stack_.empty()) {
    const Open& top = stack_.back();
    context.inside = top.is_array ? Kind::kArray : Kind::kObject;
    context.opened_on_line = top.place.line;
    context.has_elements = !top.elements.empty();
  }
  problems_.error(here(), explain_syntax_error(error.what(), context));
  return false;
}

/// What can be seen without parsing: encoding and bytes that no text has.
std::optional<std::pair<std::size_t, Complaint>> unreadable(std::string_view text) {
  using std::string_view_literals::operator""sv;
  if (text.substr(0, 3) == "\xef\xbb\xbf"sv) {
    return {{0, {"the file starts with a byte order mark", "UTF-8 without one", {}}}};
  }
  if (text.substr(0, 2) == "\xff\xfe"sv || text.substr(0, 2) == "\xfe\xff"sv) {
    return {{0, {"the file is UTF-16", "UTF-8", {}}}};
  }
  if (const auto at = first_invalid_utf8(text)) {
    return {{*at, {"the byte " + printable(text.substr(*at, 1)) + " is not UTF-8", "UTF-8", {}}}};
  }
  if (const auto at = text.find('\0'); at != std::string_view::npos) {
    return {{at, {"the file holds a NUL byte", "text", {}}}};
  }
  return std::nullopt;
}

}  // namespace

std::optional<Value> parse_json(std::string_view text, const std::shared_ptr<const Source>& source,
                                const Limits& limits, Problems& problems) {
  if (const auto problem = unreadable(text)) {
    const auto before = text.substr(0, problem->first);
    const auto line = 1 + std::count(before.begin(), before.end(), '\n');
    problems.error(Place{source, static_cast<int>(line), nullptr}, problem->second);
    return std::nullopt;
  }
  Reading reading{text, 0};
  Handler handler(reading, source, limits, problems);
  const bool parsed = nlohmann::json::sax_parse(
      CountingIterator(&reading, false), CountingIterator(&reading, true), &handler,
      nlohmann::json::input_format_t::json, /*strict=*/true, /*ignore_comments=*/true);
  if (!parsed) return std::nullopt;
  return handler.take_root();
}

}  // namespace lifeboat::models::io::detail
