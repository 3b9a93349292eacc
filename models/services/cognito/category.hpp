// What a user pool can be asked, and the quota that each request counts to.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace lifeboat::models::cognito {

/// Which limit of a single user it counts to.
enum class PerUser : std::uint8_t { kNone, kRead, kWrite };
/// Which of the pool's latencies it has.
enum class Latency : std::uint8_t { kSignIn, kToken, kOther };
/// What it does to the user's tokens.
enum class Tokens : std::uint8_t { kKeeps, kRenews, kIssues };

struct Operation {
  std::string_view name;
  std::string_view category;  ///< as AWS names it ("UserAuthentication")
  std::string_view quota;     ///< of the region ("cognitoUserAuthentication")
  Latency latency;
  PerUser per_user;
  Tokens tokens;
  bool edits_users;  ///< a replica refuses it
};

/// All of them but "session", which is made of these.
[[nodiscard]] const std::vector<Operation>& operations();

/// An application's check of a signed-in user: needs nothing, a refresh, or a sign-in.
inline constexpr std::string_view kSession = "session";

}  // namespace lifeboat::models::cognito
