#include "models/io/reader.hpp"

#include <algorithm>
#include <utility>

#include "models/io/detail/node.hpp"
#include "models/io/detail/quantity_traits.hpp"
#include "models/io/suggest.hpp"

namespace lifeboat::models::io {

namespace {

constexpr std::string_view kNameExpected = "lower-case letters, digits and hyphens, a letter first";

std::string list_of(std::initializer_list<std::string_view> keys) {
  std::vector<std::string> names;
  for (const auto key : keys) names.emplace_back(key);
  return one_of(names);
}

}  // namespace

// --- The object itself --------------------------------------------------------------------------

ObjectReader::ObjectReader(const Value& value, Problems& problems)
    : value_(value), problems_(&problems) {
  if (describing()) {
    own_.type = ValueType::kObject;
    return;
  }
  usable_ = value.is_object();
  if (!usable_) problems.error(value.place(), "found " + value.shown(), "an object");
}

ObjectReader::~ObjectReader() { finish(); }

bool ObjectReader::has(std::string_view key) const {
  return describing() || value_.find(key) != nullptr;
}

Place ObjectReader::place_of(std::string_view key) const {
  const Member* member = value_.find(key);
  return member != nullptr ? member->value.place() : value_.place();
}

void ObjectReader::error(std::string_view key, std::string text, std::string expected,
                         std::string suggestion) {
  if (describing()) return;
  problems_->error(place_of(key), std::move(text), std::move(expected), std::move(suggestion));
}

void ObjectReader::warning(std::string_view key, std::string text) {
  if (!describing()) problems_->warning(place_of(key), std::move(text));
}

bool ObjectReader::knows(std::string_view key) const {
  return std::find(known_.begin(), known_.end(), key) != known_.end();
}

void ObjectReader::know(std::string_view key) {
  if (!knows(key)) known_.emplace_back(key);
}

const Value* ObjectReader::take(const Parameter& p, Presence presence, std::string_view expected) {
  know(p.name);
  const Member* member = value_.find(p.name);
  if (member != nullptr) return &member->value;
  if (presence == Presence::kRequired && usable_) {
    problems_->error(value_.place().member(p.name), quote(p.name) + " is missing",
                     std::string{expected});
  }
  return nullptr;
}

void ObjectReader::used_default(const Parameter& p, const std::string& text) {
  if (problems_->defaults() == nullptr || !usable_) return;
  problems_->defaults()->push_back(
      {value_.place().member(p.name).pointer(), text, std::string{p.source}});
}

void ObjectReader::finish() {
  if (finished_) return;
  finished_ = true;
  if (describing()) {
    finish_describing(false);
    return;
  }
  for (const Member& member : value_.members()) {
    if (knows(member.name)) continue;
    std::string text = "unknown key " + quote(member.name);
    if (problems_->full()) {  // it will only be counted
      problems_->error(member.place, std::move(text));
      continue;
    }
    problems_->error(member.place, std::move(text), known_.empty() ? "no keys" : one_of(known_),
                     suggest(member.name, known_));
  }
}

void ObjectReader::leave_open() {
  if (finished_) return;
  finished_ = true;
  if (describing()) finish_describing(true);
}

// --- Quantities ---------------------------------------------------------------------------------

template <class T>
std::optional<T> ObjectReader::quantity(const Parameter& p, Presence presence,
                                        const std::optional<T>& standard, const Range<T>& range) {
  if (describing()) {
    Declaration form = detail::declaration_of(range);
    if (standard) form.default_text = detail::Quantity<T>::json(*standard);
    declare(p, presence, std::move(form));
    return standard;
  }
  const Value* value = take(p, presence, detail::Quantity<T>::kExpected);
  if (value != nullptr) {
    const auto result = detail::read_quantity(*value, *problems_, range);
    return result ? result : standard;
  }
  if (standard) used_default(p, to_text(*standard));
  return standard;
}

template <class T>
T ObjectReader::quantity_or(const Parameter& p, Presence presence, const std::optional<T>& standard,
                            const Range<T>& range) {
  return quantity(p, presence, standard, range).value_or(detail::stand_in(range));
}

#define LIFEBOAT_QUANTITY(TYPE, NAME)                                                            \
  TYPE ObjectReader::required_##NAME(const Parameter& p, const Range<TYPE>& range) {             \
    return quantity_or<TYPE>(p, Presence::kRequired, std::nullopt, range);                       \
  }                                                                                              \
  std::optional<TYPE> ObjectReader::maybe_##NAME(const Parameter& p, const Range<TYPE>& range) { \
    return quantity<TYPE>(p, Presence::kMaybe, std::nullopt, range);                             \
  }                                                                                              \
  TYPE ObjectReader::optional_##NAME(const Parameter& p, TYPE standard,                          \
                                     const Range<TYPE>& range) {                                 \
    return quantity_or<TYPE>(p, Presence::kOptional, standard, range);                           \
  }                                                                                              \
  std::optional<TYPE> read_##NAME(const Value& value, Problems& problems,                        \
                                  const Range<TYPE>& range) {                                    \
    return detail::read_quantity(value, problems, range);                                        \
  }

