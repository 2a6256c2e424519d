#include "core/adapters/adapter_folder.h"
#include "core/adapters/peft_config.h"
#include "core/base/error.h"
#include "core/compact/group_masks.h"
#include "core/edits/apply.h"
#include "core/edits/edit_json.h"
#include "core/io/atomic_file.h"
#include "core/io/safetensors.h"
#include "core/trace/tracer.h"
#include "tests/support/caught.h"
#include "tests/support/temp_folder.h"
#include "tests/tensor/pruning_records.h"
#include "tests/tensor/random_models.h"

#include <QtTest>
#include <nlohmann/json.hpp>

namespace tst_adapters {

using namespace lorashear;
using namespace lorashear::testing;
using lorashear::test::caught;
using lorashear::test::says;
using lorashear::test::TempFolder;

namespace {

const Shape kShape{"small", 3, 2, false, false, false};

nlohmann::json plainConfig() {
    return {{"peft_type", "LORA"}, {"r", 4}, {"lora_alpha", 8}, {"target_modules", {"q_proj", "v_proj"}}};
}

PeftConfig parsed(const nlohmann::json& config) {
    return parsePeftConfig(config.dump(), "adapter_config.json");
}

/// A model with adapters only, no row scales.
std::unique_ptr<CausalLM> adapted(std::uint64_t seed, const std::vector<std::string>& targets = {}) {
    auto model = randomModel(configOf(kShape), 5);
    disturb(*model, seed, targets);
    for (auto* linear : model->linears()) linear->rowScale = at::Tensor();
    return model;
}

}  // namespace

class AdaptersTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aKeyTwiceIsRefused() {
        const auto refusal = [](const std::string& text) {
            return caught([&] { parsePeftConfig(text, "adapter_config.json"); });
        };
        auto text = plainConfig().dump();
        QVERIFY(!refusal(text));
        QVERIFY(says(refusal(std::string(text).insert(1, R"("r": 8, )")), ErrorCode::BadInput, "\"r\" twice"));
        QVERIFY(says(refusal(text.substr(0, 20)), ErrorCode::BadInput, "is not valid JSON at byte 21"));
        QVERIFY(says(refusal("3"), ErrorCode::BadInput, "is not a JSON object"));
    }

    void scalesAndPatterns() {
        auto json = plainConfig();
        auto config = parsed(json);
        QCOMPARE(config.scaleOf("model.layers.0.self_attn.q_proj"), 2.0);
        json["use_rslora"] = true;
        QCOMPARE(parsed(json).scaleOf("model.layers.0.self_attn.q_proj"), 4.0);
        json["rank_pattern"] = {{"layers.1.self_attn.q_proj", 16}};
        json["alpha_pattern"] = {{"v_proj", 2}};
        config = parsed(json);
        QCOMPARE(config.rankOf("model.layers.1.self_attn.q_proj"), 16);
        QCOMPARE(config.rankOf("model.layers.11.self_attn.q_proj"), 4);
        QCOMPARE(config.scaleOf("model.layers.1.self_attn.v_proj"), 1.0);
        QCOMPARE(config.scaleOf("model.layers.1.self_attn.q_proj"), 2.0);
    }

    void targets_data() {
        QTest::addColumn<QString>("more");
        QTest::addColumn<QString>("module");
        QTest::addColumn<bool>("targeted");
        const QString q0 = "model.layers.0.self_attn.q_proj", q12 = "model.layers.12.self_attn.q_proj";
        QTest::newRow("list") << "{}" << q0 << true;
        QTest::newRow("list, other") << "{}"
                                     << "model.layers.0.self_attn.k_proj" << false;
        QTest::newRow("list, no dot") << R"({"target_modules":["_proj"]})" << q0 << false;
        QTest::newRow("whole path") << R"({"target_modules":["model.layers.0.self_attn.q_proj"]})" << q0 << true;
        QTest::newRow("regex") << R"({"target_modules":".*layers\\.(0|1)\\..*q_proj"})" << q0 << true;
        QTest::newRow("regex is whole") << R"({"target_modules":"q_proj"})" << q0 << false;
        QTest::newRow("all-linear") << R"({"target_modules":"all-linear"})"
                                    << "model.layers.0.mlp.up_proj" << true;
        QTest::newRow("excluded") << R"({"exclude_modules":["q_proj"]})" << q0 << false;
        QTest::newRow("excluded regex") << R"({"exclude_modules":".*\\.0\\..*"})" << q0 << false;
        QTest::newRow("layers") << R"({"layers_to_transform":[0,3]})" << q0 << true;
        QTest::newRow("layers, other") << R"({"layers_to_transform":[0,3]})" << q12 << false;
        QTest::newRow("one layer") << R"({"layers_to_transform":12})" << q12 << true;
        QTest::newRow("layers pattern") << R"({"layers_to_transform":[12],"layers_pattern":"layers"})" << q12 << true;
        QTest::newRow("layers pattern, other")
            << R"({"layers_to_transform":[12],"layers_pattern":["blocks"]})" << q12 << false;
    }
    void targets() {
        QFETCH(QString, more);
        QFETCH(QString, module);
        QFETCH(bool, targeted);
        auto json = plainConfig();
        json.update(nlohmann::json::parse(more.toStdString()));
        QCOMPARE(parsed(json).targeted(module.toStdString()), targeted);
    }

