// Exit statuses of the command.
#pragma once

namespace lifeboat::tools {

enum ExitStatus : int {
  kMet = 0,            ///< objectives met; or the command did what it was asked
  kInternalError = 1,  ///< our fault, or the machine's: a broken invariant, a full disk
  kMissed = 2,         ///< at least one objective missed
  kInvalidInput = 3,   ///< a file, an option or a name is wrong
  kInconclusive = 4,   ///< an interval straddles its threshold
  kInterrupted = 130,  ///< Ctrl-C; what was done so far is reported
};

}  // namespace lifeboat::tools
