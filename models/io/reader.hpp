// The strict reader of one JSON object.
//
// A format or a service kind states each key once, in the call that reads it:
//
//     ObjectReader r(value, problems);
//     const auto ttl = r.optional_duration(
//         {"ttl", "how long resolvers keep the answer", "AWS documentation, 2025"}, 60 s);
//     const auto servers = r.optional_count({"servers", "servers in parallel"}, 1, {.min = 1});
//     r.finish();
//
// - required_X reports a missing key; optional_X takes a default; maybe_X gives an std::optional.
//   All report a wrong type, a missing unit, a value out of range, and then return a stand-in
//   (the default, the minimum or zero), so reading goes on and finds every problem.
// - finish, or the destructor, reports each key that nobody read, with the nearest known name.
// - Describing: a reader of a describing value (see `describe`) reads nothing and instead collects
//   a Schema from the same calls. In it has() is true, callbacks of nested values run once, and
//   nothing is ever reported. So write alternatives as separate ifs, not as else-ifs, do not
//   loop until a value changes, and open a recursive object with named().
// - Defaults that were taken are noted where the problems say (Problems::note_defaults_in).
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "models/io/clock.hpp"
#include "models/io/document.hpp"
#include "models/io/law.hpp"
#include "models/io/problems.hpp"
#include "models/io/quantity.hpp"
#include "models/io/schema.hpp"
#include "models/io/units.hpp"
#include "sim/random/law.hpp"
#include "sim/time.hpp"

namespace lifeboat::models::io {

/// A key, and what documentation says of it. A source that starts with "guess" marks a guess.
struct Parameter {
  std::string_view name;
  std::string_view doc;        ///< one sentence, no full stop
  std::string_view source;     ///< where the default comes from
  std::string_view otherwise;  ///< for maybe_X: what holds where the key is absent

  Parameter(const char* name_in) : name(name_in) {}         // NOLINT: meant to convert
  Parameter(const std::string& name_in) : name(name_in) {}  // NOLINT: meant to convert
  // NOLINTNEXTLINE: meant to convert
  Parameter(std::string_view name_in, std::string_view doc_in = {}, std::string_view source_in = {},
            std::string_view otherwise_in = {})
      : name(name_in), doc(doc_in), source(source_in), otherwise(otherwise_in) {}
};

/// Allowed values, both ends included; by default anything that is not negative.
template <class T>
struct Range {
  std::optional<T> min = T{};
  std::optional<T> max = std::nullopt;
  bool above_min = false;  ///< the minimum itself is not allowed
};
/// Greater than zero.
template <class T>
[[nodiscard]] Range<T> positive() {
  return {.min = T{}, .max = std::nullopt, .above_min = true};
}

/// One word of a closed list, what it stands for, and a sentence of documentation.
template <class E>
struct Choice {
  std::string_view name;
  E value;
  std::string_view doc = {};
};

/// Reads the keys of one object. Problems and schema must outlive it.
class ObjectReader {
 public:
  /// Reports at once if `value` is no object; then all keys count as absent and none as missing.
  ObjectReader(const Value& value, Problems& problems);
  ObjectReader(const ObjectReader&) = delete;
  ObjectReader& operator=(const ObjectReader&) = delete;
  ~ObjectReader();

  [[nodiscard]] bool describing() const { return value_.describer() != nullptr; }
  /// Whether the key is present; true in describing mode. Does not make the key known.
  [[nodiscard]] bool has(std::string_view key) const;
  [[nodiscard]] const Value& value() const { return value_; }
  [[nodiscard]] const Place& place() const { return value_.place(); }
  /// Where the key's value stands, or the object where it is absent.
  [[nodiscard]] Place place_of(std::string_view key) const;
  [[nodiscard]] Problems& problems() { return *problems_; }
  /// An error at the key's value; ignored in describing mode.
  void error(std::string_view key, std::string text, std::string expected = {},
             std::string suggestion = {});
  void warning(std::string_view key, std::string text);

