// The grammar of objectives, word by word; see the header.
#include <algorithm>
#include <utility>

#include "models/io/suggest.hpp"
#include "scenarios/objectives/objective.hpp"

namespace lifeboat::scenarios {

namespace io = models::io;

namespace {

using Subject = Objective::Subject;
using Measure = Objective::Measure;
using Unit = Objective::Unit;

constexpr std::size_t kLongestObjective = 400;

/// A stretch without blanks, and the column (from 1) at which it starts.
struct Word {
  std::string_view text;
  std::size_t column = 0;
};

bool is_blank(char c) { return c == ' ' || c == '\t'; }

std::vector<Word> words_of(std::string_view text) {
  std::vector<Word> words;
  for (std::size_t i = 0; i < text.size();) {
    if (is_blank(text[i])) {
      ++i;
      continue;
    }
    const std::size_t begin = i;
    const bool compares = text[i] == '<' || text[i] == '>';
    if (compares) {
      i += i + 1 < text.size() && text[i + 1] == '=' ? 2U : 1U;
    } else {
      while (i < text.size() && !is_blank(text[i]) && text[i] != '<' && text[i] != '>') ++i;
    }
    words.push_back({text.substr(begin, i - begin), begin + 1});
  }
  return words;
}

/// What one subject may be asked.
struct SubjectRule {
  std::string_view word;
  Subject subject;
  enum class Name { kNone, kOptional, kNeeded } name;
  std::string_view named;  ///< what its name names
  Unit unit;               ///< of the figure itself, where it needs no measure
  bool needs_measure;
};

constexpr SubjectRule kSubjects[] = {
    {"availability", Subject::kAvailability, SubjectRule::Name::kNone, "", Unit::kShare, false},
    {"errors", Subject::kErrors, SubjectRule::Name::kNone, "", Unit::kShare, false},
    {"rto", Subject::kRto, SubjectRule::Name::kOptional, "journey", Unit::kSeconds, false},
    {"rpo", Subject::kRpo, SubjectRule::Name::kOptional, "store or class", Unit::kSeconds, false},
    {"lost", Subject::kLost, SubjectRule::Name::kNeeded, "class", Unit::kCount, false},
    {"bad-minutes", Subject::kBadMinutes, SubjectRule::Name::kNone, "", Unit::kMinutes, false},
    {"cost", Subject::kCost, SubjectRule::Name::kNone, "", Unit::kUsd, false},
    {"journey", Subject::kJourney, SubjectRule::Name::kNeeded, "journey", Unit::kShare, true},
    {"service", Subject::kService, SubjectRule::Name::kNeeded, "service", Unit::kShare, true},
};

struct MeasureRule {
  std::string_view word;
  Measure measure;
  Unit unit;
  bool journeys;
  bool services;
};

constexpr MeasureRule kMeasures[] = {
    {"mean", Measure::kMean, Unit::kSeconds, true, true},
    {"max", Measure::kMax, Unit::kSeconds, true, false},
    {"p", Measure::kQuantile, Unit::kSeconds, true, false},
    {"errors", Measure::kErrors, Unit::kShare, true, true},
    {"utilization", Measure::kUtilization, Unit::kShare, false, true},
    {"queue", Measure::kQueue, Unit::kCount, false, true},
    {"backlog-age", Measure::kBacklogAge, Unit::kSeconds, false, true},
    {"shortfall-minutes", Measure::kShortfallMinutes, Unit::kMinutes, false, true},
};

constexpr std::string_view kComparisons[] = {"<", "<=", ">", ">="};

/// Reads the words one after the other; the first complaint ends it.
class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text), words_(words_of(text)) {}

  io::Parsed<Objective> read() {
    objective_.text = std::string(text_);
    if (words_.empty()) return at_end("an objective starts with what it is about", subjects());
    if (read_subject() && read_measure() && read_comparison() && read_quantity()) read_endings();
    if (complaint_) return *complaint_;
    return objective_;
  }

 private:
  [[nodiscard]] bool done() const { return next_ >= words_.size(); }
  [[nodiscard]] const Word& peek() const { return words_[next_]; }

