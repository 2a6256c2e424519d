#include "core/text/bpe_merges.h"

#include "core/text/utf8.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <tuple>
#include <unordered_map>

namespace lorashear {

namespace {

constexpr std::size_t kLongestPiece = 4096;

}  // namespace

std::optional<std::pair<std::string, std::string>> bpeMergeOf(const nlohmann::json& merge) {
    if (merge.is_array() && merge.size() == 2 && merge[0].is_string() && merge[1].is_string())
        return std::pair(merge[0].get<std::string>(), merge[1].get<std::string>());
    if (!merge.is_string()) return {};
    const auto& text = merge.get_ref<const std::string&>();
    const std::size_t space = text.find(' ');
    if (space == std::string::npos || text.find(' ', space + 1) != std::string::npos) return {};
    return std::pair(text.substr(0, space), text.substr(space + 1));
}

std::vector<std::pair<int, int>> mergesByScore(const std::vector<ScoredPiece>& pieces) {
    std::unordered_map<std::string_view, int> ids;
    for (std::size_t i = 0; i < pieces.size(); ++i)
        ids.emplace(pieces[i].text, static_cast<int>(i));  // of the same text twice the first counts
    std::vector<std::tuple<double, int, int, int>> found;  // -score, left, right, whole
    for (std::size_t i = 0; i < pieces.size(); ++i) {
        const std::string_view text = pieces[i].text;
        if (!pieces[i].mergeable || text.empty() || !isValidUtf8(text) || text.size() > kLongestPiece ||
            std::isnan(pieces[i].score))
            continue;
        for (std::size_t at = codePointAt(text, 0).bytes; at < text.size(); at += codePointAt(text, at).bytes) {
            const auto left = ids.find(text.substr(0, at)), right = ids.find(text.substr(at));
            if (left != ids.end() && right != ids.end())
                found.emplace_back(-pieces[i].score, left->second, right->second, static_cast<int>(i));
        }
    }
    std::stable_sort(found.begin(), found.end());
    std::vector<std::pair<int, int>> merges;
    merges.reserve(found.size());
    for (const auto& [score, left, right, whole] : found) merges.emplace_back(left, right);
    return merges;
}

}  // namespace lorashear
