#include "models/platform/cycles.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <queue>

#include <Eigen/Dense>
#include <boost/graph/adjacency_list.hpp>
#include <boost/graph/strong_components.hpp>

#include "models/platform/operation.hpp"

namespace lifeboat::models {
namespace {

using Graph = boost::adjacency_list<boost::vecS, boost::vecS, boost::directedS>;

struct Edge {
  double expected = 0;
  bool async = false;
  io::Place place;
};

class CallGraph {
 public:
  explicit CallGraph(ModelTable& table) {
    for (const ModelTable::Entry& entry : table.entries()) {
      if (entry.model) add_entry(table, entry);
    }
  }

  void check(io::Problems& problems) {
    check_components(false, problems);
    check_components(true, problems);
  }

 private:
  std::size_t node(std::string_view service, std::string_view operation) {
    std::string name(service);
    if (!operation.empty()) name.append(".").append(operation);
    const auto [found, added] = nodes_.emplace(std::move(name), names_.size());
    if (added) names_.push_back(found->first);
    return found->second;
  }

  void add_edge(std::size_t from, std::size_t to, double expected, bool async,
                const io::Place& place) {
    Edge& edge = edges_[{from, to}];
    edge.async = edge.expected > 0 ? edge.async && async : async;
    edge.expected = std::max(edge.expected, expected);
    if (edge.place.source == nullptr) edge.place = place;
  }

  void add_entry(ModelTable& table, const ModelTable::Entry& entry) {
    const std::string& service = entry.service->name;
    for (const std::string& operation : entry.operations) {
      for (const std::string& target : table.targets_for(entry, operation)) {
        add_edge(node(service, operation), node(target, operation), 1, false, entry.service->place);
      }
    }
    for (const OperationCalls& operation : entry.model->calls()) {
      const std::size_t from = node(service, operation.operation);
      if (operation.operation.empty()) {
        for (const std::string& sender : entry.operations) {
          add_edge(node(service, sender), from, 1, true, entry.service->place);
        }
      }
      for (const CallSpec* call : operation.calls) {
        add_edge(from, node(call->service, call->operation), call->probability * call->times,
                 call->async, call->place);
      }
    }
  }

  void check_components(bool with_async, io::Problems& problems) {
    Graph graph(names_.size());
    for (const auto& [ends, edge] : edges_) {
      if (with_async || !edge.async) boost::add_edge(ends.first, ends.second, graph);
    }
    std::vector<std::size_t> component(names_.size());
    if (names_.empty()) return;
    boost::strong_components(graph, boost::make_iterator_property_map(
                                        component.begin(), boost::get(boost::vertex_index, graph)));
    std::map<std::size_t, std::vector<std::size_t>> members;
    for (std::size_t i = 0; i < component.size(); ++i) members[component[i]].push_back(i);
    for (const auto& [number, nodes] : members) {
      if (nodes.size() > 1 || edges_.count({nodes[0], nodes[0]}) > 0) {
        check_component(nodes, with_async, problems);
      }
    }
  }

  void check_component(const std::vector<std::size_t>& nodes, bool with_async,
                       io::Problems& problems) {
    const std::vector<std::size_t> path = shortest_cycle(nodes, with_async);
    if (path.empty()) return;
    std::string text;
    for (const std::size_t step : path) text += names_[step] + " -> ";
    text += names_[path.front()];
    const std::size_t second = path.size() > 1 ? path[1] : path[0];
    const Edge& edge = edges_.at({path[0], second});
    if (!with_async) {
      problems.error(edge.place, "a cycle of synchronous calls: " + text,
                     "at least one \"async\": true on the way");
      return;
    }
    const double gain = spectral_radius(nodes);
    if (has_async(nodes) && !has_only_sync_cycle(nodes) && gain >= 1 - 1e-9) {
      problems.error(edge.place, "an asynchronous cycle that never dies out: " + text,
                     "fewer than one new turn a turn on average");
    }
  }

  bool has_async(const std::vector<std::size_t>& nodes) const {
    return std::any_of(edges_.begin(), edges_.end(), [&](const auto& item) {
      return item.second.async && contains(nodes, item.first.first) &&
             contains(nodes, item.first.second);
    });
  }

  // A synchronous cycle inside has been reported already.
  bool has_only_sync_cycle(const std::vector<std::size_t>& nodes) const {
    return !shortest_cycle(nodes, false).empty();
  }

  static bool contains(const std::vector<std::size_t>& nodes, std::size_t node) {
    return std::binary_search(nodes.begin(), nodes.end(), node);
  }

  // Of very large components the greatest row sum, which bounds it.
  double spectral_radius(const std::vector<std::size_t>& nodes) const {
    if (nodes.size() > 300) {
      std::map<std::size_t, double> sums;
      for (const auto& [ends, edge] : edges_) {
        if (contains(nodes, ends.first) && contains(nodes, ends.second)) {
          sums[ends.first] += edge.expected;
        }
      }
      double most = 0;
      for (const auto& [node, sum] : sums) most = std::max(most, sum);
      return most;
    }
    const auto n = static_cast<Eigen::Index>(nodes.size());
    Eigen::MatrixXd gains = Eigen::MatrixXd::Zero(n, n);
    for (Eigen::Index i = 0; i < n; ++i) {
      for (Eigen::Index j = 0; j < n; ++j) {
        const auto edge =
            edges_.find({nodes[static_cast<std::size_t>(i)], nodes[static_cast<std::size_t>(j)]});
        if (edge != edges_.end()) gains(i, j) = edge->second.expected;
      }
    }
    return gains.eigenvalues().cwiseAbs().maxCoeff();
  }

  // Breadth first from each node back to itself; the cycle as found first, in node order.
  std::vector<std::size_t> shortest_cycle(const std::vector<std::size_t>& nodes,
                                          bool with_async) const {
    std::vector<std::size_t> best;
    for (const std::size_t start : nodes) {
      if (!best.empty() && start > nodes[std::min<std::size_t>(nodes.size() - 1, 64)]) break;
      std::vector<std::size_t> path = path_back(start, nodes, with_async);
      if (!path.empty() && (best.empty() || path.size() < best.size())) best = std::move(path);
    }
    return best;
  }

  std::vector<std::size_t> path_back(std::size_t start, const std::vector<std::size_t>& nodes,
                                     bool with_async) const {
    std::map<std::size_t, std::size_t> before;
    std::queue<std::size_t> open;
    open.push(start);
    while (!open.empty()) {
      const std::size_t at = open.front();
      open.pop();
      for (auto edge = edges_.lower_bound({at, 0}); edge != edges_.end() && edge->first.first == at;
           ++edge) {
        const std::size_t to = edge->first.second;
        if ((edge->second.async && !with_async) || !contains(nodes, to)) continue;
        if (to == start) {
          std::vector<std::size_t> path{at};
          while (path.back() != start) path.push_back(before.at(path.back()));
          std::reverse(path.begin(), path.end());
          return path;
        }
        if (before.emplace(to, at).second) open.push(to);
      }
    }
    return {};
  }

  std::map<std::string, std::size_t> nodes_;
  std::vector<std::string> names_;
  std::map<std::pair<std::size_t, std::size_t>, Edge> edges_;
};

}  // namespace

void check_cycles(const Platform&, ModelTable& table, io::Problems& problems) {
  CallGraph(table).check(problems);
}

}  // namespace lifeboat::models
