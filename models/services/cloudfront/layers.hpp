// The caches behind one behaviour, in layers, and a request's way through them.
//
//     edge location (one of several)   found: served
//     its regional cache               found: kept at the edge, served
//     origin shield                    found: kept in both, served
//     an error kept for this key?      served
//     the origin                       kept in all, served; it fails: the error is kept and served
//
// With one location a single cache stands for all layers. A kept error is a key of its own cache
// that lives `errorCachingMinTtl`. Where stale objects are served, one is there for every key, so
// that a failing origin is no failure.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "models/platform/compiler.hpp"
#include "models/services/cloudfront/description.hpp"

namespace lifeboat::models::cloudfront {

class Layers {
 public:
  /// Adds the caches of a behaviour.
  Layers(Compiler& compiler, const DeploymentSite& site, const Description& description,
         const Behaviour& behaviour);

  /// Asks the origin; a failure goes on at the label.
  using AskOrigin = std::function<void(sim::PlanBuilder::Label on_failure)>;
  /// A request's steps after it has reached its location, up to where it is served.
  void emit(sim::PlanBuilder& plan, sim::LawId miss, const AskOrigin& ask) const;

  /// The caches of the edge locations.
  [[nodiscard]] const std::vector<sim::CacheId>& edges() const { return edges_; }

 private:
  void emit_location(sim::PlanBuilder& plan, std::size_t location, sim::LawId miss,
                     sim::PlanBuilder::Label served, sim::PlanBuilder::Label error,
                     sim::PlanBuilder::Label failed, const AskOrigin& ask) const;

  std::vector<sim::CacheId> edges_;
  std::vector<sim::CacheId> regional_;  ///< empty with one location
  std::vector<sim::CacheId> shield_;    ///< none or one
  bool serve_stale_ = false;
  std::vector<sim::CacheId> errors_;  ///< none or one
};

}  // namespace lifeboat::models::cloudfront
