#pragma once

#include <string_view>

namespace lorashear {

/// Shell-like pattern on a whole name: '*' is any run of characters (dots too), '?' any single one. Case-sensitive.
bool globMatches(std::string_view pattern, std::string_view name);

}  // namespace lorashear
