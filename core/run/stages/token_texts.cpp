#include "core/run/stages/token_texts.h"

#include "core/text/tokenizer.h"

#include <algorithm>

namespace lorashear {

std::vector<std::string> tokenTexts(const Tokenizer& tokenizer, std::vector<int> ids, std::size_t from, std::string& text) {
    static const std::string kBroken = "\xEF\xBF\xBD";  // U+FFFD, where bytes are missing
    const std::vector<int> fresh(ids.begin() + static_cast<std::ptrdiff_t>(from), ids.end());
    ids.resize(from);
    text = tokenizer.decode(ids);
    std::string known = text;
    std::vector<std::string> result;
    for (std::size_t i = 0; i < fresh.size(); ++i) {
        ids.push_back(fresh[i]);
        const std::string now = tokenizer.decode(ids);
        const bool whole = i + 1 == fresh.size() || !now.ends_with(kBroken);
        const auto same = static_cast<std::size_t>(std::mismatch(known.begin(), known.end(), now.begin(), now.end()).first -
                                                   known.begin());
        result.push_back(whole ? now.substr(same) : std::string());
        if (whole) known = now;
    }
    return result;
}

}  // namespace lorashear