  bool fail(std::size_t column, const std::string& what, std::string expected,
            std::string suggestion = {}) {
    complaint_ = io::Complaint{"column " + std::to_string(column) + ": " + what,
                               std::move(expected), std::move(suggestion)};
    return false;
  }
  bool fail_word(const Word& word, const std::string& what, std::string expected,
                 std::string suggestion = {}) {
    return fail(word.column, io::quote(word.text) + " " + what, std::move(expected),
                std::move(suggestion));
  }
  io::Complaint at_end(const std::string& what, std::string expected) {
    fail(text_.size() + 1, what, std::move(expected));
    return *complaint_;
  }

  static std::string subjects() {
    std::vector<std::string> names;
    for (const auto& rule : kSubjects) names.emplace_back(rule.word);
    return io::one_of(names);
  }

  bool read_subject() {
    const Word word = words_[next_++];
    const std::size_t colon = word.text.find(':');
    const std::string_view head = word.text.substr(0, colon);
    const auto* rule =
        std::find_if(std::begin(kSubjects), std::end(kSubjects),
                     [&](const SubjectRule& candidate) { return candidate.word == head; });
    if (rule == std::end(kSubjects)) {
      std::vector<std::string> names;
      for (const auto& known : kSubjects) names.emplace_back(known.word);
      return fail_word({head, word.column}, "is not something that an objective can be about",
                       subjects(), io::suggest(head, names));
    }
    rule_ = rule;
    objective_.subject = rule->subject;
    return colon == std::string_view::npos
               ? read_no_name(word)
               : read_name({word.text.substr(colon + 1), word.column + colon + 1});
  }

  bool read_no_name(const Word& word) {
    if (rule_->name != SubjectRule::Name::kNeeded) return true;
    return fail(word.column + word.text.size(),
                io::quote(word.text) + " needs the name of a " + std::string(rule_->named),
                "\"" + std::string(word.text) + ":NAME\"");
  }

  bool read_name(const Word& word) {
    if (rule_->name == SubjectRule::Name::kNone) {
      return fail(word.column, io::quote(rule_->word) + " takes no name", "no colon");
    }
    std::string_view name = word.text;
    const std::size_t at = name.find('@');
    if (at != std::string_view::npos) {
      if (objective_.subject != Subject::kService) {
        return fail(word.column + at, "only a service has a region", "a name without \"@\"");
      }
      objective_.region = std::string(name.substr(at + 1));
      if (objective_.region.empty()) {
        return fail(word.column + at + 1, "no region after \"@\"", "\"service:NAME@REGION\"");
      }
      name = name.substr(0, at);
    }
    if (name.empty()) {
      return fail(word.column, "no name after the colon",
                  "the name of a " + std::string(rule_->named));
    }
    const bool each = name == "*";
    if (each && objective_.subject != Subject::kJourney &&
        objective_.subject != Subject::kService) {
      return fail(word.column, "\"*\" is for journeys and services", "a name, or none");
    }
    objective_.name = std::string(name);
    return true;
  }

  [[nodiscard]] bool allowed(const MeasureRule& rule) const {
    return objective_.subject == Subject::kJourney ? rule.journeys : rule.services;
  }
  [[nodiscard]] std::vector<std::string> measures() const {
    std::vector<std::string> names;
    for (const auto& rule : kMeasures) {
      if (allowed(rule)) names.emplace_back(rule.word == "p" ? "p(99)" : rule.word);
    }
    return names;
  }

  bool read_measure() {
    objective_.unit = rule_->unit;
    const bool compares = !done() && is_comparison(peek().text);
    if (!rule_->needs_measure) {
      if (done() || compares) return true;
      return fail_word(peek(), "cannot stand here",
                       "<, <=, > or >=: " + std::string(rule_->word) + " takes no measure");
    }
    if (done() || compares) {
      const std::size_t column = done() ? text_.size() + 1 : peek().column;
      return fail(column, "a " + std::string(rule_->word) + " needs a measure",
                  io::one_of(measures()));
    }
    const Word word = words_[next_++];
    const std::size_t open = word.text.find('(');
    const std::string_view head = word.text.substr(0, open);
    for (const auto& rule : kMeasures) {
      if (rule.word == head && allowed(rule)) return read_measure_of(rule, word, open);
    }
    return fail_word(word, "is not a measure of a " + std::string(rule_->word),
                     io::one_of(measures()), io::suggest(head, measures()));
  }

