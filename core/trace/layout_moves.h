#pragma once

#include "core/trace/axes.h"

namespace lorashear::trace {

/// How layouts follow a tensor through operators that move data, and how dimensions are tied or pinned. All take
/// layouts by value or const reference and return new ones; only Dependencies changes.

/// The slices along `dim` must stay or go together, for every choice of the block's other axes; the dimension
/// becomes outside. If it was the block's only axis nothing of it may go: all of it is noted as kind.
void pin(Dependencies& known, Layout& layout, int dim, NoteKind kind, const std::string& op);

/// What has gone through op no longer shows what was removed: none of it can be cut here.
void spoil(Layout& layout, const std::string& op);

/// Pins all axes of dim's block but dim itself.
void keepOnly(Dependencies& known, Layout& layout, int dim, const std::string& op);

Layout reshaped(Dependencies& known, const Layout& from, const std::vector<std::int64_t>& shape, const std::string& op);
Layout permuted(const Layout& from, const std::vector<int>& order);  ///< new dimension i is old order[i]
Layout inserted(const Layout& from, int dim);                        ///< a new outside dimension of size 1
Layout dropped(const Layout& from, int dim);                         ///< dimension of size 1, or reduced away
Layout taken(const Layout& from, int dim, const std::vector<std::int64_t>& indices);
/// Right-aligned to shape; traced dimensions of size 1 repeat their atom, others stay outside.
Layout broadcast(const Layout& from, const std::vector<std::int64_t>& shape);

/// When removed slices of the operands are zero, is the result's?
enum class ZeroRule {
    All,    ///< only if every operand's is (add)
    Any,    ///< if one is (mul)
    First,  ///< if the first one's is (div)
    Never,
};

/// Elementwise combination with broadcasting: dimensions of operands that meet are tied.
Layout combined(Dependencies& known, std::vector<Layout> operands, const std::vector<std::int64_t>& shape, ZeroRule rule,
                const std::string& op);

Layout concatenated(Dependencies& known, std::vector<Layout> parts, int dim, const std::vector<std::int64_t>& shape,
                    const std::string& op);

/// Ties the two dimensions that a product sums over. On return both are outside.
void contract(Dependencies& known, Layout& a, int dimA, Layout& b, int dimB, const std::string& op);

}  // namespace lorashear::trace
