#include "models/sizing/knob.hpp"

#include <algorithm>
#include <cmath>

#include "models/io/member_at.hpp"
#include "models/io/units.hpp"
#include "models/services/rds/instance_class.hpp"
#include "models/sizing/knob_table.hpp"

namespace lifeboat::models {

namespace {

using detail::KnobRow;
using io::member_at;

Knob knob_at(const DeploymentSpec& deployment, std::string_view kind) {
  Knob knob;
  knob.service = deployment.site.service;
  knob.region = deployment.site.region;
  knob.kind = kind;
  return knob;
}

void add_row(const DeploymentSpec& deployment, const KnobRow& row, std::vector<Knob>& knobs) {
  const io::Value& description = deployment.description;
  const io::Value* value = member_at(description, row.parameter);
  if (value == nullptr && row.silent < 0) return;
  Knob knob = knob_at(deployment, row.kind);
  knob.parameter = row.parameter;
  knob.unit = row.unit;
  knob.least = row.least;
  knob.now = value != nullptr ? value->as_integer().value_or(row.silent) : row.silent;
  knob.most = std::max(row.most, knob.now);
  knob.spread = row.spread && deployment.site.zones.size() > 1;
  knob.weight = row.weight;
  if (row.each != nullptr) knob.each = row.each(description);
  const auto add_where_stated = [&](const std::vector<std::string_view>& others,
                                    std::vector<std::string>& to) {
    for (const std::string_view other : others) {
      if (member_at(description, other.substr(0, other.find('.'))) != nullptr) {
        to.emplace_back(other);
      }
    }
  };
  add_where_stated(row.together, knob.together);
  add_where_stated(row.emptied, knob.emptied);
  if (row.kind == "rds") knob.stations = "replica-";  // the writer's is not theirs
  if (row.kind == "msk" && row.parameter == "numberOfBrokerNodes") {
    knob.step = std::max<std::int64_t>(1, static_cast<std::int64_t>(deployment.site.zones.size()));
    knob.least = knob.step;  // as many in each zone
  }
  if (row.kind == "opensearch") {
    knob.least = 1 + static_cast<std::int64_t>(member_at(description, "replicas") != nullptr
                                                   ? member_at(description, "replicas")->as_number()
                                                   : 1);  // a shard's copies stand on as many nodes
  }
  knobs.push_back(std::move(knob));
}

/// The classes of the database's own family, by size.
void add_instance_class(const DeploymentSpec& deployment, std::vector<Knob>& knobs) {
  const io::Value* value = member_at(deployment.description, "dbInstanceClass");
  if (value == nullptr) return;
  const std::string now{value->as_string()};
  const std::string family = now.substr(0, now.rfind('.') + 1);
  Knob knob = knob_at(deployment, "rds");
  knob.parameter = "dbInstanceClass";
  knob.unit = "";
  for (const std::string& name : rds::instance_class_names()) {
    const auto is = rds::find_instance_class(name);
    if (!name.starts_with(family) || !is) continue;
    // Burstable classes of one family share a size: those that add none are left out.
    if (!knob.sizes.empty() && is->vcpus <= knob.sizes.back() && name != now) continue;
    knob.names.push_back(name);
    knob.sizes.push_back(is->vcpus);
  }
  const auto at = std::find(knob.names.begin(), knob.names.end(), now);
  if (at == knob.names.end() || knob.names.size() < 2) return;
  knob.least = 0;
  knob.most = static_cast<std::int64_t>(knob.names.size()) - 1;
  knob.now = at - knob.names.begin();
  // Bills price an instance by its class, in proportion to its vCPUs within a family.
  const io::Value* pair = member_at(deployment.description, "multiAz");
  const double share = io::kHoursPerMonth / knob.sizes[static_cast<std::size_t>(knob.now)];
  knob.each = {
      {pair != nullptr && pair->as_boolean() ? "multi-az-instance-hours" : "instance-hours",
       share}};
  const io::Value* replicas = member_at(deployment.description, "readReplicas");
  if (replicas != nullptr && replicas->as_number() > 0) {
    knob.each.push_back({"instance-hours", share * replicas->as_number()});
  }
  knobs.push_back(std::move(knob));
}

}  // namespace

double Knob::size(std::int64_t level) const {
  return names.empty() ? static_cast<double>(level) : sizes.at(static_cast<std::size_t>(level));
}

std::string Knob::text(std::int64_t level) const {
  return names.empty() ? std::to_string(level) : names.at(static_cast<std::size_t>(level));
}

std::vector<std::pair<std::string, std::string>> Knob::settings(std::int64_t level) const {
  const std::string value = names.empty() ? text(level) : '"' + text(level) + '"';
  std::vector<std::pair<std::string, std::string>> all{{parameter, value}};
  for (const std::string& other : together) all.emplace_back(other, value);
  for (const std::string& list : emptied) all.emplace_back(list, "[]");
  return all;
}

std::vector<Knob> knobs_of(const Platform& platform) {
  std::vector<Knob> knobs;
  for (const ServiceSpec& service : platform.services) {
    if (service.kind == nullptr) continue;
    for (const DeploymentSpec& deployment : service.deployments) {
      if (service.kind->name() == "rds") add_instance_class(deployment, knobs);
      for (const KnobRow& row : detail::knob_rows()) {
        if (row.kind == service.kind->name()) add_row(deployment, row, knobs);
      }
    }
  }
  return knobs;
}

}  // namespace lifeboat::models
