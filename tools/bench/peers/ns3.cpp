// Stations of M/M/c in a row on the core of ns-3 (its event scheduler; no network is simulated).
//
//   ns3 STATIONS SERVERS ARRIVAL_RATE CUSTOMERS SEED      mean service time 1 s
//
// One event an arrival and one a departure, each a call bound to its arguments, as ns-3 programs
// are written. Random numbers come from the standard library's generator: ns-3's own streams belong
// to its attribute system and are slower. Prints one line of JSON; cpu_s is the run alone.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <deque>
#include <random>
#include <vector>

#include <ns3/nstime.h>
#include <ns3/simulator.h>

namespace {

struct Station {
  unsigned busy = 0;
  std::deque<double> queue;  // when each waiting customer arrived at the first station
};

std::vector<Station> stations;
unsigned servers = 1;
double arrival_rate = 1;
std::uint64_t wanted = 0;
std::uint64_t arrived = 0;
std::uint64_t left = 0;
double sojourn_sum = 0;
std::mt19937_64 generator;
std::exponential_distribution<double> unit(1.0);

double now() { return ns3::Simulator::Now().GetSeconds(); }

void finish(std::uint32_t index, double since);

void enter(std::uint32_t index, double since) {
  Station& station = stations[index];
  if (station.busy == servers) {
    station.queue.push_back(since);
    return;
  }
  ++station.busy;
  ns3::Simulator::Schedule(ns3::Seconds(unit(generator)), &finish, index, since);
}

void finish(std::uint32_t index, double since) {
  Station& station = stations[index];
  if (station.queue.empty()) {
    --station.busy;
  } else {
    const double next = station.queue.front();
    station.queue.pop_front();
    ns3::Simulator::Schedule(ns3::Seconds(unit(generator)), &finish, index, next);
  }
  if (index + 1 < stations.size()) {
    enter(index + 1, since);
    return;
  }
  sojourn_sum += now() - since;
  ++left;
}

void arrive() {
  if (++arrived < wanted) {
    ns3::Simulator::Schedule(ns3::Seconds(unit(generator) / arrival_rate), &arrive);
  }
  enter(0, now());
}

}  // namespace

int main(int count, char** words) {
  if (count != 6) return 3;
  stations.resize(std::strtoul(words[1], nullptr, 10));
  servers = static_cast<unsigned>(std::strtoul(words[2], nullptr, 10));
  arrival_rate = std::strtod(words[3], nullptr);
  wanted = std::strtoull(words[4], nullptr, 10);
  generator.seed(std::strtoull(words[5], nullptr, 10));
  const std::clock_t begun = std::clock();
  ns3::Simulator::Schedule(ns3::Seconds(unit(generator) / arrival_rate), &arrive);
  ns3::Simulator::Run();
  const double cpu = static_cast<double>(std::clock() - begun) / CLOCKS_PER_SEC;
  ns3::Simulator::Destroy();
  std::printf("{\"requests\": %.0f, \"cpu_s\": %.6f, \"mean\": %.6f}\n", static_cast<double>(left),
              cpu, sojourn_sum / static_cast<double>(left));
  return 0;
}
