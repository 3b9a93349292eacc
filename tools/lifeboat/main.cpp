// The lifeboat command; see tools/README.md.
#include "tools/lifeboat/command.hpp"
#include "tools/lifeboat/interrupt.hpp"

int main(int argc, char* argv[]) {
  lifeboat::tools::handle_signals();
  return lifeboat::tools::run_command_line({argv + (argc > 0 ? 1 : 0), argv + argc});
}
