#include "models/io/member_at.hpp"

namespace lifeboat::models::io {

const Value* member_at(const Value& value, std::string_view path) {
  const Value* at = &value;
  while (true) {
    const std::size_t dot = path.find('.');
    const Member* member = at->find(path.substr(0, dot));
    if (member == nullptr) return nullptr;
    at = &member->value;
    if (dot == std::string_view::npos) return at;
    path.remove_prefix(dot + 1);
  }
}

}  // namespace lifeboat::models::io
