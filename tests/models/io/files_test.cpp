// Files: what may be opened, references between files, circles, tables, the data root.
#include "models/io/files.hpp"

#include <filesystem>
#include <string>

#include <sys/stat.h>
#include <unistd.h>

#include "models/io/csv.hpp"
#include "tests/catch.hpp"
#include "tests/models/io/io.hpp"

namespace lifeboat::tests {

namespace fs = std::filesystem;
using models::io::CsvOptions;
using models::io::CsvTable;
using models::io::DataRoot;
using models::io::Document;
using models::io::load_reference;
using models::io::Problems;
using models::io::read_file;
using models::io::resolve_reference;
using models::io::set_path;
using models::io::Value;

namespace {

Lines refused_file(const fs::path& path) {
  Problems problems;
  CHECK_FALSE(Document::parse_file(path, problems));
  return problems.lines();
}

std::optional<CsvTable> table(const std::string& text, const CsvOptions& options,
                              Problems& problems) {
  return CsvTable::parse(text, "t.csv", options, problems);
}

Lines bad_table(const std::string& text, const CsvOptions& options = {}) {
  Problems problems;
  CHECK_FALSE(table(text, options, problems));
  return problems.lines();
}

}  // namespace

TEST_CASE("only regular files of bounded size are read, and nothing blocks", "[unit]") {
  const TemporaryFolder folder;
  const std::string root = folder.path().string();
  folder.write("scenario.json", "{}");
  CHECK(refused_file(folder.path() / "scenaro.json") ==
        Lines{root + "/scenaro.json: no such file (did you mean \"" + root + "/scenario.json\"?)"});
  CHECK(refused_file(folder.path()) ==
        Lines{root + ": it is a directory (expected a regular file)"});
  CHECK(refused_file(folder.path() / "scenario.json" / "x").size() == 1);
  CHECK(refused_file("").size() == 1);
  const std::string pipe = root + "/pipe";
  REQUIRE(::mkfifo(pipe.c_str(), 0600) == 0);
  CHECK(refused_file(pipe) == Lines{pipe + ": it is a pipe (expected a regular file)"});
  CHECK(refused_file("/dev/zero") == Lines{"/dev/zero: it is a device (expected a regular file)"});
  CHECK(refused_file(root + "/" + std::string(5000, 'x')).size() == 1);
  if (::geteuid() != 0) {
    const auto secret = folder.write("secret.json", "{}");
    fs::permissions(secret, fs::perms::none);
    CHECK(refused_file(secret) ==
          Lines{secret.string() + ": Permission denied (expected a readable file)"});
  }
  const auto large = folder.write("large.json", "[" + std::string(2000, ' ') + "]");
  const auto text = read_file(large, 1000);
  REQUIRE_FALSE(text);
  CHECK(text.complaint().text == "the file is too large");
  CHECK(text.complaint().expected == "at most 1 kB");
  CHECK(read_file(large, 3000).value().size() == 2002);
  fs::create_symlink("loop", folder.path() / "loop");
  CHECK(refused_file(folder.path() / "loop").size() == 1);
}

TEST_CASE("a reference starts at the file in which it stands", "[unit]") {
  const TemporaryFolder folder;
  folder.write("platforms/shop.json", R"({"price": "../prices/book.json"})");
  folder.write("prices/book.json", R"({"x": 1})");
  const auto scenario =
      folder.write("scenarios/s.json", R"({"platform": "../platforms/shop.json"})");
  Problems problems;
  const auto root = Document::parse_file(scenario, problems);
  REQUIRE(root);
  const auto shop = load_reference(root->root().find("platform")->value, problems);
  REQUIRE(shop);
  CHECK(shop->source()->name == folder.path().string() + "/platforms/shop.json");
  const auto book = load_reference(shop->root().find("price")->value, problems);
  REQUIRE(book);
  CHECK(book->root().find("x")->value.as_integer() == 1);
  CHECK(book->root().find("x")->value.place().text() ==
        folder.path().string() + "/prices/book.json:1");
  CHECK(problems.lines() == Lines{});
}

TEST_CASE("a reference on the command line starts at the current directory", "[unit]") {
  Problems problems;
  const auto base = Document::parse_text(R"({"file": "x.json"})", "t", problems, {}, "/somewhere");
  REQUIRE(base);
  CHECK(resolve_reference(base->root().find("file")->value, problems) == "/somewhere/x.json");
  const Document changed = set_path(*base, "file=y.json", problems);
  CHECK(resolve_reference(changed.root().find("file")->value, problems) == "y.json");
  const Document absolute = set_path(*base, "file=/etc/y.json", problems);
  CHECK(resolve_reference(absolute.root().find("file")->value, problems) == "/etc/y.json");
  CHECK(problems.lines() == Lines{});
}

TEST_CASE("what is no path is refused_file where it stands", "[unit]") {
  const auto refusal = [](const std::string& text) {
    Problems problems;
    const Value value = parse(text, problems).find("f")->value;
    CHECK_FALSE(load_reference(value, problems));
    return problems.lines();
  };
  CHECK(refusal(R"({"f": 5})") ==
        Lines{"t.json:1: /f: found 5 (expected a text in double quotes)"});
  CHECK(refusal(R"({"f": ""})") ==
        Lines{"t.json:1: /f: the path is empty (expected the path of a file)"});
  CHECK(refusal(R"({"f": "a\u0000b"})") == Lines{"t.json:1: /f: the path holds a NUL character"});
  CHECK(refusal(R"({"f": "/no/such/file.json"})") ==
        Lines{R"(t.json:1: /f: cannot read "/no/such/file.json": no such file)"});
  CHECK(
      refusal(R"({"f": "/dev/zero"})") ==
      Lines{R"(t.json:1: /f: cannot read "/dev/zero": it is a device (expected a regular file))"});
}

TEST_CASE("files that name each other in a circle are refused_file with the circle", "[unit]") {
  const TemporaryFolder folder;
  const std::string root = folder.path().string();
  const auto first = folder.write("a.json", R"({"next": "sub/b.json"})");
  folder.write("sub/b.json", R"({"next": "../c.json"})");
  folder.write("c.json", "{\n\"next\": \"./sub/../sub/b.json\"}");
  folder.write("self.json", R"({"next": "self.json"})");
  Problems problems;
  const auto next = [&](const Document& from) {
    return load_reference(from.root().find("next")->value, problems);
  };
  const auto a = Document::parse_file(first, problems);
  const auto b = next(*a);
  REQUIRE(b);
  const auto c = next(*b);
  REQUIRE(c);
  CHECK_FALSE(next(*c));
  CHECK(problems.lines() ==
        Lines{root + "/c.json:2: /next: files name each other in a circle: " + root +
              "/sub/b.json names " + root + "/c.json names " + root + "/sub/b.json"});

  Problems own;
  const auto self = Document::parse_file(folder.path() / "self.json", own);
  CHECK_FALSE(load_reference(self->root().find("next")->value, own));
  CHECK(own.lines() == Lines{root + "/self.json:1: /next: files name each other in a circle: " +
                             root + "/self.json names " + root + "/self.json"});
}

TEST_CASE("a chain of files has an end", "[unit]") {
  const TemporaryFolder folder;
  for (int i = 0; i < 40; ++i) {
    folder.write(std::to_string(i) + ".json",
                 R"({"next": ")" + std::to_string(i + 1) + R"(.json"})");
  }
  Problems problems;
  auto document = Document::parse_file(folder.path() / "0.json", problems);
  int length = 0;
  while (document && length < 100) {
    document = load_reference(document->root().find("next")->value, problems);
    ++length;
  }
  CHECK(length == 20);
  CHECK(problems.errors() == 1);
}

TEST_CASE("the shipped files lie beside the executable or in the tree around it", "[unit]") {
  const TemporaryFolder folder;
  folder.write("installed/share/lifeboat/models/platforms/ecommerce.json", "{}");
  folder.write("installed/share/lifeboat/models/platforms/pilot-light.overlay.json", "{}");
  folder.write("installed/share/lifeboat/models/platforms/README.md", "");
  folder.write("tree/scenarios/library/lose-singapore.json", "{}");
  const auto installed = DataRoot::find_for(folder.path() / "installed/bin/lifeboat");
  REQUIRE(installed);
  CHECK(installed->path() == folder.path() / "installed/share/lifeboat");
  CHECK(installed->names("models/platforms", ".json") == Lines{"ecommerce"});
  CHECK(installed->names("models/platforms", ".overlay.json") == Lines{"pilot-light"});
  CHECK(installed->names("nothing", ".json").empty());
  CHECK(installed->file("models/platforms", "ecommerce", ".json") ==
        folder.path() / "installed/share/lifeboat/models/platforms/ecommerce.json");
  CHECK_FALSE(installed->file("models/platforms", "ecomerce", ".json"));
  CHECK_FALSE(installed->file("models/platforms", "../platforms/ecommerce", ".json"));
  const auto tree = DataRoot::find_for(folder.path() / "tree/build/release/bin/lifeboat");
  REQUIRE(tree);
  CHECK(tree->names("scenarios/library", ".json") == Lines{"lose-singapore"});
  CHECK_FALSE(DataRoot::find_for(folder.path() / "elsewhere/bin/lifeboat"));
}

TEST_CASE("a table is read by rows, with its lines, quotes and gaps", "[unit]") {
  Problems problems;
  const auto t =
      table("# a comment\r\ntime, value ,\"a \"\"b\"\"\"\r\n\r\n0.5,3,x\r\n1.5,,\"y,z\"\r\n",
            {.header = true}, problems);
  REQUIRE(t);
  CHECK(t->header() == Lines{"time", "value", "a \"b\""});
  CHECK(t->columns() == 3);
  REQUIRE(t->rows() == 2);
  CHECK(t->line(0) == 4);
  CHECK(t->line(1) == 5);
  CHECK(t->number(0, 0, problems) == 0.5);
  CHECK(t->number(0, 1, problems) == 3);
  CHECK_FALSE(t->number(1, 1, problems));
  CHECK(t->field(1, 2) == "y,z");
  CHECK(problems.empty());
  CHECK_FALSE(t->number(0, 2, problems));
  CHECK(problems.lines() ==
        Lines{R"(t.csv:4: /: "x" does not start with a number (expected a number such as 0.8))"});
}

TEST_CASE("columns are named or numbered", "[unit]") {
  Problems problems;
  const auto t = table("timestamp,requests\n1,2\n", {.header = true}, problems);
  const auto plain = table("1,2\n", {}, problems);
  const Value which = parse(R"(["requests", 0, "request", 2, -1, 1.5, true])", problems);
  const auto column = [&](std::size_t i) { return t->column(which.elements()[i], problems); };
  CHECK(column(0) == 1U);
  CHECK(column(1) == 0U);
  CHECK(problems.lines() == Lines{});
  CHECK_FALSE(column(2));
  CHECK_FALSE(column(3));
  CHECK_FALSE(column(4));
  CHECK_FALSE(column(5));
  CHECK_FALSE(column(6));
  CHECK_FALSE(plain->column(which.elements()[0], problems));
  const auto lines = problems.lines();
  REQUIRE(lines.size() == 6);
  CHECK(
      lines[0] ==
      R"(t.json:1: /2: there is no column "request" in t.csv (expected timestamp or requests; did you mean "requests"?))");
  CHECK(lines[1] ==
        "t.json:1: /3: there is no column 2 in t.csv (expected a column from 0 to 1, or its name)");
  CHECK(
      lines[5] ==
      R"(t.json:1: /0: there is no column "requests" in t.csv (expected a column number, for there is no header))");
}

TEST_CASE("ragged, unclosed and too long tables are refused_file with their lines", "[unit]") {
  CHECK(bad_table("1,2\n3\n4,5,6\n") ==
        Lines{"t.csv:2: /: the row has 1 field (expected 2, as on line 1)",
              "t.csv:3: /: the row has 3 fields (expected 2, as on line 1)"});
  CHECK(
      bad_table("1,\"2\n3,4\n") ==
      Lines{
          R"(t.csv:1: /: a quote is not closed, or text follows it (expected a field such as "a ""b"" c"))"});
  CHECK(bad_table("1,\"2\"x\n").size() == 1);
  CHECK(bad_table("1\n2\n3\n", {.rows = 2}) ==
        Lines{"t.csv:3: /: the table has too many rows (expected at most 2)"});
  Problems problems;
  CHECK(table("", {}, problems)->rows() == 0);
  CHECK(table("\xef\xbb\xbf"
              "1\n",
              {}, problems)
            ->number(0, 0, problems) == 1);
  CHECK(table("1", {}, problems)->rows() == 1);
  CHECK(table("a,b", {.header = true}, problems)->rows() == 0);
  CHECK(table(",\n", {}, problems)->columns() == 2);
  CHECK_FALSE(CsvTable::read("/no/such.csv", {}, problems));
  CHECK(problems.lines() == Lines{"/no/such.csv: no such file"});
}

TEST_CASE("the real traces are tables", "[unit]") {
  const fs::path traces = traces_dir();
  if (!fs::exists(traces)) SKIP_TEST("no real traces beside the source tree");
  Problems problems;
  const auto nasa =
      CsvTable::read(traces / "nasa-http-1995/requests_per_minute.csv", {.header = true}, problems);
  REQUIRE(nasa);
  CHECK(nasa->rows() > 80'000);
  const auto elb = CsvTable::read(traces / "nab/realAWSCloudwatch/elb_request_count_8c0756.csv",
                                  {.header = true}, problems);
  REQUIRE(elb);
  CHECK(elb->header() == Lines{"timestamp", "value"});
  const auto tea =
      CsvTable::read(traces / "teastore-load/increasingLowIntensity.csv", {}, problems);
  REQUIRE(tea);
  CHECK(tea->number(0, 0, problems) == 0.5);
  CHECK(problems.lines() == Lines{});
}

}  // namespace lifeboat::tests