  // Quantities. A range's default is "not negative"; a ratio's is 0 to 100 %.
  sim::Duration required_duration(const Parameter& p, const Range<sim::Duration>& range = {});
  sim::Duration optional_duration(const Parameter& p, sim::Duration standard,
                                  const Range<sim::Duration>& range = {});
  std::optional<sim::Duration> maybe_duration(const Parameter& p,
                                              const Range<sim::Duration>& range = {});
  Rate required_rate(const Parameter& p, const Range<Rate>& range = {});
  Rate optional_rate(const Parameter& p, Rate standard, const Range<Rate>& range = {});
  std::optional<Rate> maybe_rate(const Parameter& p, const Range<Rate>& range = {});
  Bytes required_bytes(const Parameter& p, const Range<Bytes>& range = {});
  Bytes optional_bytes(const Parameter& p, Bytes standard, const Range<Bytes>& range = {});
  std::optional<Bytes> maybe_bytes(const Parameter& p, const Range<Bytes>& range = {});
  static constexpr Range<Ratio> kShare{.min = Ratio{0}, .max = Ratio{1}};
  Ratio required_ratio(const Parameter& p, const Range<Ratio>& range = kShare);
  Ratio optional_ratio(const Parameter& p, Ratio standard, const Range<Ratio>& range = kShare);
  std::optional<Ratio> maybe_ratio(const Parameter& p, const Range<Ratio>& range = kShare);
  Vcpu required_vcpu(const Parameter& p, const Range<Vcpu>& range = {});
  Vcpu optional_vcpu(const Parameter& p, Vcpu standard, const Range<Vcpu>& range = {});
  std::optional<Vcpu> maybe_vcpu(const Parameter& p, const Range<Vcpu>& range = {});
  Bandwidth required_bandwidth(const Parameter& p, const Range<Bandwidth>& range = {});
  Bandwidth optional_bandwidth(const Parameter& p, Bandwidth standard,
                               const Range<Bandwidth>& range = {});
  std::optional<Bandwidth> maybe_bandwidth(const Parameter& p, const Range<Bandwidth>& range = {});
  /// `per`: what may follow the slash ("h", "month", "GB"); empty for a plain sum.
  Money required_money(const Parameter& p, const std::vector<std::string>& per);
  std::optional<Money> maybe_money(const Parameter& p, const std::vector<std::string>& per);

  // Plain numbers, without quotes and without a unit.
  std::int64_t required_count(const Parameter& p, const Range<std::int64_t>& range = {});
  std::int64_t optional_count(const Parameter& p, std::int64_t standard,
                              const Range<std::int64_t>& range = {});
  std::optional<std::int64_t> maybe_count(const Parameter& p,
                                          const Range<std::int64_t>& range = {});
  double required_number(const Parameter& p, const Range<double>& range = {});
  double optional_number(const Parameter& p, double standard, const Range<double>& range = {});
  std::optional<double> maybe_number(const Parameter& p, const Range<double>& range = {});
  bool required_boolean(const Parameter& p);
  bool optional_boolean(const Parameter& p, bool standard);
  std::optional<bool> maybe_boolean(const Parameter& p);

  // Words. A name matches [a-z][a-z0-9-]*.
  std::string required_string(const Parameter& p);
  std::string optional_string(const Parameter& p, std::string_view standard);
  std::optional<std::string> maybe_string(const Parameter& p);
  std::string required_name(const Parameter& p);
  std::optional<std::string> maybe_name(const Parameter& p);
  /// A name out of `known`; `what` is what it names, for the message: "service".
  std::string required_name_of(const Parameter& p, std::string_view what,
                               const std::vector<std::string>& known);
  std::optional<std::string> maybe_name_of(const Parameter& p, std::string_view what,
                                           const std::vector<std::string>& known);
  template <class E, std::size_t N>
  E required_enum(const Parameter& p, const Choice<E> (&table)[N]) {
    const auto found = choose(p, Presence::kRequired, words(table), std::nullopt);
    return table[found.value_or(0)].value;
  }
  template <class E, std::size_t N>
  E optional_enum(const Parameter& p, std::type_identity_t<E> standard,
                  const Choice<E> (&table)[N]) {
    std::optional<std::size_t> at;
    for (std::size_t i = 0; i < N; ++i) {
      if (table[i].value == standard) at = i;
    }
    const auto found = choose(p, Presence::kOptional, words(table), at);
    return found ? table[*found].value : standard;
  }
  template <class E, std::size_t N>
  std::optional<E> maybe_enum(const Parameter& p, const Choice<E> (&table)[N]) {
    const auto found = choose(p, Presence::kMaybe, words(table), std::nullopt);
    if (!found) return std::nullopt;
    return table[*found].value;
  }
  /// The format line: `"format": "lifeboat/KIND/VERSION"`. Where `needed` is false it may be
  /// left out (an inline object).
  void format(std::string_view kind, int version, bool needed = true);

