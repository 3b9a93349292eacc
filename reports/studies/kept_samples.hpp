// What the trials of a design said, kept in a file: so that a sweep need not run them again.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "reports/verdict/judge.hpp"

namespace lifeboat::reports {

struct KeptSamples {
  std::string key;  ///< what they are of: an identity of the inputs, the seed and the version
  std::vector<std::string> figures;          ///< labels
  std::vector<std::uint64_t> draws;          ///< by trial
  std::vector<bool> overloaded;              ///< by trial
  std::vector<std::vector<Sample>> samples;  ///< by figure and trial
};

/// Writes them whole: a reader sees the old file or the new one. Throws std::runtime_error.
void keep_samples(const std::filesystem::path& file, const KeptSamples& kept);

/// What the file holds, if it is of that key and of those figures; else empty samples (a file that
/// is missing, damaged or of another version is not an error).
[[nodiscard]] KeptSamples kept_samples(const std::filesystem::path& file, const std::string& key,
                                       const std::vector<std::string>& figures);

}  // namespace lifeboat::reports
