// lifeboat init: a small platform and scenario that run at once.
#include <filesystem>
#include <fstream>
#include <system_error>

#include "models/io/problems.hpp"
#include "tools/lifeboat/command.hpp"
#include "tools/lifeboat/exit_status.hpp"
#include "tools/lifeboat/options.hpp"
#include "tools/lifeboat/terminal.hpp"

namespace lifeboat::tools {

namespace {

constexpr const char* kPlatform = R"({
  // A small shop in one region: what it is made of, and what customers ask of it.
  // `lifeboat explain platform` lists everything that can stand here.
  "format": "lifeboat/platform/1",
  "name": "small-shop",

  "regions": { "home": { "code": "ap-southeast-1" } },

  "services": {
    // A "queue" is the plain station: so many servers, and those who wait.
    // Other kinds (ecs-fargate, rds, sqs, ...): lifeboat list services
    "web": {
      "kind": "queue", "region": "home", "servers": 8, "queueLimit": 200,
      "operations": {
        "view": { "demand": { "lognormal": { "mean": "40ms", "cv": 1 } } },
        "order": {
          "demand": { "lognormal": { "mean": "60ms", "cv": 1 } },
          // The web server is held while it waits for the answer.
          "calls": [ { "call": "payments.charge", "timeout": "3s" } ]
        }
      }
    },
    "payments": {
      "kind": "queue", "region": "home", "servers": 4,
      "operations": { "charge": { "demand": { "exponential": { "mean": "150ms" } } } }
    }
  },

  "journeys": {
    // A journey is something a customer asks for. It is good if it is answered in time.
    "look": { "entry": "web.view", "goodWithin": "1s" },
    "buy":  { "entry": "web.order", "goodWithin": "3s", "critical": true }
  }
}
)";

constexpr const char* kScenario = R"({
  // What happens to the platform, and what is promised.
  // `lifeboat explain scenario` lists everything that can stand here.
  "format": "lifeboat/scenario/1",
  "name": "busy-hour",
  "platform": "platform.json",

  "warmup": "2m",     // simulated, not measured
  "duration": "20m",

  "traffic": {
    "look": { "rate": "60/s" },
    "buy":  { "rate": "10/s" }
  },

  // To see it fail: let payments answer half a second later for five minutes.
  // "faults": {
  //   "targets": { "payments": { "service": "payments@home" } },
  //   "actions": { "slow": { "actionId": "latency", "targets": ["payments"], "at": "+5m",
  //                          "duration": "5m", "parameters": { "add": "500ms" } } } },

  // `lifeboat explain objectives` has the grammar.
  "objectives": [
    "availability >= 99.5%",
    "journey:buy p(95) < 1500ms",
    "service:web utilization < 85%"
  ]
}
)";

/// Something of that name, were it a link to nowhere.
bool is_there(const std::filesystem::path& path) {
  std::error_code ignored;
  return std::filesystem::symlink_status(path, ignored).type() !=
         std::filesystem::file_type::not_found;
}

void write_new(const std::filesystem::path& path, const char* text) {
  if (is_there(path)) {
    throw UsageError(path.string() + " exists already: nothing was changed");
  }
  std::ofstream file(path, std::ios::binary);
  file << text;
  file.close();
  if (!file) throw UsageError("cannot write " + path.string());
}

/// The text as one word of a shell.
std::string shell_word(const std::string& text) {
  const std::string plain =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./+,:@%";
  if (text.find_first_not_of(plain) == std::string::npos) return text;
  std::string word = "'";
  for (const char c : text) word += c == '\'' ? std::string{"'\\''"} : std::string{c};
  return word + "'";
}

}  // namespace

int run_init(const Words& words) {
  OptionSet set;
  set.most_words = 1;
  const ParsedOptions parsed = parse_options(set, words);
  if (parsed.words.empty() || parsed.words[0].empty()) {
    throw UsageError("which folder? For example: lifeboat init shop");
  }
  const std::filesystem::path folder = parsed.words[0];
  std::error_code error;
  if (std::filesystem::exists(folder, error) && !std::filesystem::is_directory(folder, error)) {
    throw UsageError(folder.string() + " is no folder");
  }
  const std::filesystem::path platform = folder / "platform.json";
  const std::filesystem::path scenario = folder / "scenario.json";
  for (const auto& path : {platform, scenario}) {
    if (is_there(path)) {
      throw UsageError(path.string() + " exists already: nothing was changed");
    }
  }
  std::filesystem::create_directories(folder, error);
  if (error) throw UsageError("cannot make the folder " + folder.string() + ": " + error.message());
  write_new(platform, kPlatform);
  write_new(scenario, kScenario);
  print("Wrote " + platform.string() + "\n      " + scenario.string() + "\n\nNext: lifeboat run " +
        shell_word(scenario.string()) + "\n");
  return kMet;
}

std::string help_init() {
  return "Writes a small commented platform and a scenario into DIR (made if missing),\n"
         "ready to run and to change. Existing files are never overwritten.\n"
         "\n"
         "Example:\n"
         "  lifeboat init shop\n"
         "  lifeboat run shop/scenario.json\n";
}

}  // namespace lifeboat::tools
