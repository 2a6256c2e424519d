// What is particular to the families with layer norms: groups of fused and transposed projections with their biases, positions,
// names in older checkpoints, refusals, what an export says. What holds for every family is tst_families' matter.
#include "core/base/error.h"
#include "core/compact/group_masks.h"
#include "core/io/checkpoint.h"
#include "core/io/safetensors.h"
#include "core/knowledge/saliency.h"
#include "core/model/family.h"
#include "core/prune/curvature.h"
#include "core/trace/tracer.h"
#include "tests/tensor/random_models.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>
#include <nlohmann/json.hpp>

#include <QTemporaryDir>
#include <QtTest>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <numeric>
#include <set>

namespace tst_gpt_families {

using namespace lorashear;
using namespace lorashear::testing;
using nlohmann::json;

namespace {

struct Case {
    const char* name;
    json config;
    std::string projection;  ///< in block 1: what queries, keys and values come from
    std::string output, down;
    bool transposed = false;
    int partsPerProjection = 3;  ///< 1: only queries come from it
};

json gpt2(json changes = json::object()) {
    json c{{"model_type", "gpt2"}, {"vocab_size", 61}, {"n_embd", 24}, {"n_head", 4}, {"n_layer", 2}, {"n_positions", 40}};
    c.update(changes);
    return c;
}

json neox(json changes = json::object()) {
    json c{{"model_type", "gpt_neox"},      {"vocab_size", 61},       {"hidden_size", 30},
           {"num_attention_heads", 3},      {"num_hidden_layers", 2}, {"intermediate_size", 19},
           {"max_position_embeddings", 40}, {"rotary_pct", 0.4}};
    c.update(changes);
    return c;
}

json opt(json changes = json::object()) {
    json c{{"model_type", "opt"},          {"vocab_size", 61},       {"hidden_size", 20},
           {"num_attention_heads", 5},     {"num_hidden_layers", 2}, {"ffn_dim", 23},
           {"max_position_embeddings", 40}};
    c.update(changes);
    return c;
}

const std::vector<Case>& cases() {
    const auto conv = [](const char* name, json config) {
        const std::string block = "transformer.h.1.";
        return Case{name, std::move(config), block + "attn.c_attn", block + "attn.c_proj", block + "mlp.c_proj", true};
    };
    const auto perHead = [](const char* name, json config) {
        return Case{name, std::move(config), "gpt_neox.layers.1.attention.query_key_value",
                    "gpt_neox.layers.1.attention.dense", "gpt_neox.layers.1.mlp.dense_4h_to_h"};
    };
    const auto apart = [](const char* name, json config) {
        const std::string block = "model.decoder.layers.1.";
        return Case{name, std::move(config), block + "self_attn.q_proj", block + "self_attn.out_proj", block + "fc2", false,
                    1};
    };
    static const std::vector<Case> kCases = {
        conv("gpt2", gpt2()),
        conv("gpt2, narrow, untied",
             gpt2({{"n_inner", 17}, {"tie_word_embeddings", false}, {"activation_function", "relu"}})),
        perHead("neox", neox()),
        perHead("neox, one branch after the other", neox({{"use_parallel_residual", false}, {"tie_word_embeddings", true}})),
        perHead("neox, no biases, all turned", neox({{"attention_bias", false}, {"rotary_pct", 1.0}})),
        apart("opt", opt()),
        apart("opt, norms behind, narrow embeddings", opt({{"do_layer_norm_before", false}, {"word_embed_proj_dim", 14}})),
        apart("opt, no biases", opt({{"enable_bias", false}, {"activation_function", "gelu"}})),
    };
    return kCases;
}

std::unique_ptr<CausalLM> modelOf(const Case& c, std::uint64_t seed = 5) {
    return randomModel(parseConfig(c.config.dump(), "config.json"), seed);
}

// What export writes into config.json, read back.
ModelConfig reread(const CausalLM& model) {
    auto text = json::parse(model.config().source);
    familyOf(model.config().family, "model").describe(model.config(), text);
    return parseConfig(text.dump(), "config.json");
}

// How often each index of a dimension is owned by a prunable group.
std::vector<int> owners(const Structure& structure, const std::string& tensor, int dim, std::int64_t size) {
    std::vector<int> count(static_cast<std::size_t>(size), 0);
    for (const auto& group : structure.nodeGroups) {
        if (!group.prunable) continue;
        for (const auto* list : {&group.primary, &group.secondary})
            for (const auto& slice : *list)
                for (int j = 0; slice.tensor == tensor && slice.dim == dim && j < group.count; ++j)
                    for (std::int64_t i = 0; i < slice.length; ++i) ++count.at(static_cast<std::size_t>(slice.begin(j) + i));
    }
    return count;
}

bool allOnce(const std::vector<int>& count) {
    return !count.empty() && std::all_of(count.begin(), count.end(), [](int n) { return n == 1; });
}

std::vector<Sequence> someText() {
    std::vector<Sequence> text;
    for (int start = 0; start < 16; ++start) {
        Sequence sequence;
        for (int i = 0; i < 24; ++i) sequence.ids.push_back((start + (7 + start % 5) * i) % 61);
        sequence.lossMask.assign(sequence.ids.size() - 1, true);
        text.push_back(sequence);
    }
    return text;
}

void writeCheckpoint(const QString& folder, const json& config, const std::map<std::string, at::Tensor>& tensors) {
    std::vector<TensorData> data;
    for (const auto& [name, tensor] : tensors) {
        auto dense = std::make_shared<at::Tensor>(tensor.contiguous());
        data.push_back(
            {name, DType::F32, dense->sizes().vec(), static_cast<const std::byte*>(dense->const_data_ptr()), dense});
    }
    writeSafetensors((folder + "/model.safetensors").toStdString(), data);
    std::ofstream((folder + "/config.json").toStdString()) << config.dump();
}

}  // namespace

class TestGptFamilies : public QObject {
    Q_OBJECT

private:
    static void eachCase() {
        QTest::addColumn<int>("index");
        for (std::size_t i = 0; i < cases().size(); ++i) QTest::newRow(cases()[i].name) << static_cast<int>(i);
    }
    static const Case& fetched(int index) { return cases()[static_cast<std::size_t>(index)]; }

private Q_SLOTS:
    void positionsGoOnOverTheCache_data() { eachCase(); }
    void positionsGoOnOverTheCache() {
        QFETCH(int, index);
        const auto model = modelOf(fetched(index));
        const auto ids = randomIds(61, 2, 12, 1);
        const auto whole = logitsOf(*model, ids);
        at::NoGradGuard guard;
        KvCache cache;
        ForwardContext context;
        context.cache = &cache;
        std::vector<at::Tensor> parts;
        for (const std::int64_t count : {5, 1, 1, 4, 1})
            parts.push_back(model->logits(ids.narrow(1, cache.length, count), context));
        QVERIFY(relativeDifference(at::cat(parts, 1), whole) < 1e-5);
        QVERIFY_THROWS_EXCEPTION(Error, model->logits(randomIds(61, 1, 41, 1), {}));
    }

