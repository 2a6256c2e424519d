#pragma once

#include "core/trace/recording.h"
#include "core/trace/repeated_blocks.h"
#include "core/trace/trace_graph.h"

#include <vector>

namespace lorashear::trace {

/// The trace graph of a recording, and which node each call became (-1: works on parameters and constants only
/// and is folded into its readers).
struct BuiltGraph {
    TraceGraph graph;
    std::vector<int> nodeOfCall;
};

BuiltGraph buildGraph(const Recording& recording, const RepeatedBlocks& blocks);

}  // namespace lorashear::trace
