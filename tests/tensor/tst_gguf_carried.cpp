// What a GGUF file carries of a model beside its weights, and that it computes the same: settings of generation, chat templates, tokens, perplexity.

#include "core/eval/perplexity.h"
#include "core/export/gguf_file.h"
#include "core/export/hf_folder.h"
#include "core/io/atomic_file.h"
#include "core/io/checkpoint.h"
#include "core/io/gguf_architecture.h"
#include "core/text/chat_template.h"
#include "core/text/tokenizer.h"
#include "tests/support/caught.h"
#include "tests/support/temp_folder.h"
#include "tests/tensor/family_configs.h"
#include "tests/tensor/random_models.h"
#include "tests/tensor/real_models.h"

#include <QtTest>
#include <nlohmann/json.hpp>

#include <cmath>
#include <set>

namespace tst_gguf_carried {

using namespace lorashear;
using namespace lorashear::test;
using lorashear::testing::familyConfigs;
using lorashear::testing::fileText;
using lorashear::testing::validationText;
using nlohmann::json;

namespace {

namespace fs = std::filesystem;

const fs::path kBundled = LORASHEAR_SOURCE_DIR "/resources/models/stories260K";
const char* const kTemplate =
    "{% for m in messages %}<|{{ m['role'] }}|>\n{{ m.content | trim }} \"é\"\n{% endfor %}{{ eos_token }}\n";

/// One configuration of every family that GGUF has a place for, without what llama.cpp does not compute.
std::map<std::string, json> writtenFamilies() {
    std::map<std::string, json> all;
    for (const auto& [name, text] : familyConfigs()) {
        auto config = json::parse(text);
        const std::string type = config.at("model_type");
        config["vocab_size"] = 512;
        if (!type.starts_with("gemma")) config["sliding_window"] = nullptr, config["use_sliding_window"] = false;
        if (type == "qwen3") config["attention_bias"] = false;
        if (type == "phi3") config["partial_rotary_factor"] = 1;
        if (type == "gpt2") config["activation_function"] = "gelu_new", config["scale_attn_weights"] = true;
        if (type == "gpt_neox")
            config["hidden_act"] = "gelu", config["hidden_size"] = 24, config["num_attention_heads"] = 4,
            config.erase("head_dim");
        if (config.contains("mlp_only_layers")) config["mlp_only_layers"] = nullptr;
        if (config.contains("clip_qkv"))
            config["clip_qkv"] = nullptr, config["hidden_size"] = 24, config["num_key_value_heads"] = 4;
        const TempFolder folder;
        const auto refused = caught([&] {
            exportGguf(*randomModel(parseConfig(config.dump(), name), 5), folder.path() / "m.gguf", {kBundled, "F32"});
        });
        if (!refused) all.try_emplace(type, config);
    }
    return all;
}

/// The bundled tokenizer with settings of generation; templates in a file of their own, or in tokenizer_config.json.
fs::path sourceFolder(const TempFolder& folder, const json& generation, const json& chat, bool ownFile) {
    const fs::path source = folder.path() / "source";
    fs::create_directory(source);
    for (const char* name : {"tokenizer.json", "tokenizer.model", "special_tokens_map.json"})
        fs::copy_file(kBundled / name, source / name);
    auto config = json::parse(readFile(kBundled / "tokenizer_config.json"));
    if (!ownFile) config["chat_template"] = chat;
    writeFile(source / "tokenizer_config.json", config.dump());
    if (ownFile) writeFile(source / "chat_template.jinja", chat.get<std::string>());
    writeFile(source / "generation_config.json", generation.dump());
    return source;
}

struct Back {
    fs::path gguf, folder;
    json generation, tokenizer;
};

/// Folder to GGUF to folder.
Back thereAndBack(const TempFolder& folder, const json& config, const fs::path& source) {
    Back back{folder.path() / "there.gguf", folder.path() / "back", {}, {}};
    exportGguf(*randomModel(parseConfig(config.dump(), "config.json"), 5), back.gguf, {source, "F32"});
    exportHuggingFace(*loadModel(Checkpoint::open(back.gguf)), back.folder, {back.gguf, "F32"}, {});
    back.generation = json::parse(readFile(back.folder / "generation_config.json"));
    back.tokenizer = json::parse(readFile(back.folder / "tokenizer_config.json"));
    return back;
}

}  // namespace

class TestGgufCarried : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void everyFamilyKeepsWhatBelongsToIt() {
        const auto families = writtenFamilies();
        std::set<std::string> expected{"mistral"};
        for (const auto& one : ggufArchitectures()) expected.insert(std::string(one.family));
        for (const auto& family : expected) QVERIFY2(families.contains(family), family.c_str());
        const json generation{{"do_sample", true}, {"temperature", 0.7},    {"top_k", 20},
                              {"top_p", 0.95},     {"min_p", 0.05},         {"repetition_penalty", 1.05},
                              {"bos_token_id", 1}, {"eos_token_id", {2, 5}}};
        bool ownFile = false;
        for (const auto& [family, config] : families) {
            const TempFolder folder;
            const auto source = sourceFolder(folder, generation, kTemplate, ownFile = !ownFile);
            const auto back = thereAndBack(folder, config, source);
            QVERIFY2(back.generation == generation, (family + ": " + back.generation.dump()).c_str());
            QCOMPARE(back.tokenizer.at("chat_template").get<std::string>(), std::string(kTemplate));
            const std::vector<ChatMessage> messages{{"user", " Hello "}, {"assistant", "Hi"}};
            const auto written = ChatTemplate::open(source)->render(messages, true);
            QCOMPARE(ChatTemplate::open(back.gguf)->render(messages, true), written);
            QCOMPARE(ChatTemplate::open(back.folder)->render(messages, true), written);
            const auto ours = Tokenizer::open(back.folder), theirs = Tokenizer::open(source);
            const std::string text = "Once upon a time, there was a café.";
            QCOMPARE(ours->encode(text), theirs->encode(text));
            QCOMPARE(ours->eosIds(), theirs->eosIds());
        }
    }