    void groupsAreHeadsAndNeurons_data() { eachCase(); }
    void groupsAreHeadsAndNeurons() {
        QFETCH(int, index);
        const auto& c = fetched(index);
        const auto config = parseConfig(c.config.dump(), "config.json");
        const auto structure = traceStructure(config);
        const auto& layer = config.layers[1];
        const auto *attention = structure.find("layers.1.attention"), *mlp = structure.find("layers.1.mlp");
        QVERIFY(attention && mlp);
        QVERIFY2(attention->prunable && mlp->prunable, (attention->reason + mlp->reason).c_str());
        QCOMPARE(attention->count, layer.heads);
        QCOMPARE(mlp->count, layer.intermediate);
        for (const auto& group : structure.nodeGroups)
            QVERIFY2(!group.prunable || group.unit == UnitKind::Attention || group.unit == UnitKind::Mlp,
                     group.name.c_str());
        const auto& all = structure.nodeGroups;
        QCOMPARE(std::count_if(all.begin(), all.end(), [](const NodeGroup& g) { return g.prunable; }), 2 * 2);
        const int rows = c.transposed ? 1 : 0;
        const auto width = std::int64_t{layer.heads} * config.headDim;
        QVERIFY(allOnce(owners(structure, c.projection + ".weight", rows, c.partsPerProjection * width)));
        QVERIFY(allOnce(owners(structure, c.output + ".weight", 1 - rows, width)));
        QVERIFY(allOnce(owners(structure, c.down + ".weight", 1 - rows, layer.intermediate)));
        if (config.attentionBias)
            QVERIFY(allOnce(owners(structure, c.projection + ".bias", 0, c.partsPerProjection * width)));
        QVERIFY(structure.find("hidden") && !structure.find("hidden")->prunable);
    }

