// Groups of architectures that no family has yet, written with plain operators: the rules must carry over without knowing them.
#include "core/model/scope.h"
#include "core/trace/partition.h"
#include "core/trace/recorder.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <QtTest>

#include <cmath>
#include <map>
#include <set>

namespace tst_structure {

using namespace lorashear;

namespace {

constexpr int kHidden = 24, kVocabulary = 31, kTokens = 8, kHeadDim = 6, kLayers = 2;

/// Tensors by name on the meta device, made when first asked for.
class Weights {
public:
    at::Tensor operator()(const std::string& name, std::vector<std::int64_t> shape) {
        auto& tensor = m_all[name];
        if (!tensor.defined()) tensor = at::empty(shape, at::TensorOptions().device(at::kMeta));
        return tensor;
    }
    std::vector<trace::KnownTensor> known() const {
        std::vector<trace::KnownTensor> list;
        for (const auto& [name, tensor] : m_all) list.push_back({name, tensor, trace::Role::Base});
        return list;
    }

private:
    std::map<std::string, at::Tensor> m_all;
};

using Part = std::function<at::Tensor(Weights&, const std::string& block, const at::Tensor& x)>;

at::Tensor layerNorm(Weights& w, const std::string& name, const at::Tensor& x) {
    return at::layer_norm(x, {kHidden}, w(name + ".weight", {kHidden}), w(name + ".bias", {kHidden}));
}

at::Tensor linear(Weights& w, const std::string& name, const at::Tensor& x, int out, bool bias = false) {
    ModuleScope scope(name);
    return at::linear(x, w(name + ".weight", {out, x.size(-1)}),
                      bias ? std::optional<at::Tensor>(w(name + ".bias", {out})) : std::nullopt);
}

at::Tensor heads(const at::Tensor& x, int count) {
    return x.view({1, kTokens, count, x.size(-1) / count}).transpose(1, 2);
}

at::Tensor mergedHeads(const at::Tensor& x) {
    return x.transpose(1, 2).reshape({1, kTokens, x.size(1) * x.size(3)});
}

at::Tensor plainAttention(const at::Tensor& q, const at::Tensor& k, const at::Tensor& v) {
    return mergedHeads(at::scaled_dot_product_attention(q, k, v, {}, 0.0, true));
}

at::Tensor constant(std::vector<std::int64_t> shape) {
    return at::ones(shape, at::TensorOptions().device(at::kMeta));
}

/// embedding (+ positions), kLayers times x + part(norm(x)), last norm, head.
Structure structureOf(const Part& part, bool positions = false) {
    Weights weights;
    const auto ids = at::zeros({1, kTokens}, at::TensorOptions().dtype(at::kLong).device(at::kMeta));
    const auto forward = [&] {
        auto x = at::embedding(weights("embed.weight", {kVocabulary, kHidden}), ids);
        if (positions) {
            const auto places = at::arange(kTokens, at::TensorOptions().dtype(at::kLong).device(at::kMeta));
            x = x + at::embedding(weights("positions.weight", {64, kHidden}), places);
        }
        for (int layer = 0; layer < kLayers; ++layer) {
            const auto block = "net.blocks." + std::to_string(layer);
            ModuleScope scope(block);
            x = x + part(weights, block, layerNorm(weights, block + ".norm", x));
        }
        return linear(weights, "head", layerNorm(weights, "last_norm", x), kVocabulary);
    };
    {
        at::NoGradGuard guard;
        trace::requireMetaKernels();
        forward();  // so that every tensor is known before recording
    }
    return trace::partition(trace::record(weights.known(), ids, forward));
}

// "tensor/dim: offset + stride, length" of every slice, for comparison.
std::set<std::string> slicesOf(const std::vector<GroupSlice>& slices) {
    std::set<std::string> texts;
    for (const auto& s : slices)
        texts.insert(s.tensor + "/" + std::to_string(s.dim) + ": " + std::to_string(s.offset) + "+" +
                     std::to_string(s.stride) + "," + std::to_string(s.length));
    return texts;
}

const NodeGroup* groupOfRows(const Structure& structure, const std::string& tensor) {
    for (const auto& group : structure.nodeGroups)
        for (const auto& slice : group.primary)
            if (slice.tensor == tensor && slice.dim == 0) return &group;
    return nullptr;
}

bool mentions(const std::string& text, const char* part) {
    return text.find(part) != std::string::npos;
}

}  // namespace

class TestStructure : public QObject {
    Q_OBJECT

private Q_SLOTS:
    // GPT-NeoX: rows are heads x (q, k, v) x size; biases; rotary on a part of each head.
    void interleavedProjectionWithPartialRotary() {
        const auto structure = structureOf([](Weights& w, const std::string& block, const at::Tensor& x) {
            ModuleScope scope(block + ".attention");
            const auto fused = linear(w, block + ".attention.qkv", x, 4 * 3 * kHeadDim, true);
            const auto parts = fused.view({1, kTokens, 4, 3 * kHeadDim}).transpose(1, 2).chunk(3, -1);
            const auto rotate = [](const at::Tensor& t) {
                const auto turned = t.narrow(-1, 0, 4), rest = t.narrow(-1, 4, kHeadDim - 4);
                const auto halves = turned.chunk(2, -1);
                const auto table = constant({kTokens, 4});
                const auto half = at::cat({halves[1].neg(), halves[0]}, -1);
                return at::cat({turned * table + half * table, rest}, -1);
            };
            return linear(w, block + ".attention.dense", plainAttention(rotate(parts[0]), rotate(parts[1]), parts[2]),
                          kHidden, true);
        });
        const auto* group = structure.find("layers.1.attention");
        QVERIFY(group);
        QVERIFY2(group->prunable, group->reason.c_str());
        QCOMPARE(group->count, 4);
        QCOMPARE(slicesOf(group->primary), (std::set<std::string>{"net.blocks.1.attention.qkv.weight/0: 0+18,18",
                                                                  "net.blocks.1.attention.qkv.bias/0: 0+18,18"}));
        QCOMPARE(slicesOf(group->secondary), (std::set<std::string>{"net.blocks.1.attention.dense.weight/1: 0+6,6"}));
        QCOMPARE(structure.graph.layers, 2);
    }