LIFEBOAT_QUANTITY(sim::Duration, duration)
LIFEBOAT_QUANTITY(Rate, rate)
LIFEBOAT_QUANTITY(Bytes, bytes)
LIFEBOAT_QUANTITY(Ratio, ratio)
LIFEBOAT_QUANTITY(Vcpu, vcpu)
LIFEBOAT_QUANTITY(Bandwidth, bandwidth)
LIFEBOAT_QUANTITY(std::int64_t, count)
LIFEBOAT_QUANTITY(double, number)

#undef LIFEBOAT_QUANTITY

std::optional<Money> ObjectReader::money(const Parameter& p, Presence presence,
                                         const std::vector<std::string>& per) {
  std::vector<std::string> forms;
  for (const auto& unit : per) forms.push_back(quote("0.05 USD/" + unit));
  if (per.empty()) forms.push_back(quote("12 USD"));
  const std::string expected = "dollars such as " + one_of(forms);
  if (describing()) {
    Declaration form;
    form.type = ValueType::kMoney;
    for (const auto& unit : per) form.choices.emplace_back("USD/" + unit, "");
    declare(p, presence, std::move(form));
    return std::nullopt;
  }
  const Value* value = take(p, presence, expected);
  if (value == nullptr) return std::nullopt;
  const auto result = detail::from_text<Money>(*value, parse_money, expected);
  const auto fail = [&](Complaint complaint) {
    complaint.expected = expected;
    problems_->error(value->place(), std::move(complaint));
    return std::nullopt;
  };
  if (!result) return fail(result.complaint());
  const bool known = per.empty() ? result->per.empty()
                                 : std::find(per.begin(), per.end(), result->per) != per.end();
  if (!known) return fail({value->shown() + " has another unit", {}, {}});
  if (result->usd < 0) return fail({value->shown() + " is negative", {}, {}});
  return *result;
}

Money ObjectReader::required_money(const Parameter& p, const std::vector<std::string>& per) {
  const Money nothing{0, per.empty() ? std::string{} : per.front()};
  return money(p, Presence::kRequired, per).value_or(nothing);
}

std::optional<Money> ObjectReader::maybe_money(const Parameter& p,
                                               const std::vector<std::string>& per) {
  return money(p, Presence::kMaybe, per);
}

// --- Truth and words ----------------------------------------------------------------------------

