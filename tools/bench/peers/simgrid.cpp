// Stations of M/M/c in a row as actors of SimGrid (S4U).
//
//   simgrid STATIONS SERVERS ARRIVAL_RATE CUSTOMERS SEED      mean service time 1 s
//
// A customer is an actor, a station a semaphore of as many places as it has servers, a service a
// sleep: the plainest way to say it. Prints one line of JSON; cpu_s is the run alone.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <random>
#include <vector>

#include <simgrid/s4u.hpp>

namespace {

namespace sg4 = simgrid::s4u;

std::vector<sg4::SemaphorePtr> stations;
std::uint64_t left = 0;
double sojourn_sum = 0;
std::mt19937_64 generator;
std::exponential_distribution<double> unit(1.0);

void customer() {
  const double since = sg4::Engine::get_clock();
  for (const sg4::SemaphorePtr& station : stations) {
    station->acquire();
    sg4::this_actor::sleep_for(unit(generator));
    station->release();
  }
  sojourn_sum += sg4::Engine::get_clock() - since;
  ++left;
}

void source(double rate, std::uint64_t customers) {
  for (std::uint64_t i = 0; i < customers; ++i) {
    sg4::this_actor::sleep_for(unit(generator) / rate);
    sg4::Actor::create("customer", sg4::this_actor::get_host(), customer);
  }
}

}  // namespace

int main(int count, char** words) {
  if (count != 6) return 3;
  int none = 1;
  sg4::Engine engine(&none, words);
  sg4::NetZone* zone = sg4::create_full_zone("zone");
  sg4::Host* host = zone->create_host("host", 1e9)->seal();
  zone->seal();
  const unsigned long row = std::strtoul(words[1], nullptr, 10);
  const auto servers = static_cast<unsigned>(std::strtoul(words[2], nullptr, 10));
  for (unsigned long i = 0; i < row; ++i) stations.push_back(sg4::Semaphore::create(servers));
  generator.seed(std::strtoull(words[5], nullptr, 10));
  sg4::Actor::create("source", host, source, std::strtod(words[3], nullptr),
                     std::strtoull(words[4], nullptr, 10));
  const std::clock_t begun = std::clock();
  engine.run();
  const double cpu = static_cast<double>(std::clock() - begun) / CLOCKS_PER_SEC;
  std::printf("{\"requests\": %.0f, \"cpu_s\": %.6f, \"mean\": %.6f}\n", static_cast<double>(left),
              cpu, sojourn_sum / static_cast<double>(left));
  return 0;
}
