#include "core/base/error.h"
#include "core/compact/factorise.h"
#include "core/compact/group_masks.h"
#include "core/edits/apply.h"
#include "core/edits/edit_json.h"
#include "core/edits/record_origin.h"
#include "core/export/certificate.h"
#include "core/export/export.h"
#include "core/export/fingerprint.h"
#include "core/export/hf_folder.h"
#include "core/export/placement.h"
#include "core/export/sliced_copy.h"
#include "core/io/atomic_file.h"
#include "core/io/checkpoint.h"
#include "core/knowledge/input_moments.h"
#include "core/model/causal_lm.h"
#include "core/model/checkpoint_config.h"
#include "core/model/config_json.h"
#include "core/model/lora.h"
#include "core/trace/tracer.h"
#include "tests/support/caught.h"
#include "tests/support/file_size_limit.h"
#include "tests/tensor/bundled_sequences.h"
#include "tests/tensor/family_configs.h"
#include "tests/tensor/pruning_records.h"
#include "tests/tensor/random_models.h"

#include <ATen/ATen.h>
#include <QtTest>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <filesystem>
#include <set>

namespace tst_export {

using namespace lorashear;
using lorashear::test::caught;
using lorashear::test::says;
using lorashear::testing::someSequences;
namespace fs = std::filesystem;

namespace {

const fs::path kModel = fs::path(LORASHEAR_SOURCE_DIR) / "resources/models/stories260K";

// One MLP neuron and one KV group less in the first block.
std::unique_ptr<CausalLM> narrowed(const CausalLM& model) {
    auto tensors = model.tensors();
    const auto cut = [&](const std::string& name, int dim, std::int64_t keep) {
        auto& t = tensors.at("model.layers.0." + name + ".weight");
        t = t.narrow(dim, 0, keep).contiguous();
    };
    cut("mlp.gate_proj", 0, 171), cut("mlp.up_proj", 0, 171), cut("mlp.down_proj", 1, 171);
    cut("self_attn.q_proj", 0, 48), cut("self_attn.k_proj", 0, 24), cut("self_attn.v_proj", 0, 24),
        cut("self_attn.o_proj", 1, 48);
    return buildModel(model.config(), tensors);
}

ModelConfig configNamed(const QString& name) {
    for (const auto& one : lorashear::testing::familyConfigs())
        if (one.name == name.toStdString()) return parseConfig(one.json, "config.json");
    return {};
}

}  // namespace

class ExportTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init() {
        m_folder = std::make_unique<QTemporaryDir>();
        m_model = loadModel(Checkpoint::open(kModel));
    }

    void theOriginalComesBackByteForByte() {
        exportHuggingFace(*m_model, out(), {kModel, "source"}, parseRecord(R"({"note": "x"})", kRecordFile));
        QVERIFY(readFile(out() / "model.safetensors") == readFile(kModel / "model.safetensors"));
        for (const char* file :
             {"tokenizer.json", "tokenizer.model", "tokenizer_config.json", "special_tokens_map.json", "LICENSE"})
            QVERIFY2(readFile(out() / file) == readFile(kModel / file), file);
        QVERIFY(nlohmann::json::parse(readFile(out() / "pruning.json")).at("note") == "x");
        const auto seen = certifyExport(out(), *m_model, "source", someSequences(*m_model), {});
        QCOMPARE(seen.maxDifference, 0.0);
        QCOMPARE(seen.greedyAgreement, 1.0);
        QVERIFY(seen.maxLogit > 1);
    }

    void layersOfDifferentSizeComeBackFromLists() {
        const auto small = narrowed(*m_model);
        exportHuggingFace(*small, out(), {kModel, "source"}, {});
        const auto config = nlohmann::json::parse(readFile(out() / "config.json"));
        const auto& sizes = config.at("lorashear_layers");
        QVERIFY(sizes.at("intermediate_size") == nlohmann::json({171, 172, 172, 172, 172}));
        QVERIFY(sizes.at("num_key_value_heads") == nlohmann::json({3, 4, 4, 4, 4}));
        QVERIFY(config.at("intermediate_size") == 172);  // the plain keys are the original's
        QVERIFY(config.at("head_dim") == 8);
        const auto reloaded = loadModel(Checkpoint::open(out()));
        QVERIFY(reloaded->config().layers == small->config().layers);
        QCOMPARE(certifyExport(out(), *small, "source", someSequences(*small), {}).maxDifference, 0.0);
    }

