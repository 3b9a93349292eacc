#include <cmath>
#include <stdexcept>

#include <Eigen/Dense>

#include "sim/analytic/networks.hpp"

namespace lifeboat::sim::analytic {

std::vector<double> traffic_equations(std::span<const double> external,
                                      const SquareMatrix& routing) {
  const std::size_t n = routing.size;
  if (external.size() != n || routing.entries.size() != n * n) {
    throw std::invalid_argument("the traffic equations need one external rate for each station");
  }
  if (n == 0) return {};
  using Matrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  for (const double v : routing.entries) {
    if (!(v >= 0 && v < 1e12)) throw std::invalid_argument("routing must not be negative");
  }
  for (const double v : external) {
    if (!(v >= 0 && v < 1e300)) throw std::invalid_argument("arrival rates must not be negative");
  }
  const auto size = static_cast<Eigen::Index>(n);
  const Eigen::Map<const Matrix> route(routing.entries.data(), size, size);
  const Eigen::Map<const Eigen::VectorXd> outside(external.data(), size);
  const Eigen::MatrixXd system = Eigen::MatrixXd::Identity(size, size) - route.transpose();
  const Eigen::VectorXd rates = system.partialPivLu().solve(outside);
  const double scale = 1.0 + outside.cwiseAbs().maxCoeff();
  const double residue = (system * rates - outside).cwiseAbs().maxCoeff();
  if (!rates.allFinite() || rates.minCoeff() < -1e-9 * scale || residue > 1e-6 * scale) {
    throw std::invalid_argument("the traffic feeds itself without loss: no steady rates exist");
  }
  std::vector<double> result(rates.data(), rates.data() + size);
  for (double& r : result) r = std::max(r, 0.0);
  return result;
}

std::vector<StationFigures> open_network(std::span<const NetworkStation> stations,
                                         std::span<const double> external,
                                         const SquareMatrix& routing) {
  if (stations.size() != routing.size) {
    throw std::invalid_argument("an open network needs a routing row for each station");
  }
  const std::vector<double> rates = traffic_equations(external, routing);
  std::vector<StationFigures> figures;
  for (std::size_t i = 0; i < stations.size(); ++i) {
    const NetworkStation& s = stations[i];
    figures.push_back(s.servers == 0 ? mg_infinity(rates[i], s.mean_service)
                                     : mmc(rates[i], s.mean_service, s.servers));
  }
  return figures;
}

}  // namespace lifeboat::sim::analytic