    // Phi-3: q, k, v one below the other, grouped queries by repeating; gate and up one below the other.
    void stackedProjections() {
        const auto structure = structureOf([](Weights& w, const std::string& block, const at::Tensor& x) {
            const auto attended = [&] {
                ModuleScope scope(block + ".attn");
                const auto fused = linear(w, block + ".attn.qkv", x, (4 + 2 + 2) * kHeadDim);
                const auto q = fused.slice(-1, 0, 4 * kHeadDim), k = fused.slice(-1, 4 * kHeadDim, 6 * kHeadDim),
                           v = fused.slice(-1, 6 * kHeadDim);
                const auto repeated = [](const at::Tensor& t) {
                    return heads(t, 2).unsqueeze(2).expand({1, 2, 2, kTokens, kHeadDim}).reshape({1, 4, kTokens, kHeadDim});
                };
                return linear(w, block + ".attn.out", plainAttention(heads(q, 4), repeated(k), repeated(v)), kHidden);
            }();
            const auto both = linear(w, block + ".mlp.gate_up", x, 2 * 13).chunk(2, -1);
            return attended + linear(w, block + ".mlp.down", at::silu(both[0]) * both[1], kHidden);  // parallel residual
        });
        const auto* attention = structure.find("layers.0.attention");
        QVERIFY(attention);
        QVERIFY2(attention->prunable, attention->reason.c_str());
        QCOMPARE(attention->count, 2);
        QCOMPARE(slicesOf(attention->primary),
                 (std::set<std::string>{"net.blocks.0.attn.qkv.weight/0: 0+12,12", "net.blocks.0.attn.qkv.weight/0: 24+6,6",
                                        "net.blocks.0.attn.qkv.weight/0: 36+6,6"}));
        QCOMPARE(slicesOf(attention->secondary), (std::set<std::string>{"net.blocks.0.attn.out.weight/1: 0+12,12"}));
        const auto* mlp = structure.find("layers.0.mlp");
        QVERIFY(mlp && mlp->prunable);
        QCOMPARE(mlp->count, 13);
        QCOMPARE(slicesOf(mlp->primary), (std::set<std::string>{"net.blocks.0.mlp.gate_up.weight/0: 0+1,1",
                                                                "net.blocks.0.mlp.gate_up.weight/0: 13+1,1"}));
    }

