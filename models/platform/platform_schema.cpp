// The schema of platforms, with the parameters of every kind.
//
// A service's keys follow from its "kind". Each kind states its own by reading a describing value,
// the same that `lifeboat explain KIND` prints; from them come up to four parts of the schema:
//
//     KIND               of a global kind, the service; of any other what is chosen between by
//                        whether the service has "region" or "regions"
//     KIND-in-a-region   all keys in full, and those that are required
//     KIND-in-regions    what the deployments share, which may be incomplete, and their patches
//     KIND-patch         one deployment's patch: any of the keys, none required, null takes one
//     away
//
// What it cannot say: that the shared keys and a region's patch together are complete, that a null
// among the shared keys is none of theirs, and that a name is known. Loading the platform says it.
#include <string>
#include <utility>

#include "models/io/reader.hpp"
#include "models/platform/platform.hpp"

namespace lifeboat::models {
namespace {

using io::Declaration;
using io::Schema;
using io::Value;
using io::ValueType;

Declaration key_of(std::string name, ValueType type, std::string doc) {
  Declaration key;
  key.name = std::move(name);
  key.type = type;
  key.doc = std::move(doc);
  return key;
}

/// A key that this part of the schema takes, and another describes.
Declaration described_elsewhere(const std::string& name) {
  return key_of(name, ValueType::kAny, {});
}

Declaration object_of(std::vector<Declaration> keys) {
  Declaration object;
  object.type = ValueType::kObject;
  object.children = std::move(keys);
  return object;
}

/// What stands at `key` of every service of a kind with regions.
Declaration shared_key(const Declaration& key, const std::string& patch) {
  Declaration shared;
  shared.name = key.name;
  shared.any_name = key.any_name;
  shared.definition = patch + (key.any_name ? "/additionalProperties" : "/properties/" + key.name);
  return shared;
}

void add_kind(const ServiceKind& kind, Schema& schema) {
  const std::string name(kind.name());
  Schema own = kind_schema(kind);
  schema.definitions.merge(own.definitions);
  Declaration whole = std::move(own.root);
  whole.doc = kind.summary();
  if (kind.is_global()) {
    whole.children.push_back(described_elsewhere("kind"));
    schema.parts[name] = std::move(whole);
    return;
  }
  const std::string patch = name + "-patch";
  const std::string alone = name + "-in-a-region";
  const std::string many = name + "-in-regions";
  Declaration& patched = schema.parts[patch] = whole;
  patched.patch = true;

  Declaration shared = object_of({described_elsewhere("kind")});
  for (const Declaration& key : whole.children) shared.children.push_back(shared_key(key, patch));
  Declaration regions =
      key_of("regions", ValueType::kMap, "where it is deployed, each with what differs there");
  regions.children.emplace_back().definition = patch;
  shared.children.push_back(std::move(regions));
  schema.parts[many] = std::move(shared);

  whole.children.push_back(described_elsewhere("kind"));
  whole.children.push_back(key_of("region", ValueType::kName, "where it is deployed"));
  schema.parts[alone] = std::move(whole);

  Declaration service = object_of({});
  service.open = true;
  service.exactly_one = {{"region", "regions"}};
  service.cases = {{"region", "", alone}, {"regions", "", many}};
  schema.parts[name] = std::move(service);
}

/// Any service: its kind, by which the rest follows.
Declaration service_declaration() {
  Declaration kind = key_of("kind", ValueType::kChoice, "what it is: lifeboat list");
  kind.required = true;
  Declaration service;
  for (const ServiceKind* each : service_kinds()) {
    if (each->property()) continue;
    const std::string name(each->name());
    kind.choices.emplace_back(name, each->summary());
    service.cases.push_back({"kind", name, name});
  }
  service.type = ValueType::kObject;
  service.open = true;
  service.children.push_back(std::move(kind));
  service.children.push_back(
      key_of("region", ValueType::kName, "the one region where it is deployed"));
  Declaration regions = key_of("regions", ValueType::kMap,
                               "by region where it is deployed, a merge patch (RFC 7396) of it");
  service.children.push_back(std::move(regions));
  return service;
}

}  // namespace

io::Schema platform_schema() {
  Schema schema = io::describe(
      [](const Value& value, io::Problems& problems) { (void)read_platform(value, problems); });
  for (Declaration& key : schema.root.children) {
    if (key.name == "services") key.children.push_back(service_declaration());
  }
  for (const ServiceKind* kind : service_kinds()) {
    if (!kind->property()) add_kind(*kind, schema);
  }
  return schema;
}

io::Schema kind_schema(const ServiceKind& kind) {
  return io::describe([&](const Value& value, io::Problems& problems) {
    const Platform empty;
    (void)kind.read(empty, DeploymentSite{}, value, problems);
  });
}

}  // namespace lifeboat::models
