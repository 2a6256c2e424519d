#include "core/trace/evaluation.h"

#include "core/trace/operator_rules.h"

#include <algorithm>
#include <numeric>

namespace lorashear::trace {

namespace {

// Parameters in order of first use, so that tables and names follow the network and not the alphabet.
std::vector<int> parametersInOrder(const Recording& recording) {
    std::vector<int> order;
    std::vector<bool> seen(recording.values.size(), false);
    const auto meet = [&](int id) {
        if (recording.values[at(id)].role == Role::None || seen[at(id)]) return;
        seen[at(id)] = true;
        order.push_back(id);
    };
    for (const auto& call : recording.calls)
        for (int id : call.tensors()) meet(id);
    for (int id = 0; id < static_cast<int>(recording.values.size()); ++id) meet(id);
    return order;
}

void plant(Evaluation& result, const Recording& recording) {
    const auto order = parametersInOrder(recording);
    std::int64_t total = 0;
    for (int id : order)
        for (const auto size : recording.values[at(id)].shape) total += size;
    result.known.classes.reserve(total);
    for (int id : order) {
        const auto& value = recording.values[at(id)];
        auto& layout = result.layouts[at(id)];
        layout.parameter = value.parameter;
        for (int dim = 0; dim < layout.rank(); ++dim) {
            const auto size = layout.size(dim);
            if (size <= 1) continue;
            ParameterDim planted{id, dim, result.known.classes.add(size), size};
            auto atoms = std::make_shared<std::vector<int>>(static_cast<std::size_t>(size));
            std::iota(atoms->begin(), atoms->end(), planted.first);
            // A parameter used as it is has no mask; products with it and its rows as a linear's are told apart by rules.
            layout.blocks.push_back({{dim}, {size}, atoms, value.parameter});
            result.dims.push_back(planted);
        }
    }
}

// Nothing is known of what the operator did: everything it read stays, and so does everything that meets what it
// made.
void applyUnknown(Evaluation& result, const Call& call) {
    bool activation = false;
    for (int id : call.tensors()) {
        activation = activation || result.layouts[at(id)].activation;
        for (const auto& block : result.layouts[at(id)].blocks) result.known.note(NoteKind::Unknown, call.op, block.atoms);
    }
    for (int id : call.outputs) {
        auto& layout = result.layouts[at(id)];
        layout.activation = activation;
        layout.blocks.clear();
        for (int dim = 0; dim < layout.rank(); ++dim) {
            const auto size = layout.size(dim);
            if (size <= 1) continue;
            const int first = result.known.classes.add(size);
            auto atoms = std::make_shared<std::vector<int>>();
            for (std::int64_t i = 0; i < size; ++i) atoms->push_back(first + static_cast<int>(i));
            result.known.note(NoteKind::Unknown, call.op, atoms);
            layout.blocks.push_back({{dim}, {size}, atoms, {}});
        }
    }
}

// Operators on constants, token ids and positions move nothing that belongs to a parameter.
bool touchesParameters(const Evaluation& result, const Call& call) {
    const auto ids = call.tensors();
    return std::any_of(ids.begin(), ids.end(), [&](int id) {
        const auto& layout = result.layouts[at(id)];
        return !layout.blocks.empty() || layout.zeroWith >= 0 || layout.placesIn;
    });
}

void apply(Evaluation& result, const Recording& recording, const Call& call) {
    const auto ids = call.tensors();
    const bool activation = std::any_of(ids.begin(), ids.end(), [&](int id) { return result.layouts[at(id)].activation; });
    const auto rule = operatorRules().find(call.op);
    if (!touchesParameters(result, call)) {
        // The statistic of a norm lives in tensors without features; only rules know how it goes on.
        const bool statistic =
            std::any_of(ids.begin(), ids.end(), [&](int id) { return result.layouts[at(id)].statistic != Statistic::None; });
        if (!statistic || rule == operatorRules().end()) {
            for (int id : call.outputs) result.layouts[at(id)].activation = activation;
            return;
        }
    }
    if (rule == operatorRules().end()) return applyUnknown(result, call);
    RuleCall context(result.known, recording, call, result.layouts);
    rule->second.apply(context);
    for (int id : call.outputs) result.layouts[at(id)].activation = activation;
    // Somebody else's memory was written into: neither that nor this can be followed.
    for (int id : call.clobbered)
        for (const auto& block : result.layouts[at(id)].blocks) result.known.note(NoteKind::Unknown, call.op, block.atoms);
    if (!call.clobbered.empty()) applyUnknown(result, call);
}

void markConsumed(Evaluation& result) {
    std::vector<char> consumed(at(result.known.classes.size()), 0);
    for (const auto& atoms : result.known.consumed)
        for (int atom : *atoms) consumed[at(atom)] = 1;
    for (const auto& atoms : result.known.produced)
        for (int atom : *atoms) consumed[at(atom)] = 0;
    for (auto& dim : result.dims) dim.consumed = consumed[at(dim.first)] != 0;
}

}  // namespace

Evaluation evaluate(const Recording& recording) {
    Evaluation result;
    result.layouts.resize(recording.values.size());
    for (std::size_t i = 0; i < recording.values.size(); ++i) {
        result.layouts[i].shape = recording.values[i].shape;
        result.layouts[i].activation = recording.values[i].input;
    }
    plant(result, recording);
    for (const auto& call : recording.calls) apply(result, recording, call);
    for (int id : recording.outputs)
        for (const auto& block : result.layouts[at(id)].blocks)
            result.known.note(NoteKind::GraphOutput, "output", block.atoms);
    markConsumed(result);
    return result;
}

}  // namespace lorashear::trace
