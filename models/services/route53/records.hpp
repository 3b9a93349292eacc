// The records of a name, and who is answered with which.
//
// Every routing policy is a set of orders of preference with shares of the clients: a client is
// answered with the first record of its order that is healthy, and with the very first when none
// is (all unhealthy: all are treated as healthy). Source: Route 53 Developer Guide, how Route 53
// chooses records when health checking is configured, as of 2023.
//
//     failover   one order: the primary, the secondary
//     weighted   every order of the records, as often as drawing without replacement in proportion
//                to the weights gives it; so among any that are healthy the weights hold. Records
//                of weight 0 come last, in any order: considered when all others are unhealthy
//     latency    for each place of clients the regions by their round trip
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "models/io/reader.hpp"
#include "models/platform/platform.hpp"
#include "sim/time.hpp"

namespace lifeboat::models::route53 {

enum class Routing : std::uint8_t { kSimple, kFailover, kWeighted, kLatency };
enum class Role : std::uint8_t { kNone, kPrimary, kSecondary };

struct Record {
  std::string region;
  Role role = Role::kNone;
  double weight = 1;
  std::optional<std::string> check;  ///< none: always healthy
};

struct Description {
  std::vector<std::string> targets;
  Routing routing = Routing::kSimple;
  sim::Duration ttl = sim::Duration::seconds(60);
  std::vector<Record> records;
};

/// The most records of one name: weighted ones are answered in up to 4! orders.
inline constexpr std::size_t kMostRecords = 4;

struct Preference {
  double share = 1;                 ///< of the clients
  std::vector<std::uint8_t> order;  ///< indexes of records, the preferred first
};

/// Shares sum to 1; orders of no share are left out.
[[nodiscard]] std::vector<Preference> preferences(const Description& description,
                                                  const std::optional<ClientSpec>& clients);

/// The record that an order is answered with.
template <class Healthy>
[[nodiscard]] std::size_t answer_of(const std::vector<std::uint8_t>& order, Healthy&& healthy) {
  for (const std::uint8_t record : order) {
    if (healthy(record)) return record;
  }
  return order.front();
}

/// Reads "routing", "ttl" and "records".
void read_records(io::ObjectReader& r, const Platform& platform, Description& description);

}  // namespace lifeboat::models::route53
