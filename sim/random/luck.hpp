// Keyed luck: every draw belongs to something.
//
// There is no generator with a state. A draw is a pure function of its key, and the key says to
// whom the draw belongs: (seed, trial, journey, arrival number) and, below that, a step's stable
// name and the attempt. So a request meets the same luck in two variants of a platform, however
// many draws other requests make in between, and one seed replays everything in any order and on
// any number of threads.
//
// The mixer folds 64 x 64 -> 128 bit products, the construction of wyhash and rapidhash (public
// domain / BSD; the code is our own). Both rounds keep their inputs (the product is added to them
// by xor, never replaces them), so no value of one key makes the other irrelevant. Two rounds
// give full avalanche in either argument; the tests measure that, uniformity, and the
// independence of neighbouring keys. It is not a cryptographic function.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace lifeboat::sim {

/// The product of two 64-bit numbers in two halves.
struct WideProduct {
  std::uint64_t low = 0;
  std::uint64_t high = 0;
};

/// a * b in 128 bits.
[[nodiscard]] constexpr WideProduct multiply_wide(std::uint64_t a, std::uint64_t b) {
  __extension__ using Wide = unsigned __int128;
  const Wide product = static_cast<Wide>(a) * b;
  return {static_cast<std::uint64_t>(product), static_cast<std::uint64_t>(product >> 64)};
}

/// Derives a key (or the 64 random bits of a draw) from two; not symmetric: mix(a, b) and
/// mix(b, a) are unrelated. Chain it for longer keys: mix(mix(seed, trial), arrival).
[[nodiscard]] constexpr std::uint64_t mix(std::uint64_t a, std::uint64_t b) {
  // The fractional bits of the square roots of 2 and 3, the last bit set: nothing up the sleeve.
  constexpr std::uint64_t kFirst = 0x6a09e667f3bcc909;
  constexpr std::uint64_t kSecond = 0xbb67ae8584caa73b;
  a ^= kFirst;
  b ^= kSecond;
  const WideProduct inner = multiply_wide(a, b);
  a ^= inner.low;
  b ^= inner.high;
  const WideProduct outer = multiply_wide(a ^ kSecond, b ^ kFirst);
  return a ^ b ^ outer.low ^ outer.high;
}

/// A stable 64-bit key of a name: the same in every version, build and machine. Names of up to
/// some millions of bytes; distinct names collide with probability 2^-64.
[[nodiscard]] constexpr std::uint64_t hash_name(std::string_view name) {
  std::uint64_t hash = mix(0x6c69666562'6f6174, name.size());  // "lifeboat"
  std::uint64_t word = 0;
  for (std::size_t i = 0; i < name.size(); ++i) {
    word |= std::uint64_t{static_cast<unsigned char>(name[i])} << (8 * (i % 8));
    if (i % 8 == 7 || i + 1 == name.size()) {
      hash = mix(hash, word);
      word = 0;
    }
  }
  return hash;
}

/// A uniform number in [0, 1): the top 53 bits times 2^-53, so every value is exact.
[[nodiscard]] constexpr double unit(std::uint64_t bits) {
  return static_cast<double>(static_cast<std::int64_t>(bits >> 11)) * 0x1.0p-53;
}

/// True with the given probability: never for 0 or less, always for 1 or more.
[[nodiscard]] constexpr bool happens(std::uint64_t bits, double probability) {
  return unit(bits) < probability;
}

/// A uniform index in [0, count); count is at least 1. The bias is below count / 2^64.
[[nodiscard]] constexpr std::uint64_t uniform_index(std::uint64_t bits, std::uint64_t count) {
  return multiply_wide(bits, count).high;
}

}  // namespace lifeboat::sim