    // GPT-2: weights stored [in, out], learned positions, tanh-like activation, products of attention written out.
    void transposedWeightsAndWrittenOutAttention() {
        const auto structure = structureOf(
            [](Weights& w, const std::string& block, const at::Tensor& x) {
                const auto conv = [&](const std::string& name, const at::Tensor& input, int out) {
                    ModuleScope scope(name);
                    const auto flat = input.view({-1, input.size(-1)});
                    return at::addmm(w(name + ".bias", {out}), flat, w(name + ".weight", {input.size(-1), out}))
                        .view({1, kTokens, out});
                };
                const auto attended = [&] {
                    ModuleScope scope(block + ".attn");
                    const auto parts = conv(block + ".attn.c_attn", x, 3 * 24).split(24, 2);
                    const auto q = heads(parts[0], 4), k = heads(parts[1], 4), v = heads(parts[2], 4);
                    auto scores = at::matmul(q, k.transpose(-1, -2)) / std::sqrt(6.0);
                    scores = at::tanh(scores / 50.0) * 50.0;  // soft cap
                    scores = scores + constant({1, 1, kTokens, kTokens});
                    return conv(block + ".attn.c_proj", mergedHeads(at::matmul(at::softmax(scores, -1), v)), kHidden);
                }();
                return attended + conv(block + ".mlp.c_proj", at::gelu(conv(block + ".mlp.c_fc", x, 17), "tanh"), kHidden);
            },
            true);
        const auto* attention = structure.find("layers.0.attention");
        QVERIFY(attention);
        QVERIFY2(attention->prunable, attention->reason.c_str());
        QCOMPARE(attention->count, 4);
        QVERIFY(slicesOf(attention->primary).count("net.blocks.0.attn.c_attn.weight/1: 24+6,6"));
        QVERIFY(slicesOf(attention->primary).count("net.blocks.0.attn.c_attn.bias/0: 48+6,6"));
        QCOMPARE(attention->primary.size(), std::size_t{6});
        QCOMPARE(slicesOf(attention->secondary), (std::set<std::string>{"net.blocks.0.attn.c_proj.weight/0: 0+6,6"}));
        const auto* mlp = structure.find("layers.1.mlp");
        QVERIFY(mlp && mlp->prunable);
        QCOMPARE(mlp->count, 17);
        const auto* hidden = structure.find("hidden");
        QVERIFY(hidden && !hidden->prunable && hidden->count == kHidden);
        QVERIFY(slicesOf(hidden->primary).count("positions.weight/1: 0+1,1"));
        QVERIFY(mentions(hidden->reason, "aten::layer_norm"));
    }

    // Qwen3 and Gemma: norms of queries and keys inside each head, with one gain for all heads.
    void normsInsideHeads() {
        const auto structure = structureOf([](Weights& w, const std::string& block, const at::Tensor& x) {
            ModuleScope scope(block + ".attn");
            const auto norm = [&](const std::string& name, const at::Tensor& t) {
                return t * at::rsqrt(t.pow(2).mean(-1, true) + 1e-6) * (1.0 + w(name, {kHeadDim}));
            };
            const auto q = norm(block + ".attn.q_norm.weight", heads(linear(w, block + ".attn.q", x, 24), 4));
            const auto k = norm(block + ".attn.k_norm.weight", heads(linear(w, block + ".attn.k", x, 12), 2));
            const auto v = heads(linear(w, block + ".attn.v", x, 12), 2);
            return linear(w, block + ".attn.o",
                          mergedHeads(at::scaled_dot_product_attention(q, k, v, {}, 0.0, true, {}, true)), kHidden);
        });
        const auto* group = structure.find("layers.0.attention");
        QVERIFY(group);
        QVERIFY2(group->prunable, group->reason.c_str());
        QCOMPARE(group->count, 2);
        QCOMPARE(slicesOf(group->primary),
                 (std::set<std::string>{"net.blocks.0.attn.q.weight/0: 0+12,12", "net.blocks.0.attn.k.weight/0: 0+6,6",
                                        "net.blocks.0.attn.v.weight/0: 0+6,6"}));
    }

    // A norm over all heads together mixes them: removing one changes the others.
    void normAcrossHeadsIsAnObstacle() {
        const auto structure = structureOf([](Weights& w, const std::string& block, const at::Tensor& x) {
            ModuleScope scope(block + ".attn");
            auto q = linear(w, block + ".attn.q", x, 24);
            q = q * at::rsqrt(q.pow(2).mean(-1, true) + 1e-6);
            const auto k = linear(w, block + ".attn.k", x, 24), v = linear(w, block + ".attn.v", x, 24);
            return linear(w, block + ".attn.o", plainAttention(heads(q, 4), heads(k, 4), heads(v, 4)), kHidden);
        });
        const auto* group = structure.find("layers.0.attention");
        QVERIFY(group && !group->prunable);
        QCOMPARE(group->count, 4);
        QVERIFY(mentions(group->reason, "root-mean-square norm"));
    }