    void nothingIsSampledByWhatIsNotUsed() {
        const TempFolder folder;
        const auto source =
            sourceFolder(folder, {{"do_sample", false}, {"temperature", 0.7}, {"top_k", 3}}, kTemplate, true);
        const auto back = thereAndBack(folder, writtenFamilies().at("llama"), source);
        for (const char* key : {"do_sample", "temperature", "top_k"}) QVERIFY2(!back.generation.contains(key), key);
    }

    void templatesKeepTheirNames() {
        const TempFolder folder;
        const json named{{{"name", "default"}, {"template", "d{{ messages | length }}"}},
                         {{"name", "tool_use"}, {"template", "t"}},
                         {{"name", "rag"}, {"template", "r"}}};
        const auto source = sourceFolder(folder, json::object(), named, false);
        const auto back = thereAndBack(folder, writtenFamilies().at("llama"), source);
        QVERIFY2(back.tokenizer.at("chat_template") == named, back.tokenizer.dump().c_str());
        for (const auto& place : {back.gguf, back.folder}) {
            QCOMPARE(ChatTemplate::open(place)->render({{"user", "a"}}, true), std::string("d1"));
            QCOMPARE(ChatTemplate::open(place, "rag")->render({{"user", "a"}}, true), std::string("r"));
        }
    }

    /// As folder and as GGUF, to 1e-4; of types with fewer bits, the folder has the numbers that the file holds (norms stay whole in files).
    void theSameWeightsHaveTheSamePerplexity() {
        const TempFolder folder;
        const auto text = fileText(validationText()).substr(0, 30000);
        TextProtocol protocol;
        protocol.window = 128, protocol.maxWindows = 12;
        const auto perplexity = [&](const fs::path& place) {
            return scoreText(*loadModel(Checkpoint::open(place)), *Tokenizer::open(place), text, protocol, Control())
                .perplexity;
        };
        const auto model = loadModel(Checkpoint::open(kBundled));
        for (const std::string type : {"F32", "F16", "BF16"}) {
            const auto gguf = folder.path() / (type + ".gguf"), plain = folder.path() / type;
            exportGguf(*model, gguf, {kBundled, type});
            exportHuggingFace(*loadModel(Checkpoint::open(gguf)), plain, {kBundled, "F32"}, {});
            const double asFolder = perplexity(plain), asFile = perplexity(gguf);
            QVERIFY2(std::abs(asFile / asFolder - 1) < 1e-4,
                     qPrintable(QString("%1: %2 and %3").arg(type.c_str()).arg(asFolder, 0, 'g', 9).arg(asFile, 0, 'g', 9)));
            QVERIFY(asFolder > 2 && asFolder < 10);
        }
    }

    void everyFamilyHasTheSamePerplexityInBoth() {
        for (const auto& [family, config] : writtenFamilies()) {
            const TempFolder folder;
            const auto model = randomModel(parseConfig(config.dump(), "config.json"), 5);
            exportGguf(*model, folder.path() / "a.gguf", {kBundled, "F32"});
            exportHuggingFace(*model, folder.path() / "a", {kBundled, "F32"}, {});
            std::vector<Sequence> sequences(3);
            std::uint64_t state = 7;
            for (auto& sequence : sequences) {
                for (int i = 0; i < 24; ++i) {
                    state = state * 6364136223846793005u + 1;
                    sequence.ids.push_back(static_cast<int>(state >> 33) % 512);
                }
                sequence.lossMask.assign(sequence.ids.size() - 1, true);
            }
            const auto nll = [&](const fs::path& place) {
                return scoreSequences(*loadModel(Checkpoint::open(place)), sequences, 3, Compute::Fp32, Control()).nll;
            };
            const double asFolder = nll(folder.path() / "a"), asFile = nll(folder.path() / "a.gguf");
            QVERIFY2(
                std::abs(asFile - asFolder) < 1e-4,
                qPrintable(QString("%1: %2 and %3").arg(family.c_str()).arg(asFolder, 0, 'g', 9).arg(asFile, 0, 'g', 9)));
        }
    }
};

}  // namespace tst_gguf_carried

QTEST_APPLESS_MAIN(tst_gguf_carried::TestGgufCarried)
#include "tst_gguf_carried.moc"
