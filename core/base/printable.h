#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace lorashear {

/// Text that came from a file or a model, safe to show: every control character but tab and line end (the C0 and C1 sets and DEL: an escape sequence can
/// move a terminal's cursor, rename its window or type into it) is written as \xNN, bytes that are no UTF-8 too.
std::string printable(std::string_view text);

/// The same, cut behind so many bytes at a whole character with "…".
std::string printable(std::string_view text, std::size_t longest);

}  // namespace lorashear
