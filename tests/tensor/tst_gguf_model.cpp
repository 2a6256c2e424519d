// Models from GGUF files and into them: the same logits, the same tokens, and what llama.cpp needs to compute the same.

#include "core/compact/group_masks.h"
#include "core/edits/apply.h"
#include "core/export/certificate.h"
#include "core/export/export.h"
#include "core/export/gguf_file.h"
#include "core/export/gguf_layout.h"
#include "core/export/gguf_mixture.h"
#include "core/export/rounding.h"
#include "core/export/stored_type.h"
#include "core/io/atomic_file.h"
#include "core/io/checkpoint.h"
#include "core/io/gguf.h"
#include "core/io/gguf_architecture.h"
#include "core/io/gguf_parts.h"
#include "core/text/json_tokenizer.h"
#include "core/text/tokenizer.h"
#include "core/trace/tracer.h"
#include "tests/support/caught.h"
#include "tests/support/gguf_builder.h"
#include "tests/support/temp_folder.h"
#include "tests/tensor/family_configs.h"
#include "tests/tensor/random_models.h"
#include "tests/tensor/real_models.h"

#include <QtTest>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace tst_gguf_model {

using namespace lorashear;
using namespace lorashear::test;
using lorashear::testing::configOf;
using lorashear::testing::familyConfigs;
using lorashear::testing::fileText;
using lorashear::testing::logitsOf;
using lorashear::testing::randomIds;
using lorashear::testing::relativeDifference;
using lorashear::testing::shapes;

namespace {

namespace fs = std::filesystem;

const fs::path kBundled = LORASHEAR_SOURCE_DIR "/resources/models/stories260K";
const fs::path kStoriesGguf = LORASHEAR_SHARED_DIR "/models/stories260K/stories260K.gguf";

/// Whether the table of architectures has a row for a family.
bool isWritten(const std::string& family) {
    const auto all = ggufArchitectures();
    return family == "mistral" || std::any_of(all.begin(), all.end(), [&](const auto& one) { return one.family == family; });
}

/// A GGUF file with a small tokenizer, for models that need one only to be complete.
fs::path smallTokenizer(const TempFolder& folder) {
    return folder.write("source.gguf", tinyLlama().bytes());
}

/// Text without repeated spaces: SentencePiece collapses those by itself, llama.cpp and tokenizer.json keep them.
std::string withSingleSpaces(std::string text) {
    text.erase(std::unique(text.begin(), text.end(), [](char a, char b) { return a == ' ' && b == ' '; }), text.end());
    return text;
}

}  // namespace