    void halfPrecisionIsCertifiedAgainstTheRoundedModel_data() {
        QTest::addColumn<QString>("dtype");
        QTest::newRow("BF16") << "BF16";
        QTest::newRow("F16") << "F16";
    }
    void halfPrecisionIsCertifiedAgainstTheRoundedModel() {
        QFETCH(QString, dtype);
        exportHuggingFace(*m_model, out(), {kModel, dtype.toStdString()}, {});
        QVERIFY(fs::file_size(out() / "model.safetensors") < 530000);
        const auto sequences = someSequences(*m_model);
        QVERIFY(certifyExport(out(), *m_model, dtype.toStdString(), sequences, {}).within(1e-6));
        // The rounding itself is visible against the original.
        const auto reloaded = loadModel(Checkpoint::open(out()));
        QVERIFY(compareLogits(*reloaded, *m_model, sequences, {}).maxDifference > 1e-4);
    }

    void aDamagedExportIsNotCertified() {
        exportHuggingFace(*m_model, out(), {kModel, "source"}, {});
        auto bytes = readFile(out() / "model.safetensors");
        bytes[bytes.size() - 1] = static_cast<char>(bytes.back() ^ 0x02);  // a high bit of the last weight's exponent
        writeFile(out() / "model.safetensors", bytes);
        QVERIFY(!certifyExport(out(), *m_model, "source", someSequences(*m_model), {}).within());
    }

    void everyOptionComputesTheSame_data() {
        QTest::addColumn<bool>("uniform");
        QTest::newRow("uniform") << true;
        QTest::newRow("layers of different size") << false;
    }
    // Options 0 to 4: the masked model, zeros in the original's shapes, zeros up to equal layers, plain and with lists.
    void everyOptionComputesTheSame() {
        QFETCH(bool, uniform);
        const auto structure = traceStructure(*m_model);
        std::vector<GroupRef> removed;
        for (const auto& group : structure.nodeGroups) {
            if (!group.prunable || group.unit == UnitKind::Hidden) continue;
            const bool attention = group.unit == UnitKind::Attention;
            const int many = attention ? (uniform ? 2 : group.layer % 3) : (uniform ? 21 : 7 * group.layer + 3);
            for (int j = 0; j < many; ++j)
                removed.push_back({group.id, attention ? group.count - 1 - 2 * j : (5 * j) % group.count});
        }
        std::sort(removed.begin(), removed.end());
        removed.erase(std::unique(removed.begin(), removed.end()), removed.end());
        applyMasks(*m_model, structure, removed);
        const auto masked = cloneModel(*m_model);
        applyMasks(*m_model, structure, {});
        const auto small = sliceModel(*m_model, structure, removed);
        QCOMPARE(small->config().uniform(), uniform);
        const auto record = lorashear::testing::recordOf(structure, removed);
        const auto sequences = someSequences(*m_model);
        const ExportJob job{*small, kModel, record};
        for (const auto& format : exportFormatIds()) {
            if (format == "gguf") continue;  // has tests of its own
            const auto folder = fs::path(m_folder->path().toStdString()) / format;
            if (format == "huggingface" && !uniform) {
                const auto error = caught([&] { writeExport(format, job, folder, sequences, {}); });
                QVERIFY(says(error, ErrorCode::Unsupported, "layer 1 has"));
                QVERIFY(error->hint().find("padded") != std::string::npos && !fs::exists(folder));
                continue;
            }
            QVERIFY2(writeExport(format, job, folder, sequences, {}).within(1e-5), format.c_str());
            const auto back = loadModel(Checkpoint::open(folder));
            QVERIFY2(compareLogits(*back, *masked, sequences, {}).within(1e-5), format.c_str());
            const auto written = recordIn(folder);
            QVERIFY(compareFingerprint(*back, written.certificate.value()).within());
            QVERIFY(!compareFingerprint(*m_model, written.certificate.value()).within());
            const auto config = nlohmann::json::parse(readFile(folder / "config.json"));
            QVERIFY(config.at("head_dim") == 8 && !config.contains("per_layer_config"));
            const bool code = format == "huggingface-code" || (format == "lorashear" && !uniform);
            QCOMPARE(fs::exists(folder / "modeling_lorashear.py"), code);
            QCOMPARE(config.contains("auto_map"), code);
            if (format == "zeroed") QVERIFY(back->config().layers == m_model->config().layers);
            if (format == "padded")
                QVERIFY(back->config().uniform() && config.at("num_attention_heads") == (uniform ? 4 : 8));
            QVERIFY(readFile(folder / "README.md").find("trust_remote_code") == std::string::npos || code);
        }
    }

