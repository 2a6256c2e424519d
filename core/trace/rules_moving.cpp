#include "core/trace/layout_moves.h"
#include "core/trace/operator_rules.h"

#include <algorithm>
#include <numeric>

namespace lorashear::trace {

namespace {

std::vector<std::int64_t> range(std::int64_t begin, std::int64_t count, std::int64_t step = 1) {
    std::vector<std::int64_t> indices(static_cast<std::size_t>(count));
    for (std::size_t i = 0; i < indices.size(); ++i) indices[i] = begin + static_cast<std::int64_t>(i) * step;
    return indices;
}

// The tensor itself, perhaps in another type or memory.
void same(RuleCall& call) {
    call.result(call.layout("self"));
}

void inputItself(RuleCall& call) {
    call.result(call.layout("input"));
}

void moved(RuleCall& call, Layout layout) {
    layout.parameter.clear();
    call.result(std::move(layout));
}

void reshape(RuleCall& call) {
    moved(call, reshaped(call.known, call.layout("self"), call.resultShape(), call.call.op));
}

void unsqueeze(RuleCall& call) {
    const auto& self = call.layout("self");
    const auto dim = call.call.integer("dim", 0);
    moved(call, inserted(self, static_cast<int>(dim < 0 ? dim + self.rank() + 1 : dim)));
}

void swap(RuleCall& call, std::int64_t a, std::int64_t b) {
    const auto& self = call.layout("self");
    std::vector<int> order(self.shape.size());
    std::iota(order.begin(), order.end(), 0);
    if (order.size() > 1)
        std::swap(order[static_cast<std::size_t>(self.wrap(a))], order[static_cast<std::size_t>(self.wrap(b))]);
    moved(call, permuted(self, order));
}

void transpose(RuleCall& call) {
    swap(call, call.call.integer("dim0", 0), call.call.integer("dim1", 1));
}

void permute(RuleCall& call) {
    const auto& self = call.layout("self");
    std::vector<int> order;
    for (auto dim : call.call.argument("dims")->ints) order.push_back(self.wrap(dim));
    moved(call, permuted(self, order));
}

void expand(RuleCall& call) {
    moved(call, broadcast(call.layout("self"), call.resultShape()));
}

void narrow(RuleCall& call) {
    const auto& self = call.layout("self");
    const int dim = self.wrap(call.call.integer("dim", 0));
    auto start = call.call.integer("start", 0);
    if (start < 0) start += self.size(dim);
    const auto count = call.resultShape()[static_cast<std::size_t>(dim)];
    moved(call, taken(self, dim, range(start, count, call.call.integer("step", 1))));
}

// One slice of a dimension. Where its atom owns it all, it is zero as soon as that atom is removed.
Layout single(const Layout& self, int dim, std::int64_t index) {
    auto one = taken(self, dim, {index});
    const auto* block = one.blockOf(dim);
    const int atom = block && block->dims.size() == 1 && block->spoiledBy.empty() ? block->atoms->front() : self.zeroWith;
    one = dropped(one, dim);
    one.zeroWith = atom;
    return one;
}

void select(RuleCall& call) {
    const auto& self = call.layout("self");
    const int dim = self.wrap(call.call.integer("dim", 0));
    auto index = call.call.integer("index", 0);
    if (index < 0) index += self.size(dim);
    moved(call, single(self, dim, index));
}

// chunk, split and friends: the results follow each other along dim.
void pieces(RuleCall& call) {
    const auto self = call.layout("self");
    const int dim = self.wrap(call.call.integer("dim", 0));
    std::int64_t begin = 0;
    for (int i = 0; i < call.results(); ++i) {
        const auto count = call.resultShape(static_cast<std::size_t>(i))[static_cast<std::size_t>(dim)];
        auto piece = taken(self, dim, range(begin, count));
        piece.parameter.clear();
        call.result(std::move(piece), static_cast<std::size_t>(i));
        begin += count;
    }
}

void unbind(RuleCall& call) {
    const auto self = call.layout("self");
    const int dim = self.wrap(call.call.integer("dim", 0));
    for (int i = 0; i < call.results(); ++i) {
        auto piece = single(self, dim, i);
        piece.parameter.clear();
        call.result(std::move(piece), static_cast<std::size_t>(i));
    }
}

void cat(RuleCall& call) {
    const auto parts = call.layouts("tensors");
    const int dim = parts.front().wrap(call.call.integer("dim", 0));
    moved(call, concatenated(call.known, parts, dim, call.resultShape(), call.call.op));
}

void stack(RuleCall& call) {
    auto parts = call.layouts("tensors");
    const auto dim = call.call.integer("dim", 0);
    const int at = static_cast<int>(dim < 0 ? dim + parts.front().rank() + 1 : dim);
    for (auto& part : parts) part = inserted(part, at);
    moved(call, concatenated(call.known, parts, at, call.resultShape(), call.call.op));
}

void repeatInterleave(RuleCall& call) {
    const auto& self = call.layout("self");
    const int dim = self.wrap(call.call.integer("dim", 0));
    const auto size = self.size(dim), total = call.resultShape()[static_cast<std::size_t>(dim)];
    std::vector<std::int64_t> indices;
    for (std::int64_t i = 0; i < total; ++i) indices.push_back(i / (total / size));
    moved(call, taken(self, dim, indices));
}

void repeat(RuleCall& call) {
    const auto& shape = call.resultShape();
    Layout out = call.layout("self");
    while (out.shape.size() < shape.size()) out = inserted(out, 0);
    for (int dim = 0; dim < out.rank(); ++dim) {
        const auto size = out.size(dim), total = shape[static_cast<std::size_t>(dim)];
        std::vector<std::int64_t> indices;
        for (std::int64_t i = 0; i < total; ++i) indices.push_back(i % size);
        if (total != size) out = taken(out, dim, indices);
    }
    moved(call, out);
}

void zerosLike(RuleCall& call) {
    Layout out;
    out.shape = call.resultShape();
    out.allZero = true;
    call.result(std::move(out));
}

// The largest entries of a dimension and where they lie. Which ones is decided anew for every token, so the dimension is outside from here on;
// a removed entry (-inf, or the smallest) is never among them as long as enough others stay.
void topk(RuleCall& call) {
    Layout values = call.layout("self");
    values.parameter.clear();
    const int dim = values.wrap(call.call.integer("dim", -1));
    Table chosen;
    if (const auto* block = values.blockOf(dim); block && block->dims.size() == 1 && call.call.integer("largest", 1) != 0) {
        chosen = block->atoms;
        call.known.choices.push_back({chosen, call.resultShape()[static_cast<std::size_t>(dim)]});
        values.blocks.erase(values.blocks.begin() + (block - values.blocks.data()));
    } else {
        pin(call.known, values, dim, NoteKind::Averaged, call.call.op);
    }
    values.shape = call.resultShape();
    values.zeroWith = -1;
    Layout places = values;
    places.blocks.clear();
    places.placesIn = chosen;
    call.result(std::move(values), 0);
    call.result(std::move(places), 1);
}

// Values put at chosen places of a dimension of zeros: the dimension is the one that was chosen from, and what was not chosen is zero.
void scatter(RuleCall& call) {
    const auto& self = call.layout("self");
    const auto places = call.layout("index").placesIn;
    Layout out;
    out.shape = call.resultShape();
    const int dim = out.wrap(call.call.integer("dim", -1));
    const bool known = places && self.allZero && static_cast<std::int64_t>(places->size()) == out.size(dim);
    if (known) out.blocks.push_back({{dim}, {out.size(dim)}, places, {}});
    if (places && !known) call.known.note(NoteKind::Unknown, call.call.op, places);
    for (const auto& layout : call.allLayouts())
        for (const auto& block : layout.blocks) call.known.note(NoteKind::Unknown, call.call.op, block.atoms);
    call.result(std::move(out));
}

// Rows by number: positions and token ids. Fine on outside dimensions; on a traced one nobody knows which atoms
// come out.
void indexSelect(RuleCall& call) {
    Layout out = call.layout("self");
    const int dim = out.wrap(call.call.integer("dim", 0));
    pin(call.known, out, dim, NoteKind::LookedUp, call.call.op);
    out.shape = call.resultShape();
    moved(call, out);
}

void embedding(RuleCall& call) {
    Layout weight = call.layout("weight");
    keepOnly(call.known, weight, 1, call.call.op);
    pin(call.known, weight, 0, NoteKind::LookedUp, call.call.op);
    if (const auto* features = weight.blockOf(1)) call.known.produced.push_back(features->atoms);
    Layout out = dropped(weight, 0);
    for (auto& block : out.blocks) block.spoiledBy.clear();
    const auto& ids = call.layout("indices");
    out.activation = ids.activation;
    for (int i = 0; i < ids.rank(); ++i) out = inserted(out, 0);
    out.shape = call.resultShape();
    moved(call, out);
}

// Triangles of the last two dimensions: harmless where these are outside.
void triangle(RuleCall& call) {
    Layout out = call.layout("self");
    for (int dim : {-1, -2}) pin(call.known, out, out.wrap(dim), NoteKind::MeetsFixed, call.call.op);
    moved(call, out);
}

}  // namespace

void addMovingRules(RuleTable& table) {
    const auto accessory = [&](std::initializer_list<const char*> ops, const std::function<void(RuleCall&)>& rule) {
        for (const char* op : ops) table[op] = {VertexClass::Accessory, rule};
    };
    accessory(
        {"aten::to", "aten::_to_copy", "aten::contiguous", "aten::clone", "aten::detach", "aten::alias", "aten::type_as"},
        same);
    accessory({"aten::dropout", "aten::feature_dropout"}, inputItself);
    accessory({"aten::view", "aten::reshape", "aten::_unsafe_view", "aten::flatten", "aten::unflatten", "aten::squeeze",
               "aten::view_as", "aten::reshape_as"},
              reshape);
    accessory({"aten::unsqueeze"}, unsqueeze);
    accessory({"aten::transpose", "aten::swapaxes", "aten::swapdims"}, transpose);
    accessory({"aten::t", "aten::numpy_T"}, [](RuleCall& call) { swap(call, 0, 1); });
    accessory({"aten::permute"}, permute);
    accessory({"aten::expand", "aten::expand_as", "aten::broadcast_to"}, expand);
    accessory({"aten::narrow", "aten::slice"}, narrow);
    accessory({"aten::select"}, select);
    accessory({"aten::chunk", "aten::split", "aten::split_with_sizes", "aten::tensor_split"}, pieces);
    accessory({"aten::unbind"}, unbind);
    accessory({"aten::cat", "aten::concat"}, cat);
    accessory({"aten::stack"}, stack);
    accessory({"aten::repeat_interleave"}, repeatInterleave);
    accessory({"aten::repeat"}, repeat);
    accessory({"aten::index_select"}, indexSelect);
    accessory({"aten::tril", "aten::triu"}, triangle);
    accessory({"aten::zeros_like"}, zerosLike);
    accessory({"aten::topk"}, topk);
    accessory({"aten::scatter"}, scatter);
    table["aten::embedding"] = {VertexClass::Stem, embedding};
}

}  // namespace lorashear::trace