    void aHeadIsQueryKeyAndValue() {
        const auto neoxHead = *traceStructure(parseConfig(cases()[2].config.dump(), "c")).find("layers.0.attention");
        QCOMPARE(neoxHead.primary.front().length, 3 * 10);  // one run of rows
        QCOMPARE(neoxHead.primary.front().stride, 3 * 10);
        const auto gpt2Head = *traceStructure(parseConfig(cases()[0].config.dump(), "c")).find("layers.0.attention");
        std::set<std::int64_t> columns;
        for (const auto& slice : gpt2Head.primary)
            if (slice.tensor == "transformer.h.0.attn.c_attn.weight" && slice.dim == 1 && slice.length == 6)
                columns.insert(slice.begin(1));
        QCOMPARE(columns, (std::set<std::int64_t>{6, 24 + 6, 48 + 6}));
        QCOMPARE(gpt2Head.secondary.front().dim, 0);
    }

    void slicedSizesAreWritten() {
        const auto model = modelOf(cases()[0]);
        const auto structure = traceStructure(*model);
        std::vector<GroupRef> removed;
        for (const char* name : {"layers.0.attention", "layers.1.attention"})
            removed.push_back({structure.find(name)->id, 2});
        const auto compact = sliceModel(*model, structure, removed);
        json text;
        familyOf("gpt2", "model").describe(compact->config(), text);
        QCOMPARE(text.at("n_head").get<int>(), 3);
        QCOMPARE(text.at("n_inner").get<int>(), 96);
        QCOMPARE(text.at("head_dim").get<int>(), 6);  // not 24 / 3
        QCOMPARE(reread(*compact).headDim, 6);
        QVERIFY(reread(*compact).layers == compact->config().layers);
        const auto perHead = structure.find("layers.0.attention")->parametersPerGroup;
        QCOMPARE(compact->parameterCount(), model->parameterCount() - 2 * perHead);
    }

    void rowsAreSeenInEitherOrientation() {
        const auto model = modelOf(cases()[0]);
        const auto structure = traceStructure(*model);
        const auto& group = *structure.find("layers.1.mlp");
        const auto scores = saliencyOf(*model, structure, "magnitude").scores.at(static_cast<std::size_t>(group.id));
        QCOMPARE(scores.size(), std::size_t{96});
        const auto norms =
            at::linalg_vector_norm(model->tensors().at("transformer.h.1.mlp.c_fc.weight"), 2, at::IntArrayRef{0});
        for (int j : {0, 7, 95}) QVERIFY(std::abs(scores[static_cast<std::size_t>(j)] - norms[j].item<double>()) < 1e-4);
        const auto rows = rowsOf(*model, *structure.find("layers.0.attention"), 1);
        QCOMPARE(rows.size(), std::size_t{3});
    }

    // Rows, columns and gates of every group are found whichever way weights lie.
    void everyProxyScoresEveryGroup_data() { eachCase(); }
    void everyProxyScoresEveryGroup() {
        QFETCH(int, index);
        const auto model = modelOf(fetched(index));
        disturb(*model, 6);
        const auto structure = traceStructure(*model);
        collectStatistics(*model, someText(), /*gradients=*/true, 2, Compute::Fp32, {});
        for (const auto& proxy : saliencyProxies()) {
            const auto saliency = saliencyOf(*model, structure, proxy.id);
            for (const auto& group : structure.nodeGroups) {
                if (!group.prunable) continue;
                const auto& scores = saliency.scores.at(static_cast<std::size_t>(group.id));
                QCOMPARE(scores.size(), static_cast<std::size_t>(group.count));
                const auto sum = std::accumulate(scores.begin(), scores.end(), 0.0);
                QVERIFY2(std::isfinite(sum) && sum > 0, (proxy.id + " of " + group.name).c_str());
            }
        }
    }

