#include "reports/studies/unsourced_range.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "models/io/quantity.hpp"
#include "models/io/units.hpp"

namespace lifeboat::reports {

namespace {

namespace io = models::io;

struct Quantity {
  double number = 0;
  std::string unit;  // "s", "%", "/s", "B" or none
};

/// Units as sources word them.
std::string plain_unit(const std::string& word) {
  static const std::map<std::string, std::string> kWords{
      {"microseconds", "us"}, {"milliseconds", "ms"}, {"seconds", "s"}, {"second", "s"},
      {"minutes", "min"},     {"minute", "min"},      {"hours", "h"},   {"hour", "h"},
      {"days", "d"},          {"day", "d"},           {"KB", "kB"}};
  const auto known = kWords.find(word);
  return known == kWords.end() ? word : known->second;
}

std::optional<Quantity> quantity_in(const std::string& text) {
  if (const auto time = io::parse_duration(text)) return Quantity{time.value().to_seconds(), "s"};
  if (const auto ratio = io::parse_ratio(text)) return Quantity{100 * ratio.value().value, "%"};
  if (const auto rate = io::parse_rate(text)) return Quantity{rate.value().per_second, "/s"};
  if (const auto bytes = io::parse_bytes(text)) {
    return Quantity{static_cast<double>(bytes.value().count), "B"};
  }
  if (const auto number = io::parse_number(text)) return Quantity{*number, ""};
  return std::nullopt;
}

bool is_unit_char(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '%' || c == '/';
}
bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// A number with what follows it up to a space or a sign, from `at` on: "2,000", "5 min", "90 %".
struct Token {
  std::string number;
  std::string unit;
  std::size_t end = 0;
};

std::optional<Token> token_at(const std::string& text, std::size_t at) {
  Token token;
  std::size_t i = at;
  while (i < text.size() && (is_digit(text[i]) || text[i] == '.' || text[i] == ',')) {
    // A comma between digits groups thousands; one before a blank ends the number.
    const bool inside = i + 1 < text.size() && is_digit(text[i + 1]);
    if (!is_digit(text[i]) && !inside) break;
    if (text[i] != ',') token.number += text[i];
    ++i;
  }
  if (token.number.empty()) return std::nullopt;
  std::size_t unit = i;
  if (unit < text.size() && text[unit] == ' ') ++unit;
  std::size_t end = unit;
  while (end < text.size() && is_unit_char(text[end])) ++end;
  token.unit = text.substr(unit, end - unit);
  if (token.unit == "to") {
    token.unit.clear();
    end = i;
  }
  token.end = end;
  token.unit = plain_unit(token.unit);
  return token;
}

/// The first "A to B" whose ends are quantities of the unit.
std::optional<std::pair<double, double>> stated_range(const std::string& text,
                                                      const std::string& unit) {
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (!is_digit(text[at]) || (at > 0 && (is_digit(text[at - 1]) || text[at - 1] == '.')))
      continue;
    const auto first = token_at(text, at);
    if (!first || text.compare(first->end, 4, " to ") != 0) continue;
    const auto second = token_at(text, first->end + 4);
    if (!second) continue;
    const std::string first_unit = first->unit.empty() ? second->unit : first->unit;
    const auto low = quantity_in(first->number + first_unit);
    auto high = quantity_in(second->number + second->unit);
    // What follows a plain number is a word, not a unit.
    if (unit.empty()) high = quantity_in(second->number);
    const auto low_plain = unit.empty() ? quantity_in(first->number) : low;
    if (!low_plain || !high || low_plain->unit != unit || high->unit != unit) continue;
    if (low_plain->number < high->number) return std::pair(low_plain->number, high->number);
  }
  return std::nullopt;
}

bool is_whole(double number) { return number == std::floor(number); }

/// "from A to B" and "from A over M to B" of a law's words.
std::optional<std::pair<double, double>> ends_of_law(const std::string& text) {
  const std::size_t from = text.find(" from ");
  const std::size_t to = text.rfind(" to ");
  if (from == std::string::npos || to == std::string::npos || to < from) return std::nullopt;
  const std::size_t over = text.find(" over ", from);
  const std::size_t end = over == std::string::npos ? to : over;
  const auto low = io::parse_duration(text.substr(from + 6, end - from - 6));
  const auto high = io::parse_duration(text.substr(to + 4));
  if (!low || !high || !(low.value() < high.value())) return std::nullopt;
  return std::pair(low.value().to_seconds(), high.value().to_seconds());
}

/// Half to double, of a number above zero.
bool assume_range(VariedParameter& parameter, double base) {
  if (!(base > 0)) return false;
  parameter.low = base / 2;
  parameter.high = base * 2;
  if (parameter.unit == "%") parameter.high = std::min(parameter.high, std::max(base, 100.0));
  if (parameter.whole) parameter.low = std::max(1.0, std::floor(parameter.low));
  parameter.range = "no range is stated: half to double";
  return parameter.low < parameter.high;
}

/// From a pointer, without the service's name: what the value is called.
std::string leaf_of(const std::string& path) {
  const std::string kServices = "/services/";
  if (path.rfind(kServices, 0) != 0) return path;
  const std::size_t slash = path.find('/', kServices.size());
  return slash == std::string::npos ? path : path.substr(slash + 1);
}

std::string dotted(std::string pointer) {
  if (!pointer.empty() && pointer.front() == '/') pointer.erase(0, 1);
  std::replace(pointer.begin(), pointer.end(), '/', '.');
  return pointer;
}

}  // namespace

