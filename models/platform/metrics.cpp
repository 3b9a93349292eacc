#include "models/platform/metrics.hpp"

#include <utility>

namespace lifeboat::models {

Metric register_metric(std::string name, std::string what, sim::RegisterId id) {
  return {std::move(name), "1", std::move(what),
          [id](sim::Control& control) { return static_cast<double>(control.value(id)); }};
}

Metric hit_ratio_metric(std::string what, std::vector<sim::CacheId> caches) {
  return {"hitRatio", "%", std::move(what), [caches = std::move(caches)](sim::Control& control) {
            double hits = 0;
            double all = 0;
            for (const sim::CacheId id : caches) {
              const sim::CacheView view = control.cache(id);
              hits += static_cast<double>(view.hits);
              all += static_cast<double>(view.hits + view.misses);
            }
            return all > 0 ? hits / all : 0.0;
          }};
}

}  // namespace lifeboat::models
