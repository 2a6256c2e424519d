#pragma once

#include "core/edits/edit.h"
#include "core/model/config.h"
#include "core/trace/structure.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace lorashear {

using TensorDim = std::pair<std::string, int>;  ///< a tensor's name and one of its dimensions

/// Which thin matrix of a factored linear a tensor is; it is made of the linear's weight.
struct FactorPart {
    Factor factor;
    bool second = false;      ///< or first
    int block = 0;            ///< of factor.blocks
    bool transposed = false;  ///< the weight is stored [in, out]
};

/// How one tensor of the smaller model is made.
struct TensorMaking {
    std::string source;                             ///< tensor of the model before
    std::map<int, std::vector<std::int64_t>> kept;  ///< indices that stay, by dimension; of others all stay
    double gain = 1, offset = 0;                    ///< then, in fp32: (w + offset) * gain - offset; 1: as it is
    std::vector<std::int64_t> shape;                ///< of the result
    std::optional<FactorPart> part =
        {};  ///< set: none of kept and gain, a product has to be fitted (core/model/factor_fit.h)

    bool rescaled() const { return gain != 1; }
    bool whole() const { return kept.empty() && !rescaled() && !part; }
};

/// What a list of edits makes of a model: a plain value from which every application follows (in memory, from file to file, counting, adapters,
/// records), so that they cannot disagree.
struct Blueprint {
    ModelConfig config;                           ///< of the model after
    std::map<std::string, TensorMaking> tensors;  ///< by name after
    std::vector<int> blocks;                      ///< block before, by block after
    std::vector<int> tokens = {};  ///< token before, by token after, where the vocabulary is trimmed; empty: all stay
    std::string tokensPlace = {};  ///< where the edits list them: "edits.json /edits/3/keep"

    std::int64_t parameters() const;
    /// The making of the tensor after that comes from this one before; null if that has gone.
    const TensorMaking* makingOf(const std::string& source) const;
};

/// A tensor's name without its last part: the module that it belongs to.
std::string moduleOfTensor(const std::string& tensor);

/// Resolves edits against a model's config and structure (core/trace). Pure, without weights.
/// Error(BadInput) with the pointer of the edit ("/edits/3/groups/0"; `subject` before it) that names what is not there, overlaps another one or
/// leaves nothing; Error(Unsupported) where this model cannot have it, with the reason.
Blueprint blueprintOf(const ModelConfig& config, const Structure& structure, const Edits& edits,
                      const std::string& subject = {});

/// Puts the makings of two thin linears in the place of those of the linear of this path (after), and the factor into the config.
void addFactor(Blueprint& blueprint, const std::string& path, const Factor& factor, const LinearSize& size);

/// The edits that remove these groups, one a node group, in their order.
Edits editsOf(const Structure& structure, const std::vector<GroupRef>& removed);

/// The groups that the RemoveGroups among these edits name, sorted. Error as blueprintOf.
std::vector<GroupRef> groupsOf(const Structure& structure, const Edits& edits);

}  // namespace lorashear