    // Consumers' columns are rows of what is stored: a silent neuron is free, and its repair leaves its column alone.
    void curvatureOfTransposedConsumers() {
        const auto model = modelOf(cases()[1]);  // 17 neurons
        auto* up = model->linear("transformer.h.0.mlp.c_fc");
        const auto* down = model->linear("transformer.h.0.mlp.c_proj");
        up->weight[5].zero_();
        up->bias[5].zero_();
        const auto structure = traceStructure(*model);
        const int mlp = structure.find("layers.0.mlp")->id;
        Curvature curvature(*model, structure, 1e-4);
        curvature.collect(someText(), true, 8, Compute::Fp32, {});
        curvature.begin({});
        const auto scores = curvature.scores().scores;
        for (const auto& group : structure.nodeGroups)
            if (group.prunable)
                QCOMPARE(scores.at(static_cast<std::size_t>(group.id)).size(), static_cast<std::size_t>(group.count));
        const auto& neurons = scores[static_cast<std::size_t>(mlp)];
        QVERIFY(neurons[5] < 1e-3 * *std::max_element(neurons.begin(), neurons.end()));
        curvature.remove({{mlp, 3}});
        const auto repair = curvature.repairs({{mlp, 3}}).at(down->name);
        QCOMPARE(repair.sizes().vec(), (std::vector<std::int64_t>{24, 17}));
        QCOMPARE(repair.select(1, 3).abs().max().item<double>(), 0.0);
        QVERIFY(repair.abs().max().item<double>() > 0);
    }

    void headlessCheckpointsAndBuffers_data() {
        QTest::addColumn<int>("index");
        QTest::addColumn<QString>("prefix");
        QTest::newRow("gpt2") << 0 << "transformer.";
        QTest::newRow("neox, tied") << 3 << "gpt_neox.";
        QTest::newRow("opt") << 5 << "model.";
    }
    void headlessCheckpointsAndBuffers() {
        QFETCH(int, index);
        QFETCH(QString, prefix);
        const auto& c = fetched(index);
        const auto model = modelOf(c);
        const auto begin = prefix.toStdString();
        std::map<std::string, at::Tensor> tensors;
        for (const auto& [name, tensor] : model->tensors())
            tensors[name.substr(name.starts_with(begin) ? begin.size() : 0)] = tensor;
        for (const char* buffer : {"h.0.attn.bias", "h.0.attn.masked_bias", "layers.0.attention.rotary_emb.inv_freq"})
            tensors[buffer] = at::ones({1, 1, 4, 4});
        QTemporaryDir folder;
        writeCheckpoint(folder.path(), c.config, tensors);
        const auto loaded = loadModel(Checkpoint::open(folder.path().toStdString()));
        const auto ids = randomIds(61, 1, 9, 2);
        QVERIFY(at::equal(logitsOf(*loaded, ids), logitsOf(*model, ids)));
        const auto [name, twice] = *model->tensors().begin();
        tensors[name] = twice;
        QTemporaryDir other;
        writeCheckpoint(other.path(), c.config, tensors);
        QVERIFY_THROWS_EXCEPTION(Error, loadModel(Checkpoint::open(other.path().toStdString())));
    }

    void refusals_data() {
        QTest::addColumn<QString>("config");
        QTest::addColumn<QString>("key");
        const auto add = [](const json& config, const char* key) {
            QTest::newRow(key) << QString::fromStdString(config.dump()) << key;
        };
        add(gpt2({{"scale_attn_by_inverse_layer_idx", true}}), "scale_attn_by_inverse_layer_idx");
        add(gpt2({{"add_cross_attention", true}}), "add_cross_attention");
        add(gpt2({{"activation_function", "mish"}}), "activation_function");
        add(gpt2({{"n_head", 5}}), "not a multiple");
        add(opt({{"layer_norm_elementwise_affine", false}}), "layer_norm_elementwise_affine");
        add(opt({{"_remove_final_layer_norm", true}}), "_remove_final_layer_norm");
        add(opt({{"word_embed_proj_dim", 10}, {"tie_word_embeddings", false}}), "word_embed_proj_dim");
        add(neox({{"rope_scaling", {{"type", "ntk"}, {"factor", 2.0}}}}), "rope_scaling");
        add(neox({{"rotary_pct", 0.3}}), "turned");
    }
    void refusals() {
        QFETCH(QString, config);
        QFETCH(QString, key);
        try {
            parseConfig(config.toStdString(), "config.json");
            QFAIL("was accepted");
        } catch (const Error& error) {
            QVERIFY2(QString::fromStdString(error.what()).contains(key), error.what());
        }
    }
};

}  // namespace tst_gpt_families

QTEST_APPLESS_MAIN(tst_gpt_families::TestGptFamilies)
#include "tst_gpt_families.moc"
