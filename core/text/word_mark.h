#pragma once

#include <string_view>

namespace lorashear {

/// What SentencePiece writes for the space before a word.
constexpr std::string_view kWordMark = "▁";

}  // namespace lorashear
