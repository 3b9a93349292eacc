#include "sim/network/client.hpp"

#include <stdexcept>

#include "sim/network/builder.hpp"
#include "sim/network/draft.hpp"
#include "sim/network/network.hpp"

namespace lifeboat::sim {
namespace {

constexpr std::uint32_t kMostCost = 0xff;  // a frame keeps what its retry cost in 8 bits

bool same(const RetryBudget& a, const RetryBudget& b) {
  return a.name == b.name && a.tokens == b.tokens && a.retry_cost == b.retry_cost &&
         a.timeout_cost == b.timeout_cost && a.throttled_cost == b.throttled_cost &&
         a.success_gain == b.success_gain && a.refunds == b.refunds;
}

bool same(const Breaker& a, const Breaker& b) {
  return a.name == b.name && a.failure_rate == b.failure_rate && a.slow_rate == b.slow_rate &&
         a.slow_call == b.slow_call && a.window == b.window && a.timed == b.timed &&
         a.minimum_calls == b.minimum_calls && a.wait_open == b.wait_open &&
         a.half_open_calls == b.half_open_calls;
}

bool same(const RateLimiter& a, const RateLimiter& b) { return a.name == b.name; }
bool same(const Shedder& a, const Shedder& b) { return a.name == b.name; }

template <class Row>
std::uint32_t find_or_add(std::vector<Row>& rows, Row row) {
  for (std::uint32_t i = 0; i < rows.size(); ++i) {
    if (!row.name.empty() && same(rows[i], row)) return i;
  }
  rows.push_back(std::move(row));
  return static_cast<std::uint32_t>(rows.size() - 1);
}

template <class Row>
std::uint32_t place_copies(const Network& net, std::vector<Row>& rows) {
  std::uint32_t total = 0;
  for (Row& row : rows) {
    ClientCopies& copies = row.copies;
    copies.first = total;
    if (copies.tasks.valid()) {
      const TaskGroup& group = net.groups[copies.tasks.index()];
      copies.first_task = group.first_task;
      copies.count = group.limit + 1;
    }
    total += copies.count;
  }
  return total;
}

}  // namespace

void lay_out_clients(Network& network) {
  ClientTotals& totals = network.client_totals;
  totals.budgets = place_copies(network, network.budgets);
  totals.breakers = place_copies(network, network.breakers);
  totals.limiters = place_copies(network, network.limiters);
  totals.shedders = place_copies(network, network.shedders);
  for (Breaker& breaker : network.breakers) {
    breaker.first_cell = totals.breaker_cells;
    totals.breaker_cells += breaker.copies.count * breaker.window;
  }
}

std::uint32_t NetworkBuilder::add_budget(RetryBudget budget) {
  if (budget.retry_cost > kMostCost || budget.timeout_cost > kMostCost ||
      budget.throttled_cost > kMostCost) {
    throw std::invalid_argument("a retry costs more than 255 tokens");
  }
  return find_or_add(draft_->network->budgets, std::move(budget));
}

std::uint32_t NetworkBuilder::add_breaker(Breaker breaker) {
  if (breaker.window == 0 || breaker.half_open_calls == 0) {
    throw std::invalid_argument("breaker '" + breaker.name + "' looks at no calls");
  }
  return find_or_add(draft_->network->breakers, std::move(breaker));
}

std::uint32_t NetworkBuilder::add_limiter(RateLimiter limiter) {
  return find_or_add(draft_->network->limiters, std::move(limiter));
}

std::uint32_t NetworkBuilder::add_shedder(Shedder shedder) {
  return find_or_add(draft_->network->shedders, std::move(shedder));
}

}  // namespace lifeboat::sim
