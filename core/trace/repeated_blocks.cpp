#include "core/trace/repeated_blocks.h"

#include <algorithm>
#include <map>
#include <set>

namespace lorashear::trace {

namespace {

bool isNumber(const std::string& text) {
    return !text.empty() && text.size() < 9 &&
           std::all_of(text.begin(), text.end(), [](unsigned char c) { return c >= '0' && c <= '9'; });
}

// The component of path after prefix, if prefix leads it.
std::string componentAfter(const std::string& path, const std::string& prefix) {
    if (path.compare(0, prefix.size(), prefix) != 0) return {};
    return path.substr(prefix.size(), path.find('.', prefix.size()) - prefix.size());
}

}  // namespace

RepeatedBlocks::RepeatedBlocks(const Recording& recording) {
    std::map<std::string, std::set<int>> numbers;
    const auto collect = [&](const std::string& path) {
        for (std::size_t begin = 0; begin < path.size();) {
            const auto dot = std::min(path.find('.', begin), path.size());
            const auto part = path.substr(begin, dot - begin);
            if (isNumber(part)) return numbers[path.substr(0, begin)].insert(std::stoi(part)), void();
            begin = dot + 1;
        }
    };
    for (const auto& call : recording.calls) collect(call.scope);
    for (const auto& value : recording.values) collect(value.parameter);
    std::size_t most = 0;
    for (const auto& [prefix, found] : numbers)
        if (found.size() > most) {
            most = found.size();
            m_prefix = prefix;
            m_layers = *found.rbegin() + 1;
        }
}

int RepeatedBlocks::layerOf(const std::string& path) const {
    if (m_layers == 0) return -1;
    const auto part = componentAfter(path, m_prefix);
    return isNumber(part) ? std::stoi(part) : -1;
}

std::string RepeatedBlocks::inside(const std::string& path) const {
    if (layerOf(path) < 0) return path;
    const auto after = m_prefix.size() + componentAfter(path, m_prefix).size() + 1;
    return after < path.size() ? path.substr(after) : std::string();
}

}  // namespace lorashear::trace
