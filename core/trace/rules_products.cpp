#include "core/trace/layout_moves.h"
#include "core/trace/operator_rules.h"

#include <algorithm>

namespace lorashear::trace {

namespace {

// y[..., out] = sum over in of x[..., in] * W[out, in], with W's dimensions named by the caller.
Layout projected(RuleCall& call, Layout x, Layout weight, int outDim, int inDim) {
    const auto& op = call.call.op;
    contract(call.known, x, x.rank() - 1, weight, inDim, op);
    keepOnly(call.known, weight, outDim, op);
    Layout out = x;
    out.shape.back() = weight.size(outDim);
    out.activation = x.activation || weight.activation;
    out.parameter.clear();
    out.statistic = Statistic::None;
    for (auto& block : out.blocks) block.spoiledBy.clear();  // other axes, still zero times anything is zero: a linear map
    if (const auto* rows = weight.blockOf(outDim)) {
        Block block = *rows;
        block.dims = {out.rank() - 1};
        block.spoiledBy.clear();  // rows of a linear are what masks act on
        out.blocks.push_back(std::move(block));
    }
    return out;
}

// A bias is masked with its row.
Layout withBias(RuleCall& call, const Layout& out, const std::string& argument) {
    if (!call.has(argument)) return out;
    Layout bias = call.layout(argument);
    for (auto& block : bias.blocks) block.spoiledBy.clear();
    return combined(call.known, {out, bias}, out.shape, ZeroRule::All, call.call.op);
}

void linear(RuleCall& call) {
    const auto before = call.layout("input").blocks;
    Layout out = projected(call, call.layout("input"), call.layout("weight"), 0, 1);
    // Spoiled slices of another axis (heads) stay spoiled through a linear map of the inner one.
    for (auto& block : out.blocks)
        for (const auto& old : before)
            if (old.dims.front() == block.dims.front() && block.dims.front() != out.rank() - 1)
                block.spoiledBy = old.spoiledBy;
    call.result(withBias(call, out, "bias"));
}

// Batched product of activations, or of anything: [..., m, k] x [..., k, n].
Layout multiplied(RuleCall& call, Layout a, Layout b) {
    const auto& op = call.call.op;
    const bool attention = a.activation && b.activation;
    const bool vectorA = a.rank() == 1, vectorB = b.rank() == 1;
    if (vectorA) a = inserted(a, 0);
    if (vectorB) b = inserted(b, 1);
    contract(call.known, a, a.rank() - 1, b, b.rank() - 2, op);
    if (!b.activation)
        for (auto& block : b.blocks) block.spoiledBy.clear();
    // In the result's coordinates the first operand has one column and the second one row.
    a = inserted(dropped(a, a.rank() - 1), a.rank() - 1);
    b = dropped(b, b.rank() - 2);
    b = inserted(b, b.rank() - 1);
    auto shape = call.resultShape();
    if (vectorA) shape.insert(shape.end() - (vectorB ? 0 : 1), 1);
    if (vectorB) shape.push_back(1);
    Layout out = combined(call.known, {a, b}, shape, ZeroRule::Any, op);
    const int last = out.rank() - 1;
    if (attention)
        for (const auto& block : out.blocks)
            if (block.dims.front() < last - 1) call.known.note(NoteKind::AttentionHeads, op, block.atoms);
    if (vectorB) out = dropped(out, out.rank() - 1);
    if (vectorA) out = dropped(out, out.rank() - (vectorB ? 1 : 2));
    return out;
}

void matmul(RuleCall& call) {
    const std::string second = call.has("other") ? "other" : "mat2";
    call.result(multiplied(call, call.layout("self"), call.layout(second)));
}

void addmm(RuleCall& call) {
    Layout out = projected(call, call.layout("mat1"), call.layout("mat2"), 1, 0);
    call.result(withBias(call, out, "self"));
}

// Heads of keys and values repeated to those of the queries; the inner axes of all three go whole, for the scale
// and the products depend on them: the unit of attention is the head, and with shared keys and values the whole
// set of heads that shares them.
void attention(RuleCall& call) {
    const auto& op = call.call.op;
    Layout query = call.layout("query"), key = call.layout("key"), value = call.layout("value");
    const auto spoiledBy = [&] {
        for (const auto& block : value.blocks)
            if (!block.spoiledBy.empty()) return block.spoiledBy;
        return std::string();
    }();
    for (auto* one : {&query, &key, &value}) pin(call.known, *one, one->rank() - 1, NoteKind::MeetsFixed, op);
    const int heads = query.rank() - 3;
    if (heads >= 0) {
        for (auto* one : {&key, &value}) {
            std::vector<std::int64_t> sharedBy;
            for (std::int64_t h = 0; h < query.size(heads); ++h)
                sharedBy.push_back(h / (query.size(heads) / one->size(heads)));
            if (one->size(heads) != query.size(heads)) *one = taken(*one, heads, sharedBy);
        }
    }
    // What varies along a head: [..., heads, 1, 1] of each.
    std::vector<Layout> operands{query, key, value};
    for (auto& operand : operands)
        for (int back : {2, 1}) {
            const int dim = operand.rank() - back;
            pin(call.known, operand, dim, NoteKind::MeetsFixed, op);
            operand.shape[static_cast<std::size_t>(dim)] = 1;
        }
    if (call.has("attn_mask")) operands.push_back(call.layout("attn_mask"));
    auto shape = call.resultShape();
    Layout out = combined(call.known, operands, shape, ZeroRule::Any, op);
    for (auto& block : out.blocks) {
        block.spoiledBy = spoiledBy;
        call.known.note(NoteKind::AttentionHeads, op, block.atoms);
    }
    out.shape = shape;
    call.result(std::move(out));
}

}  // namespace

void addProductRules(RuleTable& table) {
    table["aten::linear"] = {VertexClass::Stem, linear};
    table["aten::addmm"] = {VertexClass::Stem, addmm};
    for (const char* op : {"aten::matmul", "aten::mm", "aten::bmm"}) table[op] = {VertexClass::Stem, matmul};
    table["aten::scaled_dot_product_attention"] = {VertexClass::Joint, attention};
}

}  // namespace lorashear::trace
