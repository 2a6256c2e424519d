// GGUF files of mixtures of experts: stacked tensors and those of old files, what is read of them, and files that cannot be.

#include "core/io/gguf.h"
#include "core/io/gguf_model.h"
#include "tests/support/caught.h"
#include "tests/support/gguf_builder.h"

#include <QtTest>
#include <nlohmann/json.hpp>

#include <cstring>
#include <functional>
#include <map>

namespace tst_gguf_experts {

using namespace lorashear;
using namespace lorashear::test;

namespace {

constexpr std::uint32_t kExperts = 3, kWidth = 6, kHidden = 8, kQ8 = 8;

std::shared_ptr<const GgufFile> parse(const GgufBuilder& file) {
    auto bytes = std::make_shared<std::string>(file.bytes());
    return GgufFile::parse(std::as_bytes(std::span(*bytes)), "m.gguf", bytes);
}

/// A block with three experts of width 6, two of them for every token; keys and tensors as `change` wants them: it is told the name of each and may
/// alter its value (0: left out), or its sizes (empty: left out).
struct Sizes {
    std::string name;
    std::vector<std::uint64_t> sizes;  ///< innermost first
};
using Change = std::function<void(Sizes&)>;

GgufBuilder routed(
    const std::string& architecture, bool old = false, const Change& change = [](Sizes&) {}) {
    GgufBuilder file;
    file.text("general.architecture", architecture);
    const auto key = [&](const std::string& name, std::uint64_t number) {
        Sizes one{name, {number}};
        change(one);
        if (!one.sizes.empty()) file.u32(architecture + "." + name, static_cast<std::uint32_t>(one.sizes[0]));
    };
    key("block_count", 1);
    key("context_length", 16);
    key("embedding_length", kHidden);
    key("feed_forward_length", architecture == "qwen3moe" ? 2 * kWidth : kWidth);
    if (architecture == "qwen3moe") key("expert_feed_forward_length", kWidth);
    key("attention.head_count", 2);
    key("attention.head_count_kv", 2);
    key("expert_count", kExperts);
    key("expert_used_count", 2);
    float next = 0;
    const auto tensor = [&](const std::string& name, const std::vector<std::uint64_t>& sizes) {
        Sizes one{name, sizes};
        change(one);
        if (one.sizes.empty()) return;
        std::uint64_t count = 1;
        for (const auto size : one.sizes) count *= size;
        std::vector<float> values(count);
        for (float& value : values) value = next++;
        file.floats(name, one.sizes, values);
    };
    tensor("token_embd.weight", {kHidden, 5});
    tensor("output_norm.weight", {kHidden});
    const auto inBlock = [&](const std::string& name, const std::vector<std::uint64_t>& sizes) {
        tensor("blk.0." + name + ".weight", sizes);
    };
    for (const char* name : {"attn_norm", "ffn_norm"}) inBlock(name, {kHidden});
    for (const char* name : {"attn_q", "attn_k", "attn_v", "attn_output"}) inBlock(name, {kHidden, kHidden});
    if (architecture != "llama")
        for (const char* name : {"attn_q_norm", "attn_k_norm"}) inBlock(name, {architecture == "olmoe" ? kHidden : 4u});
    inBlock("ffn_gate_inp", {kHidden, kExperts});
    for (const std::string name : {"ffn_gate", "ffn_up", "ffn_down"}) {
        const std::uint64_t row = name == "ffn_down" ? kWidth : kHidden, rows = name == "ffn_down" ? kHidden : kWidth;
        if (!old) inBlock(name + "_exps", {row, rows, kExperts});
        for (std::uint32_t expert = 0; old && expert < kExperts; ++expert)
            inBlock(name + "." + std::to_string(expert), {row, rows});
    }
    return file;
}

nlohmann::json configOf(const GgufBuilder& file) {
    return nlohmann::json::parse(readGgufModel(*parse(file)).configText);
}

std::optional<Error> refusal(const GgufBuilder& file) {
    return caught([&] { readGgufModel(*parse(file)); });
}

std::vector<float> valuesOf(const TensorData& tensor) {
    const TensorData made = tensor.inMemory();
    std::vector<float> values(static_cast<std::size_t>(made.count()));
    std::memcpy(values.data(), made.data, made.bytes());
    return values;
}

/// A file whose key or tensor `name` has other sizes; none: it is not there.
GgufBuilder with(const std::string& architecture, const std::string& name, const std::vector<std::uint64_t>& sizes,
                 bool old = false) {
    return routed(architecture, old, [&](Sizes& one) {
        if (one.name == name) one.sizes = sizes;
    });
}

}  // namespace

class TestGgufExperts : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void eachArchitectureIsAFamily() {
        const auto mixtral = configOf(routed("llama")), qwen = configOf(routed("qwen3moe")),
                   olmoe = configOf(routed("olmoe"));
        QCOMPARE(mixtral.at("model_type"), nlohmann::json("mixtral"));
        QCOMPARE(mixtral.at("architectures"), nlohmann::json({"MixtralForCausalLM"}));
        QCOMPARE(mixtral.at("num_local_experts").get<int>(), 3);
        QCOMPARE(mixtral.at("intermediate_size").get<int>(), 6);
        QVERIFY(mixtral.at("sliding_window").is_null());
        QCOMPARE(qwen.at("model_type"), nlohmann::json("qwen3_moe"));
        QCOMPARE(qwen.at("num_experts").get<int>(), 3);
        QCOMPARE(qwen.at("moe_intermediate_size").get<int>(), 6);
        QCOMPARE(qwen.at("norm_topk_prob"), nlohmann::json(true));
        QCOMPARE(olmoe.at("model_type"), nlohmann::json("olmoe"));
        QCOMPARE(olmoe.at("intermediate_size").get<int>(), 6);
        QCOMPARE(olmoe.at("norm_topk_prob"), nlohmann::json(false));
        for (const auto& config : {mixtral, qwen, olmoe}) QCOMPARE(config.at("num_experts_per_tok").get<int>(), 2);
        // Without the key its loader divides what all experts of a token have together.
        QCOMPARE(configOf(with("qwen3moe", "expert_feed_forward_length", {})).at("moe_intermediate_size").get<int>(), 6);
        auto window = routed("llama");
        window.u32("llama.attention.sliding_window", 5);
        QCOMPARE(configOf(window).at("model_type"), nlohmann::json("mixtral"));
        QCOMPARE(configOf(window).at("sliding_window").get<int>(), 5);
    }