    void exoticKindsAreRefusedByName_data() {
        QTest::addColumn<QString>("more");
        QTest::addColumn<QString>("word");
        QTest::newRow("DoRA") << R"({"use_dora":true})"
                              << "DoRA";
        QTest::newRow("VeRA") << R"({"peft_type":"VERA"})"
                              << "VERA";
        QTest::newRow("prompt tuning") << R"({"peft_type":"PROMPT_TUNING"})"
                                       << "PROMPT_TUNING";
        QTest::newRow("modules_to_save") << R"({"modules_to_save":["lm_head"]})"
                                         << "modules_to_save";
        QTest::newRow("tokens") << R"({"trainable_token_indices":[1]})"
                                << "trainable_token_indices";
        QTest::newRow("biases") << R"({"bias":"all"})"
                                << "bias";
        QTest::newRow("lora_bias") << R"({"lora_bias":true})"
                                   << "lora_bias";
        QTest::newRow("pissa") << R"({"init_lora_weights":"pissa_niter_4"})"
                               << "pissa";
        QTest::newRow("parameters") << R"({"target_parameters":["x"]})"
                                    << "target_parameters";
    }
    void exoticKindsAreRefusedByName() {
        QFETCH(QString, more);
        QFETCH(QString, word);
        auto json = plainConfig();
        json.update(nlohmann::json::parse(more.toStdString()));
        QVERIFY(says(caught([&] { parsed(json); }), ErrorCode::Unsupported, word.toStdString()));
    }

    void brokenConfigs_data() {
        QTest::addColumn<QString>("more");
        QTest::addColumn<QString>("word");
        QTest::newRow("rank") << R"({"r":0})"
                              << "\"r\"";
        QTest::newRow("regex") << "{\"target_modules\":\"a{2,1}\"}"
                               << "a{2,1}";
        QTest::newRow("targets") << R"({"target_modules":[]})"
                                 << "target_modules";
        QTest::newRow("flag") << R"({"fan_in_fan_out":3})"
                              << "fan_in_fan_out";
        QTest::newRow("layers") << R"({"layers_to_transform":"all"})"
                                << "layers_to_transform";
    }
    void brokenConfigs() {
        QFETCH(QString, more);
        QFETCH(QString, word);
        auto json = plainConfig();
        json.update(nlohmann::json::parse(more.toStdString()));
        QVERIFY(says(caught([&] { parsed(json); }), ErrorCode::BadInput, word.toStdString()));
    }

    void writtenAdaptersComeBack() {
        TempFolder folder;
        const auto model = adapted(3);
        model->linears().front()->scale *= 3;  // differing scales become an alpha pattern
        const auto out = folder.path() / "adapter";
        writeAdapter(adapterOf(*model), out, {"base", "test"}, *model);
        const auto base = randomModel(configOf(kShape), 5);
        const auto back = readAdapter(out, *base);
        QCOMPARE(back.size(), model->linears().size());
        for (const auto* linear : model->linears()) {
            const auto& part = back.at(linear->name);
            QVERIFY(at::equal(part.a, linear->a) && at::equal(part.b, linear->b));
            QVERIFY(std::abs(part.scale - linear->scale) < 1e-12);
        }
        const auto ids = randomIds(61, 1, 20, 1);
        QVERIFY(relativeDifference(logitsOf(*withAdapter(*base, out), ids), logitsOf(*model, ids)) < 1e-5);
    }