std::optional<bool> ObjectReader::truth(const Parameter& p, Presence presence,
                                        std::optional<bool> standard) {
  const auto text = [](bool value) { return value ? "true" : "false"; };
  if (describing()) {
    Declaration form;
    form.type = ValueType::kBoolean;
    if (standard) form.default_text = text(*standard);
    declare(p, presence, std::move(form));
    return standard;
  }
  const Value* value = take(p, presence, "true or false");
  if (value == nullptr) {
    if (standard) used_default(p, text(*standard));
    return standard;
  }
  if (value->is_boolean()) return value->as_boolean();
  const std::string_view word = value->as_string();
  const bool meant = word == "true" || word == "false";
  problems_->error(value->place(), "found " + value->shown(), "true or false",
                   meant ? std::string{word} : std::string{});
  return standard;
}

bool ObjectReader::required_boolean(const Parameter& p) {
  return truth(p, Presence::kRequired, std::nullopt).value_or(false);
}

bool ObjectReader::optional_boolean(const Parameter& p, bool standard) {
  return truth(p, Presence::kOptional, standard).value_or(standard);
}

std::optional<bool> ObjectReader::maybe_boolean(const Parameter& p) {
  return truth(p, Presence::kMaybe, std::nullopt);
}

std::optional<std::string> ObjectReader::word(const Parameter& p, Presence presence, ValueType type,
                                              const std::optional<std::string>& standard) {
  if (describing()) {
    Declaration form;
    form.type = type;
    if (standard) form.default_text = detail::json_of_text(*standard);
    declare(p, presence, std::move(form));
    return standard;
  }
  const Value* value = take(p, presence, type == ValueType::kName ? "a name" : "a text");
  if (value == nullptr) {
    if (standard) used_default(p, *standard);
    return standard;
  }
  const auto result =
      type == ValueType::kName ? read_name(*value, *problems_) : read_string(*value, *problems_);
  return result ? result : standard;
}

std::string ObjectReader::required_string(const Parameter& p) {
  return word(p, Presence::kRequired, ValueType::kText, std::nullopt).value_or("");
}

std::string ObjectReader::optional_string(const Parameter& p, std::string_view standard) {
  return word(p, Presence::kOptional, ValueType::kText, std::string{standard}).value_or("");
}

std::optional<std::string> ObjectReader::maybe_string(const Parameter& p) {
  return word(p, Presence::kMaybe, ValueType::kText, std::nullopt);
}

std::string ObjectReader::required_name(const Parameter& p) {
  return word(p, Presence::kRequired, ValueType::kName, std::nullopt).value_or("");
}

std::optional<std::string> ObjectReader::maybe_name(const Parameter& p) {
  return word(p, Presence::kMaybe, ValueType::kName, std::nullopt);
}

std::string ObjectReader::required_name_of(const Parameter& p, std::string_view what,
                                           const std::vector<std::string>& known) {
  const std::string name = required_name(p);
  if (!name.empty() && std::find(known.begin(), known.end(), name) == known.end()) {
    unknown_name(*problems_, place_of(p.name), what, name, known);
  }
  return name;
}

std::optional<std::string> ObjectReader::maybe_name_of(const Parameter& p, std::string_view what,
                                                       const std::vector<std::string>& known) {
  const auto name = maybe_name(p);
  if (name && std::find(known.begin(), known.end(), *name) == known.end()) {
    unknown_name(*problems_, place_of(p.name), what, *name, known);
  }
  return name;
}

std::optional<std::size_t> ObjectReader::choose(const Parameter& p, Presence presence,
                                                const std::vector<Word>& words,
                                                std::optional<std::size_t> standard) {
  if (describing()) {
    Declaration form;
    form.type = ValueType::kChoice;
    for (const Word& choice : words) form.choices.emplace_back(choice.name, choice.doc);
    if (standard) form.default_text = detail::json_of_text(words[*standard].name);
    declare(p, presence, std::move(form));
    return standard;
  }
  std::vector<std::string> names;
  for (const Word& choice : words) names.push_back(quote(choice.name));
  const std::string expected = one_of(names);
  const Value* value = take(p, presence, expected);
  if (value == nullptr) {
    if (standard) used_default(p, std::string{words[*standard].name});
    return standard;
  }
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (value->is_string() && value->as_string() == words[i].name) return i;
  }
  std::vector<std::string> plain;
  for (const Word& choice : words) plain.emplace_back(choice.name);
  problems_->error(value->place(), "found " + value->shown(), expected,
                   value->is_string() ? suggest(value->as_string(), plain) : std::string{});
  return standard;
}