std::optional<VariedParameter> range_of(const UnsourcedValue& value) {
  VariedParameter parameter;
  parameter.value = value.value;
  parameter.unsourced = true;
  if (const auto base = quantity_in(value.value)) {
    parameter.unit = base->unit;
    parameter.base = base->number;
    if (const auto range = stated_range(value.range, base->unit)) {
      parameter.low = std::min(range->first, base->number);
      parameter.high = std::max(range->second, base->number);
      parameter.range = value.range;
      parameter.whole = base->unit.empty() && is_whole(parameter.low) && is_whole(parameter.high) &&
                        is_whole(base->number);
      return parameter;
    }
    parameter.whole = base->unit.empty() && is_whole(base->number);
    if (assume_range(parameter, base->number)) return parameter;
    return std::nullopt;
  }
  if (const auto ends = ends_of_law(value.value)) {
    parameter.unit = "s";
    parameter.low = ends->first;
    parameter.high = ends->second;
    parameter.range = "the law's own ends: always the one, to always the other";
    return parameter;
  }
  const bool lognormal = value.value.rfind("lognormal, p50 ", 0) == 0;
  const bool exponential = value.value.rfind("exponential, mean ", 0) == 0;
  if ((lognormal && law_part(value.value, "p50") && law_part(value.value, "p99")) ||
      (exponential && law_part(value.value, "mean"))) {
    parameter.law = value.value;
    parameter.unit = "x";
    parameter.base = 1;
    static_cast<void>(assume_range(parameter, 1));
    return parameter;
  }
  return std::nullopt;
}

std::vector<VariedParameter> parameters_of(const std::vector<UnsourcedValue>& values,
                                           std::vector<LeftOut>& left_out) {
  std::vector<VariedParameter> parameters;
  std::map<std::string, std::size_t> known;
  for (const UnsourcedValue& value : values) {
    if (value.path.empty() || value.path.front() != '/') {
      left_out.push_back({value.path, "it has no path to set"});
      continue;
    }
    auto parameter = range_of(value);
    if (!parameter) {
      left_out.push_back({dotted(value.path), "there is no range of " + value.value});
      continue;
    }
    const std::string leaf = leaf_of(value.path);
    const auto [entry, is_new] =
        known.try_emplace(leaf + "\n" + value.value + "\n" + value.range, parameters.size());
    if (is_new) {
      parameter->name = dotted(value.path);
      parameters.push_back(std::move(*parameter));
    } else {
      parameters[entry->second].name = dotted(leaf);
    }
    parameters[entry->second].paths.push_back(dotted(value.path));
  }
  for (VariedParameter& parameter : parameters) {
    if (parameter.paths.size() > 1) {
      parameter.name += fmt::format(" ({} services)", parameter.paths.size());
    }
  }
  return parameters;
}

std::optional<VariedParameter> read_parameter(const std::string& text) {
  const std::size_t equals = text.find('=');
  const std::size_t dots = text.find("..", equals == std::string::npos ? 0 : equals);
  if (equals == 0 || equals == std::string::npos || dots == std::string::npos) return std::nullopt;
  const auto low = quantity_in(text.substr(equals + 1, dots - equals - 1));
  const auto high = quantity_in(text.substr(dots + 2));
  if (!low || !high || low->unit != high->unit || !(low->number < high->number))
    return std::nullopt;
  VariedParameter parameter;
  parameter.name = text.substr(0, equals);
  parameter.paths = {parameter.name};
  parameter.low = low->number;
  parameter.high = high->number;
  parameter.unit = low->unit;
  parameter.whole = low->unit.empty() && is_whole(low->number) && is_whole(high->number);
  parameter.range = "as asked for";
  return parameter;
}

void find_base(VariedParameter& parameter, const std::string& document) {
  using nlohmann::json;
  const json root = json::parse(document, nullptr, false, true);
  const json* at = &root;
  const std::string& path = parameter.paths.front();
  for (std::size_t begin = 0; begin <= path.size();) {
    const std::size_t end = std::min(path.find('.', begin), path.size());
    const std::string step = path.substr(begin, end - begin);
    begin = end + 1;
    const bool index =
        !step.empty() && step.size() < 6 && std::all_of(step.begin(), step.end(), is_digit);
    if (at->is_object() && at->contains(step)) {
      at = &(*at)[step];
    } else if (at->is_array() && index && std::stoul(step) < at->size()) {
      at = &(*at)[std::stoul(step)];
    } else {
      return;
    }
  }
  if (!at->is_string() && !at->is_number()) return;
  parameter.value = at->is_string() ? at->get<std::string>() : at->dump();
  const auto value = quantity_in(parameter.value);
  if (!value || value->unit != parameter.unit) return;
  if (value->number < parameter.low || value->number > parameter.high) return;
  parameter.base = value->number;
}

}  // namespace lifeboat::reports