    void anotherBaseFailsLoudly() {
        TempFolder folder;
        const auto model = adapted(3);
        writeAdapter(adapterOf(*model), folder.path() / "a", {"base", "test"}, *model);
        auto config = configOf(kShape);
        for (auto& layer : config.layers) layer.intermediate += 2;
        const auto error = caught([&] { readAdapter(folder.path() / "a", *randomModel(config, 1)); });
        QVERIFY(says(error, ErrorCode::BadInput, "mlp."));
        QVERIFY(says(error, ErrorCode::BadInput, "[3, 19]") || says(error, ErrorCode::BadInput, "[19, 3]"));
        QVERIFY(says(error, ErrorCode::BadInput, "[3, 21]") || says(error, ErrorCode::BadInput, "[21, 3]"));
        config = configOf(kShape);
        config.layers.pop_back();
        QVERIFY(says(caught([&] { readAdapter(folder.path() / "a", *randomModel(config, 1)); }), ErrorCode::BadInput,
                     "model.layers.2"));
        // A deeper one has all of its modules in the right shapes.
        config = configOf(kShape);
        config.layers.push_back(config.layers.back());
        const auto deeper = caught([&] { readAdapter(folder.path() / "a", *randomModel(config, 5)); });
        QVERIFY(says(deeper, ErrorCode::BadInput, "\"base\" (llama, 3 layers"));
        QVERIFY(says(deeper, ErrorCode::BadInput, "this model (llama, 4 layers"));
    }

    /// Shapes fit and numbers would come out: of another training, or of the model that already contains the adapter.
    void sameShapesOtherWeights() {
        TempFolder folder;
        const auto model = adapted(3);
        writeAdapter(adapterOf(*model), folder.path() / "a", {"base", "test"}, *model);
        const auto reads = [&](const CausalLM& base) { return caught([&] { readAdapter(folder.path() / "a", base); }); };
        const auto original = randomModel(configOf(kShape), 5);
        QVERIFY(!reads(*original));
        QVERIFY(says(reads(*randomModel(configOf(kShape), 6)), ErrorCode::BadInput, "weights are not"));
        QVERIFY(says(reads(*mergeAdapters(*model, true)), ErrorCode::BadInput, "\"base\" (llama, 3 layers"));
        // One weight of one small tensor.
        auto tensors = original->tensors();
        auto& norm = tensors.at("model.layers.1.input_layernorm.weight");
        norm = norm.clone();
        norm.data_ptr<float>()[7] += 0.01f;
        QVERIFY(says(reads(*buildModel(original->config(), tensors)), ErrorCode::BadInput,
                     "model.layers.1.input_layernorm.weight"));
    }

    /// The same base in another storage type is the same base; PEFT's files, which carry no note, are taken by their shapes.
    void theSameBaseInAnotherType() {
        TempFolder folder;
        const auto model = adapted(3);
        writeAdapter(adapterOf(*model), folder.path() / "a", {"base", "test"}, *model);
        for (const auto type : {at::kBFloat16, at::kHalf}) {
            auto tensors = model->tensors();
            for (auto& [name, tensor] : tensors) tensor = tensor.to(type);
            QVERIFY(!caught([&] { readAdapter(folder.path() / "a", *buildModel(model->config(), tensors)); }));
            for (auto& [name, tensor] : tensors) tensor = tensor * 1.05;
            QVERIFY(caught([&] { readAdapter(folder.path() / "a", *buildModel(model->config(), tensors)); }));
        }
        const auto file = folder.path() / "a" / "adapter_model.safetensors";
        const auto kept = SafetensorsFile::open(file);
        writeSafetensors(file, kept->tensors());
        QVERIFY(!caught([&] { readAdapter(folder.path() / "a", *randomModel(configOf(kShape), 6)); }));
        writeSafetensors(file, kept->tensors(), {{"format", "pt"}, {"lorashear.base", "{\"layers\":3}"}});
        QVERIFY(says(caught([&] { readAdapter(folder.path() / "a", *model); }), ErrorCode::BadInput, "lorashear.base"));
    }

    void halfOfAPairAndForeignTensors() {
        TempFolder folder;
        const auto model = adapted(3, {"q_proj"});
        writeAdapter(adapterOf(*model), folder.path() / "a", {"base", "test"}, *model);
        const auto file = SafetensorsFile::open(folder.path() / "a" / "adapter_model.safetensors");
        auto tensors = file->tensors();
        const auto write = [&] { writeSafetensors(folder.path() / "a" / "adapter_model.safetensors", tensors); };
        const auto read = [&] { readAdapter(folder.path() / "a", *model); };
        const auto kept = tensors;
        tensors.pop_back(), write();
        QVERIFY(says(caught(read), ErrorCode::BadInput, "only one of"));
        tensors = kept, tensors.back().name = "base_model.model.model.embed_tokens.lora_embedding_A", write();
        QVERIFY(says(caught(read), ErrorCode::Unsupported, "embedding"));
        tensors = kept, tensors.back().name = "base_model.model.lm_head.lora_A.weight", write();
        QVERIFY(says(caught(read), ErrorCode::Unsupported, "head"));
        std::filesystem::remove(folder.path() / "a" / "adapter_model.safetensors");
        QVERIFY(says(caught(read), ErrorCode::BadInput, "does not exist"));
    }

