#include "reports/document/output.hpp"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <stdexcept>
#include <system_error>

#include "reports/document/document.hpp"
#include "reports/html/page.hpp"

namespace lifeboat::reports {

namespace {

void make_folder(const std::filesystem::path& folder) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error || !std::filesystem::is_directory(folder)) {
    throw std::runtime_error("cannot make the folder " + folder.string() + ": " +
                             (error ? error.message() : "something else has that name"));
  }
}

/// A plain file name, whatever an input was called.
std::string plain(const std::string& name) {
  std::string file;
  for (const char c : name) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    const bool keeps = letter || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
    file += keeps ? c : '-';
  }
  return file.empty() || file.front() == '.' ? "input" + file : file;
}

}  // namespace

void write_file(const std::filesystem::path& path, const std::string& text) {
  errno = 0;
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file << text;
  file.close();
  if (!file) {
    const std::string why = errno != 0 ? std::strerror(errno) : "the file cannot be written";
    throw std::runtime_error("cannot write " + path.string() + ": " + why);
  }
}

void prepare_folder(const std::filesystem::path& folder) {
  make_folder(folder);
  const std::filesystem::path probe = folder / ".lifeboat-writes-here";
  write_file(probe, "");
  std::error_code ignored;
  std::filesystem::remove(probe, ignored);
}

std::vector<std::string> write_all(const std::filesystem::path& folder,
                                   const std::vector<std::pair<std::string, std::string>>& files) {
  prepare_folder(folder);
  std::vector<std::string> written;
  for (const auto& [name, text] : files) {
    write_file(folder / name, text);
    written.push_back((folder / name).string());
  }
  return written;
}

std::vector<std::string> write_files(const std::filesystem::path& folder, const Study& study,
                                     const RunInput& input) {
  std::vector<std::string> written =
      write_all(folder, {{"report.html", html::render_page(page_data(study.report, input))},
                         {"result.json", result_document(study.report)},
                         {"timeseries.csv", timeseries_csv(study.report, input)},
                         {"events.jsonl", events_jsonl(study)}});
  make_folder(folder / "inputs");
  for (const auto& [name, text] : input.inputs) write_file(folder / "inputs" / plain(name), text);
  if (!input.inputs.empty()) written.push_back((folder / "inputs").string() + "/");
  return written;
}

}  // namespace lifeboat::reports
