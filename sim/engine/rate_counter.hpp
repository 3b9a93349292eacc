// How many requests each client has made within a rate rule's window, and whom it blocks.
//
// Time is cut into ticks of the rule's cadence, from a phase that is the trial's luck. At the end
// of each tick (a look) a client's count is that of its requests within the window's ticks, so the
// window slides by a tick. Above the limit it is put on the list, otherwise it is taken off; each
// change acts after a lag that belongs to the client and the look. Blocked requests count as well.
//
// Looks are no events: nothing sees a rule between two requests, so the looks that have become due
// are made up for, at their own instants, when the next request or reader comes. A look costs what
// its tick and the tick that leaves the window hold, never all clients; only with more clients
// above the limit than fit on the list are all of them compared.
//
// A request is noted in a line of all within the window, and no more. Clients fall into groups by
// the hash of their index: while a group as a whole is not above the limit, none of its clients is,
// and they are not told apart. So the many who are far from the limit cost a number each. When a
// group comes above it, its clients are counted one by one, until a window passes in which nobody
// is above the limit, listed or blocked. Memory is four bytes a request of the window, and a row
// for each client that is counted.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include "sim/control/control.hpp"
#include "sim/engine/pool.hpp"
#include "sim/network/ids.hpp"
#include "sim/network/network.hpp"
#include "sim/random/law_table.hpp"

namespace lifeboat::sim {

/// The state of one rule in one trial. Every function takes the rule that it belongs to.
class RateCounter {
 public:
  /// Further lags come of this luck.
  void draw_from(std::uint64_t luck) { luck_ = luck; }
  /// Begins at `now` with empty counts; `luck` belongs to the rule in this trial.
  void start(const RateRule& rule, std::int64_t limit, std::int64_t now, std::uint64_t luck);
  /// Counts a request of `client`; true if it is blocked. Amortised constant time.
  bool count(const RateRule& rule, const LawTable& lag, std::int64_t limit, std::int64_t now,
             std::uint32_t client);
  /// Makes up for all looks until `now`.
  void look_until(const RateRule& rule, const LawTable& lag, std::int64_t limit, std::int64_t now);
  [[nodiscard]] RateRuleView view() const;
  [[nodiscard]] std::size_t bytes() const;

 private:
  static constexpr std::int64_t kNever = std::numeric_limits<std::int64_t>::max();
  static constexpr std::size_t kGroups = 1024;

  /// One that is counted by itself.
  struct Client {
    std::int64_t block_at = kNever;    ///< blocked from here
    std::int64_t unblock_at = kNever;  ///< to here
    std::uint32_t index = 0;           ///< and the free list's link
    std::uint32_t count = 0;           ///< in the ticks of the window that have ended
    bool over = false;                 ///< above the limit at the last look
    bool listed = false;
    bool lingers = false;  ///< kept for a block that has not been lifted yet
  };
  struct Group {
    std::uint32_t count : 31 = 0;  ///< requests in the ticks of the window that have ended
    std::uint32_t apart : 1 = 0;   ///< its clients are counted one by one
  };

  [[nodiscard]] static std::size_t ticks_of(const RateRule& rule);
  void look(const RateRule& rule, const LawTable& lag, std::int64_t at);
  void move_window(std::span<const std::uint32_t> leaving, std::span<const std::uint32_t> ended);
  void tell_apart(std::span<const std::uint32_t> window, std::span<const std::uint32_t> ended);
  void compare(std::span<const std::uint32_t> clients);
  void update_list(const RateRule& rule, const LawTable& lag, std::int64_t at,
                   std::span<const std::uint32_t> leaving, std::span<const std::uint32_t> ended);
  void choose_highest(const RateRule& rule, const LawTable& lag, std::int64_t at);
  void put_on_list(std::uint32_t client, bool listed, const LawTable& lag, std::int64_t at);
  [[nodiscard]] static bool may_block(const Client& client, std::int64_t at);
  void forget_idle(std::uint32_t client, std::int64_t at);
  void forget_lingering(std::int64_t at);
  void drop_leaving(std::size_t count);
  void stand_down(std::int64_t at);
  void forget_all();
  void empty();

  /// Of the table: a client's index and its row, so that a search touches no other client's.
  struct Entry {
    std::uint32_t index = kNone;
    std::uint32_t row = kNone;  ///< kNone: nobody stands here
  };
  [[nodiscard]] static std::uint64_t hash_of(std::uint32_t index);
  [[nodiscard]] Group& group_of(std::uint32_t index);
  /// Calls `act` with the row of each of those who are counted by themselves, as often as each
  /// asked.
  template <class Act>
  void for_each_apart(std::span<const std::uint32_t> clients, Act act);
  [[nodiscard]] std::uint32_t find(std::uint32_t index) const;
  std::uint32_t find_or_add(std::uint32_t index);
  [[nodiscard]] std::size_t home_of(std::uint32_t index) const;
  void insert(Entry entry);
  void erase(std::uint32_t client);

  std::vector<std::uint32_t> asked_;  // indices of those who asked, in order: the window's
  std::size_t first_ = 0;             // and the tick's under way, from here on
  std::vector<std::uint32_t> ticks_;  // requests of each tick of the window, a ring
  std::uint32_t current_ = 0;         // requests of the tick under way
  std::array<Group, kGroups> groups_{};
  std::uint32_t apart_ = 0;  // groups whose clients are counted one by one
  Pool<Client, &Client::index> clients_;
  std::vector<Entry> table_;  // open addressing: clients by the hash of their index
  std::vector<std::uint32_t> lingering_;
  std::vector<std::uint32_t> highest_;  // scratch of choose_highest
  std::uint32_t over_ = 0;
  std::uint32_t listed_ = 0;
  bool full_ = false;  // more were above the limit at the last look than fit on the list
  std::int64_t limit_ = 0;
  std::int64_t next_look_ = 0;
  std::uint64_t looks_ = 0;
  std::uint64_t luck_ = 0;
  std::uint64_t seen_ = 0;
  std::uint64_t matched_ = 0;
};

}  // namespace lifeboat::sim
