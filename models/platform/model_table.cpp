#include "models/platform/model_table.hpp"

#include <algorithm>

#include "models/io/suggest.hpp"

namespace lifeboat::models {

ModelTable::ModelTable(const Platform& platform, io::Problems& problems) : platform_(platform) {
  for (const ServiceSpec& service : platform.services) {
    if (service.kind == nullptr) continue;
    for (const DeploymentSpec& spec : service.deployments) {
      index_.emplace(std::pair(service.name, spec.site.region), entries_.size());
      Entry entry;
      entry.service = &service;
      entry.spec = &spec;
      entry.model = service.kind->read(platform, spec.site, spec.description, problems);
      entries_.push_back(std::move(entry));
    }
  }
  for (Entry& entry : entries_) {
    std::vector<const Entry*> path;
    collect_operations(entry, path, problems);
  }
}

ModelTable::Entry* ModelTable::find(std::string_view service, std::string_view region) {
  const auto found = index_.find(std::pair(std::string(service), std::string(region)));
  return found == index_.end() ? nullptr : &entries_[found->second];
}

std::vector<ModelTable::Entry*> ModelTable::of(std::string_view service) {
  std::vector<Entry*> result;
  const ServiceSpec* spec = platform_.find_service(service);
  if (spec == nullptr) return result;
  for (const DeploymentSpec& deployment : spec->deployments) {
    if (Entry* entry = find(service, deployment.site.region)) result.push_back(entry);
  }
  return result;
}

std::vector<ModelTable::Entry*> ModelTable::reachable(std::string_view service,
                                                      std::string_view region) {
  std::vector<Entry*> result;
  for (Entry* entry : of(service)) {
    const std::string& there = entry->spec->site.region;
    if (region.empty() || there.empty() || there == region) result.push_back(entry);
  }
  return result;
}

std::vector<std::string> ModelTable::targets_for(const Entry& front_door,
                                                 std::string_view operation) {
  std::vector<std::string> result;
  if (!front_door.model) return result;
  for (const std::string& target : front_door.model->fronts()) {
    for (const Entry* entry : reachable(target, front_door.spec->site.region)) {
      if (std::binary_search(entry->operations.begin(), entry->operations.end(), operation)) {
        result.push_back(target);
        break;
      }
    }
  }
  return result;
}

void ModelTable::collect_operations(Entry& entry, std::vector<const Entry*>& path,
                                    io::Problems& problems) {
  if (!entry.operations.empty() || !entry.model) return;
  if (std::find(path.begin(), path.end(), &entry) != path.end()) {
    std::string text;
    for (const Entry* step : path) text += step->service->name + " -> ";
    problems.error(entry.service->place,
                   "front doors that send to each other: " + text + entry.service->name);
    return;
  }
  path.push_back(&entry);
  std::vector<std::string> operations = entry.model->operations();
  for (const std::string& target : entry.model->fronts()) {
    for (Entry* next : reachable(target, entry.spec->site.region)) {
      if (next == &entry) continue;
      collect_operations(*next, path, problems);
      operations.insert(operations.end(), next->operations.begin(), next->operations.end());
    }
  }
  path.pop_back();
  std::sort(operations.begin(), operations.end());
  operations.erase(std::unique(operations.begin(), operations.end()), operations.end());
  entry.operations = std::move(operations);
}

}  // namespace lifeboat::models
