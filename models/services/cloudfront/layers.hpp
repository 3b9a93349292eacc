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
//
// Collapsing: each cache has one fetch of a key under way; whoever misses meanwhile waits for it
// and is served what it brings, an error included. Who gives up does not stop it.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "models/platform/compiler.hpp"
#include "models/services/cloudfront/description.hpp"

namespace lifeboat::models::cloudfront {

class Layers {
 public:
  /// Adds the caches of a behaviour, and declares how each is filled.
  Layers(Compiler& compiler, const DeploymentSite& site, const Description& description,
         const Behaviour& behaviour);

  /// Steps that ask the origin; a failure goes on at the label.
  using AskOrigin = std::function<void(sim::PlanBuilder& plan, sim::PlanBuilder::Label on_failure)>;
  /// Steps by which each cache is filled.
  void define(sim::NetworkBuilder& network, sim::LawId miss, const AskOrigin& ask) const;
  /// A request's steps after it has reached its location, up to where it is served.
  void emit(sim::PlanBuilder& plan) const;

  /// The caches of the edge locations.
  [[nodiscard]] std::vector<sim::CacheId> edges() const;

 private:
  struct Layer {
    sim::CacheId cache;
    sim::PlanId fill;  ///< fetches the request's key, and keeps it
  };
  void get(sim::PlanBuilder& plan, const Layer& layer,
           std::optional<sim::PlanBuilder::Label> on_failure) const;
  void emit_origin(sim::PlanBuilder& plan, const AskOrigin& ask) const;

  std::vector<Layer> edges_;
  std::vector<Layer> regional_;  ///< empty with one location
  std::vector<Layer> shield_;    ///< none or one
  bool collapses_ = true;
  bool serve_stale_ = false;
  std::vector<sim::CacheId> errors_;  ///< none or one
};

}  // namespace lifeboat::models::cloudfront
