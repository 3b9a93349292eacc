#include "models/io/detail/cannot_read.hpp"

#include <string>
#include <utility>

namespace lifeboat::models::io::detail {

namespace {

constexpr std::size_t kLongestPath = 300;

/// `name` in double quotes beside the file that `path` means.
std::string beside(const std::filesystem::path& path, const std::string& name) {
  if (name.size() < 2) return name;
  return quote((path.parent_path() / name.substr(1, name.size() - 2)).string(), kLongestPath);
}

}  // namespace

void cannot_read(const std::filesystem::path& path, const Value* referred_from, Complaint complaint,
                 Problems& problems) {
  if (referred_from != nullptr) {
    complaint.text = "cannot read " + quote(path.string(), kLongestPath) + ": " + complaint.text;
    complaint.suggestion = beside(referred_from->as_string(), complaint.suggestion);
    problems.error(referred_from->place(), std::move(complaint));
    return;
  }
  Problem problem;
  problem.file = path.string();
  problem.text = std::move(complaint.text);
  problem.expected = std::move(complaint.expected);
  problem.suggestion = beside(path, complaint.suggestion);
  problems.add(std::move(problem));
}

}  // namespace lifeboat::models::io::detail
