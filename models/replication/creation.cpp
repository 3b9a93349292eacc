#include "models/replication/creation.hpp"

#include <memory>
#include <utility>
#include <vector>

#include "models/replication/opening.hpp"
#include "models/replication/provisioning.hpp"

namespace lifeboat::models {

sim::Law read_creation_time(io::ObjectReader& reader, const sim::Law& standard,
                            std::string_view source) {
  return reader.optional_law(
      {"creationTime", "from the call that creates it until it is there; used where it is absent",
       source},
      standard);
}

CreationSpec read_creation(io::ObjectReader& reader, const sim::Law& standard,
                           std::string_view source) {
  constexpr io::Choice<bool> kStates[] = {
      {"present", false, "it runs"},
      {"absent", true, "it has to be created: cloudFormationCreateStack"},
  };
  CreationSpec spec;
  spec.absent = reader.optional_enum(
      {"initial", "whether it is there when the run begins", "ours: it is"}, false, kStates);
  spec.takes = read_creation_time(reader, standard, source);
  return spec;
}

void define_creation(Compiler& compiler, const DeploymentSite& site, const CreationSpec& spec,
                     Handles& handles) {
  if (!spec.absent) return;
  sim::NetworkBuilder& network = compiler.network();
  ProvisioningPolicy policy;
  policy.subject = name_of(site);
  policy.region = site.region;
  policy.what = "creation";
  policy.begins = "creation of " + policy.subject + " begins";
  policy.ends = policy.subject + " is there";
  policy.progress = network.add_register(policy.subject + "/creation", 0);
  policy.control_plane = compiler.control_plane(site.region);
  policy.takes = network.add_law(spec.takes);
  policy.shut = compiler.deployment(site);
  handles.verbs.push_back(progress_verb("cloudFormationCreateStack",
                                        "creates what is not there: infrastructure as code",
                                        policy.progress));
  const std::vector<sim::RegisterId> watches = {policy.progress, policy.control_plane};
  network.add_controller(std::make_shared<ProvisioningController>(std::move(policy)), watches);
}

}  // namespace lifeboat::models
