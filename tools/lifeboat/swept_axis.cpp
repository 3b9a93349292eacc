#include "tools/lifeboat/swept_axis.hpp"

#include <utility>

#include "models/io/reader.hpp"
#include "reports/studies/standby_rows.hpp"
#include "tools/lifeboat/command.hpp"
#include "tools/lifeboat/designs.hpp"
#include "tools/lifeboat/sweep_values.hpp"

namespace lifeboat::tools {

reports::SweepAxis read_axis(const std::string& word) {
  const std::size_t equals = word.find('=');
  if (equals == 0 || equals == std::string::npos) {
    throw UsageError(models::io::quote(word) +
                     " is no parameter with values: PATH=VALUES, such as "
                     "platform.services.web.desiredCount=2..8");
  }
  reports::SweepAxis axis;
  axis.path = word.substr(0, equals);
  axis.name = axis.path.substr(axis.path.rfind('.') + 1);
  SweptValues values = read_swept_values(word.substr(equals + 1));
  axis.values = std::move(values.values);
  axis.numbers = std::move(values.numbers);
  axis.unit = std::move(values.unit);
  if (axis.path == reports::kStandbyAxis) {
    for (const std::string& value : axis.values) static_cast<void>(read_standby(value));
  }
  if (axis.values.size() < 2) {
    throw UsageError(models::io::quote(word) +
                     " has one value: a sweep needs two or more (lifeboat run takes one by --set)");
  }
  return axis;
}

}  // namespace lifeboat::tools
