#pragma once

#include "core/run/run_event.h"

#include <memory>
#include <string>
#include <vector>

namespace lorashear::testing {

/// A structure in the shape of the bundled model: 5 blocks, 8 query and 4 KV heads of 8, MLP 172, hidden 64, vocabulary 512, tied head;
/// 260,032 parameters. Made by hand, so that the window's tests need no tracer.
std::shared_ptr<const Structure> sampleStructure(int layers = 5);
event::ModelOpened sampleModel(const std::string& folder);
std::shared_ptr<const KnowledgeDistribution> sampleKnowledge();  ///< two of ten node groups protected
std::shared_ptr<const GroupSaliency> sampleSaliency();
/// So many groups of each kind, over the blocks in turn.
std::vector<GroupRef> sampleRemoved(int attention, int mlp);

}  // namespace lorashear::testing
