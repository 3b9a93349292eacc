// What was found of a traffic twin, as plain data: the model, and how it stands the test of data
// that it has not seen.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "scenarios/traffic/fit.hpp"
#include "scenarios/traffic/fit_text.hpp"

namespace lifeboat::reports {

/// Of the simulated trials: the share of them between low and high.
inline constexpr double kTwinBand = 0.9;

/// A figure of the held-back data, and what the trials of the twin say of it.
struct TwinFigure {
  double seen = 0;
  double expected = 0;  ///< mean over trials
  double low = 0;
  double high = 0;

  [[nodiscard]] bool covers() const { return low <= seen && seen <= high; }
};

/// The index of dispersion of counts about the twin's expectation, at the level of what is judged.
struct TwinDispersion {
  double window_s = 0;
  std::size_t windows = 0;
  TwinFigure index;
};

/// A time of day of all held-back days.
struct TwinDayCell {
  double second_of_day = 0;
  double seen = 0;      ///< over the mean of the held-back data
  double expected = 0;  ///< of the twin, likewise
};

/// A stretch of the held-back data.
struct TwinBin {
  std::int64_t at_ns = 0;
  std::optional<double> seen;  ///< requests a second; absent: a gap
  TwinFigure rate;             ///< `seen` unset where absent
};

struct TwinCheck {
  std::int64_t from_ns = 0;  ///< the held-back part
  std::int64_t to_ns = 0;
  TwinFigure level;  ///< requests a second
  /// Mean over the day of |seen - expected|, of the profile over its mean; and that of a constant.
  double profile_error = 0;
  double flat_error = 0;
  double chance_error = 0;  ///< that of a trial of the twin itself: what luck alone makes
  std::vector<TwinDayCell> day;
  std::vector<TwinDispersion> dispersion;
  /// Geometric mean over the windows of the greater of the two indices over the lesser; and that
  /// of a Poisson stream of constant rate.
  double dispersion_error = 1;
  double flat_dispersion_error = 1;
  std::vector<TwinBin> bins;
  double covered = 0;  ///< share of the bins that lie in the band
};

struct Twin {
  std::string file;
  std::string stream;
  scenarios::CountSeries series;
  scenarios::TrafficFit fit;  ///< of all of the data
  double hold_back = 0;       ///< share
  std::optional<TwinCheck> check;
  std::string no_check;  ///< why there is none
  scenarios::TwinChanges changes;
  std::string traffic;  ///< the file
  std::uint64_t seed = 1;
  std::uint32_t trials = 0;
  bool interrupted = false;
};

}  // namespace lifeboat::reports
