// What a file may contain, as data, collected from the very calls that read it.
//
// A reader that runs in describing mode (see reader.hpp) reads nothing and declares every key it
// would have read: name, type, range, default, one sentence and the source of the default. From
// these declarations come the JSON Schema for editors and the tables of `lifeboat explain`; so
// documentation cannot drift from what is read.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace lifeboat::models::io {

/// What may stand at a key.
enum class ValueType {
  kObject,  ///< with fixed keys: `children`
  kMap,     ///< names chosen by the writer, each with `children[0]` as its value
  kArray,   ///< each element as `children[0]`
  kText,
  kName,
  kChoice,
  kBoolean,
  kCount,
  kNumber,
  kDuration,
  kRate,
  kBytes,
  kRatio,
  kVcpu,
  kBandwidth,
  kMoney,
  kLaw,
  kClock,
  kDateTime,
  kTimeZone,
  kFile,  ///< the path of another file
  kPart,  ///< the path of another file, or what stands in it, or a list of such
  kAny
};
/// As documentation calls it: "duration", "one of", ...
[[nodiscard]] std::string_view type_name(ValueType type);

/// What else holds of an object in which `key` stands.
struct Case {
  std::string key;
  std::string word;  ///< and has this value; empty: whatever it has
  std::string part;  ///< the name of the part of the schema (Schema::parts) that then holds too
};

/// One key, or one nameless value inside a map or an array.
struct Declaration {
  std::string name;
  ValueType type = ValueType::kAny;
  bool required = false;
  std::string doc;           ///< one sentence
  std::string source;        ///< where the default comes from
  std::string default_text;  ///< as JSON; empty where there is none
  std::string otherwise;     ///< what holds where the key is absent and no constant says it
  std::string min;           ///< as JSON; empty where there is none
  std::string max;
  bool above_min = false;                                    ///< the minimum itself is excluded
  std::vector<std::pair<std::string, std::string>> choices;  ///< value and its meaning
  /// Keys of an object in the order in which they are read. One name may stand several times:
  /// then either form may be written.
  std::vector<Declaration> children;
  std::vector<std::vector<std::string>> exactly_one;  ///< groups of keys, one of each is needed
  std::string definition;  ///< name of a shared (perhaps recursive) definition this stands for
  bool any_name = false;   ///< stands for every key not named otherwise
  bool open = false;       ///< an object that other readers complete: unknown keys allowed
  std::vector<Case> cases;
  /// A merge patch (RFC 7396) of what is declared: at no depth is a key required, and null takes
  /// one away; what stands in an array is whole.
  bool patch = false;
};

/// The declarations of one file format or service kind.
struct Schema {
  Declaration root;
  std::map<std::string, Declaration> definitions;
  /// What cases and declarations refer to and what is explained elsewhere, as the kinds of
  /// services.
  std::map<std::string, Declaration> parts;
};

/// JSON Schema (draft 2020-12) text of the declarations, for editor completion.
[[nodiscard]] std::string json_schema(const Schema& schema, const std::string& title);

/// One line of `lifeboat explain`.
struct Explanation {
  std::string path;      ///< "scaling.policies[].targetValue", "operations.NAME.demand"
  std::string type;      ///< "duration", "one of fifo, lifo", ...
  std::string range;     ///< "at least 1, at most 100"; may be empty
  std::string standard;  ///< "60s", "required" or what holds otherwise
  std::string doc;
  std::string source;
};
/// All keys, parents before children, in reading order.
[[nodiscard]] std::vector<Explanation> explain(const Schema& schema);

}  // namespace lifeboat::models::io