  // Laws: a quantity for a constant, or an object (see law.hpp).
  sim::Law required_law(const Parameter& p, LawUnit unit = LawUnit::kDuration);
  sim::Law optional_law(const Parameter& p, const sim::Law& standard,
                        LawUnit unit = LawUnit::kDuration);
  std::optional<sim::Law> maybe_law(const Parameter& p, LawUnit unit = LawUnit::kDuration);

  // Clocks.
  std::optional<ClockTime> required_clock(const Parameter& p);
  std::optional<ClockTime> maybe_clock(const Parameter& p);
  std::optional<DateTime> maybe_date_time(const Parameter& p);
  TimeZone optional_time_zone(const Parameter& p, const TimeZone& standard = {});
  std::optional<TimeZone> maybe_time_zone(const Parameter& p);

  // Nested values. Nested objects are finished when their callback returns. All return whether
  // the key is present; each callback runs once in describing mode, with the name "NAME".
  bool section(const Parameter& p, const std::function<void(ObjectReader&)>& read);
  bool required_section(const Parameter& p, const std::function<void(ObjectReader&)>& read);
  /// An object whose keys are names chosen by the writer (checked), each with an object.
  bool map(const Parameter& p, const std::function<void(std::string_view, ObjectReader&)>& read);
  /// The same with any value, and keys that are not checked. What `read` does not describe of it is
  /// documented as `element`.
  bool object(const Parameter& p, const std::function<void(std::string_view, const Value&)>& read,
              ValueType element = ValueType::kAny);
  /// An array of objects.
  bool objects(const Parameter& p, const std::function<void(std::size_t, ObjectReader&)>& read);
  /// An array of any values.
  bool array(const Parameter& p, const std::function<void(std::size_t, const Value&)>& read,
             ValueType element = ValueType::kAny);
  /// One name, or an array of names: "to": "cdn", "after": ["fence", "declare"].
  std::vector<Value> one_or_more(const Parameter& p, ValueType element = ValueType::kName);
  /// An array of strings.
  std::vector<std::string> strings(const Parameter& p);
  /// The value as it is, made known as a key; nothing if absent. When describing, it is a
  /// describing value; what is not described of it is documented as `type`.
  std::optional<Value> raw(const Parameter& p, ValueType type = ValueType::kAny,
                           bool required = false);
  /// Every name-keyed member of this very object that has not been read yet becomes known and is
  /// handed to `read` (for formats where other keys name things).
  void rest(std::string_view doc, const std::function<void(std::string_view, ObjectReader&)>& read);

  // Rules between keys.
  /// Makes keys known without reading them (another reader does).
  void ignore(std::initializer_list<std::string_view> keys);
  /// Reports unless exactly one of the keys is present; returns the one that counts (the first
  /// present), or nothing. Does not make the keys known.
  std::optional<std::string> exactly_one_of(std::initializer_list<std::string_view> keys);
  /// Reports if more than one is present.
  void at_most_one_of(std::initializer_list<std::string_view> keys);
  /// In describing mode: whether the definition `name` is to be described here; false where it
  /// already has been, and the caller returns. True whenever values are read.
  [[nodiscard]] bool named(std::string_view name);

  /// Reports keys that nobody read. Called by the destructor otherwise.
  void finish();
  /// Leaves unread keys unreported (they belong to another reader of the same object).
  void leave_open();

