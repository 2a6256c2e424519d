#pragma once

#include <cstdint>
#include <map>
#include <string>

namespace lorashear {

/// How a linear y = W x + bias is replaced by two thin ones, y = second(shuffle(first x)) + bias.
///
/// blocks 1 (low rank): first is [rank, in], second [out, rank]; W becomes their product, of this rank.
/// blocks b > 1 (block-diagonal with a shuffle between): first is b linears [b * rank, in / b], each on its part of x; the shuffle deals each
/// one's results out to all of second, b linears [out / b, b * rank] that make a part of y each. Seen as b x b blocks, W keeps every block at this
/// rank. Both forms hold blocks * rank * (in + out) weights.
struct Factor {
    int rank = 0;
    int blocks = 1;

    bool operator==(const Factor&) const = default;
};

using Factors = std::map<std::string, Factor>;  ///< by module path of the linear that is replaced

/// Names of the thin linears behind "path.": "first" and "second", or "first0", "first1", … with blocks.
std::string firstName(const Factor& factor, int block);
std::string secondName(const Factor& factor, int block);

/// Largest rank that a matrix can have in this form; 0: the blocks do not divide its sizes.
int largestRank(std::int64_t out, std::int64_t in, int blocks);

/// Largest rank at which both thin linears together hold fewer weights than the matrix; 0: none does, or the blocks do not divide its sizes.
int largestSavingRank(std::int64_t out, std::int64_t in, int blocks);

/// Error(Impossible) naming `linear` unless the blocks divide its sizes and the rank lies from 1 to largestRank().
void requireFactorable(const std::string& linear, const Factor& factor, std::int64_t out, std::int64_t in);

/// The path of the linear that this one is a part of: "…down_proj" for "…down_proj.first" and "…down_proj.second1"; the path itself for others.
std::string factoredPath(const std::string& linear);

}  // namespace lorashear