    // f(0) is not 0: masking a neuron is not removing it.
    void activationsThatDoNotKeepZero() {
        const auto structure = structureOf([](Weights& w, const std::string& block, const at::Tensor& x) {
            return linear(w, block + ".mlp.out", at::sigmoid(linear(w, block + ".mlp.in", x, 11)), kHidden);
        });
        const auto* group = structure.find("layers.0.mlp");
        QVERIFY(group && !group->prunable && group->count == 11);
        QVERIFY(mentions(group->reason, "aten::sigmoid"));
    }

    // A gain is no mask: it does not bring zeros back, and it does not disturb them. What is added does.
    void parametersBetweenLinears() {
        const auto withGain = [](at::Tensor (*activation)(const at::Tensor&)) {
            return structureOf([activation](Weights& w, const std::string& block, const at::Tensor& x) {
                const auto inner = activation(linear(w, block + ".mlp.in", x, 11)) * w(block + ".mlp.gain", {11});
                return linear(w, block + ".mlp.out", inner, kHidden);
            });
        };
        const auto clean = withGain(at::relu), spoiled = withGain(at::sigmoid);
        const auto* kept = groupOfRows(clean, "net.blocks.0.mlp.in.weight");
        QVERIFY(kept && kept->prunable && kept->primary.size() == 2);
        const auto* broken = groupOfRows(spoiled, "net.blocks.0.mlp.in.weight");
        QVERIFY(broken && !broken->prunable && mentions(broken->reason, "aten::sigmoid"));
        const auto shifted = structureOf([](Weights& w, const std::string& block, const at::Tensor& x) {
            const auto inner = linear(w, block + ".mlp.in", x, 11) + w(block + ".mlp.shift", {11});
            return linear(w, block + ".mlp.out", at::relu(inner), kHidden);
        });
        const auto* moved = groupOfRows(shifted, "net.blocks.0.mlp.in.weight");
        QVERIFY(moved && !moved->prunable && mentions(moved->reason, "mlp.shift"));
    }

    void unknownOperatorsMakeWhatTheyTouchUnprunable() {
        const auto structure = structureOf([](Weights& w, const std::string& block, const at::Tensor& x) {
            const auto known = linear(w, block + ".mlp.out", at::relu(linear(w, block + ".mlp.in", x, 11)), kHidden);
            const auto strange = at::cumsum(linear(w, block + ".other.in", x, 9), -1);
            return known + linear(w, block + ".other.out", strange, kHidden);
        });
        const auto* clean = structure.find("layers.0.mlp");
        QVERIFY(clean && clean->prunable);
        const auto* touched = groupOfRows(structure, "net.blocks.0.other.in.weight");
        QVERIFY(touched && !touched->prunable && mentions(touched->reason, "aten::cumsum"));
        for (const auto& node : structure.graph.nodes)
            QCOMPARE(node.vertexClass == VertexClass::Unknown, node.op == "aten::cumsum");
    }

    void constantsOfFixedSizeAreAnObstacle() {
        const auto structure = structureOf([](Weights& w, const std::string& block, const at::Tensor& x) {
            return linear(w, block + ".mlp.out", at::relu(linear(w, block + ".mlp.in", x, 11)) * constant({11}), kHidden);
        });
        const auto* group = groupOfRows(structure, "net.blocks.0.mlp.in.weight");
        QVERIFY(group && !group->prunable);
        QVERIFY(mentions(group->reason, "fixed size"));
    }

    // Writing into part of a tensor through a view: the whole is not what its rule said any more.
    void writingThroughAViewIsAnObstacle() {
        const auto structure = structureOf([](Weights& w, const std::string& block, const at::Tensor& x) {
            auto inner = at::relu(linear(w, block + ".mlp.in", x, 12));
            inner.narrow(-1, 0, 6).add_(1.0);
            return linear(w, block + ".mlp.out", inner, kHidden);
        });
        const auto* group = groupOfRows(structure, "net.blocks.0.mlp.in.weight");
        QVERIFY(group && !group->prunable);
    }

    void inPlaceOperatorsAreLikeTheOthers() {
        const auto structure = structureOf([](Weights& w, const std::string& block, const at::Tensor& x) {
            auto inner = linear(w, block + ".mlp.in", x, 12);
            inner.relu_();
            return linear(w, block + ".mlp.out", inner, kHidden);
        });
        const auto* group = structure.find("layers.0.mlp");
        QVERIFY(group && group->prunable && group->count == 12);
    }
};

}  // namespace tst_structure

QTEST_APPLESS_MAIN(tst_structure::TestStructure)
#include "tst_structure.moc"