  bool read_measure_of(const MeasureRule& rule, const Word& word, std::size_t open) {
    objective_.measure = rule.measure;
    objective_.unit = rule.unit;
    if (rule.measure == Measure::kQuantile) return read_quantile(word, open);
    if (open != std::string_view::npos) {
      return fail(word.column + open, io::quote(rule.word) + " takes nothing in brackets",
                  io::quote(rule.word));
    }
    if (rule.measure == Measure::kBacklogAge) return read_backlog_quantile();
    if (rule.measure == Measure::kUtilization) return read_window();
    return true;
  }

  bool read_backlog_quantile() {
    if (!done() && peek().text.substr(0, 1) == "p") {
      const Word word = words_[next_++];
      return read_quantile(word, word.text.find('('));
    }
    return fail(done() ? text_.size() + 1 : peek().column, "backlog-age needs a quantile",
                "\"backlog-age p(95)\"");
  }

  bool read_quantile(const Word& word, std::size_t open) {
    const bool closed = open == 1 && word.text.size() > 3 && word.text.back() == ')';
    if (closed) {
      const auto percent = io::parse_number(word.text.substr(2, word.text.size() - 3));
      if (percent && *percent > 0 && *percent < 100) {
        objective_.quantile = *percent / 100;
        return true;
      }
    }
    return fail_word(word, "is not a quantile", "p(q) with q above 0 and below 100: \"p(99)\"");
  }

  bool read_window() {
    if (done() || peek().text.substr(0, 3) != "max") return true;
    const Word word = words_[next_++];
    if (word.text.size() > 5 && word.text[3] == '(' && word.text.back() == ')') {
      const auto window = io::parse_duration(word.text.substr(4, word.text.size() - 5));
      if (window && *window >= sim::Duration::minutes(1) && *window <= sim::Duration::days(1) &&
          (*window).count() % sim::Duration::minutes(1).count() == 0) {
        objective_.window = *window;
        return true;
      }
    }
    return fail_word(word, "is not a window", "max(1m), or another whole number of minutes");
  }

  static bool is_comparison(std::string_view text) {
    return std::find(std::begin(kComparisons), std::end(kComparisons), text) !=
           std::end(kComparisons);
  }

  bool read_comparison() {
    if (done()) {
      return fail(text_.size() + 1, "no comparison", "<, <=, > or >= and a quantity");
    }
    const Word word = words_[next_++];
    for (std::size_t i = 0; i < std::size(kComparisons); ++i) {
      if (word.text == kComparisons[i]) {
        objective_.compare = static_cast<Objective::Compare>(i);
        return true;
      }
    }
    return fail_word(word, "is not a comparison", "<, <=, > or >=");
  }

  bool read_quantity() {
    if (done()) return fail(text_.size() + 1, "no quantity", expected_quantity());
    const Word first = peek();
    std::size_t end = first.column - 1;
    while (!done() && !is_ending(peek().text)) {
      end = peek().column - 1 + peek().text.size();
      ++next_;
    }
    std::string_view text = text_.substr(first.column - 1, end - (first.column - 1));
    if (text.empty()) return fail(first.column, "no quantity", expected_quantity());
    strip_per_month(text);
    if (objective_.per_month && !may_be_per_month()) {
      return fail(first.column + text.size(), "\"/month\" does not apply here",
                  "cost, bad-minutes, lost or shortfall-minutes with it");
    }
    return take_quantity({text, first.column});
  }

  void strip_per_month(std::string_view& text) {
    constexpr std::string_view kPerMonth = "/month";
    if (text.size() < kPerMonth.size()) return;
    if (text.substr(text.size() - kPerMonth.size()) != kPerMonth) return;
    text.remove_suffix(kPerMonth.size());
    while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
    objective_.per_month = true;
  }
  [[nodiscard]] bool may_be_per_month() const {
    return objective_.subject == Subject::kBadMinutes || objective_.subject == Subject::kLost ||
           objective_.subject == Subject::kCost || objective_.measure == Measure::kShortfallMinutes;
  }

  [[nodiscard]] std::string expected_quantity() const {
    switch (objective_.unit) {
      case Unit::kShare:
        return "a percentage such as \"99.9%\"";
      case Unit::kSeconds:
        return "a duration such as \"800ms\" or \"4h\"";
      case Unit::kMinutes:
        return "a number of minutes such as \"5\" or \"5m\"";
      case Unit::kCount:
        return "a number such as \"10\"";
      case Unit::kUsd:
        return "a sum a month such as \"15000 USD/month\"";
    }
    return {};
  }

