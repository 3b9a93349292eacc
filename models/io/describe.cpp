#include "models/io/describe.hpp"

#include <memory>
#include <utility>

#include "models/io/detail/node.hpp"

namespace lifeboat::models::io {

void describe_list(const Value& value, const std::function<void(const Value&)>& element) {
  const auto inner = std::make_shared<Describer>();
  inner->schema = value.describer()->schema;
  element(Value::describing(inner));
  Declaration list;
  list.type = ValueType::kArray;
  list.children = std::move(inner->forms);
  value.describer()->forms.push_back(std::move(list));
}

}  // namespace lifeboat::models::io
