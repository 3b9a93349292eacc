// What the main function asks of tests/main/surroundings.cpp.
#pragma once

namespace lifeboat::tests {

/// True once note_skipped has been called.
bool any_skipped();

}  // namespace lifeboat::tests
