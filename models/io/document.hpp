// The JSON tree that every reader of ours walks.
//
// A Value is a cheap handle on an immutable node: null, boolean, number, string, array or
// object, with its members in the order of the file and its Place. A Document is a root value
// and the source it came from. Nothing is changed in place: a merge patch, an overlay or a
// `--set` makes a new root that shares all untouched nodes, and each node keeps the place where
// it was written.
//
// Input is JSON (RFC 8259) with // and /* */ comments. Rejected, each with its line: trailing
// commas, duplicate keys, NaN and Infinity, numbers beyond a double, bytes that are not UTF-8,
// NUL, a byte order mark, truncated text, anything that is not a regular file, and more than
// `Limits` allows. A file's syntax is checked up to its first error.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "models/io/place.hpp"
#include "models/io/problems.hpp"

namespace lifeboat::models::io {

enum class Kind { kNull, kBoolean, kNumber, kString, kArray, kObject };

/// "a string", "an object", ...
[[nodiscard]] std::string_view kind_name(Kind kind);

struct Member;
struct Node;
struct Describer;

/// A handle on one node of a JSON tree; copying copies the handle. Default: a null nowhere.
class Value {
 public:
  Value();

  [[nodiscard]] Kind kind() const;
  [[nodiscard]] bool is_null() const { return kind() == Kind::kNull; }
  [[nodiscard]] bool is_boolean() const { return kind() == Kind::kBoolean; }
  [[nodiscard]] bool is_number() const { return kind() == Kind::kNumber; }
  [[nodiscard]] bool is_string() const { return kind() == Kind::kString; }
  [[nodiscard]] bool is_array() const { return kind() == Kind::kArray; }
  [[nodiscard]] bool is_object() const { return kind() == Kind::kObject; }

  /// The boolean; false for every other kind.
  [[nodiscard]] bool as_boolean() const;
  /// The number, always finite; 0 for every other kind.
  [[nodiscard]] double as_number() const;
  /// The number if it is whole and fits in 64 bits (1e3 is whole).
  [[nodiscard]] std::optional<std::int64_t> as_integer() const;
  /// The string, valid as long as any handle on this node; empty for every other kind.
  [[nodiscard]] std::string_view as_string() const;

  /// Elements of an array; empty for every other kind.
  [[nodiscard]] std::span<const Value> elements() const;
  /// Members of an object in file order; empty for every other kind.
  [[nodiscard]] std::span<const Member> members() const;
  /// The member of that name, or null if there is none. O(log n) for large objects.
  [[nodiscard]] const Member* find(std::string_view name) const;
  /// Elements or members; 0 for a scalar.
  [[nodiscard]] std::size_t size() const;

  [[nodiscard]] const Place& place() const;
  /// As a message shows it: `"abc"`, `12`, `true`, `null`, `an array`, `an object`.
  [[nodiscard]] std::string shown() const;
  /// The value as JSON text, 2 spaces a level, members in their order, numbers so that they read
  /// back as the same double. No line break at the end.
  [[nodiscard]] std::string to_json_text() const;

  /// Collects declarations instead of holding data (see reader.hpp); null for ordinary values.
  /// A describing value is of kind null and has no members.
  [[nodiscard]] const std::shared_ptr<Describer>& describer() const;
  static Value describing(std::shared_ptr<Describer> describer);

  static Value null(Place place = {});
  static Value boolean(bool value, Place place = {});
  /// `value` must be finite.
  static Value number(double value, Place place = {});
  static Value integer(std::int64_t value, Place place = {});
  static Value string(std::string value, Place place = {});
  static Value array(std::vector<Value> elements, Place place = {});
  /// Of several members of one name only the first can be found.
  static Value object(std::vector<Member> members, Place place = {});

 private:
  explicit Value(std::shared_ptr<const Node> node) : node_(std::move(node)) {}
  std::shared_ptr<const Node> node_;
};

/// A name and its value in an object.
struct Member {
  std::string name;
  Value value;
  Place place;  ///< of the name; the value may stand on a later line
};

/// What one input may contain at most.
struct Limits {
  std::size_t bytes = std::size_t{64} << 20;
  std::size_t depth = 100;
  std::size_t nodes = 500'000;
};

/// A root value and where it came from.
class Document {
 public:
  Document() = default;
  Document(Value root, std::shared_ptr<const Source> source)
      : root_(std::move(root)), source_(std::move(source)) {}

  /// Reads a file. Nothing, and at least one error, if it cannot be read or is not our JSON.
  /// `referred_from` is the value that named the file, for errors about the file itself.
  static std::optional<Document> parse_file(const std::filesystem::path& path, Problems& problems,
                                            const Value* referred_from = nullptr,
                                            const Limits& limits = {});
  /// Reads a text; `name` is what messages call it. References in it start at `directory`.
  static std::optional<Document> parse_text(std::string_view text, std::string name,
                                            Problems& problems, const Limits& limits = {},
                                            std::filesystem::path directory = {});

  [[nodiscard]] const Value& root() const { return root_; }
  /// Null for a document made in code.
  [[nodiscard]] const std::shared_ptr<const Source>& source() const { return source_; }
  [[nodiscard]] std::string to_json_text() const { return root_.to_json_text(); }
  /// The same source with another root.
  [[nodiscard]] Document with_root(Value root) const { return {std::move(root), source_}; }

 private:
  Value root_;
  std::shared_ptr<const Source> source_;
};

/// RFC 7396: `patch`'s members replace `base`'s, null removes, objects merge, all else replaces.
/// An object that merges keeps the base's place and order; new members follow in patch order.
[[nodiscard]] Value merge_patch(const Value& base, const Value& patch);

/// `base` with member `name` set or, if new, added last. `base` must be an object.
[[nodiscard]] Value with_member(const Value& base, std::string_view name, Value value);
/// `base` without member `name`.
[[nodiscard]] Value without_member(const Value& base, std::string_view name);

/// Applies one `--set` option, "services.web.desiredCount=2", to a merged document.
///
/// Steps are member names, or element numbers in an array. Everything up to the last step must
/// exist, but for objects inside one region's patch (`regions.NAME. ...`), which are made; the
/// last may be new in an object (the strict readers then judge it). The value is read as JSON,
/// and as a string where it is none: `2`, `true`, `30s`, `{"mean": "9ms"}`. A value that is a path
/// of a file is relative to the current directory.
/// Returns the document unchanged, and an error with a suggestion, where the path leads nowhere.
[[nodiscard]] Document set_path(const Document& document, std::string_view option,
                                Problems& problems);

}  // namespace lifeboat::models::io
