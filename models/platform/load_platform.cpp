// From files to a platform: overlays and --set are merged into one document before anything is
// read, and every value keeps the file and line where it was written.
#include <memory>

#include "models/io/reader.hpp"
#include "models/platform/platform.hpp"
#include "models/prices/billing.hpp"

namespace lifeboat::models {
namespace {

using io::Document;
using io::ObjectReader;
using io::Problems;
using io::Value;

std::optional<Value> read_overlay(const Value& root, std::string_view base, Problems& problems) {
  ObjectReader r(root, problems);
  r.format("overlay", 1);
  r.required_name({"name", "what reports call the variant"});
  r.maybe_string({"strategy",
                  "of a recovery strategy: what stands in the region that takes over, in one line",
                  "", "it is a variant, and no strategy"});
  const auto made_for =
      r.maybe_name({"platform", "name of the platform that it is made for", "", "any"});
  if (made_for && !base.empty() && *made_for != base) {
    r.error("platform",
            "the overlay is made for " + io::quote(*made_for) + " and laid upon " + io::quote(base),
            "that platform, or another overlay");
  }
  const auto patch =
      r.raw({"patch", "a JSON merge patch (RFC 7396) on the platform"}, io::ValueType::kAny, true);
  r.finish();
  if (patch && !patch->describer() && !patch->is_object()) {
    r.error("patch", patch->shown() + " is no patch", "an object");
    return std::nullopt;
  }
  return patch;
}

LoadedPlatform read_and_check(Document document, Problems& problems) {
  Platform platform = read_platform(document.root(), problems);
  check_platform(platform, problems);
  if (!platform.billing_files.empty()) {
    platform.billing = std::make_shared<const prices::Billing>(
        prices::load_billing(platform.billing_files, platform, problems));
  }
  return {std::move(document), std::move(platform)};
}

/// A null that removes nothing is a slip: nobody would notice that what it meant is still there.
void report_idle_removals(const io::Value& base, const io::Value& patch, io::Problems& problems) {
  if (!base.is_object() || !patch.is_object()) return;
  for (const io::Member& member : patch.members()) {
    const io::Member* there = base.find(member.name);
    if (there != nullptr) {
      report_idle_removals(there->value, member.value, problems);
    } else if (member.value.is_null()) {
      std::vector<std::string> known;
      for (const io::Member& other : base.members()) known.emplace_back(other.name);
      io::unknown_name(problems, member.place, "key to remove", member.name, known);
    }
  }
}

}  // namespace

Document apply_overlays(Document base, const std::vector<Document>& overlays, Problems& problems) {
  const io::Member* name = base.root().find("name");
  const std::string platform{name == nullptr ? std::string_view{} : name->value.as_string()};
  for (const Document& overlay : overlays) {
    if (const auto patch = read_overlay(overlay.root(), platform, problems)) {
      report_idle_removals(base.root(), *patch, problems);
      base = base.with_root(io::merge_patch(base.root(), *patch));
    }
  }
  return base;
}

std::optional<LoadedPlatform> load_platform(const std::vector<std::filesystem::path>& files,
                                            const std::vector<std::string>& options,
                                            Problems& problems) {
  std::optional<Document> base;
  std::vector<Document> overlays;
  for (const auto& file : files) {
    auto document = Document::parse_file(file, problems);
    if (!document) continue;
    if (&file == &files.front()) {
      base = std::move(document);
    } else {
      overlays.push_back(std::move(*document));
    }
  }
  if (!base) return std::nullopt;
  return load_platform(*base, overlays, options, problems);
}

LoadedPlatform load_platform(const Document& document, const std::vector<Document>& overlays,
                             const std::vector<std::string>& options, Problems& problems) {
  Document merged = apply_overlays(document, overlays, problems);
  for (const std::string& option : options) merged = io::set_path(merged, option, problems);
  return read_and_check(std::move(merged), problems);
}

io::Schema overlay_schema() {
  return io::describe(
      [](const Value& value, Problems& problems) { (void)read_overlay(value, {}, problems); });
}

}  // namespace lifeboat::models