    void factoredModelsComeBack_data() {
        QTest::addColumn<int>("blocks");
        QTest::newRow("low rank") << 1;
        QTest::newRow("blocks") << 2;
    }
    // As they are in folders with the modelling file, dense in merged ones, which say what that costs; refused elsewhere.
    void factoredModelsComeBack() {
        QFETCH(int, blocks);
        Factors factors;
        for (const char* part : {"mlp.down_proj", "mlp.gate_proj", "self_attn.o_proj"})
            factors["model.layers.3." + std::string(part)] = {8, blocks};
        const auto factored = factorModel(*m_model, factors);
        const auto sequences = someSequences(*m_model);
        const PruningRecord record;
        const ExportJob job{*factored, kModel, record};
        for (const std::string format : {"huggingface-code", "lorashear", "merged"}) {
            const auto folder = fs::path(m_folder->path().toStdString()) / format;
            QVERIFY2(writeExport(format, job, folder, sequences, {}).within(1e-5), format.c_str());
            const auto back = loadModel(Checkpoint::open(folder));
            const bool merged = format == "merged";
            QVERIFY(back->config().factors == (merged ? Factors() : factors));
            QCOMPARE(back->parameterCount(), merged ? m_model->parameterCount() : factored->parameterCount());
            QVERIFY2(compareLogits(*back, *factored, sequences, {}).within(1e-5), format.c_str());
            QCOMPARE(fs::exists(folder / "modeling_lorashear.py"), !merged);
            QCOMPARE(nlohmann::json::parse(readFile(folder / "config.json")).contains("lorashear_factors"), !merged);
        }
        const auto folder = fs::path(m_folder->path().toStdString()) / "merged";
        const auto price = nlohmann::json::parse(readFile(folder / "pruning.json")).at("merged_factors");
        QVERIFY(price.at("parameters") == m_model->parameterCount() &&
                price.at("parameters_factored") == factored->parameterCount());
        QVERIFY(readFile(folder / "README.md").find("3 factored linears were multiplied out") != std::string::npos);
        const auto refused = caught([&] { writeExport("huggingface", job, out(), sequences, {}); });
        QVERIFY(says(refused, ErrorCode::Unsupported, "factored") && says(refused, ErrorCode::Unsupported, "3 linears"));
        // What is proposed instead is not what was just refused.
        const auto padded = caught([&] { writeExport("padded", job, out(), sequences, {}); });
        QVERIFY(says(padded, ErrorCode::Unsupported, "zeros"));
        QVERIFY(padded->hint().find("padded") == std::string::npos && padded->hint().find("merged") != std::string::npos);
        const auto gguf = out() / "small.gguf";
        QVERIFY(says(caught([&] { writeExport("gguf", job, gguf, sequences, {}); }), ErrorCode::Unsupported, "llama.cpp"));
        QCOMPARE(simplestFormat(*factored).format, std::string("huggingface-code"));
    }