class TestGgufModel : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void publishedFileIsTheFolder() {
        if (!fs::exists(kStoriesGguf)) return;
        const auto fromFile = loadModel(Checkpoint::open(kStoriesGguf)), fromFolder = loadModel(Checkpoint::open(kBundled));
        const auto ids = randomIds(512, 2, 100, 7);
        QVERIFY(relativeDifference(logitsOf(*fromFile, ids), logitsOf(*fromFolder, ids)) < 1e-5);
        const auto ours = Tokenizer::open(kStoriesGguf), theirs = Tokenizer::open(kBundled),
                   json = openJsonTokenizer(kBundled);
        QCOMPARE(ours->bosId(), 1);
        QCOMPARE(ours->eosIds(), std::vector<int>{2});
        std::vector<fs::path> texts{LORASHEAR_SOURCE_DIR "/resources/data/valid.txt"};
        for (const char* name : {"multilingual", "books", "tinystories", "wikitext2"})
            for (const auto& entry : fs::directory_iterator(fs::path(LORASHEAR_SHARED_DIR) / "data" / name))
                texts.push_back(entry.path());
        for (const auto& path : texts) {
            const std::string text = fileText(path);
            const auto ids2 = ours->encode(text);
            QVERIFY2(ids2 == json->encode(text), path.c_str());
            QVERIFY2(ours->encode(withSingleSpaces(text.substr(0, 100000))) ==
                         json->encode(withSingleSpaces(text.substr(0, 100000))),
                     path.c_str());
            QCOMPARE(ours->decode(ids2), json->decode(ids2));
        }
        const std::string sentence = "One day, a clever fox found a shiny key under the old oak tree.";
        QCOMPARE(ours->encode(sentence), theirs->encode(sentence));
    }

    void writtenFilesGiveTheSameLogits() {
        TempFolder folder;
        int number = 0;
        for (const auto& shape : shapes()) {
            const auto model = randomModel(configOf(shape), 5);
            const auto path = folder.path() / (std::to_string(number++) + ".gguf");
            exportGguf(*model, path, {smallTokenizer(folder), "F32"});
            const auto file = GgufFile::open(path);
            const std::string architecture = shape.uneven ? "deci" : "llama";
            QCOMPARE(file->text("general.architecture"), std::optional(architecture));
            for (const char* key : {".attention.key_length", ".attention.value_length", ".rope.dimension_count"})
                QCOMPARE(file->integer(architecture + key), std::optional(std::int64_t{6}));
            if (shape.uneven)
                QCOMPARE(file->integers("deci.feed_forward_length"), std::optional(std::vector<std::int64_t>{19, 23, 27}));
            else
                QCOMPARE(file->integer("llama.feed_forward_length"), std::optional(std::int64_t{19}));
            const auto again = loadModel(Checkpoint::open(path));
            QCOMPARE(again->config().layers == model->config().layers, true);
            QCOMPARE(again->config().tiedHead, shape.tied);
            const auto ids = randomIds(61, 2, 20, 3);
            const double difference = relativeDifference(logitsOf(*again, ids), logitsOf(*model, ids));
            QVERIFY2(difference < 1e-6, (shape.name + ": " + std::to_string(difference)).c_str());
        }
    }

    // Families as they are in tests/tensor/family_configs.h, and without what llama.cpp has no place for.
    void everyFamilyComesBackFromItsArchitecture() {
        const std::map<std::string, std::vector<std::pair<const char*, nlohmann::json>>> adapted{
            {"mistral", {{"sliding_window", nullptr}}},
            {"qwen2", {{"use_sliding_window", false}}},
            {"qwen3", {{"attention_bias", false}}},
            {"phi3", {{"sliding_window", nullptr}, {"partial_rotary_factor", 1}}},
            {"neox, sequential, tied", {{"hidden_act", "gelu"}}},
            {"gpt2, narrow, untied", {{"activation_function", "gelu_new"}}},
            {"mixtral", {{"sliding_window", nullptr}}},
            {"qwen3 moe", {{"mlp_only_layers", nullptr}}},
            {"qwen3 moe, every other block, shares as they are",
             {{"norm_topk_prob", true}, {"decoder_sparse_step", 1}, {"use_sliding_window", false}}},
            {"olmoe", {{"clip_qkv", nullptr}, {"hidden_size", 24}, {"num_key_value_heads", 4}}},
            {"olmoe, normalised", {{"norm_topk_prob", false}, {"attention_bias", false}, {"hidden_size", 24}}},
        };
        TempFolder folder;
        int written = 0;
        for (const auto& [name, text] : familyConfigs()) {
            const auto path = folder.path() / (std::to_string(written) + ".gguf");
            auto json = nlohmann::json::parse(text);
            const auto config = [&] { return parseConfig(json.dump(), name); };
            const auto write = [&] {
                return caught([&] { exportGguf(*randomModel(config(), 5), path, {smallTokenizer(folder), "F32"}); });
            };
            const std::string type = json.at("model_type");
            if (!isWritten(type)) {
                QVERIFY2(says(write(), ErrorCode::Unsupported, ("family \"" + type + "\"").c_str()), name.c_str());
                continue;
            }
            if (const auto edits = adapted.find(name); edits != adapted.end()) {
                const auto refused = write();
                QVERIFY2(refused && refused->code() == ErrorCode::Unsupported, name.c_str());
                for (const auto& [key, value] : edits->second) json[key] = value;
            }
            const auto model = randomModel(config(), 5);
            const auto problem = write();
            if (problem && problem->message().find("hidden size") != std::string::npos)
                continue;  // heads that cannot fill it
            QVERIFY2(!problem, (name + ": " + (problem ? problem->what() : "")).c_str());
            const auto again = loadModel(Checkpoint::open(path));
            const auto ids = randomIds(61, 2, 20, 3);
            const double difference = relativeDifference(logitsOf(*again, ids), logitsOf(*model, ids));
            QVERIFY2(difference < 2e-5, (name + ": " + std::to_string(difference)).c_str());
            const auto rounded = ggufRounded(*model, "Q8_0");
            QVERIFY(rounded->config().family == model->config().family);
            ++written;
        }
        QVERIFY(written >= 13);
    }

    /// What nobody writes into the file would be computed otherwise there, without a word.
    void positionsThatTheFileCannotSayAreRefused() {
        TempFolder folder;
        for (const char* type : {"yarn", "dynamic", "longrope"}) {
            auto json = nlohmann::json::parse(familyConfigs().front().json);
            json["rope_scaling"] = {{"type", type}, {"factor", 4}, {"short_factor", {1, 2, 3}}, {"long_factor", {4, 5, 6}}};
            const auto model = randomModel(parseConfig(json.dump(), "config.json"), 5);
            QVERIFY(says(caught([&] {
                             exportGguf(*model, folder.path() / "m.gguf", {smallTokenizer(folder), "F32"});
                         }),
                         ErrorCode::Unsupported, type));
        }
    }

    void unevenLayersAreFilledUpOrCalledDeci() {
        TempFolder folder;
        int number = 0;
        for (const auto& [name, text] : familyConfigs()) {
            auto json = nlohmann::json::parse(text);
            const std::string type = json.at("model_type");
            if (!isWritten(type) || name.find(',') != std::string::npos) continue;
            if (json.contains("num_experts_per_tok")) continue;  // tst_gguf_routed
            json.erase("sliding_window_pattern");
            if (!type.starts_with("gemma")) json["sliding_window"] = nullptr, json["use_sliding_window"] = false;
            if (type == "qwen3") json["attention_bias"] = false;
            if (type == "phi3") json["partial_rotary_factor"] = 1;
            const auto whole = randomModel(parseConfig(json.dump(), name), 5);
            const auto structure = traceStructure(*whole);
            const auto model = sliceModel(*whole, structure, lorashear::testing::randomGroups(structure, 4, 0.4));
            QVERIFY(!model->config().uniform());
            const auto path = folder.path() / (std::to_string(number++) + ".gguf");
            // Key/value heads with queries of other numbers, or heads that cannot fill the hidden size, are named.
            std::vector<std::string> notes;
            const auto problem = caught([&] { notes = exportGguf(*model, path, {smallTokenizer(folder), "F32"}); });
            if (problem) {
                QVERIFY2(
                    problem->code() == ErrorCode::Unsupported && problem->message().find("hidden size") != std::string::npos,
                    problem->what());
                continue;
            }
            const auto architecture = GgufFile::open(path)->text("general.architecture");
            const bool deci = type == "llama" || type == "mistral" || type == "qwen2" || type == "phi3";
            QCOMPARE(architecture == "deci", deci);
            QCOMPARE(notes.empty(), deci);
            const auto again = loadModel(Checkpoint::open(path));
            const auto ids = randomIds(61, 2, 20, 3);
            const double difference = relativeDifference(logitsOf(*again, ids), logitsOf(*model, ids));
            QVERIFY2(difference < 2e-5, (name + ": " + std::to_string(difference)).c_str());
        }
        QVERIFY(number >= 7);
    }

    // Blocks that lack a part: left out or zero in deci, zero where an architecture takes one size for all; they come back with the same logits.
    void blocksWithoutAPart() {
        TempFolder folder;
        int number = 0;
        for (const auto& [name, text] : familyConfigs()) {
            auto json = nlohmann::json::parse(text);
            const std::string type = json.at("model_type");
            const bool deci = type == "llama" || type == "mistral" || type == "qwen2" || type == "phi3";
            if (!(deci || type == "qwen3" || type.starts_with("gemma")) || name.find(',') != std::string::npos) continue;
            json.erase("sliding_window_pattern");
            if (!type.starts_with("gemma")) json["sliding_window"] = nullptr, json["use_sliding_window"] = false;
            if (type == "qwen3") json["attention_bias"] = false;
            if (type == "phi3") json["partial_rotary_factor"] = 1;
            const auto whole = randomModel(parseConfig(json.dump(), name), 5);
            const auto structure = traceStructure(*whole);
            const auto ids = randomIds(61, 2, 20, 3);
            for (const Edits& edits : {Edits{DropPart{0, BlockPart::Attention}, DropPart{1, BlockPart::Attention}},
                                       Edits{DropPart{2, BlockPart::Mlp}, DropPart{1, BlockPart::Mlp}},
                                       Edits{DropPart{2, BlockPart::Attention}, DropPart{0, BlockPart::Mlp}}}) {
                const auto model = applyEdits(*whole, structure, edits);
                const auto path = folder.path() / (std::to_string(number++) + ".gguf");
                const auto notes = exportGguf(*model, path, {smallTokenizer(folder), "F32"});
                QCOMPARE(GgufFile::open(path)->text("general.architecture") == "deci", deci);
                QCOMPARE(notes.empty(), deci);
                const auto again = loadModel(Checkpoint::open(path));
                const double difference = relativeDifference(logitsOf(*again, ids), logitsOf(*model, ids));
                QVERIFY2(difference < 2e-5, (name + ": " + std::to_string(difference)).c_str());
                QVERIFY(relativeDifference(logitsOf(*model, ids), logitsOf(*whole, ids)) > 1e-3);
                if (deci && edits == Edits{DropPart{0, BlockPart::Attention}, DropPart{1, BlockPart::Attention}}) {
                    QCOMPARE(again->config().layers[0].heads, 1);  // llama.cpp asks the first layer for the size of heads
                    QCOMPARE(again->config().layers[1].heads, 0);
                }
            }
        }
        QVERIFY(number >= 12);
    }

    // Before anything is written, as the rules of loadability say it.
    void windowsThatTheFileCannotSayAreRefused() {
        for (const auto& [name, text] : familyConfigs()) {
            if (name != "gemma2" && name != "gemma3") continue;
            auto json = nlohmann::json::parse(text);
            json["layer_types"] = {"sliding_attention", "full_attention", "sliding_attention"};
            QVERIFY(!caught([&] { ggufArchitectureFor(parseConfig(json.dump(), name)); }));
            json["layer_types"] = {"full_attention", "sliding_attention", "full_attention"};
            QVERIFY(says(caught([&] { ggufArchitectureFor(parseConfig(json.dump(), name)); }), ErrorCode::Unsupported,
                         "at equal distances"));
        }
    }

    // A hidden size cut by half changes the epsilon of norms, not that of norms over heads; the file has one key for both.
    void epsilonsOfHeadNormsGoIntoQueriesAndKeys() {
        TempFolder folder;
        for (const auto& [name, text] : familyConfigs()) {
            if (name != "qwen3" && name != "gemma3") continue;
            auto json = nlohmann::json::parse(text);
            json["attention_bias"] = false;
            auto config = parseConfig(json.dump(), name);
            config.normEps = 0.02;
            config.attention.headNormEps = 0.3;
            const auto model = randomModel(config, 6);
            const auto path = folder.path() / (name + ".gguf");
            exportGguf(*model, path, {smallTokenizer(folder), "F32"});
            const auto ids = randomIds(61, 2, 20, 3);
            const auto again = loadModel(Checkpoint::open(path));
            QCOMPARE(again->config().attention.headNormEps, 0.02);
            const double difference = relativeDifference(logitsOf(*again, ids), logitsOf(*model, ids));
            QVERIFY2(difference < 2e-5, (name + ": " + std::to_string(difference)).c_str());
        }
    }

    // Queries that stand in for a scale of scores would be rounded a second time as halves: they are F32 beside these, and the file is still known
    // as one of halves.
    void scaledQueriesLoseNothing() {
        TempFolder folder;
        const auto ids = randomIds(61, 2, 20, 3);
        for (const auto& [name, text] : familyConfigs()) {
            if (name != "gemma2") continue;
            auto json = nlohmann::json::parse(text);
            for (const int scalar : {3, 32}) {  // 32: a power of two apart from 8
                json["query_pre_attn_scalar"] = scalar;
                auto config = parseConfig(json.dump(), name);
                config.dtype = "BF16";
                const auto model = buildModel(config, roundedTensors(*randomModel(config, 7), "BF16"));
                for (const char* dtype : {"source", "BF16", "F16"}) {
                    const auto path = folder.path() / (std::to_string(scalar) + dtype + ".gguf");
                    const auto notes = exportGguf(*model, path, {smallTokenizer(folder), dtype});
                    const auto file = Checkpoint::open(path);
                    const auto type = storedTypeOf(file);
                    QCOMPARE(type.dtype, std::string(dtype == std::string("source") ? "BF16" : dtype));
                    const auto again = logitsOf(*loadModel(file), ids);
                    QVERIFY(relativeDifference(again, logitsOf(*roundedAs(type, *model, false), ids)) < 2e-5);
                    const double apart = relativeDifference(again, logitsOf(*model, ids));
                    QVERIFY2(apart < 2e-5, (std::to_string(scalar) + " " + dtype + ": " + std::to_string(apart)).c_str());
                    QCOMPARE(notes.size(), scalar == 3 ? 1U : 0U);
                }
                const auto whole = randomModel(config, 8);  // as a run holds it: the file is that of its folder
                const auto path = folder.path() / (std::to_string(scalar) + "run.gguf");
                exportGguf(*whole, path, {smallTokenizer(folder), "source"});
                const auto rounded = buildModel(config, roundedTensors(*whole, "source"));
                QVERIFY(relativeDifference(logitsOf(*loadModel(Checkpoint::open(path)), ids), logitsOf(*rounded, ids)) <
                        2e-5);
            }
        }
    }

    // The types that llama-quantize gave the published Q4_K_M of Gemma 3 270M (18 blocks, hidden 640, MLP 2048, head of the embedding).
    void mixtureIsLlamaCpps() {
        std::vector<GgufShape> shapes{{"token_embd.weight", {262144, 640}}, {"output_norm.weight", {640}}};
        for (int i = 0; i < 18; ++i) {
            const std::string block = "blk." + std::to_string(i) + ".";
            for (const auto& [name, columns] : {std::pair{"attn_q", 640},
                                                {"attn_k", 640},
                                                {"attn_v", 640},
                                                {"attn_output", 1024},
                                                {"ffn_gate", 640},
                                                {"ffn_up", 640},
                                                {"ffn_down", 2048}})
                shapes.push_back({block + name + ".weight", {64, columns}});
            shapes.push_back({block + "attn_q_norm.weight", {256}});
        }
        const GgufMixture mixture = ggufMixture("Q4_K_M", shapes);
        QCOMPARE(mixture.fileType, 15u);
        std::map<std::string, int> counts;
        for (std::size_t i = 0; i < shapes.size(); ++i) {
            const std::string name = shapes[i].name.substr(0, shapes[i].name.rfind('.'));
            ++counts[name.substr(name.rfind('.') + 1) + " " + std::string(mixture.types[i]->name)];
        }
        const std::map<std::string, int> published{
            {"token_embd Q8_0", 1}, {"output_norm F32", 1}, {"attn_q Q5_0", 18},      {"attn_k Q5_0", 18},
            {"attn_v Q8_0", 9},     {"attn_v Q5_0", 9},     {"attn_output Q4_K", 18}, {"ffn_gate Q5_0", 18},
            {"ffn_up Q5_0", 18},    {"ffn_down Q6_K", 9},   {"ffn_down Q4_K", 9},     {"attn_q_norm F32", 18}};
        QVERIFY(counts == published);
        QVERIFY(mixture.types[4]->name == "Q8_0");  // attn_v of block 0, among the first eighth
        std::string all;
        for (const auto& text : mixture.fallbacks) all += text + "\n";
        QVERIFY2(
            all.find("Q5_0 instead of Q4_K (rows of 640): attn_k in blocks 0-17; attn_q in blocks 0-17; attn_v in blocks") !=
                    std::string::npos &&
                all.find("Q8_0 instead of Q6_K (rows of 640)") != std::string::npos,
            all.c_str());
        const GgufMixture four = ggufMixture("Q4_0", {{"token_embd.weight", {10, 48}}, {"blk.0.attn_q.weight", {64, 64}}});
        QVERIFY(four.types[0]->name == "F16" && four.types[1]->name == "Q4_0");
    }

    void largeExportsAreCutIntoParts() {
        TempFolder folder;
        const auto model = loadModel(Checkpoint::open(kBundled));
        const PruningRecord record;
        std::vector<Sequence> sequences(1);
        for (int id = 3; id < 60; ++id) sequences[0].ids.push_back(id);
        const auto path = folder.path() / "small.gguf";
        writeExport("gguf", {*model, kBundled, record, "F16", 200000}, path, sequences, {});
        QVERIFY(!fs::exists(path));
        const auto parts = ggufFilesOf(path);
        QVERIFY(parts.size() >= 3);
        for (const auto& part : parts) QVERIFY(fs::file_size(part) < 260000);
        std::size_t files = 0;
        for ([[maybe_unused]] const auto& entry : fs::directory_iterator(folder.path())) ++files;
        QCOMPARE(files, parts.size());
        QCOMPARE(loadModel(Checkpoint::open(parts[1]))->parameterCount(), model->parameterCount());
        QCOMPARE(Tokenizer::open(parts[0])->vocabularySize(), 512);
        QVERIFY(says(caught([&] {
                         writeExport("gguf", {*model, kBundled, record, "F16"}, path, sequences, {});
                     }),
                     ErrorCode::Io, "exists already"));
    }

    /// The first part is put in place last: where it is missing, its export was stopped.
    void partsOfAStoppedExportAreNamed() {
        TempFolder folder;
        const auto model = loadModel(Checkpoint::open(kBundled));
        const PruningRecord record;
        std::vector<Sequence> sequences(1);
        sequences[0].ids = {3, 4, 5, 6};
        const auto path = folder.path() / "small.gguf", second = folder.path() / "small-00002-of-00003.gguf";
        const auto again = [&] { writeExport("gguf", {*model, kBundled, record, "F16"}, path, sequences, {}); };
        folder.write("small-00002-of-00003.gguf", "x");
        folder.write("small-00003-of-00003.gguf", "x");
        QVERIFY(
            says(caught(again), ErrorCode::Io, "small-00002-of-00003.gguf, a part of a file whose first part is missing"));
        QCOMPARE(readFile(second), std::string("x"));
        fs::remove(second), fs::remove(folder.path() / "small-00003-of-00003.gguf");
        again();
        QVERIFY(fs::exists(path));
    }

    void everyTypeIsCertified() {
        TempFolder folder;
        const auto model = loadModel(Checkpoint::open(kBundled));
        const PruningRecord record;
        std::vector<Sequence> sequences(1);
        for (int id = 3; id < 120; ++id) sequences[0].ids.push_back(id);
        sequences[0].lossMask.assign(sequences[0].ids.size() - 1, true);
        std::map<std::string, std::uintmax_t> sizes;
        for (const std::string type : {"source", "F32", "F16", "BF16", "Q8_0", "Q4_0", "Q4_K_M"}) {
            const auto path = folder.path() / (type + ".gguf");
            const auto seen = writeExport("gguf", {*model, kBundled, record, type}, path, sequences, {});
            QVERIFY(seen.maxDifference <= 1e-6 * seen.maxLogit);
            const bool rounds = type != "source" && type != "F32", blocks = type.starts_with("Q");
            QCOMPARE(seen.perplexityAfter > 0, rounds);
            QVERIFY(!rounds ||
                    (seen.perplexityBefore > 1 && std::abs(seen.perplexityAfter / seen.perplexityBefore - 1) < 0.5));
            QCOMPARE(seen.notes.empty(), !blocks);  // MLPs of 172 are no whole number of blocks
            if (blocks)
                QVERIFY(seen.notes.back().find("rows of 172") != std::string::npos ||
                        seen.notes.front().find("rows of 172") != std::string::npos);
            sizes[type] = fs::file_size(path);
            const auto file = GgufFile::open(path);
            for (const auto& tensor : file->tensors())
                if (tensor.shape.size() == 1) QCOMPARE(tensor.type->name, std::string_view("F32"));
        }
        QCOMPARE(sizes.at("source"), sizes.at("F32"));
        QVERIFY(sizes.at("F16") < sizes.at("F32") * 6 / 10);
        QVERIFY(sizes.at("Q8_0") < sizes.at("F16"));
        QVERIFY(sizes.at("Q4_0") < sizes.at("Q4_K_M") && sizes.at("Q4_K_M") < sizes.at("Q8_0"));
        QVERIFY(says(caught([&] {
                         exportGguf(*model, folder.path() / "F32.gguf", {kBundled, "F32"});
                     }),
                     ErrorCode::Io, "exists already"));
        QVERIFY(says(caught([&] {
                         exportGguf(*model, folder.path() / "x", {kBundled, "F32"});
                     }),
                     ErrorCode::Usage, "End it in .gguf"));
    }

    void tokenizerBlockMeansTheSame() {
        TempFolder folder;
        const auto model = loadModel(Checkpoint::open(kBundled));
        const auto path = folder.path() / "one.gguf", copy = folder.path() / "two.gguf";
        exportGguf(*model, path, {kBundled, "F16"});
        exportGguf(*model, copy, {path, "F16"});
        const auto ours = Tokenizer::open(path), theirs = openJsonTokenizer(kBundled);
        const std::string text = fileText(kBundled.parent_path().parent_path() / "data/valid.txt").substr(0, 200000);
        QVERIFY(ours->encode(text) == theirs->encode(text));
        QCOMPARE(ours->bosId(), theirs->bosId());
        QVERIFY(ours->addsBos());
        const auto first = GgufFile::open(path), second = GgufFile::open(copy);
        int compared = 0;
        for (const auto& [key, value] : first->values()) {
            if (!key.starts_with("tokenizer.")) continue;
            const auto* other = second->find(key);
            QVERIFY(other && other->type == value.type && std::ranges::equal(other->bytes, value.bytes));
            ++compared;
        }
        QVERIFY(compared >= 8);
    }

    void layoutAvoidsTheTraps() {
        const GgufLayout uniform = ggufLayout({{4, 2, 96}, {4, 2, 96}});
        QCOMPARE(uniform.architecture, std::string("llama"));
        // Layer 0 must have heads, or llama.cpp takes the head size for 0; the last layer likewise keeps both parts.
        const GgufLayout gone = ggufLayout({{0, 0, 96}, {0, 0, 96}, {4, 0, 0}, {4, 2, 0}});
        QCOMPARE(gone.architecture, std::string("deci"));
        QVERIFY(gone.layers[0].zeroAttention);
        QCOMPARE(gone.layers[0].shape.heads, 1);
        QCOMPARE(gone.layers[0].shape.kvHeads, 1);
        QVERIFY(!gone.layers[1].zeroAttention);
        QCOMPARE(gone.layers[1].shape.heads, 0);
        // Heads without key/value heads would mean linear attention.
        QCOMPARE(gone.layers[2].shape.heads, 0);
        QCOMPARE(gone.layers[2].shape.kvHeads, 0);
        // Width 0 would drop the layer's attention.
        QVERIFY(gone.layers[3].zeroMlp);
        QCOMPARE(gone.layers[3].shape.intermediate, 32);
        QCOMPARE(gone.layers[3].shape.heads, 4);
    }
};

}  // namespace tst_gguf_model

QTEST_APPLESS_MAIN(tst_gguf_model::TestGgufModel)
#include "tst_gguf_model.moc"
