#pragma once

#include "core/edits/edit.h"
#include "core/trace/structure.h"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace lorashear {

/// What edits leave of a model, by sizes alone: the numbers of core/edits/blueprint.h a thousand times as fast, since a plan asks dozens of times
/// and a slider for a plan at every move. Cheap to copy. Knows edits that remove groups of node groups which share no rows and no columns,
/// dropped parts and rows of the vocabulary; their names and indices are not checked again.
class SizesAfter {
public:
    explicit SizesAfter(const Structure& before);  ///< which must outlive it; all is still there

    void make(const Edit& edit);
    void make(const Edits& edits);
    void removeTokens(int many);  ///< rows of embedding and head, whichever they are

    std::int64_t parameters() const;
    std::int64_t parametersPerToken() const;        ///< of all its rows; 0: the trace found no vocabulary
    bool dropped(int layer, BlockPart part) const;  ///< of a block: both of its halves
    bool gone(int nodeGroup) const;                 ///< with its sub-layer, or with the expert that it lies in

    /// What a plan looks at, under the ids, names and layers of before: node groups with what one group of those that fade saves now, and all
    /// parameters. Node groups that are gone have no groups and are not prunable. Without graph, tensors and slices.
    Structure structure() const;

private:
    struct Index;
    void dropTensor(int tensor);
    std::int64_t elements(int tensor) const;
    std::int64_t priceOf(int nodeGroup) const;

    std::shared_ptr<const Index> m_index;
    std::vector<std::int64_t> m_sizes;   ///< of all dimensions of all tensors, as Index::first says
    std::vector<bool> m_dropped;         ///< by tensor
    std::vector<bool> m_gone;            ///< by node group
    std::vector<std::string> m_reasons;  ///< by node group, of those that are gone
    std::vector<bool> m_parts[2];        ///< by block: attention, MLP
};

}  // namespace lorashear
