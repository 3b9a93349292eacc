// What goes where: results to standard output, everything else to standard error; colours and
// the progress bar to a terminal only; and a reader who leaves early is no error.
#include <csignal>
#include <filesystem>
#include <thread>

#include <nlohmann/json.hpp>

#include "tests/catch.hpp"
#include "tests/main/temporary_folder.hpp"
#include "tests/tools/lifeboat.hpp"

namespace lifeboat::tests {

namespace {

const std::string kEscape = "\x1b";

/// The run's text on a terminal, with these variables in its environment.
std::string on_terminal(std::map<std::string, std::string> environment) {
  Call call = lifeboat_call(quick_run());
  call.environment = std::move(environment);
  call.out = Stream::kTerminal;
  const Outcome outcome = run(call);
  CHECK(outcome.status == 0);
  CHECK(outcome.out.find("MET: ") != std::string::npos);
  return outcome.out;
}

/// A shell's view: `lifeboat` stands for the command.
Outcome shell(const std::string& script) {
  return run(
      {.program = "/bin/sh",
       .words = {"-c", "lifeboat() { \"$0\" \"$@\"; }; " + script, lifeboat_binary().string()}});
}

}  // namespace

TEST_CASE("the text of a run fits a terminal and has no escape codes in a pipe", "[cli]") {
  const Outcome outcome = lifeboat(quick_run());
  CHECK(outcome.status == 0);
  check_text(outcome.out);
  CHECK(outcome.err.empty());
}

TEST_CASE("with --format json standard output is one JSON document and nothing else", "[cli]") {
  const TemporaryFolder folder;
  const std::string out = (folder.path() / "report").string();
  const Outcome outcome = lifeboat(quick_run({"--format", "json", "--out", out}));
  CHECK(outcome.status == 0);
  CHECK(outcome.err.empty());
  CHECK(outcome.out.ends_with("}\n"));
  const auto document = nlohmann::json::parse(outcome.out);
  CHECK(document.at("format") == "lifeboat/result/1");
  CHECK(document.at("trials") == 3);
  CHECK(document.at("seed") == 1);
  CHECK(document.at("verdict") == "met");
  CHECK(outcome.out == content_of(folder.path() / "report" / "result.json"));
}

TEST_CASE("option --out writes the report and its data, and says where", "[cli]") {
  const TemporaryFolder folder;
  Call call = lifeboat_call(quick_run({"--out", "a/report"}));
  call.folder = folder.path();
  const Outcome outcome = run(call);
  CHECK(outcome.status == 0);
  for (const char* name :
       {"report.html", "result.json", "timeseries.csv", "events.jsonl", "inputs/scenario.json"}) {
    INFO(name);
    CHECK(std::filesystem::exists(folder.path() / "a" / "report" / name));
  }
  CHECK(outcome.out.find("\n  a/report/report.html\n") != std::string::npos);
  // The resolved inputs are a scenario of their own, with the same result.
  const Outcome again = lifeboat({"run", (folder.path() / "a/report/inputs/scenario.json").string(),
                                  "--trials", "3", "--format", "json"});
  auto one = nlohmann::json::parse(content_of(folder.path() / "a/report/result.json"));
  auto other = nlohmann::json::parse(again.out);
  CHECK(one.at("fingerprint") == other.at("fingerprint"));
  CHECK(one.at("journeys") == other.at("journeys"));
}

TEST_CASE("without --out a run writes no file", "[cli]") {
  const TemporaryFolder folder;
  Call call = lifeboat_call(quick_run());
  call.folder = folder.path();
  CHECK(run(call).status == 0);
  CHECK(std::filesystem::is_empty(folder.path()));
}

TEST_CASE("option --quiet says nothing, and leaves the verdict to the exit status", "[cli]") {
  for (const char* objective : {"journey:visit p(99) < 10s", "journey:visit p(99) < 1ms"}) {
    const Outcome outcome = lifeboat(
        quick_run({"--quiet", "--set", "objectives=[\"" + std::string{objective} + "\"]"}));
    CHECK(outcome.out.empty());
    CHECK(outcome.err.empty());
    CHECK(outcome.status == (objective[22] == '1' && objective[23] == '0' ? 0 : 2));
  }
  // A mistake is still told.
  check_refused(lifeboat({"run", "smalest", "--quiet"}), "did you mean smallest?");
}

TEST_CASE("colours appear on a terminal, unless they are not wanted", "[cli]") {
  CHECK(on_terminal({}).find(kEscape) != std::string::npos);
  CHECK(on_terminal({{"NO_COLOR", ""}}).find(kEscape) != std::string::npos);
  CHECK(on_terminal({{"NO_COLOR", "1"}}).find(kEscape) == std::string::npos);
  CHECK(on_terminal({{"TERM", "dumb"}}).find(kEscape) == std::string::npos);
  CHECK(on_terminal({{"TERM", ""}}).find(kEscape) == std::string::npos);
}

TEST_CASE("a reader that closes the pipe is no error", "[cli]") {
  for (const std::string words : {"list", "explain platform", "schema platform"}) {
    const Outcome outcome = shell("{ lifeboat " + words + "; echo $? >&2; } | head -1");
    INFO(words);
    CHECK(lines_of(outcome.out).size() == 1);
    CHECK(outcome.err == "0\n");
  }
  // The reader has gone before the first word.
  Process process{lifeboat_call(quick_run())};
  process.close_output();
  const Outcome outcome = process.wait();
  CHECK(outcome.signal == 0);
  CHECK(outcome.status == 0);
  CHECK(outcome.err.empty());
}

TEST_CASE("an output that cannot be written is an error", "[cli]") {
  const Outcome full = shell("lifeboat list >/dev/full");
  CHECK(full.status == 1);
  CHECK(full.err.find("cannot write to standard output: No space left on device") !=
        std::string::npos);
  CHECK(shell("lifeboat list >&-").status == 1);
  // Nobody can be told, and nothing is wrong with the result.
  CHECK(shell("lifeboat list 2>&-").status == 0);
}

TEST_CASE("the progress bar is drawn on a terminal, on one line that is erased", "[cli]") {
  for (const std::uint16_t columns : {std::uint16_t{80}, std::uint16_t{40}}) {
    Call call = lifeboat_call(quick_run({"--trials-to", "5000"}));
    call.words.erase(call.words.begin() + 6, call.words.begin() + 8);  // --trials 3
    call.err = Stream::kTerminal;
    call.columns = columns;
    Process process{call};
    REQUIRE(process.wait_for_error(" %  about "));
    process.send(SIGINT);
    const Outcome outcome = process.wait();
    CHECK(outcome.err.find('\n') == std::string::npos);
    CHECK(outcome.err.ends_with("\r\x1b[K"));
    CHECK(outcome.err.find("trial ") != std::string::npos);
    CHECK((outcome.err.find('>') != std::string::npos) == (columns == 80));  // no room for it
    // Each drawing fits the terminal.
    for (std::size_t at = 0; at < outcome.err.size();) {
      REQUIRE(outcome.err.compare(at, 4, "\r\x1b[K") == 0);
      const std::size_t next = std::min(outcome.err.find('\r', at + 1), outcome.err.size());
      CHECK(next - at - 4 < columns);
      at = next;
    }
  }
}

TEST_CASE("there is no progress bar in a pipe, nor where it is not wanted", "[cli]") {
  const auto silent = [](const Call& call) {
    Process process{call};
    std::this_thread::sleep_for(std::chrono::milliseconds(700));
    process.send(SIGINT);
    const Outcome outcome = process.wait();
    CHECK(outcome.status == 130);
    CHECK(outcome.err.empty());
  };
  const std::vector<std::string> long_run{"run",     "smallest", "--trials",
                                          "1000000", "--set",    "duration=20s"};
  silent(lifeboat_call(long_run));
  Call call = lifeboat_call(long_run);
  call.err = Stream::kTerminal;
  call.words.emplace_back("--no-progress");
  silent(call);
  call.words.back() = "--quiet";
  silent(call);
  call.words.pop_back();
  call.environment["TERM"] = "dumb";
  silent(call);
}

}  // namespace lifeboat::tests