 private:
  enum class Presence { kRequired, kOptional, kMaybe };
  struct Word {
    std::string_view name;
    std::string_view doc;
  };
  /// A value handed out to be described elsewhere, and where its declaration belongs.
  struct Pending {
    std::size_t position;
    Declaration key;
    std::shared_ptr<Describer> describer;
    ValueType otherwise;
  };
  template <class E, std::size_t N>
  static std::vector<Word> words(const Choice<E> (&table)[N]) {
    std::vector<Word> result;
    for (const auto& choice : table) result.push_back({choice.name, choice.doc});
    return result;
  }

  const Value* take(const Parameter& p, Presence presence, std::string_view expected);
  std::optional<std::size_t> choose(const Parameter& p, Presence presence,
                                    const std::vector<Word>& words,
                                    std::optional<std::size_t> standard);
  template <class T>
  std::optional<T> quantity(const Parameter& p, Presence presence, const std::optional<T>& standard,
                            const Range<T>& range);
  template <class T>
  T quantity_or(const Parameter& p, Presence presence, const std::optional<T>& standard,
                const Range<T>& range);
  template <class T>
  std::optional<T> parsed_text(const Parameter& p, Presence presence, ValueType type,
                               std::string_view expected, Parsed<T> (*parse)(std::string_view));
  std::optional<bool> truth(const Parameter& p, Presence presence, std::optional<bool> standard);
  std::optional<std::string> word(const Parameter& p, Presence presence, ValueType type,
                                  const std::optional<std::string>& standard);
  std::optional<Money> money(const Parameter& p, Presence presence,
                             const std::vector<std::string>& per);
  bool nested(const Parameter& p, Presence presence,
              const std::function<void(ObjectReader&)>& read);
  void declare(const Parameter& p, Presence presence, Declaration form);
  /// Declares a value whose forms `describer` collects (wrapped in a map or an array, or bare).
  void declare_nested(const Parameter& p, Presence presence, std::optional<ValueType> wrapper,
                      const Describer& describer, ValueType otherwise);
  [[nodiscard]] std::shared_ptr<Describer> new_describer() const;
  void finish_describing(bool open);
  void used_default(const Parameter& p, const std::string& text);
  void know(std::string_view key);
  [[nodiscard]] bool knows(std::string_view key) const;

  Value value_;
  Problems* problems_;
  std::vector<std::string> known_;  // keys asked for, in order
  bool usable_ = true;              // the value is an object
  bool finished_ = false;
  // Describing only.
  Declaration own_;               // what has been declared so far
  std::vector<Pending> pending_;  // values that others may still describe
  std::string defines_;           // the shared definition that this object is the first use of
};

/// Runs `read` on a describing value and returns what it declared. `read` makes its own readers.
[[nodiscard]] Schema describe(const std::function<void(const Value&, Problems&)>& read);

/// Whether it matches [a-z][a-z0-9-]*; a complaint with a corrected name where that is easy.
[[nodiscard]] std::optional<Complaint> check_name(std::string_view name);

/// Reports that nothing of the kind `what` ("service") is called `name`, with the nearest known.
void unknown_name(Problems& problems, const Place& place, std::string_view what,
                  std::string_view name, const std::vector<std::string>& known);

// The same for a value that stands alone (an element, one form of several): reports and returns
// nothing if it is not what it should be.
std::optional<sim::Duration> read_duration(const Value& value, Problems& problems,
                                           const Range<sim::Duration>& range = {});
std::optional<Rate> read_rate(const Value& value, Problems& problems,
                              const Range<Rate>& range = {});
std::optional<Bytes> read_bytes(const Value& value, Problems& problems,
                                const Range<Bytes>& range = {});
std::optional<Ratio> read_ratio(const Value& value, Problems& problems,
                                const Range<Ratio>& range = ObjectReader::kShare);
std::optional<std::int64_t> read_count(const Value& value, Problems& problems,
                                       const Range<std::int64_t>& range = {});
std::optional<double> read_number(const Value& value, Problems& problems,
                                  const Range<double>& range = {});
std::optional<std::string> read_string(const Value& value, Problems& problems);
std::optional<std::string> read_name(const Value& value, Problems& problems);
std::optional<ClockTime> read_clock(const Value& value, Problems& problems);

}  // namespace lifeboat::models::io
