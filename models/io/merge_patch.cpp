// RFC 7396, on trees that keep their places.
#include <utility>

#include "models/io/document.hpp"

namespace lifeboat::models::io {

namespace {

/// A patch applied to nothing: its nulls have nothing to remove and vanish, at every level.
Value without_nulls(const Value& patch) {
  if (!patch.is_object()) return patch;
  std::vector<Member> members;
  members.reserve(patch.size());
  for (const Member& member : patch.members()) {
    if (member.value.is_null()) continue;
    members.push_back({member.name, without_nulls(member.value), member.place});
  }
  return Value::object(std::move(members), patch.place());
}

}  // namespace

Value merge_patch(const Value& base, const Value& patch) {
  if (!patch.is_object()) return patch;
  if (!base.is_object()) return without_nulls(patch);
  std::vector<Member> merged;
  merged.reserve(base.size() + patch.size());
  for (const Member& member : base.members()) {
    const Member* change = patch.find(member.name);
    if (change == nullptr) {
      merged.push_back(member);
    } else if (!change->value.is_null()) {
      const bool both = member.value.is_object() && change->value.is_object();
      merged.push_back({member.name, merge_patch(member.value, change->value),
                        both ? member.place : change->place});
    }
  }
  for (const Member& member : patch.members()) {
    if (member.value.is_null() || base.find(member.name) != nullptr) continue;
    merged.push_back({member.name, without_nulls(member.value), member.place});
  }
  return Value::object(std::move(merged), base.place());
}

Value with_member(const Value& base, std::string_view name, Value value) {
  std::vector<Member> members(base.members().begin(), base.members().end());
  for (Member& member : members) {
    if (member.name != name) continue;
    member.place = value.place();
    member.value = std::move(value);
    return Value::object(std::move(members), base.place());
  }
  const Place place = value.place();
  members.push_back({std::string{name}, std::move(value), place});
  return Value::object(std::move(members), base.place());
}

Value without_member(const Value& base, std::string_view name) {
  std::vector<Member> members;
  for (const Member& member : base.members()) {
    if (member.name != name) members.push_back(member);
  }
  return Value::object(std::move(members), base.place());
}

}  // namespace lifeboat::models::io
