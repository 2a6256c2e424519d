#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace lorashear {

/// OTO's vertex classes (algorithm.md 2.2).
enum class VertexClass {
    Stem,       ///< owns parameters and changes the primary dimension (linear, embedding)
    Joint,      ///< merges several inputs (add, mul, attention product)
    Accessory,  ///< one input, keeps the dimension (norm, activation, reshape)
    Unknown,
};

/// One operator of the traced forward pass, outermost level.
struct TraceNode {
    int id = 0;         ///< index in TraceGraph::nodes, in order of execution
    std::string op;     ///< "aten::linear"; "input" and "output" are the dummy ends
    std::string scope;  ///< module path, e.g. "model.layers.0.self_attn.q_proj"
    int layer = -1;     ///< index of the repeated block it belongs to; -1: outside
    VertexClass vertexClass = VertexClass::Unknown;
    std::vector<int> inputs;              ///< ids of producing nodes, in argument order
    std::vector<std::int64_t> shape;      ///< of the (first) output
    std::vector<std::string> parameters;  ///< checkpoint or adapter tensor names read by it ("….q_proj.lora_A.weight")
};

/// The trace graph (V, E) of algorithm.md 2: an immutable value; edges are the nodes' inputs.
struct TraceGraph {
    std::vector<TraceNode> nodes;
    int layers = 0;  ///< how many repeated blocks were recognised from the scopes
};

const char* vertexClassName(VertexClass vertexClass);

}  // namespace lorashear
