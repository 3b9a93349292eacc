#include "tools/lifeboat/interrupt.hpp"

#include <csignal>

#include <unistd.h>

#include "tools/lifeboat/exit_status.hpp"

namespace lifeboat::tools {

namespace {

std::atomic<bool> flag{false};
static_assert(std::atomic<bool>::is_always_lock_free);  // safe in a signal handler

extern "C" void on_interrupt(int) {
  if (flag.exchange(true)) _exit(kInterrupted);
}

}  // namespace

void handle_signals() {
  struct sigaction action {};
  action.sa_handler = on_interrupt;
  sigemptyset(&action.sa_mask);
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
  action.sa_handler = SIG_IGN;
  sigaction(SIGPIPE, &action, nullptr);
}

const std::atomic<bool>& interrupted() { return flag; }

}  // namespace lifeboat::tools