    void anExpertIsItsPartOfTheStack() {
        for (const char* architecture : {"llama", "olmoe"}) {
            const bool mixtral = std::string(architecture) == "llama";
            const auto file = parse(routed(architecture));
            const auto model = readGgufModel(*file);
            const std::string experts = mixtral ? "model.layers.0.block_sparse_moe.experts." : "model.layers.0.mlp.experts.";
            const std::map<std::string, std::string> names{{"ffn_gate_exps", mixtral ? "w1" : "gate_proj"},
                                                           {"ffn_up_exps", mixtral ? "w3" : "up_proj"},
                                                           {"ffn_down_exps", mixtral ? "w2" : "down_proj"}};
            for (const auto& [stacked, own] : names) {
                const auto* stack = file->findTensor("blk.0." + stacked + ".weight");
                const bool down = stacked == "ffn_down_exps";
                for (std::size_t expert = 0; expert < kExperts; ++expert) {
                    const auto& matrix = model.tensors.at(experts + std::to_string(expert) + "." + own + ".weight");
                    QCOMPARE(matrix.shape, (std::vector<std::int64_t>{down ? kHidden : kWidth, down ? kWidth : kHidden}));
                    QVERIFY(!matrix.deferred);  // mapped, not copied
                    QVERIFY(matrix.data == stack->bytes.data() + expert * kHidden * kWidth * sizeof(float));
                }
            }
        }
    }

