#include "core/trace/gates.h"

#include <unordered_map>

namespace lorashear::trace {

namespace {

constexpr int kUnused = -2, kFree = -1;

// Two ways onward: they share a gate, or there is none.
int meet(int a, int b) {
    if (a == kUnused || a == b) return b;
    return b == kUnused ? a : kFree;
}

}  // namespace

// Backwards from the output, like dominators in a flow graph: a value's gate is that of all calls that read it, a call's gate its own, else
// that of all its results. Atoms here are those of the gates themselves; the same atom stands for one entry everywhere.
std::vector<int> soleGates(const Recording& recording, const Dependencies& known) {
    std::vector<int> gates(recording.values.size(), kUnused);
    std::unordered_map<const Call*, int> own;
    for (const auto& [call, atom] : known.gates) own.emplace(call, atom);
    for (int id : recording.outputs) gates[static_cast<std::size_t>(id)] = kFree;
    for (auto call = recording.calls.rbegin(); call != recording.calls.rend(); ++call) {
        int gate = kUnused;
        if (const auto found = own.find(&*call); found != own.end()) {
            gate = found->second;
        } else {
            for (int id : call->outputs) gate = meet(gate, gates[static_cast<std::size_t>(id)]);
        }
        for (int id : call->clobbered) gates[static_cast<std::size_t>(id)] = kFree;
        for (int id : call->tensors()) {
            auto& all = gates[static_cast<std::size_t>(id)];
            all = call->clobbered.empty() ? meet(all, gate) : kFree;
        }
    }
    for (int& gate : gates)
        if (gate == kUnused) gate = kFree;
    return gates;
}

}  // namespace lorashear::trace