    void paddingFusedProjections_data() {
        QTest::addColumn<QString>("family");
        for (const auto& family : lorashear::testing::familyConfigs())
            QTest::newRow(family.name.c_str()) << QString::fromStdString(family.name);
    }
    // One group alone in a layer, or one layer with fewer: wherever a family keeps its groups, padding computes the same.
    void paddingFusedProjections() {
        QFETCH(QString, family);
        const auto& all = lorashear::testing::familyConfigs();
        const auto given =
            std::find_if(all.begin(), all.end(), [&](const auto& config) { return config.name == family.toStdString(); });
        const auto dense = randomModel(parseConfig(given->json, "config.json"), 5);
        const auto structure = traceStructure(dense->config());
        std::vector<GroupRef> removed;
        for (const auto& group : structure.nodeGroups) {
            if (!group.prunable || (group.unit != UnitKind::Attention && group.unit != UnitKind::Mlp)) continue;
            const int left = group.layer == 1                    ? 1
                             : group.unit == UnitKind::Attention ? std::min(2, group.count)
                                                                 : 7 + group.layer;
            for (int j = 0; j < group.count; ++j)
                if (group.count - j > left) removed.push_back({group.id, j});
        }
        const auto small = sliceModel(*dense, structure, removed);
        QVERIFY(!small->config().uniform());
        const auto places = uniformPlaces(*small);
        const auto padded = placedModel(*small, places);
        QVERIFY(padded->config().uniform());
        const auto ids = lorashear::testing::randomIds(61, 2, 19, 3);
        QVERIFY(lorashear::testing::relativeDifference(lorashear::testing::logitsOf(*padded, ids),
                                                       lorashear::testing::logitsOf(*small, ids)) < 1e-5);
    }

    // Sub-layers that are not there become zeros, their norms too.
    void paddingFillsAbsentSubLayers_data() { paddingFusedProjections_data(); }
    void paddingFillsAbsentSubLayers() {
        QFETCH(QString, family);
        const auto dense = randomModel(configNamed(family), 5);
        const auto small = applyEdits(*dense, traceStructure(dense->config()),
                                      {DropPart{0, BlockPart::Attention}, DropPart{1, BlockPart::Mlp}});
        QVERIFY(!small->config().uniform());
        const auto padded = placedModel(*small, uniformPlaces(*small));
        QVERIFY(padded->config().uniform());
        const auto ids = lorashear::testing::randomIds(61, 2, 19, 3);
        QVERIFY(lorashear::testing::relativeDifference(lorashear::testing::logitsOf(*padded, ids),
                                                       lorashear::testing::logitsOf(*small, ids)) < 1e-5);
    }

    // Whatever went, of every kind at once: the original's tensors where something stayed, zeros elsewhere, the same logits.
    void undoneIsTheOriginalWithZeros_data() { paddingFusedProjections_data(); }
    void undoneIsTheOriginalWithZeros() {
        QFETCH(QString, family);
        auto config = configNamed(family);
        const auto first = traceStructure(config);
        const auto* hidden = first.find("hidden");
        if (hidden->cuttable)
            config.normEps = config.attention.headNormEps = 0.01;  // large enough to show whether it is scaled back
        const auto dense = randomModel(config, 5);
        const auto structure = traceStructure(config);
        Edits edits{DropPart{1, BlockPart::Attention}};
        if (config.normsFirst) edits.push_back(DropPart{0, BlockPart::Block});
        if (structure.find("hidden")->cuttable) edits.push_back(RemoveGroups{"hidden", {0, 5, 6}});
        for (const char* name : {"layers.2.mlp", "layers.2.query_heads", "layers.2.attention"})
            if (const auto* group = structure.find(name); group && (group->cuttable || group->prunable) && group->count > 1)
                edits.push_back(RemoveGroups{name, {group->count - 1}});
        QVERIFY(edits.size() >= 2);
        const auto small = applyEdits(*dense, structure, edits);
        const auto record = lorashear::testing::recordOfEdits(edits, config);
        // Known again, whatever the family calls its sizes.
        QVERIFY(editsForModel(record, config, structure, "pruning.json") == edits);
        const auto whole = placedModel(*small, originalPlaces(*small, record));
        QVERIFY(whole->config().layers == config.layers);
        QCOMPARE(whole->config().normEps, config.normEps);
        QCOMPARE(whole->parameterCount(), dense->parameterCount());
        const auto ids = lorashear::testing::randomIds(61, 2, 19, 3);
        QVERIFY(lorashear::testing::relativeDifference(lorashear::testing::logitsOf(*whole, ids),
                                                       lorashear::testing::logitsOf(*small, ids)) < 5e-5);
        const auto original = dense->tensors();
        for (const auto& [name, tensor] : whole->tensors()) {
            const auto stays = tensor != 0;
            QVERIFY2(at::allclose(tensor.masked_select(stays), original.at(name).masked_select(stays), 1e-5, 1e-6),
                     name.c_str());
        }
        // The record of another model is none of this one's.
        const auto smaller = traceStructure(*small);
        if (!smaller.find("layers.0.mlp")) return;  // gone, or routed
        const auto other = applyEdits(*small, smaller, {RemoveGroups{"layers.0.mlp", {0}}});
        if (small->config().layers.front().intermediate > 0)
            QVERIFY(says(caught([&] { originalPlaces(*other, record); }), ErrorCode::BadInput, "does not fit"));
    }