void ObjectReader::format(std::string_view kind, int version, bool needed) {
  const std::string prefix = "lifeboat/" + std::string{kind} + "/";
  const std::string wanted = prefix + std::to_string(version);
  const Presence presence = needed ? Presence::kRequired : Presence::kMaybe;
  const Parameter p{"format", "what this file is"};
  if (describing()) {
    Declaration form;
    form.type = ValueType::kChoice;
    form.choices.emplace_back(wanted, "");
    declare(p, presence, std::move(form));
    return;
  }
  const Value* value = take(p, presence, quote(wanted));
  if (value == nullptr || (value->is_string() && value->as_string() == wanted)) return;
  const std::string_view found = value->as_string();
  if (found.substr(0, prefix.size()) == prefix) {
    problems_->error(value->place(), "this version of the format is not known: " + quote(found),
                     quote(wanted));
    return;
  }
  problems_->error(value->place(), "found " + value->shown(), quote(wanted));
}

// --- Laws and clocks ----------------------------------------------------------------------------

std::optional<sim::Law> ObjectReader::maybe_law(const Parameter& p, LawUnit unit) {
  const auto value = raw(p, ValueType::kLaw);
  if (!value) return std::nullopt;
  return read_law(*value, *problems_, unit);
}

sim::Law ObjectReader::required_law(const Parameter& p, LawUnit unit) {
  const auto value = raw(p, ValueType::kLaw, true);
  if (!value) return {};
  return read_law(*value, *problems_, unit).value_or(sim::Law{});
}

sim::Law ObjectReader::optional_law(const Parameter& p, const sim::Law& standard, LawUnit unit) {
  const std::string text = standard.describe();
  const Parameter with_default{p.name, p.doc, p.source, text};
  if (!describing() && !has(p.name)) used_default(p, text);
  return maybe_law(with_default, unit).value_or(standard);
}

template <class T>
std::optional<T> ObjectReader::parsed_text(const Parameter& p, Presence presence, ValueType type,
                                           std::string_view expected,
                                           Parsed<T> (*parse)(std::string_view)) {
  if (describing()) {
    Declaration form;
    form.type = type;
    declare(p, presence, std::move(form));
    return std::nullopt;
  }
  const Value* value = take(p, presence, expected);
  if (value == nullptr) return std::nullopt;
  const auto result = detail::from_text<T>(*value, parse, expected);
  if (result) return *result;
  problems_->error(value->place(), result.complaint());
  return std::nullopt;
}

std::optional<ClockTime> ObjectReader::required_clock(const Parameter& p) {
  return parsed_text<ClockTime>(p, Presence::kRequired, ValueType::kClock, detail::kClockExpected,
                                parse_clock_time);
}

std::optional<ClockTime> ObjectReader::maybe_clock(const Parameter& p) {
  return parsed_text<ClockTime>(p, Presence::kMaybe, ValueType::kClock, detail::kClockExpected,
                                parse_clock_time);
}

std::optional<DateTime> ObjectReader::maybe_date_time(const Parameter& p) {
  return parsed_text<DateTime>(p, Presence::kMaybe, ValueType::kDateTime,
                               R"(a date such as "2026-11-11T19:20")", parse_date_time);
}

std::optional<TimeZone> ObjectReader::maybe_time_zone(const Parameter& p) {
  return parsed_text<TimeZone>(p, Presence::kMaybe, ValueType::kTimeZone,
                               R"(a zone such as "Asia/Singapore" or "+08:00")", TimeZone::parse);
}

