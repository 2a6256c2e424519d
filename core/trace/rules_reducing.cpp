#include "core/trace/layout_moves.h"
#include "core/trace/operator_rules.h"

#include <algorithm>

namespace lorashear::trace {

namespace {

// Every slice of a statistic depends on all of dim. With other axes in the block the statistic is taken inside
// something that goes whole (a norm per head); alone, what is kept depends on what is removed.
void mixAlong(RuleCall& call, Layout& layout, int dim, NoteKind kind) {
    const auto* block = layout.blockOf(dim);
    if (!block) return;
    if (block->dims.size() > 1)
        pin(call.known, layout, dim, NoteKind::Shared, call.call.op);
    else
        call.known.note(kind, call.call.op, block->atoms);
}

std::vector<int> reducedDims(RuleCall& call, const Layout& self) {
    std::vector<int> dims;
    const auto* argument = call.call.argument("dim");
    if (argument && argument->given && !argument->ints.empty())
        for (auto dim : argument->ints) dims.push_back(self.wrap(dim));
    else
        for (int dim = 0; dim < self.rank(); ++dim) dims.push_back(dim);
    std::sort(dims.rbegin(), dims.rend());
    return dims;
}

// mean, amax: a statistic over dims. A sum alone does not mind zeros.
void reduce(RuleCall& call, bool mindsZeros) {
    Layout out = call.layout("self");
    const bool keep = call.call.integer("keepdim", 0) != 0;
    const bool square = out.statistic == Statistic::Square;
    for (int dim : reducedDims(call, out)) {
        if (const auto* block = out.blockOf(dim); block && !block->spoiledBy.empty() && block->dims.size() == 1)
            call.known.note(NoteKind::NotZero, block->spoiledBy, block->atoms);
        if (mindsZeros) mixAlong(call, out, dim, square ? NoteKind::AveragedRms : NoteKind::Averaged);
        if (const auto* block = out.blockOf(dim); block && block->dims.size() > 1)
            pin(call.known, out, dim, NoteKind::Shared, call.call.op);
        out = dropped(out, dim);
        if (keep) out = inserted(out, dim);
    }
    out.parameter.clear();
    out.statistic = square && mindsZeros ? Statistic::MeanSquare : Statistic::None;
    call.result(std::move(out));
}

void softmax(RuleCall& call) {
    Layout out = call.layout("self");
    mixAlong(call, out, out.wrap(call.call.integer("dim", -1)), NoteKind::Softmaxed);
    spoil(out, call.call.op);
    out.zeroWith = -1;
    out.parameter.clear();
    call.result(std::move(out));
}

// Norms over the trailing dimensions with optional gain and bias.
void norm(RuleCall& call, NoteKind kind, bool keepsZero) {
    Layout self = call.layout("input");
    const auto* normalised = call.call.argument("normalized_shape");
    const int trailing = normalised ? static_cast<int>(normalised->ints.size()) : 1;
    for (int dim = self.rank() - trailing; dim < self.rank(); ++dim) mixAlong(call, self, dim, kind);
    if (!keepsZero) spoil(self, call.call.op);
    std::vector<Layout> operands{self};
    if (call.has("weight")) {
        operands.push_back(call.layout("weight"));
        if (kind == NoteKind::AveragedRms) {
            const auto weight = call.layout("weight");
            call.known.normGains.push_back(weight.parameter);
            call.known.gainOffsets[weight.parameter] = weight.offset;
        }
    }
    Layout out = combined(call.known, operands, call.resultShape(), ZeroRule::Any, call.call.op);
    if (call.has("bias"))
        out = combined(call.known, {out, call.layout("bias")}, call.resultShape(), ZeroRule::All, call.call.op);
    // Gains are no masks: whatever the norm does to a zero stays.
    if (!keepsZero) spoil(out, call.call.op);
    call.result(std::move(out));
}

}  // namespace

void addReducingRules(RuleTable& table) {
    table["aten::mean"] = {VertexClass::Accessory, [](RuleCall& call) { reduce(call, true); }};
    for (const char* op : {"aten::amax", "aten::amin", "aten::var", "aten::std"})
        table[op] = {VertexClass::Accessory, [](RuleCall& call) { reduce(call, true); }};
    table["aten::sum"] = {VertexClass::Accessory, [](RuleCall& call) { reduce(call, false); }};
    for (const char* op : {"aten::softmax", "aten::_softmax", "aten::log_softmax", "aten::_safe_softmax"})
        table[op] = {VertexClass::Accessory, softmax};
    table["aten::rms_norm"] = {VertexClass::Accessory, [](RuleCall& call) { norm(call, NoteKind::AveragedRms, true); }};
    table["aten::layer_norm"] = {VertexClass::Accessory, [](RuleCall& call) { norm(call, NoteKind::Averaged, false); }};
}

}  // namespace lorashear::trace