    void ofAQuantisedStackOneExpertIsRead() {
        auto file = routed("llama", false, [](Sizes& one) {
            if (one.name == "feed_forward_length") one.sizes = {32};
            if (one.name == "blk.0.ffn_gate_exps.weight" || one.name == "blk.0.ffn_up_exps.weight")
                one.sizes = {kHidden, 32, kExperts};
            if (one.name == "blk.0.ffn_down_exps.weight") one.sizes.clear();
        });
        std::string blocks;  // scale 1, a row's number in its expert, the expert in the first place
        for (std::uint32_t row = 0; row < kExperts * kHidden; ++row) {
            blocks.append("\x00\x3c", 2);
            blocks.push_back(static_cast<char>(row / kHidden));
            blocks.append(31, static_cast<char>(row % kHidden));
        }
        file.tensor("blk.0.ffn_down_exps.weight", {32, kHidden, kExperts}, kQ8, blocks);
        const auto model = readGgufModel(*parse(file));
        for (std::uint32_t expert = 0; expert < kExperts; ++expert) {
            const auto& down =
                model.tensors.at("model.layers.0.block_sparse_moe.experts." + std::to_string(expert) + ".w2.weight");
            QVERIFY(down.deferred != nullptr);
            QCOMPARE(down.storedBytes(), blocks.size() / kExperts);
            const auto values = valuesOf(down);
            QCOMPARE(values.size(), std::size_t{32 * kHidden});
            for (std::uint32_t row = 0; row < kHidden; ++row) {
                QCOMPARE(values[row * 32], static_cast<float>(expert));
                QCOMPARE(values[row * 32 + 31], static_cast<float>(row));
            }
        }
    }

    void oldFilesHoldExpertsByThemselves() {
        const auto now = readGgufModel(*parse(routed("llama"))), before = readGgufModel(*parse(routed("llama", true)));
        QCOMPARE(before.configText, now.configText);
        QCOMPARE(before.tensors.size(), now.tensors.size());
        for (const auto& [name, tensor] : now.tensors)
            QVERIFY2(valuesOf(tensor) == valuesOf(before.tensors.at(name)), name.c_str());
        const auto other = refusal(routed("olmoe", true));  // younger than the change
        QVERIFY(says(other, ErrorCode::Unsupported, "\"blk.0.ffn_gate.0.weight\", for which architecture olmoe"));
    }

    void filesThatContradictThemselvesAreRefused() {
        const auto bad = [](const std::string& name, const std::vector<std::uint64_t>& sizes, bool old = false) {
            return refusal(with("llama", name, sizes, old));
        };
        QVERIFY(says(bad("expert_used_count", {4}), ErrorCode::BadInput,
                     "key \"llama.expert_used_count\" is 4, expert_count is 3"));
        QVERIFY(says(bad("expert_used_count", {0}), ErrorCode::BadInput, "key \"llama.expert_used_count\" is 0"));
        QVERIFY(says(bad("expert_used_count", {}), ErrorCode::BadInput, "key \"llama.expert_used_count\" is missing"));
        QVERIFY(says(bad("expert_count", {4}), ErrorCode::BadInput,
                     "tensor \"blk.0.ffn_gate_inp.weight\" has sizes 3 x 8, expert_count"));
        QVERIFY(says(bad("expert_count", {0xffffffff}), ErrorCode::BadInput, "expert_count"));
        QVERIFY(says(refusal(with("qwen3moe", "expert_count", {0})), ErrorCode::BadInput, "expert_count\" is 0"));
        QVERIFY(says(refusal(with("olmoe", "expert_count", {})), ErrorCode::BadInput, "expert_count\" is missing"));
        QVERIFY(says(refusal(with("qwen3moe", "expert_feed_forward_length", {7})), ErrorCode::BadInput,
                     "\"blk.0.ffn_gate_exps.weight\" has sizes 3 x 6 x 8, expert_count, embedding_length and "
                     "expert_feed_forward_length ask for 3 x 7 x 8"));
        for (const char* name : {"ffn_gate_inp", "ffn_gate_exps", "ffn_up_exps", "ffn_down_exps"})
            QVERIFY2(says(bad("blk.0." + std::string(name) + ".weight", {}), ErrorCode::BadInput,
                          "tensor \"blk.0." + std::string(name) + ".weight\" is missing"),
                     name);
        for (const std::vector<std::uint64_t>& sizes : {std::vector<std::uint64_t>{kHidden, kWidth, 2},
                                                        {kHidden, kWidth, 4},
                                                        {kWidth, kHidden, 3},
                                                        {kHidden, 5, 3},
                                                        {kHidden, kWidth},
                                                        {kHidden, kWidth, 3, 1},
                                                        {kHidden * kWidth * kExperts}})
            QVERIFY(says(bad("blk.0.ffn_up_exps.weight", sizes), ErrorCode::BadInput,
                         "tensor \"blk.0.ffn_up_exps.weight\" has sizes "));
        // Of old files.
        QVERIFY(says(bad("blk.0.ffn_up.1.weight", {}, true), ErrorCode::BadInput,
                     "tensor \"blk.0.ffn_up_exps.weight\" is missing, and so is expert 1 by itself"));
        QVERIFY(says(bad("blk.0.ffn_up.1.weight", {kHidden, 5}, true), ErrorCode::BadInput,
                     "tensor \"blk.0.ffn_up.1.weight\" has sizes 5 x 8"));
        auto more = routed("llama", true);
        more.floats("blk.0.ffn_up.3.weight", {kHidden, kWidth}, std::vector<float>(kHidden * kWidth));
        QVERIFY(says(refusal(more), ErrorCode::BadInput, "is of an expert beyond expert_count, which is 3"));
        auto twice = routed("llama");
        twice.floats("blk.0.ffn_up.2.weight", {kHidden, kWidth}, std::vector<float>(kHidden * kWidth));
        QVERIFY(says(refusal(twice), ErrorCode::BadInput, "\"blk.0.ffn_up.2.weight\" holds what another tensor holds too"));
    }

