// The command's manual, and what it says to a command line that it does not understand.
#include "tests/catch.hpp"
#include "tests/tools/lifeboat.hpp"

namespace lifeboat::tests {

namespace {

const char* const kCommands[] = {"run",         "compare",      "sweep",   "size",       "policies",
                                 "automate",    "availability", "gameday", "metastable", "twin",
                                 "sensitivity", "validate",     "explain", "list",       "cost",
                                 "init",        "schema"};

}  // namespace

TEST_CASE("the help lists every command and fits a terminal", "[cli]") {
  const Outcome help = lifeboat({"--help"});
  CHECK(help.status == 0);
  CHECK(help.err.empty());
  check_text(help.out);
  CHECK(holds(help.out, "Usage: lifeboat COMMAND"));
  for (const char* command : kCommands) {
    CHECK(holds(help.out, "\n  " + std::string{command} + " "));
  }
  for (const char* other : {"-h", "help"}) CHECK(lifeboat({other}).out == help.out);
}

TEST_CASE("every command's help has its usage and examples and fits a terminal", "[cli]") {
  for (const std::string command : kCommands) {
    INFO(command);
    const Outcome help = lifeboat({command, "--help"});
    CHECK(help.status == 0);
    CHECK(help.err.empty());
    check_text(help.out);
    CHECK(help.out.starts_with("Usage: lifeboat " + command));
    const std::size_t examples = help.out.find("\nExample");
    REQUIRE(examples != std::string::npos);
    CHECK(holds(help.out.substr(examples), "\n  lifeboat " + command));
    CHECK(lifeboat({"help", command}).out == help.out);
    CHECK(lifeboat({command, "-h"}).out == help.out);
  }
}

TEST_CASE("the version is one line", "[cli]") {
  const Outcome version = lifeboat({"--version"});
  CHECK(version.status == 0);
  CHECK(version.err.empty());
  CHECK(version.out.starts_with("lifeboat "));
  CHECK(lines_of(version.out).size() == 1);
  CHECK(version.out.find_first_of("0123456789") != std::string::npos);
}

TEST_CASE("without a word the command shows its help, and says that it did nothing", "[cli]") {
  const Outcome nothing = lifeboat({});
  CHECK(nothing.status == 3);
  CHECK(nothing.out.empty());
  CHECK(nothing.err == lifeboat({"--help"}).out);
}

TEST_CASE("an unknown command is refused with the nearest one", "[cli]") {
  check_refused(lifeboat({"rnu"}), "there is no command \"rnu\"; did you mean run?");
  check_refused(lifeboat({"--verison"}),
                "there is no option \"--verison\"; did you mean --version?");
  check_refused(lifeboat({"help", "exlpain"}), "did you mean explain?");
  check_refused(lifeboat({""}), "there is no command \"\"");
  check_refused(lifeboat({"xyzzy"}), "Try: lifeboat --help");
}

TEST_CASE("a scenario in the place of a command is told how to run", "[cli]") {
  const Outcome named = lifeboat({"lose-singapore"});
  check_refused(named, "there is no command \"lose-singapore\", but a scenario of that name");
  CHECK(named.err.find("Try: lifeboat run lose-singapore") != std::string::npos);
}

TEST_CASE("an unknown option is refused with the nearest one", "[cli]") {
  check_refused(lifeboat({"run", "--trails", "3"}),
                "there is no option \"--trails\"; did you mean --trials?");
  check_refused(lifeboat({"explain", "--netwrok", "ecommerce"}), "did you mean --network?");
  for (const char* command : kCommands) {
    INFO(command);
    check_refused(lifeboat({command, "--xyzzy"}), "there is no option \"--xyzzy\"");
    check_refused(lifeboat({command, "-x"}), "there is no option \"-x\"");
  }
  CHECK(holds(lifeboat({"run", "--xyzzy"}).err, "Try: lifeboat run --help"));
}

TEST_CASE("an abbreviated option is refused, since a later one would change its meaning", "[cli]") {
  check_refused(lifeboat({"run", "smallest", "--trial", "3"}), "did you mean --trials?");
  check_refused(lifeboat({"run", "smallest", "--qui"}), "did you mean --quiet?");
}

TEST_CASE("a word too many is refused", "[cli]") {
  check_refused(lifeboat({"run", "smallest", "trials"}),
                "\"trials\" is one argument too many; did you mean --trials?");
  check_refused(lifeboat({"explain", "rto", "rpo"}), "\"rpo\" is one argument too many");
  check_refused(lifeboat({"list", "kinds", "faults"}), "\"faults\" is one argument too many");
  check_refused(lifeboat({"init", "a", "b"}), "\"b\" is one argument too many");
  check_refused(lifeboat({"schema", "traffic", "faults"}), "\"faults\" is one argument too many");
}

TEST_CASE("a command that needs a word says which, by an example", "[cli]") {
  check_refused(lifeboat({"validate"}), "lifeboat validate");
  check_refused(lifeboat({"init"}), "lifeboat init shop");
  check_refused(lifeboat({"schema"}),
                "platform, overlay, scenario, traffic, faults, usage, prices, runbook or year");
  check_refused(lifeboat({"explain", "--network"}), "--network needs a platform");
}

TEST_CASE("a bad value of an option of run is refused by the option's name", "[cli]") {
  const auto refused = [](std::vector<std::string> words, std::string_view expected) {
    words.insert(words.begin(), {"run", "smallest"});
    check_refused(lifeboat(std::move(words)), expected);
  };
  for (const std::string option : {"--seed", "--trials", "--jobs", "--trials-from"}) {
    for (const char* value : {"-1", "two", "1.5", "", "99999999999999999999999", "1e3", " 1"}) {
      INFO(option << " " << value);
      refused({option + "=" + value}, option);
    }
  }
  for (const std::string option : {"--trials", "--jobs", "--trials-from", "--trials-to"}) {
    refused({option, "0"}, "\"0\" is no whole number from 1 to ");
  }
  refused({"--trials", "3", "--trials-to", "4"}, "give one of them");
  refused({"--trials-from", "5", "--trials-to", "4"}, "--trials-to lies before --trials-from");
  refused({"--trials-from", "5"}, "--trials-from needs --trials-to or --trials");
  for (const char* time : {"0s", "-1s", "1", "soon", ""}) {
    refused({std::string{"--budget="} + time}, "--budget");
  }
  refused({"--format", "jsno"}, "did you mean json?");
  refused({"--format", "xml"}, "\"xml\" is unknown (expected text or json)");
  refused({"--audit", "half"}, "expected full");
  refused({"--events", "some"}, "expected all");
  refused({"--out="}, "--out needs a value");
  refused({"--out", ""}, "--out needs a folder");
}

TEST_CASE("an option that lacks its value, has one too many or comes twice is refused", "[cli]") {
  for (const std::string option :
       {"--seed", "--trials", "--jobs", "--trials-from", "--trials-to", "--budget", "--format",
        "--audit", "--events", "--out", "--set"}) {
    INFO(option);
    check_refused(lifeboat({"run", "smallest", option}), option);
  }
  check_refused(lifeboat({"run", "smallest", "--quiet=yes"}), "--quiet");
  check_refused(lifeboat({"run", "smallest", "--seed", "1", "--seed", "2"}), "--seed");
}

}  // namespace lifeboat::tests