    void someEditsCannotBeUndone() {
        const auto structure = traceStructure(m_model->config());
        std::vector<int> most;
        for (int id = 0; id + 1 < m_model->config().vocabulary; ++id) most.push_back(id);
        for (const auto& [edit, why] : std::vector<std::pair<Edit, const char*>>{
                 {FactorLinear{"model.layers.0.mlp.up_proj", {4, 1}}, "factors"}, {TrimVocabulary{most}, "logit of 0"}}) {
            const auto record = lorashear::testing::recordOfEdits({edit}, m_model->config());
            const auto small = applyEdits(*m_model, structure, {edit});
            const auto error = caught([&] { originalPlaces(*small, record); });
            QVERIFY2(says(error, ErrorCode::Unsupported, why), why);
            QVERIFY(error->subject().find("/edits/0") != std::string::npos);
        }
    }

    // Channels in half precision: the gains that were scaled back are stored in fp32, so that the certificate still holds.
    void channelsAreUndoneInEveryType() {
        Edits edits{RemoveGroups{"hidden", {0, 1, 2, 3, 17, 40, 41, 63}}, DropPart{1, BlockPart::Mlp}};
        const auto small = applyEdits(*m_model, traceStructure(m_model->config()), edits);
        const auto record = lorashear::testing::recordOfEdits(edits, m_model->config());
        for (const std::string dtype : {"F32", "BF16"}) {
            const auto folder = fs::path(m_folder->path().toStdString()) / ("zeroed" + dtype);
            QVERIFY(
                writeExport("zeroed", {*small, kModel, record, dtype}, folder, someSequences(*m_model), {}).within(1e-4));
            const auto back = loadModel(Checkpoint::open(folder));
            QCOMPARE(back->config().hidden, 64);
            QVERIFY(back->config().uniform());
        }
    }

    void shardsHoldEveryTensorOnce() {
        exportHuggingFace(*m_model, out(), {kModel, "source", 200000, false}, {});
        QVERIFY(!fs::exists(out() / "model.safetensors"));
        const auto index = nlohmann::json::parse(readFile(out() / "model.safetensors.index.json"));
        QVERIFY(index.at("metadata").at("total_size") == 4 * m_model->parameterCount());
        std::set<std::string> files;
        for (const auto& [tensor, file] : index.at("weight_map").items()) files.insert(file);
        QVERIFY(files.size() >= 5 && files.count("model-00001-of-0000" + std::to_string(files.size()) + ".safetensors"));
        QCOMPARE(certifyExport(out(), *m_model, "source", someSequences(*m_model), {}).maxDifference, 0.0);
        for (const auto& file : files) QVERIFY(fs::file_size(out() / file) < 210000);
    }

    // The copy that streams from file to file is the one that goes through memory, in shards too.
    void aSlicedCopyIsTheSlicedModel() {
        const auto structure = traceStructure(m_model->config());
        std::vector<GroupRef> removed;
        for (const auto& group : structure.nodeGroups)
            if (group.unit == UnitKind::Mlp)
                for (int j = 0; j < 12; ++j) removed.push_back({group.id, 3 * j});
        const auto small = sliceModel(*m_model, structure, removed);
        const auto checkpoint = Checkpoint::open(kModel);
        const auto blueprint = blueprintOf(configOf(checkpoint), structure, editsOf(structure, removed));
        const auto config = writeEditedCopy(checkpoint, blueprint, out(), {kModel, "source", 300000, false}, {}, {});
        QVERIFY(config.layers == small->config().layers);
        const auto back = loadModel(Checkpoint::open(out()));
        for (const auto& [name, tensor] : small->tensors())
            QVERIFY2(at::equal(tensor, back->tensors().at(name)), name.c_str());
        const auto saliency = streamedMagnitude(checkpoint, structure, {});
        const auto& mlp = *structure.find("layers.1.mlp");
        const auto gate = m_model->linear("model.layers.1.mlp.gate_proj")->weight,
                   up = m_model->linear("model.layers.1.mlp.up_proj")->weight;
        const auto expected = (gate.square().sum(1) + up.square().sum(1)).sqrt();
        const auto& scores = saliency.scores.at(static_cast<std::size_t>(mlp.id));
        for (std::size_t j = 0; j < scores.size(); ++j)
            QVERIFY(std::abs(scores[j] - expected[static_cast<std::int64_t>(j)].item<double>()) < 1e-4);
    }

