#include "tools/lifeboat/this_program.hpp"

#include <array>
#include <cstdint>
#include <fstream>

#include <fmt/format.h>

#include "lifeboat_version.hpp"

namespace lifeboat::tools {

std::string this_program() {
  std::ifstream file("/proc/self/exe", std::ios::binary);
  if (!file) return kVersion;
  constexpr std::uint64_t kOffset = 0xcbf29ce484222325U;
  constexpr std::uint64_t kPrime = 0x100000001b3U;
  std::uint64_t hash = kOffset;
  std::array<char, 65536> block{};
  while (file.read(block.data(), block.size()) || file.gcount() > 0) {
    for (std::streamsize i = 0; i < file.gcount(); ++i) {
      hash = (hash ^ static_cast<unsigned char>(block[static_cast<std::size_t>(i)])) * kPrime;
    }
  }
  return fmt::format("{:016x}", hash);
}

}  // namespace lifeboat::tools
