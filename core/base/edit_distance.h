#pragma once

#include <cstddef>
#include <string_view>

namespace lorashear {

/// Letters to insert, delete or change to make one word of another (Levenshtein): how near a mistyped name is to those that exist.
std::size_t editDistance(std::string_view a, std::string_view b);

}  // namespace lorashear