    // An adapter of the original, cut with the record, on the pruned model = the original with the adapter, pruned.
    void slicingAnAdapter() {
        const auto dense = randomModel(configOf(kShape), 5);
        const auto withIt = adapted(7);
        const auto structure = traceStructure(dense->config());
        const auto removed = randomGroups(structure, 2, 0.4);
        const auto record = recordOf(structure, removed);
        const auto expected = sliceModel(*withIt, structure, removed);
        auto pruned = sliceModel(*dense, structure, removed);
        attachAdapter(*pruned, slicedAdapter(adapterOf(*withIt), record, *dense));
        const auto ids = randomIds(61, 2, 17, 4);
        QVERIFY(relativeDifference(logitsOf(*pruned, ids), logitsOf(*expected, ids)) < 1e-6);
        // The uncut one does not fit, and says so.
        QVERIFY(says(caught([&] { attachAdapter(*pruned, adapterOf(*withIt)); }), ErrorCode::BadInput, "lora_"));
    }

    // LoRAM: zeros where groups are gone; cutting it again gives the same adapter, and removed rows of the original stay as they were.
    void expandingAnAdapter() {
        const auto dense = randomModel(configOf(kShape), 5);
        const auto structure = traceStructure(dense->config());
        const auto removed = randomGroups(structure, 2, 0.4);
        const auto record = recordOf(structure, removed);
        const auto pruned = sliceModel(*dense, structure, removed);
        disturb(*pruned, 9);
        const auto small = adapterOf(*pruned);
        const auto large = expandedAdapter(small, record, *dense);
        const auto again = slicedAdapter(large, record, *dense);
        for (const auto& [name, part] : small)
            QVERIFY(at::equal(again.at(name).a, part.a) && at::equal(again.at(name).b, part.b));
        const auto full = cloneModel(*dense);
        attachAdapter(*full, large);
        const auto& group = structure.nodeGroups.at(static_cast<std::size_t>(removed.front().nodeGroup));
        for (const auto& rows : rowsOf(*full, group, removed.front().index)) {
            const auto delta = rows.linear->effectiveWeight() - rows.linear->weight;
            QVERIFY(delta.narrow(0, rows.begin, rows.length).abs().max().item<float>() < 1e-6f);
        }
        // With the original's own rows of what is gone at zero, it computes what the pruned model with its adapter does.
        auto tensors = dense->tensors();
        for (const GroupRef& gone : removed)
            for (const auto& slice : structure.nodeGroups.at(static_cast<std::size_t>(gone.nodeGroup)).primary) {
                auto& tensor = tensors.at(slice.tensor);
                tensor = tensor.clone();
                tensor.narrow(slice.dim, slice.begin(gone.index), slice.length).zero_();
            }
        const auto zeroed = buildModel(dense->config(), tensors);
        attachAdapter(*zeroed, large);
        for (auto* linear : pruned->linears()) linear->rowScale = at::Tensor();  // of disturb(); adapters do not hold them
        const auto ids = randomIds(dense->config().vocabulary, 2, 11, 6);
        QVERIFY(relativeDifference(logitsOf(*zeroed, ids), logitsOf(*pruned, ids)) < 1e-5);
    }

    // Edits of every kind that leaves linears: names move up with their blocks, rows and columns go, and back again.
    void adaptersFollowEveryKindOfEdit() {
        const auto dense = randomModel(configOf(kShape), 5);
        const auto withIt = adapted(7);
        const auto structure = traceStructure(dense->config());
        const Edits edits{DropPart{0, BlockPart::Block},
                          DropPart{1, BlockPart::Attention},
                          RemoveGroups{"layers.1.mlp", {0, 7, 18}},
                          RemoveGroups{"hidden", {3, 21}},
                          RemoveGroups{"layers.2.query_heads", {1}},
                          RemoveGroups{"layers.2.attention", {0}},
                          TrimVocabulary{{0, 1, 2, 5, 9, 60}}};
        const auto record = recordOfEdits(edits);
        const auto expected = applyEdits(*withIt, structure, edits);
        auto pruned = applyEdits(*dense, structure, edits);
        const auto cut = slicedAdapter(adapterOf(*withIt), record, *dense);
        QVERIFY(cut.contains("model.layers.0.mlp.up_proj") && !cut.contains("model.layers.0.self_attn.q_proj") &&
                !cut.contains("model.layers.2.mlp.up_proj"));
        const auto ids = randomIds(6, 2, 17, 4);
        const auto without = logitsOf(*pruned, ids);
        attachAdapter(*pruned, cut);
        QVERIFY(relativeDifference(logitsOf(*pruned, ids), logitsOf(*expected, ids)) < 1e-6);
        QVERIFY(relativeDifference(without, logitsOf(*expected, ids)) > 1e-3);
        const auto large = expandedAdapter(cut, record, *dense);
        QCOMPARE(large.size(), cut.size());
        attachAdapter(*cloneModel(*dense), large);
        const auto again = slicedAdapter(large, record, *dense);
        for (const auto& [name, part] : cut)
            QVERIFY(at::equal(again.at(name).a, part.a) && at::equal(again.at(name).b, part.b));
    }

