// A function that is part of whoever calls it: on the hot path a call costs as much as what many of
// them do.
#pragma once

#if defined(__GNUC__)
#define LIFEBOAT_HOT [[gnu::always_inline]] inline
#else
#define LIFEBOAT_HOT inline
#endif
