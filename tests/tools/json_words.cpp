#include "tests/tools/json_words.hpp"

#include <algorithm>
#include <string_view>

namespace lifeboat::tests {

namespace {

class Walker {
 public:
  explicit Walker(const std::string& json) : json_(json) {}

  std::vector<JsonWord> walk() {
    value("", "");
    return std::move(words_);
  }

 private:
  void step() {
    if (json_[at_] == '\n') ++line_;
    ++at_;
  }

  [[nodiscard]] bool is(std::string_view text) const {
    return json_.compare(at_, text.size(), text) == 0;
  }

  /// Over blanks, line breaks and comments.
  void skip() {
    while (at_ < json_.size()) {
      if (is("//")) {
        while (at_ < json_.size() && json_[at_] != '\n') step();
      } else if (is("/*")) {
        while (!is("*/")) step();
        at_ += 2;
      } else if (std::string_view{" \t\r\n"}.find(json_[at_]) != std::string_view::npos) {
        step();
      } else {
        return;
      }
    }
  }

  std::size_t string(const std::string& pointer, const std::string& parent, bool is_key) {
    JsonWord word;
    word.offset = ++at_;
    word.line = line_;
    while (json_[at_] != '"') at_ += json_[at_] == '\\' ? 2U : 1U;
    word.text = json_.substr(word.offset, at_ - word.offset);
    word.pointer = is_key ? parent + "/" + word.text : pointer;
    word.parent = parent;
    word.is_key = is_key;
    ++at_;
    words_.push_back(word);
    return words_.size() - 1;
  }

  void value(const std::string& pointer, const std::string& parent) {
    skip();
    if (json_[at_] == '{') {
      ++at_;
      for (skip(); json_[at_] != '}'; skip()) {
        if (json_[at_] == ',') {
          ++at_;
          continue;
        }
        const std::string below = words_[string({}, pointer, true)].pointer;
        skip();
        ++at_;  // the colon
        value(below, pointer);
      }
      ++at_;
    } else if (json_[at_] == '[') {
      ++at_;
      int index = 0;
      for (skip(); json_[at_] != ']'; skip()) {
        if (json_[at_] == ',') {
          ++at_;
          continue;
        }
        value(pointer + "/" + std::to_string(index++), pointer);
      }
      ++at_;
    } else if (json_[at_] == '"') {
      string(pointer, parent, false);
    } else {
      at_ = std::min(json_.find_first_of(",}] \n", at_), json_.size());
    }
  }

  const std::string& json_;
  std::size_t at_ = 0;
  int line_ = 1;
  std::vector<JsonWord> words_;
};

bool is_number(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

}  // namespace

std::string JsonWord::key() const {
  std::string path = pointer;
  while (!path.empty()) {
    const std::size_t slash = path.rfind('/');
    const std::string name = path.substr(slash + 1);
    if (!is_number(name)) return name;
    path.resize(slash);
  }
  return {};
}

std::vector<JsonWord> words_of(const std::string& json) { return Walker{json}.walk(); }

}  // namespace lifeboat::tests
