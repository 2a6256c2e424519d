#include "core/model/factor.h"

#include "core/base/error.h"

#include <algorithm>

namespace lorashear {

namespace {

std::string named(const char* part, const Factor& factor, int block) {
    return factor.blocks == 1 ? part : part + std::to_string(block);
}

}  // namespace

std::string firstName(const Factor& factor, int block) {
    return named("first", factor, block);
}

std::string secondName(const Factor& factor, int block) {
    return named("second", factor, block);
}

int largestRank(std::int64_t out, std::int64_t in, int blocks) {
    if (blocks < 1 || out % blocks != 0 || in % blocks != 0) return 0;
    return static_cast<int>(std::min(out, in) / blocks);
}

int largestSavingRank(std::int64_t out, std::int64_t in, int blocks) {
    if (largestRank(out, in, blocks) == 0) return 0;
    return static_cast<int>((out * in - 1) / (blocks * (out + in)));
}

void requireFactorable(const std::string& linear, const Factor& factor, std::int64_t out, std::int64_t in) {
    const auto text = [](std::int64_t a, std::int64_t b) { return std::to_string(a) + " x " + std::to_string(b); };
    const int most = largestRank(out, in, factor.blocks);
    if (most == 0)
        throw Error(ErrorCode::Impossible, linear,
                    "is " + text(out, in) + " and cannot be divided into " + std::to_string(factor.blocks) + " blocks",
                    "The number of blocks must divide both sizes.");
    if (factor.rank < 1 || factor.rank > most)
        throw Error(ErrorCode::Impossible, linear,
                    "cannot be factored at rank " + std::to_string(factor.rank) + ": " +
                        (factor.blocks == 1 ? "it is " + text(out, in)
                                            : "its blocks are " + text(out / factor.blocks, in / factor.blocks)),
                    "Ranks go from 1 to " + std::to_string(most) + ".");
}

std::string factoredPath(const std::string& linear) {
    const auto dot = linear.rfind('.');
    if (dot == std::string::npos) return linear;
    const auto last = linear.substr(dot + 1);
    for (const std::string part : {"first", "second"})
        if (last.starts_with(part) && last.find_first_not_of("0123456789", part.size()) == std::string::npos)
            return linear.substr(0, dot);
    return linear;
}

}  // namespace lorashear
