#include "models/services/cognito/category.hpp"

namespace lifeboat::models::cognito {

// AWS documentation, Cognito quotas, as of 2026-11: API operation categories.
const std::vector<Operation>& operations() {
  static const std::vector<Operation> all = {
      {"authenticate", "UserAuthentication", "cognitoUserAuthentication", Latency::kSignIn,
       PerUser::kRead, Tokens::kIssues, false},
      {"federate", "UserFederation", "cognitoUserFederation", Latency::kSignIn, PerUser::kRead,
       Tokens::kIssues, false},
      {"refresh", "UserToken", "cognitoUserToken", Latency::kToken, PerUser::kRead, Tokens::kRenews,
       false},
      {"revoke", "UserToken", "cognitoUserToken", Latency::kToken, PerUser::kWrite, Tokens::kKeeps,
       false},
      {"authenticate-client", "ClientAuthentication", "cognitoClientAuthentication",
       Latency::kToken, PerUser::kNone, Tokens::kKeeps, false},
      {"read-user", "UserRead", "cognitoUserRead", Latency::kOther, PerUser::kRead, Tokens::kKeeps,
       false},
      {"read-resources", "UserResourceRead", "cognitoUserResourceRead", Latency::kOther,
       PerUser::kRead, Tokens::kKeeps, false},
      {"sign-up", "UserCreation", "cognitoUserCreation", Latency::kOther, PerUser::kWrite,
       Tokens::kKeeps, true},
      {"update-user", "UserUpdate", "cognitoUserUpdate", Latency::kOther, PerUser::kWrite,
       Tokens::kKeeps, true},
      {"recover-account", "AccountRecovery", "cognitoAccountRecovery", Latency::kOther,
       PerUser::kWrite, Tokens::kKeeps, true},
  };
  return all;
}

}  // namespace lifeboat::models::cognito
