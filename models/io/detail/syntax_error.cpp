#include "models/io/detail/syntax_error.hpp"

#include <string>

#include "models/io/detail/text.hpp"

namespace lifeboat::models::io::detail {

namespace {

bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

bool ends_word(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == ',' || c == ':' || c == '{' ||
         c == '}' || c == '[' || c == ']' || c == '"';
}

/// The word around the last byte read: what an unquoted key or a stray literal looks like.
std::string_view word_at(const SyntaxContext& context) {
  if (context.consumed == 0) return {};
  std::size_t begin = context.consumed - 1;
  std::size_t end = begin;
  while (begin > 0 && !ends_word(context.text[begin - 1])) --begin;
  while (end < context.text.size() && !ends_word(context.text[end])) ++end;
  return context.text.substr(begin, end - begin);
}

std::string opened(const SyntaxContext& context) {
  return std::string{kind_name(context.inside)} + " that opens on line " +
         std::to_string(context.opened_on_line);
}

Complaint bad_word(std::string_view word, const SyntaxContext& context, bool key) {
  const std::string small = lower(word);
  if (small == "nan" || small == "-nan" || small == "inf" || small == "-inf" ||
      small == "infinity" || small == "-infinity" || small == "+infinity") {
    return {printable(shortened(word, 60)) + " is no number", "a finite number", {}};
  }
  if (small == "true" || small == "false" || small == "null") {
    return {quote(word) + " is not written so", {}, small};
  }
  if (small == "none" || small == "nil" || small == "undefined") {
    return {quote(word) + " is no value", {}, "null"};
  }
  if (!word.empty() && word.front() == '\'') {
    return {"text in single quotes", "double quotes", {}};
  }
  if (!word.empty() && (word.front() == '+' || word.front() == '.')) {
    return {quote(word) + " is no number", "a number such as 0.5 or -2", {}};
  }
  if (key) return {"a key without quotes", "keys in double quotes", quote(word)};
  if (context.inside == Kind::kNull) return {quote(word) + " is no JSON", "an object", {}};
  return {quote(word) + " is no value", "a number, a text in double quotes, true or false", {}};
}

Complaint unexpected_end(const SyntaxContext& context) {
  if (context.inside == Kind::kNull) return {"the file holds no value", "an object", {}};
  return {"the file ends inside " + opened(context),
          context.inside == Kind::kArray ? R"("]")" : R"("}")",
          {}};
}

/// nlohmann's words for a bad string, number or comment.
Complaint bad_token(std::string_view reason, const SyntaxContext& context) {
  if (contains(reason, "missing closing quote")) {
    return {"the file ends inside a text", "a closing quote", {}};
  }
  if (contains(reason, "U+000A") || contains(reason, "U+000D")) {
    return {"the text is not closed on its line", R"(a closing quote, or \n for a line break)", {}};
  }
  if (contains(reason, "missing closing '*/'")) {
    return {"the file ends inside a comment", "*/", {}};
  }
  if (contains(reason, "invalid comment")) {
    return {"a single slash", "a comment, // or /* */", {}};
  }
  constexpr std::string_view kString = "invalid string: ";
  if (reason.substr(0, kString.size()) == kString) {
    return {"bad text: " + std::string{reason.substr(kString.size())}, {}, {}};
  }
  return bad_word(word_at(context), context, false);
}

}  // namespace

Complaint explain_syntax_error(std::string_view what, const SyntaxContext& context) {
  if (contains(what, "number overflow")) {
    const std::size_t quote_at = what.find('\'');
    std::string_view digits = what.substr(quote_at + 1);
    digits = digits.substr(0, digits.find('\''));
    return {"the number " + shortened(digits, 60) + " is too large", "at most 1.8e308", {}};
  }
  const std::size_t dash = what.find(" - ");
  std::string_view reason = dash == std::string_view::npos ? what : what.substr(dash + 3);
  reason = reason.substr(0, reason.find("; last read"));
  reason = reason.substr(0, reason.find("; expected"));
  if (context.after_root) return {"there is more after the end of the document", "nothing", {}};
  if (contains(reason, "unexpected end of input")) return unexpected_end(context);
  const bool at_key = contains(what, "while parsing object key");
  if (reason == "invalid literal" && at_key) return bad_word(word_at(context), context, true);
  if (reason.substr(0, 7) == "invalid") return bad_token(reason, context);
  if (at_key) {
    if (contains(reason, "'}'")) return {R"(trailing comma before "}")", "no comma", {}};
    return {std::string{reason}, "a key in double quotes", {}};
  }
  if (contains(what, "while parsing object separator")) {
    return {std::string{reason}, R"(":" after the key)", {}};
  }
  if (contains(what, "while parsing object -")) {
    return {std::string{reason}, R"("," or "}")", {}};
  }
  if (contains(what, "while parsing array -")) {
    return {std::string{reason}, R"("," or "]")", {}};
  }
  if (contains(reason, "']'") && context.inside == Kind::kArray && context.has_elements) {
    return {R"(trailing comma before "]")", "no comma", {}};
  }
  return {std::string{reason}, "a value", {}};
}

}  // namespace lifeboat::models::io::detail
