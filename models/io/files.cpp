#include "models/io/files.hpp"

#include <algorithm>
#include <cerrno>
#include <system_error>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "models/io/reader.hpp"
#include "models/io/suggest.hpp"

namespace lifeboat::models::io {

namespace fs = std::filesystem;

namespace {

constexpr int kLongestChain = 20;
// A folder with more entries than this is not searched for a similar name.
constexpr std::size_t kMostEntries = 2000;

/// Closes a file descriptor.
class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  [[nodiscard]] int number() const { return number_; }

 private:
  int number_;
};

std::vector<std::string> entries(const fs::path& folder) {
  std::vector<std::string> names;
  std::error_code error;
  const fs::path listed = folder.empty() ? fs::path{"."} : folder;
  fs::directory_iterator entry(listed, error);
  const fs::directory_iterator end;
  while (!error && entry != end && names.size() < kMostEntries) {
    names.push_back(entry->path().filename().string());
    entry.increment(error);
  }
  std::sort(names.begin(), names.end());
  return names;
}

Complaint open_failure(const fs::path& path, int error) {
  if (error == ENOENT || error == ENOTDIR) {
    return {"no such file", {}, suggest(path.filename().string(), entries(path.parent_path()))};
  }
  return {std::generic_category().message(error), "a readable file", {}};
}

std::string_view file_kind(mode_t mode) {
  if (S_ISDIR(mode)) return "a directory";
  if (S_ISFIFO(mode)) return "a pipe";
  if (S_ISCHR(mode) || S_ISBLK(mode)) return "a device";
  if (S_ISSOCK(mode)) return "a socket";
  return "no regular file";
}

Complaint too_large(std::size_t most) {
  return {
      "the file is too large", "at most " + to_text(Bytes{static_cast<std::int64_t>(most)}), {}};
}

/// "a.json, which names b.json, which names a.json".
std::string cycle_text(const Source& from, const fs::path& target) {
  std::vector<std::string> names;
  for (const Source* source = &from; source != nullptr; source = source->referrer.get()) {
    names.push_back(source->name);
    if (source->canonical == target) break;
  }
  std::reverse(names.begin(), names.end());
  std::string text;
  for (const std::string& name : names) text += name + " names ";
  return text + names.front();
}

}  // namespace

Parsed<std::string> read_file(const fs::path& path, std::size_t most) {
  // Not blocking: opening a pipe without a writer would wait for ever.
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY));
  if (file.number() < 0) return open_failure(path, errno);
  struct stat status {};
  if (::fstat(file.number(), &status) != 0) return open_failure(path, errno);
  if (!S_ISREG(status.st_mode)) {
    return Complaint{"it is " + std::string{file_kind(status.st_mode)}, "a regular file", {}};
  }
  if (status.st_size > 0 && static_cast<std::size_t>(status.st_size) > most) {
    return too_large(most);
  }
  std::string text;
  std::string buffer(std::size_t{1} << 16, '\0');
  text.reserve(static_cast<std::size_t>(std::max<off_t>(status.st_size, 0)));
  while (true) {
    const ssize_t count = ::read(file.number(), buffer.data(), buffer.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return open_failure(path, errno);
    if (count == 0) return text;
    text.append(buffer, 0, static_cast<std::size_t>(count));
    if (text.size() > most) return too_large(most);
  }
}

std::optional<fs::path> resolve_reference(const Value& reference, Problems& problems) {
  const auto text = read_string(reference, problems);
  if (!text) return std::nullopt;
  const auto refuse = [&](std::string what, std::string expected = {}) {
    problems.error(reference.place(), std::move(what), std::move(expected));
    return std::nullopt;
  };
  if (text->empty()) return refuse("the path is empty", "the path of a file");
  if (text->find('\0') != std::string::npos) return refuse("the path holds a NUL character");
  const auto& source = reference.place().source;
  const fs::path folder = source ? source->directory : fs::path{};
  const fs::path path = (folder / *text).lexically_normal();
  std::error_code error;
  const fs::path target = fs::canonical(path, error);
  if (error) return path;  // whoever opens it says what is wrong
  int length = 1;
  for (const Source* from = source.get(); from != nullptr; from = from->referrer.get()) {
    if (from->canonical == target) {
      return refuse("files name each other in a circle: " + cycle_text(*source, target));
    }
    if (++length > kLongestChain) {
      return refuse("files name each other over too many steps",
                    "at most " + std::to_string(kLongestChain));
    }
  }
  return path;
}

std::optional<Document> load_reference(const Value& reference, Problems& problems,
                                       const Limits& limits) {
  const auto path = resolve_reference(reference, problems);
  if (!path) return std::nullopt;
  return Document::parse_file(*path, problems, &reference, limits);
}

std::optional<DataRoot> DataRoot::find() {
  std::error_code error;
  const fs::path executable = fs::read_symlink("/proc/self/exe", error);
  if (error) return std::nullopt;
  return find_for(executable);
}

std::optional<DataRoot> DataRoot::find_for(const fs::path& executable) {
  const auto holds_data = [](const fs::path& folder) {
    std::error_code error;
    return fs::is_directory(folder / "models" / "platforms", error) ||
           fs::is_directory(folder / "scenarios" / "library", error);
  };
  const fs::path shared = executable.parent_path().parent_path() / "share" / "lifeboat";
  if (holds_data(shared)) return DataRoot{shared};
  for (fs::path folder = executable.parent_path(); folder != folder.root_path();
       folder = folder.parent_path()) {
    if (holds_data(folder)) return DataRoot{folder};
  }
  return std::nullopt;
}

std::vector<std::string> DataRoot::names(std::string_view folder, std::string_view suffix) const {
  std::vector<std::string> result;
  for (const std::string& entry : entries(root_ / folder)) {
    if (entry.size() <= suffix.size()) continue;
    const std::size_t length = entry.size() - suffix.size();
    if (entry.compare(length, suffix.size(), suffix) != 0) continue;
    const std::string name = entry.substr(0, length);
    if (!check_name(name)) result.push_back(name);
  }
  return result;
}

std::optional<fs::path> DataRoot::file(std::string_view folder, std::string_view name,
                                       std::string_view suffix) const {
  if (check_name(name)) return std::nullopt;
  const fs::path path = root_ / folder / (std::string{name} + std::string{suffix});
  std::error_code error;
  if (!fs::is_regular_file(path, error)) return std::nullopt;
  return path;
}

}  // namespace lifeboat::models::io
