#include "core/trace/graph_building.h"

#include "core/trace/operator_rules.h"

#include <algorithm>

namespace lorashear::trace {

namespace {

class Builder {
public:
    Builder(const Recording& recording, const RepeatedBlocks& blocks)
        : m_recording(recording),
          m_blocks(blocks),
          m_producer(recording.values.size(), -1),
          m_parameters(recording.values.size()) {}

    BuiltGraph build() {
        m_built.graph.layers = m_blocks.layers();
        addInput();
        for (std::size_t id = 0; id < m_parameters.size(); ++id)
            if (!m_recording.values[id].parameter.empty()) m_parameters[id] = {m_recording.values[id].parameter};
        for (const auto& call : m_recording.calls) addCall(call);
        addOutput();
        return std::move(m_built);
    }

private:
    TraceNode& append(const std::string& op, const std::string& scope) {
        TraceNode node;
        node.id = static_cast<int>(m_built.graph.nodes.size());
        node.op = op;
        node.scope = scope;
        node.layer = m_blocks.layerOf(scope);
        m_built.graph.nodes.push_back(std::move(node));
        return m_built.graph.nodes.back();
    }

    void addInput() {
        auto& node = append("input", "");
        node.vertexClass = VertexClass::Accessory;
        for (std::size_t id = 0; id < m_recording.values.size(); ++id)
            if (m_recording.values[id].input) {
                node.shape = m_recording.values[id].shape;
                m_producer[id] = node.id;
            }
    }

    void addOutput() {
        auto& node = append("output", "");
        node.vertexClass = VertexClass::Accessory;
        for (int id : m_recording.outputs) {
            node.shape = m_recording.values[at(id)].shape;
            if (m_producer[at(id)] >= 0) node.inputs.push_back(m_producer[at(id)]);
        }
    }

    void addCall(const Call& call) {
        const auto ids = call.tensors();
        std::vector<int> producers;
        std::vector<std::string> parameters;
        for (int id : ids) {
            if (m_producer[at(id)] >= 0) producers.push_back(m_producer[at(id)]);
            for (const auto& name : m_parameters[at(id)])
                if (std::find(parameters.begin(), parameters.end(), name) == parameters.end()) parameters.push_back(name);
        }
        if (producers.empty()) {
            for (int id : call.outputs) m_parameters[at(id)] = parameters;
            m_built.nodeOfCall.push_back(-1);
            return;
        }
        auto& node = append(call.op, call.scope);
        node.inputs = producers;
        node.shape = m_recording.values[at(call.outputs.front())].shape;
        node.parameters = parameters;
        node.vertexClass = classOf(call, producers, !parameters.empty());
        for (int id : call.outputs) m_producer[at(id)] = node.id;
        m_built.nodeOfCall.push_back(node.id);
    }

    // A product of two activations is a joint; so is everything else that merges several of them.
    static VertexClass classOf(const Call& call, const std::vector<int>& producers, bool hasParameters) {
        const auto rule = operatorRules().find(call.op);
        if (rule == operatorRules().end()) return VertexClass::Unknown;
        const auto own = rule->second.vertexClass;
        if (own == VertexClass::Stem && hasParameters) return own;
        if (own == VertexClass::Stem) return VertexClass::Joint;
        return producers.size() > 1 ? VertexClass::Joint : own;
    }

    const Recording& m_recording;
    const RepeatedBlocks& m_blocks;
    BuiltGraph m_built;
    std::vector<int> m_producer;
    std::vector<std::vector<std::string>> m_parameters;
};

}  // namespace

BuiltGraph buildGraph(const Recording& recording, const RepeatedBlocks& blocks) {
    return Builder(recording, blocks).build();
}

}  // namespace lorashear::trace
