#include "models/services/rds/server.hpp"

#include <algorithm>
#include <cmath>

#include "models/replication/store.hpp"

namespace lifeboat::models::rds {
namespace {

using sim::Law;

/// The time of `count` independent draws of `one`, one after another: its mean and variance are
/// exact, its shape that of a lognormal.
Law in_a_row(const Law& one, std::uint32_t count) {
  if (count == 1) return one;
  const sim::Duration mean = sim::Duration::from_seconds(one.mean_seconds() * count);
  const double cv = std::sqrt(one.squared_cv() / count);
  return cv > 0 && std::isfinite(cv) ? Law::lognormal(mean, cv) : Law::constant(mean);
}

/// The volume's two rates. A request takes all its tokens at once, so each bucket holds at least as
/// many as any needs.
void add_volume(Compiler& compiler, Server& server, const std::string& name, const Description& d) {
  sim::NetworkBuilder& network = compiler.network();
  double most = std::max(1.0, static_cast<double>(d.cold_ios));
  double most_kib = 1;
  double largest_kib = 1;
  for (const Operation& op : d.operations) {
    const double ios = std::max(op.ios, d.cold_ios);
    most = std::max(most, ios);
    largest_kib = std::max(largest_kib, static_cast<double>(op.io_kib));
    most_kib = std::max(most_kib, ios * op.io_kib);
  }
  server.io = network.add_bucket({name + "io", d.iops, std::max(d.io_burst, most)});
  if (d.ceiling_iops) {
    server.io_ceiling = network.add_bucket(
        {name + "io-ceiling", *d.ceiling_iops, std::max(*d.ceiling_iops / 10, most)});
  }
  const double kib_per_second = d.mib_per_second * 1024;
  if (d.ceiling_iops.value_or(d.iops) * largest_kib <= kib_per_second) return;
  // Held over 100 ms, as the IO rate.
  server.throughput = network.add_bucket(
      {name + "throughput", kib_per_second, std::max(kib_per_second / 10, most_kib)});
}

}  // namespace

Server add_server(Compiler& compiler, const DeploymentSite& site, const std::string& label,
                  sim::DeploymentId at, const Description& d) {
  sim::NetworkBuilder& network = compiler.network();
  const std::string name = name_of(site) + "/" + label;
  Server server;
  sim::Station connections;
  connections.name = name + "connections";
  connections.kind = sim::StationKind::kHold;
  connections.deployment = at;
  connections.servers = d.max_connections;
  connections.queue_limit = 0;  // "too many connections"
  server.connections = network.add_station(connections);
  sim::Station cpu;
  cpu.name = name + "cpu";
  cpu.kind = sim::StationKind::kShared;
  cpu.deployment = at;
  cpu.capacity_milli = 1000 * d.instance.vcpus;
  cpu.servers = d.instance.vcpus;
  server.cpu = network.add_station(cpu);
  add_volume(compiler, server, name, d);
  return server;
}

void read_and_write(Compiler& compiler, sim::PlanBuilder& plan, const Server& server,
                    std::uint32_t count, std::uint32_t kib, const Law& latency,
                    std::string_view step_name) {
  if (count == 0) return;
  plan.pace(server.io, count);
  if (server.io_ceiling.valid()) plan.pace(server.io_ceiling, count);
  if (server.throughput.valid()) plan.pace(server.throughput, count * kib);
  plan.delay(compiler.network().add_law(in_a_row(latency, count)), step_name);
}

}  // namespace lifeboat::models::rds
