#!/usr/bin/env python3
"""Stations of M/M/c in a row in SimPy, one process a customer.

    simpy_peer.py STATIONS SERVERS ARRIVAL_RATE CUSTOMERS SEED      mean service time 1

Debian 12 ships SimPy 2 (package SimPy); newer machines have SimPy 3 or 4 (package simpy). Prints
one line of JSON; cpu_s is the run alone.
"""
import json
import random
import sys
import time


def run_simpy_3(stations, servers, rate, customers, draw):
    import simpy

    env = simpy.Environment()
    row = [simpy.Resource(env, servers) for _ in range(stations)]
    sojourns = []

    def customer():
        since = env.now
        for station in row:
            with station.request() as place:
                yield place
                yield env.timeout(draw(1.0))
        sojourns.append(env.now - since)

    def source():
        for _ in range(customers):
            yield env.timeout(draw(rate))
            env.process(customer())

    env.process(source())
    begun = time.process_time()
    env.run()
    return sojourns, time.process_time() - begun, simpy.__version__


def run_simpy_2(stations, servers, rate, customers, draw):
    import SimPy
    from SimPy.Simulation import Process, Resource, Simulation, hold, release, request

    sim = Simulation()
    row = [Resource(capacity=servers, sim=sim) for _ in range(stations)]
    sojourns = []

    class Customer(Process):
        def visit(self):
            since = self.sim.now()
            for station in row:
                yield request, self, station
                yield hold, self, draw(1.0)
                yield release, self, station
            sojourns.append(self.sim.now() - since)

    class Source(Process):
        def generate(self):
            for _ in range(customers):
                yield hold, self, draw(rate)
                one = Customer(sim=self.sim)
                self.sim.activate(one, one.visit())

    source = Source(sim=sim)
    sim.activate(source, source.generate())
    begun = time.process_time()
    sim.simulate(until=1e18)
    return sojourns, time.process_time() - begun, SimPy.__version__


def main():
    stations, servers, customers, seed = (int(sys.argv[i]) for i in (1, 2, 4, 5))
    rate = float(sys.argv[3])
    draw = random.Random(seed).expovariate
    try:
        import simpy  # noqa: F401
        run = run_simpy_3
    except ImportError:
        run = run_simpy_2
    sojourns, cpu_s, version = run(stations, servers, rate, customers, draw)
    print(json.dumps({"requests": len(sojourns), "cpu_s": cpu_s,
                      "mean": sum(sojourns) / len(sojourns), "version": version}))


if __name__ == "__main__":
    main()
