// lifeboat-trace: writes the shipped traffic files (see retail_trace.hpp) into a folder.
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>

#include "tools/trace/retail_trace.hpp"

namespace {

bool write(const std::filesystem::path& path, const std::string& text) {
  std::ofstream file(path, std::ios::binary);
  file << text;
  file.close();
  if (file) return true;
  std::fprintf(stderr, "lifeboat-trace: cannot write %s\n", path.c_str());
  return false;
}

}  // namespace

int main(int argc, char** argv) {
  const std::string first = argc == 2 ? argv[1] : "--help";
  if (first == "--help" || first == "-h") {
    std::puts(
        "usage: lifeboat-trace DIR\n"
        "Writes retail-day.csv and retail-week.csv, the shipped traffic, into DIR.\n"
        "From the root of the source tree: lifeboat-trace scenarios/traffic");
    return argc == 2 ? 0 : 3;
  }
  const std::filesystem::path folder = first;
  const bool ok = write(folder / "retail-day.csv", lifeboat::tools::retail_day_csv()) &&
                  write(folder / "retail-week.csv", lifeboat::tools::retail_week_csv());
  return ok ? 0 : 1;
}