    /// A record of a model that lacked something already names other groups.
    void recordsOfAnotherOriginalAreRefused() {
        auto config = configOf(kShape);
        config.source = R"({"vocab_size": 61})";
        const auto dense = randomModel(config, 5);
        const auto structure = traceStructure(dense->config());
        const Edits edits{RemoveGroups{"layers.1.mlp", {0}}};
        const auto all = adapterOf(*adapted(7));
        const auto refusal = [&](const Edits& before) {
            const auto other = applyEdits(*dense, structure, before)->config();
            const auto record = recordOfEdits(edits, other);
            const auto error = caught([&] { slicedAdapter(all, record, *dense); });
            const bool right = error && error->code() == ErrorCode::BadInput && error->subject() == "pruning.json /original";
            return right ? error->message() : std::string();
        };
        const auto layers = std::to_string(dense->config().layers.size());
        QCOMPARE(
            refusal({RemoveGroups{"layers.0.mlp", {3}}}).find("was made of another model: intermediate_size of layer 0 is"),
            std::size_t{0});
        QVERIFY(refusal({RemoveGroups{"layers.2.attention", {0}}}).find("num_attention_heads of layer 2 is") !=
                std::string::npos);
        QVERIFY(refusal({DropPart{0, BlockPart::Block}}).find("there, " + layers + " here") != std::string::npos);
        QVERIFY(refusal({FactorLinear{"model.layers.1.mlp.up_proj", {2, 1}}}).find("factored") != std::string::npos);
        auto alike = config;
        alike.dtype = "BF16", alike.normEps = 1e-3;
        QVERIFY(!slicedAdapter(all, recordOfEdits(edits, alike), *dense).empty());
    }

    void adaptersOfFactoredLinearsAreRefused() {
        const auto dense = randomModel(configOf(kShape), 5);
        const std::string path = "model.layers.1.mlp.up_proj";
        const Edits edits{FactorLinear{path, {2, 1}}};
        const auto record = recordOfEdits(edits);
        const auto all = adapterOf(*adapted(7));
        QVERIFY(says(caught([&] { slicedAdapter(all, record, *dense); }), ErrorCode::Unsupported, "factored"));
        const auto others = adapterOf(*adapted(7, {"q_proj"}));
        QCOMPARE(slicedAdapter(others, record, *dense).size(), others.size());
        const auto small = applyEdits(*dense, traceStructure(dense->config()), edits);
        disturb(*small, 9);
        QVERIFY(says(caught([&] { expandedAdapter(adapterOf(*small), record, *dense); }), ErrorCode::Unsupported, "thin"));
        const auto gone = recordOfEdits({DropPart{1, BlockPart::Mlp}});
        const Adapter only{{path, all.at(path)}};
        QVERIFY(says(caught([&] { slicedAdapter(only, gone, *dense); }), ErrorCode::BadInput, "does not have"));
    }

    void stackingIsTheSum() {
        const auto one = adapterOf(*adapted(3)), two = adapterOf(*adapted(4));
        const auto dense = randomModel(configOf(kShape), 5);
        auto both = cloneModel(*dense);
        attachAdapter(*both, stacked({one, two}));
        for (auto* linear : both->linears()) {
            const auto expected = linear->weight +
                                  one.at(linear->name).scale * one.at(linear->name).b.mm(one.at(linear->name).a) +
                                  two.at(linear->name).scale * two.at(linear->name).b.mm(two.at(linear->name).a);
            QVERIFY((linear->effectiveWeight() - expected).abs().max().item<float>() < 1e-5f);
        }
    }
};

}  // namespace tst_adapters

QTEST_GUILESS_MAIN(tst_adapters::AdaptersTest)
#include "tst_adapters.moc"