    void whatIsNotComputedIsRefused() {
        const auto also = [](const std::string& architecture, const std::function<void(GgufBuilder&)>& add) {
            auto file = routed(architecture);
            add(file);
            return refusal(file);
        };
        QVERIFY(says(also("llama",
                          [](auto& f) {
                              f.floats("blk.0.ffn_gate.weight", {8, 6}, std::vector<float>(48));
                          }),
                     ErrorCode::Unsupported, "a tensor \"blk.0.ffn_gate.weight\""));
        QVERIFY(says(also("qwen3moe", [](auto& f) { f.floats("blk.0.ffn_gate_shexp.weight", {8}, std::vector<float>(8)); }),
                     ErrorCode::Unsupported, "ffn_gate_shexp"));
        QVERIFY(says(also("llama",
                          [](auto& f) {
                              f.floats("blk.0.ffn_gate_inp.bias", {3}, {1, 2, 3});
                          }),
                     ErrorCode::Unsupported, "ffn_gate_inp.bias"));
        QVERIFY(says(also("llama", [](auto& f) { f.f32("llama.expert_weights_scale", 2.5f); }), ErrorCode::Unsupported,
                     "expert_weights_scale"));
        QVERIFY(says(also("olmoe", [](auto& f) { f.u32("olmoe.expert_gating_func", 2); }), ErrorCode::Unsupported,
                     "expert_gating_func"));
        QVERIFY(says(also("olmoe", [](auto& f) { f.f32("olmoe.attention.clamp_kqv", 8); }), ErrorCode::Unsupported,
                     "clamp_kqv"));
        QVERIFY(says(also("olmoe", [](auto& f) { f.flag("olmoe.expert_weights_norm", true); }), ErrorCode::Unsupported,
                     "weights of experts that are divided by their sum"));
        QVERIFY(says(also("qwen3moe", [](auto& f) { f.flag("qwen3moe.expert_weights_norm", false); }),
                     ErrorCode::Unsupported, "weights of experts that are not divided by their sum"));
        QVERIFY(!also("qwen3moe", [](auto& f) {
            f.flag("qwen3moe.expert_weights_norm", true);
            f.u32("qwen3moe.expert_gating_func", 1);
            f.f32("qwen3moe.expert_weights_scale", 1);
        }));
        auto deci = tinyLlama("deci");
        deci.u32("deci.expert_count", 8);
        QVERIFY(says(refusal(deci), ErrorCode::Unsupported, "mixture of experts"));
    }
};

}  // namespace tst_gguf_experts

QTEST_APPLESS_MAIN(tst_gguf_experts::TestGgufExperts)
#include "tst_gguf_experts.moc"
