#include "scenarios/runbooks/read_conditions.hpp"

#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "models/io/level.hpp"
#include "models/io/quantity.hpp"

namespace lifeboat::scenarios::detail {

namespace io = models::io;

namespace {

constexpr std::size_t kLongestCondition = 200;

std::vector<std::string> words_of(std::string_view text) {
  std::istringstream stream{std::string(text.substr(0, kLongestCondition))};
  std::vector<std::string> words;
  for (std::string word; stream >> word;) words.push_back(word);
  return words;
}

struct Comparison {
  std::string_view text;
  Until::Compare compare;
};
constexpr Comparison kComparisons[] = {
    {"<", Until::Compare::kLess},
    {"<=", Until::Compare::kLessOrEqual},
    {">", Until::Compare::kGreater},
    {">=", Until::Compare::kGreaterOrEqual},
};

bool read_threshold(const std::string& text, Until& until) {
  const auto level = io::parse_level(text);
  if (!level) return false;
  until.threshold = level->value;
  until.unit = level->unit;
  return true;
}

bool read_metric(const std::vector<std::string>& words, Until& until) {
  if (words.size() != 3) return false;
  until.kind = Until::Kind::kMetric;
  until.metric = words[0];
  for (const auto& known : kComparisons) {
    if (known.text != words[1]) continue;
    until.compare = known.compare;
    return read_threshold(words[2], until);
  }
  return false;
}

}  // namespace

std::optional<Located<Until>> read_until(const io::Value& value, io::Problems& problems) {
  const auto words = words_of(value.as_string());
  Until until;
  until.text = std::string(value.as_string().substr(0, kLongestCondition));
  if (words.size() == 2 && words[1] == "healthy") {
    const auto share = io::parse_ratio(words[0]);
    if (share && share.value().value > 0 && share.value().value <= 1) {
      until.healthy_share = share.value().value;
      return Located<Until>{until, value.place()};
    }
  } else if (read_metric(words, until)) {
    return Located<Until>{until, value.place()};
  }
  problems.error(value.place(), value.shown() + " is no condition",
                 "\"90% healthy\", or a metric, a comparison and a quantity: \"hitRatio > 60%\"");
  return std::nullopt;
}

std::optional<Located<Amount>> read_amount(const io::Value& value, io::Problems& problems) {
  Amount amount;
  if (value.is_number()) {
    const auto count = value.as_integer();
    if (count && *count >= 0 && *count <= 1'000'000) {
      amount.number = static_cast<double>(*count);
      return Located<Amount>{amount, value.place()};
    }
  }
  const auto words = words_of(value.as_string());
  const bool long_form = words.size() == 5 && words[3] == "before" && words[4] == "fault";
  if ((words.size() == 3 || long_form) && words[1] == "of") {
    const auto share = io::parse_ratio(words[0]);
    if (share && share.value().value > 0 && share.value().value <= 100) {
      amount.share = share.value().value;
      amount.region = words[2];
      amount.before_fault = long_form;
      return Located<Amount>{amount, value.place()};
    }
  }
  problems.error(value.place(), value.shown() + " is no number of tasks",
                 "a whole number, \"100% of sg\" or \"100% of sg before fault\"");
  return std::nullopt;
}

}  // namespace lifeboat::scenarios::detail
