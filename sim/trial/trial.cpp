#include "sim/trial/trial.hpp"

#include <condition_variable>
#include <exception>
#include <map>
#include <mutex>
#include <thread>
#include <utility>

#include "sim/engine/engine.hpp"

namespace lifeboat::sim {

TrialResult run_trial(const Network& network, const RunOptions& options, std::uint32_t trial) {
  const std::shared_ptr<Listener> listener = options.listen ? options.listen(trial) : nullptr;
  Engine engine(network, options, trial, listener.get());
  TrialResult result = engine.run();
  if (listener) listener->finished(result);
  return result;
}

namespace {

/// Trials handed out in order, results handed back in order.
struct Desk {
  std::mutex mutex;
  std::condition_variable room;
  std::uint32_t next_to_start = 0;
  std::uint32_t next_to_finish = 0;
  std::map<std::uint32_t, TrialResult> finished;
  std::exception_ptr error;
  bool stop = false;
};

}  // namespace

void run_trials(const Network& network, const RunOptions& options, std::uint32_t first,
                std::uint32_t last, unsigned jobs, const std::function<bool(TrialResult&&)>& done,
                const std::function<void(std::uint32_t, double)>& progress) {
  Desk desk;
  desk.next_to_start = desk.next_to_finish = first;
  // Results that wait for an earlier trial are held in memory: let nobody run far ahead.
  const std::uint32_t ahead = 2 * (jobs < 1 ? 1 : jobs);
  const auto work = [&] {
    for (;;) {
      std::uint32_t trial = 0;
      {
        std::unique_lock lock(desk.mutex);
        desk.room.wait(lock, [&] {
          return desk.stop || desk.next_to_start >= last ||
                 desk.next_to_start < desk.next_to_finish + ahead;
        });
        if (desk.stop || desk.next_to_start >= last) return;
        trial = desk.next_to_start++;
      }
      try {
        RunOptions own = options;
        if (progress) {
          own.progress = [&progress, trial](double share) { progress(trial, share); };
        }
        TrialResult result = run_trial(network, own, trial);
        const std::lock_guard lock(desk.mutex);
        desk.finished.emplace(trial, std::move(result));
        while (!desk.stop && desk.finished.count(desk.next_to_finish) != 0) {
          auto node = desk.finished.extract(desk.next_to_finish++);
          if (!done(std::move(node.mapped()))) desk.stop = true;
        }
      } catch (...) {
        const std::lock_guard lock(desk.mutex);
        if (!desk.error) desk.error = std::current_exception();
        desk.stop = true;
      }
      desk.room.notify_all();
    }
  };
  std::vector<std::thread> threads;
  for (unsigned i = 1; i < jobs; ++i) threads.emplace_back(work);
  work();
  for (std::thread& thread : threads) thread.join();
  if (desk.error) std::rethrow_exception(desk.error);
}

}  // namespace lifeboat::sim