  bool take_quantity(const Word& word) {
    std::optional<double> value;
    switch (objective_.unit) {
      case Unit::kShare:
        if (const auto share = io::parse_ratio(word.text)) value = (*share).value;
        if (value && *value > 1) value.reset();
        break;
      case Unit::kSeconds:
        if (const auto time = io::parse_duration(word.text)) value = (*time).to_seconds();
        break;
      case Unit::kMinutes:
        if (const auto time = io::parse_duration(word.text)) value = (*time).to_seconds() / 60;
        if (const auto number = io::parse_number(word.text)) value = *number;
        break;
      case Unit::kCount:
        if (const auto number = io::parse_number(word.text)) value = *number;
        break;
      case Unit::kUsd:
        if (const auto sum = io::parse_money(word.text)) value = (*sum).usd;
        if (!objective_.per_month) value.reset();
        break;
    }
    if (!value || *value < 0) {
      return fail_word(word, "cannot be compared with this", expected_quantity());
    }
    objective_.threshold = *value;
    return true;
  }

  static bool is_ending(std::string_view text) {
    return text == "per" || text == "during" || text == "in";
  }

  bool read_endings() {
    while (!done()) {
      const Word word = words_[next_++];
      if (word.text == "per") {
        if (!read_per_year(word)) return false;
      } else if (word.text == "during") {
        if (!read_phase(word)) return false;
      } else if (word.text == "in") {
        if (!read_trials(word)) return false;
      } else {
        return fail_word(word, "cannot stand here",
                         "\"per year\", \"during PHASE\", \"in 95% of trials\" or the end");
      }
    }
    return true;
  }

  bool read_per_year(const Word& per) {
    if (done() || words_[next_++].text != "year") {
      return fail_word(per, "needs \"year\" after it", "\"per year\"");
    }
    const bool yearly = objective_.subject == Subject::kAvailability ||
                        objective_.subject == Subject::kErrors ||
                        objective_.subject == Subject::kBadMinutes;
    if (!yearly) {
      return fail(per.column, "\"per year\" does not apply to this",
                  "it with availability, errors or bad-minutes");
    }
    if (objective_.per_year || objective_.per_month) {
      return fail(per.column, "a second period", "one of \"per year\" and \"/month\"");
    }
    objective_.per_year = true;
    return true;
  }

  bool read_phase(const Word& during) {
    if (!objective_.phase.empty()) return fail(during.column, "a second phase", "one phase");
    if (done() || is_ending(peek().text)) {
      return fail_word(during, "needs a phase after it", "\"during steady\"");
    }
    objective_.phase = std::string(words_[next_++].text);
    return true;
  }

  bool read_trials(const Word& in) {
    if (objective_.share_of_trials) {
      return fail(in.column, "a second share of trials", "one \"in ... of trials\"");
    }
    const auto bad = [&] {
      return fail_word(in, "needs a share of trials after it", "\"in 95% of trials\"");
    };
    if (next_ + 3 > words_.size()) return bad();
    const Word percent = words_[next_++];
    const std::string_view of = words_[next_++].text;
    const std::string_view trials = words_[next_++].text;
    if (of != "of" || trials != "trials") return bad();
    const auto share = io::parse_ratio(percent.text);
    if (!share || (*share).value <= 0 || (*share).value >= 1) {
      return fail_word(percent, "is not a share of trials", "more than 0% and less than 100%");
    }
    objective_.share_of_trials = (*share).value;
    return true;
  }

  std::string_view text_;
  std::vector<Word> words_;
  std::size_t next_ = 0;
  const SubjectRule* rule_ = nullptr;
  Objective objective_;
  std::optional<io::Complaint> complaint_;
};

}  // namespace

io::Parsed<Objective> parse_objective(std::string_view text) {
  if (text.size() > kLongestObjective) {
    return io::Complaint{"an objective of " + std::to_string(text.size()) + " characters",
                         "at most " + std::to_string(kLongestObjective), ""};
  }
  return Reader(text).read();
}

}  // namespace lifeboat::scenarios
