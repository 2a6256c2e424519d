#pragma once

#include "core/edits/edit.h"
#include "core/model/config.h"
#include "core/trace/structure.h"

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace lorashear {

using TensorDim = std::pair<std::string, int>;  ///< a tensor's name and one of its dimensions

/// How one tensor of the smaller model is made.
struct TensorMaking {
    std::string source;                             ///< tensor of the model before
    std::map<int, std::vector<std::int64_t>> kept;  ///< indices that stay, by dimension; of others all stay
    double gain = 1, offset = 0;                    ///< then, in fp32: (w + offset) * gain - offset; 1: as it is
    std::vector<std::int64_t> shape;                ///< of the result

    bool rescaled() const { return gain != 1; }
    bool whole() const { return kept.empty() && !rescaled(); }
};

/// What a list of edits makes of a model: a plain value from which every application follows (in memory, from file to file, counting, adapters,
/// records), so that they cannot disagree.
struct Blueprint {
    ModelConfig config;                           ///< of the model after
    std::map<std::string, TensorMaking> tensors;  ///< by name after
    std::vector<int> blocks;                      ///< block before, by block after
    std::vector<int> tokens;  ///< token before, by token after, where the vocabulary is trimmed; empty: all stay
    std::string tokensPlace;  ///< where the edits list them: "edits.json /edits/3/keep"

    std::int64_t parameters() const;
    /// The making of the tensor after that comes from this one before; null if that has gone.
    const TensorMaking* makingOf(const std::string& source) const;
};

/// Resolves edits against a model's config and structure (core/trace). Pure, without weights.
/// Error(BadInput) with the pointer of the edit ("/edits/3/groups/0"; `subject` before it) that names what is not there, overlaps another one or
/// leaves nothing; Error(Unsupported) where this model cannot have it, with the reason.
Blueprint blueprintOf(const ModelConfig& config, const Structure& structure, const Edits& edits,
                      const std::string& subject = {});

/// The edits that remove these groups, one a node group, in their order.
Edits editsOf(const Structure& structure, const std::vector<GroupRef>& removed);

/// The groups that the RemoveGroups among these edits name, sorted. Error as blueprintOf.
std::vector<GroupRef> groupsOf(const Structure& structure, const Edits& edits);

}  // namespace lorashear
