// The tables of a network's laws, made when the first trial asks for them: who only reads, checks
// and explains a platform draws nothing.
#pragma once

#include <mutex>
#include <vector>

#include "sim/random/law.hpp"
#include "sim/random/law_table.hpp"

namespace lifeboat::sim {

class LawTables {
 public:
  /// By law. Made at the first call, on all processors, and the same for every thread; the laws
  /// must be the same at each call. Laws of one shape on other scales share the cells of the first.
  [[nodiscard]] const std::vector<LawTable>& of(const std::vector<Law>& laws) const;
  /// Their rows, once they are made.
  [[nodiscard]] const std::vector<LawTable::Row>& rows() const { return rows_; }

 private:
  mutable std::once_flag once_;
  mutable std::vector<LawTable> tables_;
  mutable std::vector<LawTable::Row> rows_;
};

}  // namespace lifeboat::sim
