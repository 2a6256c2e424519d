#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace lorashear {

class Tokenizer;

/// What each of the ids from `from` on adds to the text; `text` becomes what is before them. A character that several tokens make stands with the last of
/// them.
std::vector<std::string> tokenTexts(const Tokenizer& tokenizer, std::vector<int> ids, std::size_t from, std::string& text);

}  // namespace lorashear