    // Heads, query heads, channels and neurons at once: from file to file the same tensors as in memory, and the same logits when read back.
    void anEditedCopyIsTheEditedModel() {
        const auto structure = traceStructure(m_model->config());
        const Edits edits{RemoveGroups{"layers.0.query_heads", {1}}, RemoveGroups{"layers.1.attention", {0, 3}},
                          RemoveGroups{"hidden", {0, 1, 2, 3, 17, 40, 41, 63}}, RemoveGroups{"layers.4.mlp", {0, 171}}};
        const auto small = applyEdits(*m_model, structure, edits);
        const auto checkpoint = Checkpoint::open(kModel);
        const auto blueprint = blueprintOf(configOf(checkpoint), structure, edits);
        writeEditedCopy(checkpoint, blueprint, out(), {kModel, "source", 300000, false}, {}, {});
        const auto back = loadModel(Checkpoint::open(out()));
        QVERIFY(back->config().layers == small->config().layers);
        QCOMPARE(back->config().hidden, 56);
        QCOMPARE(back->config().normEps, small->config().normEps);
        for (const auto& [name, tensor] : small->tensors())
            QVERIFY2(at::equal(tensor, back->tensors().at(name)), name.c_str());
        QCOMPARE(certifyExport(out(), *small, "source", someSequences(*small), {}).maxDifference, 0.0);
    }

    // Fitted while streaming: the same thin linears as in memory, with a calibration and without; the record says what they lose.
    void factorsFromFileToFile() {
        const std::string down = "model.layers.4.mlp.down_proj", gate = "model.layers.3.mlp.gate_proj";
        const Edits edits{FactorLinear{down, {16, 1}}, FactorLinear{gate, {8, 2}}, DropPart{0, BlockPart::Block}};
        const auto checkpoint = Checkpoint::open(kModel);
        const auto blueprint = blueprintOf(configOf(checkpoint), traceStructure(m_model->config()), edits);
        const auto moments = collectInputMoments(*m_model, {down}, someSequences(*m_model), 2, Compute::Fp32, {});
        FactorFits fits;
        const auto small = applyEdits(*m_model, blueprint, moments, &fits);
        PruningRecord record;
        record.tool = "test";
        writeEditedCopy(checkpoint, blueprint, out(), {kModel, "source", 300000, false}, record, {}, moments);
        const auto back = loadModel(Checkpoint::open(out()));
        QVERIFY((back->config().factors ==
                 Factors{{"model.layers.3.mlp.down_proj", {16, 1}}, {"model.layers.2.mlp.gate_proj", {8, 2}}}));
        QCOMPARE(back->parameterCount(), blueprint.parameters());
        for (const auto& [name, tensor] : small->tensors())
            QVERIFY2(at::equal(tensor, back->tensors().at(name)), name.c_str());
        QCOMPARE(certifyExport(out(), *small, "source", someSequences(*small), {}).maxDifference, 0.0);
        const auto lost = nlohmann::json::parse(readFile(out() / "pruning.json")).at("factors");
        QCOMPARE(lost.size(), std::size_t{2});
        QVERIFY(lost.at(down).at("calibrated") == true && lost.at(gate).at("calibrated") == false);
        for (const auto& [linear, fit] : fits) {
            QVERIFY(fit.lost > 0 && fit.lost < fit.energy);
            QVERIFY(std::abs(lost.at(linear).at("lost").get<double>() - fit.lost / fit.energy) < 1e-9);
        }
    }