TimeZone ObjectReader::optional_time_zone(const Parameter& p, const TimeZone& standard) {
  if (!describing() && !has(p.name)) used_default(p, standard.name());
  const Parameter with_default{p.name, p.doc, p.source, standard.name()};
  return maybe_time_zone(with_default).value_or(standard);
}

// --- Rules between keys -------------------------------------------------------------------------

void ObjectReader::ignore(std::initializer_list<std::string_view> keys) {
  for (const auto key : keys) know(key);
}

std::optional<std::string> ObjectReader::exactly_one_of(
    std::initializer_list<std::string_view> keys) {
  if (describing()) {
    own_.exactly_one.emplace_back(keys.begin(), keys.end());
    return std::nullopt;
  }
  for (const auto key : keys) {
    if (!has(key)) continue;
    at_most_one_of(keys);
    return std::string{key};
  }
  if (usable_) {
    problems_->error(value_.place(), "one of " + list_of(keys) + " is missing",
                     "exactly one of them");
  }
  return std::nullopt;
}

void ObjectReader::at_most_one_of(std::initializer_list<std::string_view> keys) {
  if (describing()) return;
  const Member* first = nullptr;
  for (const auto key : keys) {
    const Member* member = value_.find(key);
    if (member == nullptr) continue;
    if (first == nullptr) {
      first = member;
      continue;
    }
    problems_->error(member->place,
                     quote(member->name) + " and " + quote(first->name) + " exclude each other",
                     "one of " + list_of(keys));
  }
}

// --- Values that stand alone --------------------------------------------------------------------

std::optional<Complaint> check_name(std::string_view name) {
  const auto is_letter = [](char c) { return c >= 'a' && c <= 'z'; };
  const auto is_rest = [&](char c) { return is_letter(c) || (c >= '0' && c <= '9') || c == '-'; };
  if (!name.empty() && is_letter(name.front()) && std::all_of(name.begin(), name.end(), is_rest)) {
    return std::nullopt;
  }
  std::string mended;
  for (const char c : detail::kebab_case(name)) {
    if (is_rest(c) && (!mended.empty() || is_letter(c))) mended += c;
  }
  const bool near = !mended.empty() && mended.size() + 2 >= name.size() && name.size() <= 64;
  return Complaint{quote(name) + " is no name", std::string{kNameExpected},
                   near ? quote(mended) : std::string{}};
}

void unknown_name(Problems& problems, const Place& place, std::string_view what,
                  std::string_view name, const std::vector<std::string>& known) {
  const std::string list = known.empty() ? "none is known" : "one of " + one_of(known);
  problems.error(place, "unknown " + std::string{what} + " " + quote(name),
                 known.empty() ? std::string{} : list,
                 problems.full() ? std::string{} : suggest(name, known));
}

std::optional<std::string> read_string(const Value& value, Problems& problems) {
  if (detail::describe_as(value, ValueType::kText)) return std::nullopt;
  if (value.is_string()) return std::string{value.as_string()};
  problems.error(value.place(), "found " + value.shown(), "a text in double quotes");
  return std::nullopt;
}

std::optional<std::string> read_name(const Value& value, Problems& problems) {
  if (detail::describe_as(value, ValueType::kName)) return std::nullopt;
  if (!value.is_string()) {
    problems.error(value.place(), "found " + value.shown(), "a name in double quotes");
    return std::nullopt;
  }
  if (auto complaint = check_name(value.as_string())) {
    problems.error(value.place(), std::move(*complaint));
    return std::nullopt;
  }
  return std::string{value.as_string()};
}

std::optional<ClockTime> read_clock(const Value& value, Problems& problems) {
  if (detail::describe_as(value, ValueType::kClock)) return std::nullopt;
  const auto result = detail::from_text<ClockTime>(value, parse_clock_time, detail::kClockExpected);
  if (result) return *result;
  problems.error(value.place(), result.complaint());
  return std::nullopt;
}

}  // namespace lifeboat::models::io