    // Weights that the checkpoint stores transposed, with biases that are divided among blocks.
    void factorsOfTransposedWeightsFromFileToFile() {
        const auto& all = lorashear::testing::familyConfigs();
        const auto given = std::find_if(all.begin(), all.end(), [](const auto& config) { return config.name == "gpt2"; });
        const auto model = randomModel(parseConfig(given->json, "config.json"), 5);
        const auto source = fs::path(m_folder->path().toStdString()) / "gpt2";
        exportHuggingFace(*model, source, {kModel, "F32"}, {});
        Edits edits;
        const auto structure = traceStructure(model->config());
        for (const auto& [name, size] : structure.linears)
            if (size.transposed && size.bias) edits.push_back(FactorLinear{name, {2, edits.size() % 2 == 0 ? 1 : 2}});
        QVERIFY(edits.size() >= 6);
        const auto checkpoint = Checkpoint::open(source);
        const auto blueprint = blueprintOf(model->config(), structure, edits);
        writeEditedCopy(checkpoint, blueprint, out(), {source, "source", 300000, false}, {}, {});
        const auto small = applyEdits(*model, blueprint), back = loadModel(Checkpoint::open(out()));
        for (const auto& [name, tensor] : small->tensors())
            QVERIFY2(at::equal(tensor, back->tensors().at(name)), name.c_str());
    }

    void aFailedCertificateLeavesNothing_data() {
        QTest::addColumn<QString>("format");
        QTest::newRow("folder") << "lorashear";
        QTest::newRow("file") << "gguf";
    }
    // A model that computes what its format does not say: what was written is heard of, refused and removed.
    void aFailedCertificateLeavesNothing() {
        QFETCH(QString, format);
        auto config = m_model->config();
        config.scaledEmbedding = true;
        const auto odd = buildModel(config, m_model->tensors());
        const PruningRecord record;
        const auto to = out().replace_extension(format == "gguf" ? ".gguf" : "");
        std::vector<LogitComparison> heard;
        const auto error = caught([&] {
            writeExport(format.toStdString(), {*odd, kModel, record}, to, someSequences(*odd), {},
                        [&](const LogitComparison& seen) { heard.push_back(seen); });
        });
        QVERIFY2(says(error, ErrorCode::Verification, to.string()), error ? error->what() : "nothing was refused");
        QCOMPARE(heard.size(), std::size_t{1});
        QVERIFY(!heard.front().within() && heard.front().maxDifference > 0);
        QCOMPARE(std::distance(fs::directory_iterator(to.parent_path()), fs::directory_iterator()), 0);
        // The same place is free for one that passes.
        writeExport(format.toStdString(), {*m_model, kModel, record}, to, someSequences(*m_model), {},
                    [&](const LogitComparison& seen) { heard.push_back(seen); });
        QVERIFY(heard.size() == 2 && heard.back().within() && fs::exists(to));
        QCOMPARE(std::distance(fs::directory_iterator(to.parent_path()), fs::directory_iterator()), 1);
    }

    void whatIsNotFiniteIsNotWritten_data() { aFailedCertificateLeavesNothing_data(); }
    // What is not finite is refused before it is written: nothing is compared and nothing stays. Stopping is no failure.
    void whatIsNotFiniteIsNotWritten() {
        QFETCH(QString, format);
        auto tensors = m_model->tensors();
        for (auto& [name, tensor] : tensors) tensor = tensor.clone();
        tensors.at("model.layers.2.mlp.up_proj.weight")[5][7] = std::nanf("");
        const auto broken = buildModel(m_model->config(), tensors);
        const PruningRecord record;
        const auto to = out().replace_extension(format == "gguf" ? ".gguf" : "");
        std::vector<LogitComparison> heard;
        const auto hear = [&](const LogitComparison& seen) { heard.push_back(seen); };
        const auto error = caught([&] {
            writeExport(format.toStdString(), {*broken, kModel, record}, to, someSequences(*broken), {}, hear);
        });
        QVERIFY2(says(error, ErrorCode::Numeric, "model.layers.2.mlp.up_proj.weight"),
                 error ? error->what() : "nothing was refused");
        QVERIFY(heard.empty());
        Control stopped;
        std::stop_source stop;
        stopped.stop = stop.get_token();
        stop.request_stop();
        QVERIFY(says(
            caught([&] {
                writeExport(format.toStdString(), {*m_model, kModel, record}, to, someSequences(*m_model), stopped, hear);
            }),
            ErrorCode::Cancelled, ""));
        QVERIFY(heard.empty());
        QCOMPARE(std::distance(fs::directory_iterator(to.parent_path()), fs::directory_iterator()), 0);
    }

    void whatIsThereStaysAsItIs() {
        const PruningRecord record;
        const auto sequences = someSequences(*m_model);
        writeExport("huggingface", {*m_model, kModel, record}, out(), sequences, {});
        const auto before = readFile(out() / "model.safetensors");
        auto config = m_model->config();
        config.scaledEmbedding = true;
        const auto odd = buildModel(config, m_model->tensors());
        QVERIFY(says(caught([&] {
                         writeExport("huggingface", {*odd, kModel, record}, out(), sequences, {});
                     }),
                     ErrorCode::Io, "nothing is ever overwritten"));
        QVERIFY(readFile(out() / "model.safetensors") == before);
        const auto file = out().parent_path() / "some.gguf";
        writeFile(file, "keep me");
        QVERIFY(says(caught([&] {
                         writeExport("gguf", {*m_model, kModel, record}, file, sequences, {});
                     }),
                     ErrorCode::Io, "some.gguf"));
        QVERIFY(readFile(file) == "keep me");
        QVERIFY(says(caught([&] {
                         writeExport("gguf", {*m_model, kModel, record}, out() / "x.bin", sequences, {});
                     }),
                     ErrorCode::Usage, "x.bin"));
        QCOMPARE(std::distance(fs::directory_iterator(out().parent_path()), fs::directory_iterator()), 2);
    }

    void aTrailingSlashIsNoFolderOfItsOwn() {
        const PruningRecord record;
        writeExport("huggingface", {*m_model, kModel, record}, out() / "", someSequences(*m_model), {});
        QVERIFY(fs::exists(out() / "model.safetensors"));
        QCOMPARE(std::distance(fs::directory_iterator(out().parent_path()), fs::directory_iterator()), 1);
    }

    void aFullDiskLeavesNothing_data() { aFailedCertificateLeavesNothing_data(); }
    void aFullDiskLeavesNothing() {
        QFETCH(QString, format);
        const PruningRecord record;
        const auto to = out().replace_extension(format == "gguf" ? ".gguf" : "");
        const auto sequences = someSequences(*m_model);
        std::optional<Error> error;
        {
            const lorashear::test::FileSizeLimit full(600'000);  // the weights need 1,040,128 bytes
            error = caught([&] { writeExport(format.toStdString(), {*m_model, kModel, record}, to, sequences, {}); });
        }
        QVERIFY2(says(error, ErrorCode::Io, "could not be written") && !error->hint().empty(),
                 error ? error->what() : "nothing was refused");
        QCOMPARE(std::distance(fs::directory_iterator(to.parent_path()), fs::directory_iterator()), 0);
    }

    void nothingIsOverwritten() {
        fs::create_directory(out());
        writeFile(out() / "precious.txt", "keep me");
        QVERIFY_EXCEPTION_THROWN(exportHuggingFace(*m_model, out(), {kModel, "source"}, {}), Error);
        QVERIFY(readFile(out() / "precious.txt") == "keep me");
        QCOMPARE(std::distance(fs::directory_iterator(out()), fs::directory_iterator()), 1);
    }

    void anAttachedAdapterIsRefusedAndNothingIsLeft() {
        attachLora(*m_model, {}, 1);
        QVERIFY_EXCEPTION_THROWN(exportHuggingFace(*m_model, out(), {kModel, "source"}, {}), Error);
        QVERIFY(!fs::exists(out()));
        QCOMPARE(std::distance(fs::directory_iterator(m_folder->path().toStdString()), fs::directory_iterator()), 0);
    }

private:
    fs::path out() const { return fs::path(m_folder->path().toStdString()) / "export"; }

    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<CausalLM> m_model;
};

}  // namespace tst_export

QTEST_GUILESS_MAIN(tst_export::ExportTest)
#include "tst_export.moc"
