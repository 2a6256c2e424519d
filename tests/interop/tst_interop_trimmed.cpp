// Trims the vocabulary of every kind of tokenizer and writes what check_trimmed.py opens with Hugging Face's libraries, SentencePiece and llama.cpp: files/trimmed/<kind>/ holds the
// trimmed files, expected.json our ids of nasty strings, <n>.ids those of whole texts.

#include "core/export/gguf_file.h"
#include "core/io/atomic_file.h"
#include "core/text/json_tokenizer.h"
#include "core/text/token_choice.h"
#include "core/text/token_closure.h"
#include "core/text/tokenizer.h"
#include "core/text/trimmed_tokenizer.h"

#include <nlohmann/json.hpp>

#include <QtTest>

#include <cstring>
#include <set>

namespace tst_interop_trimmed {

using namespace lorashear;
using nlohmann::json;
namespace fs = std::filesystem;

namespace {

const fs::path kBundled = LORASHEAR_SOURCE_DIR "/resources/models/stories260K";
/// Kinds whose pre-tokenizer llama.cpp has a name for.
const std::set<std::string> kGgufKinds{"gpt2", "llama3", "qwen", "smollm2", "llama2", "stories260K", "SmolLM2"};

fs::path folderOf(const char* step) {
    return fs::path(qEnvironmentVariable("LORASHEAR_INTEROP").toStdString()) / step;
}

const json& made() {
    static const json kMade = json::parse(readFile(folderOf("make_tokenizers") / "expected.json"));
    return kMade;
}

fs::path cachedSmolModel() {
    const char *cache = std::getenv("XDG_CACHE_HOME"), *home = std::getenv("HOME");
    const fs::path root = cache && *cache ? fs::path(cache) : fs::path(home ? home : "") / ".cache";
    return root / "lorashear/models/SmolLM2-135M-Instruct/SmolLM2-135M-Instruct.Q4_1.gguf";
}

/// A model that fits the tokenizer, so that llama.cpp opens the file.
std::unique_ptr<CausalLM> modelFor(int vocabulary) {
    ModelConfig config;
    config.family = "llama";
    config.vocabulary = vocabulary;
    config.hidden = 32;
    config.headDim = 16;
    config.maxPositions = 128;
    config.layers = {{2, 1, 32}};
    config.tiedHead = true;
    return randomModel(config, 1);
}

/// Of every text its beginning, up to the end of a line; with LORASHEAR_THOROUGH=1 the whole of it, which takes ten times as long.
std::vector<std::string> files() {
    static const auto kFiles = [] {
        constexpr std::size_t kEnough = 150'000;
        std::set<std::string> all;
        for (const auto& kind : made()["kinds"].items())
            for (const json& file : kind.value()["files"]) all.insert(file["file"].get<std::string>());
        if (qEnvironmentVariableIntValue("LORASHEAR_THOROUGH") == 1) return std::vector<std::string>(all.begin(), all.end());
        std::vector<std::string> beginnings;
        fs::create_directories(folderOf("trimmed") / "texts");
        for (const std::string& file : all) {
            std::string text = readFile(file);
            if (text.size() > kEnough) text.resize(text.rfind('\n', kEnough) + 1);
            beginnings.push_back((folderOf("trimmed") / "texts" / std::to_string(beginnings.size())).string());
            writeFile(beginnings.back(), text);
        }
        return beginnings;
    }();
    return kFiles;
}

}  // namespace

class TestInteropTrimmed : public QObject {
    Q_OBJECT

private:
    json m_kinds = json::array();

    static std::vector<fs::path> sources() {
        std::vector<fs::path> all{kBundled};
        for (const auto& kind : made()["kinds"].items()) all.push_back(folderOf("make_tokenizers") / kind.key());
        if (fs::exists(cachedSmolModel())) all.push_back(cachedSmolModel());
        return all;
    }

    /// Both vocabularies as GGUF, and what tokenizer.json, whose way llama.cpp goes, makes of the texts: SentencePiece takes repeated spaces together.
    static json writeGgufs(const fs::path& source, const fs::path& folder, int after, int before) {
        exportGguf(*modelFor(after), folder / "trimmed.gguf", {folder / "tokenizer", "F32"});
        exportGguf(*modelFor(before), folder / "original.gguf", {source, "F32"});
        const auto opened = [](const fs::path& place) {
            return fs::exists(place / "tokenizer.json") ? openJsonTokenizer(place) : Tokenizer::open(place);
        };
        const auto trimmed = opened(folder / "tokenizer"), original = opened(source);
        json entry = {{"trimmed", (folder / "trimmed.gguf").string()},
                      {"original", (folder / "original.gguf").string()},
                      {"ids", json::array()},
                      {"original_ids", json::array()},
                      {"files", json::array()}};
        for (const json& text : made()["strings"]) {
            entry["ids"].push_back(trimmed->encode(text.get<std::string>()));
            entry["original_ids"].push_back(original->encode(text.get<std::string>()));
        }
        for (const std::string& file : files())
            entry["files"].push_back({{"file", file}, {"ids", trimmed->encode(readFile(file))}});
        return entry;
    }

private Q_SLOTS:
    void initTestCase() {
        fs::remove_all(folderOf("trimmed"));
        fs::create_directories(folderOf("trimmed"));
        QVERIFY(files().size() >= 3);
    }

    void trims_data() {
        QTest::addColumn<QString>("source");
        for (const fs::path& source : sources())
            QTest::newRow(source.filename().c_str()) << QString::fromStdString(source.string());
    }
    void trims() {
        QFETCH(QString, source);
        const fs::path from = source.toStdString();
        const bool gguf = from.extension() == ".gguf";
        const std::string name = gguf ? "SmolLM2" : from.filename().string();
        const fs::path folder = folderOf("trimmed") / name;
        fs::create_directories(folder / "tokenizer");
        const auto before = Tokenizer::open(from);
        const TokenClosure closure(from, before->vocabularySize());
        const auto counts = countTokens(*before, {LORASHEAR_SOURCE_DIR "/resources/data/valid.txt", files().front()}, {});
        const int least = static_cast<int>(closure.required().size());
        const auto keep = chooseBySize(closure, counts, least + (closure.tokens() - least) / 3);
        closure.check(keep, "/keep");
        writeTrimmedTokenizer(from, TokenRenumbering(keep), folder / "tokenizer");
        const auto after = Tokenizer::open(folder / "tokenizer");

        json entry = {{"name", name}, {"source", from.string()}, {"tokenizer", (folder / "tokenizer").string()},
                      {"keep", keep}, {"ids", json::array()},    {"files", json::array()}};
        for (const json& text : made()["strings"]) {
            const auto ids = after->encode(text.get<std::string>());
            entry["ids"].push_back(ids);
            QCOMPARE(after->decode(ids), before->decode(before->encode(text.get<std::string>())));
        }
        const bool whole = name == "stories260K" || gguf || !made()["kinds"][name]["files"].empty();
        for (std::size_t i = 0; whole && i < files().size(); ++i) {
            const std::string text = readFile(files()[i]);
            const auto ids = after->encode(text), original = before->encode(text);
            QVERIFY2(after->decode(ids) == before->decode(original), files()[i].c_str());
            writeFile(folder / (std::to_string(i) + ".ids"),
                      std::string_view(reinterpret_cast<const char*>(ids.data()), ids.size() * sizeof(int)));
            entry["files"].push_back({{"file", files()[i]}, {"tokens", ids.size()}, {"original_tokens", original.size()}});
        }
        if (kGgufKinds.contains(name))
            entry["gguf"] = writeGgufs(from, folder, static_cast<int>(keep.size()), before->vocabularySize());
        m_kinds.push_back(entry);
    }

    void cleanupTestCase() {
        writeFile(folderOf("trimmed") / "expected.json", json{{"strings", made()["strings"]}, {"kinds", m_kinds}}.dump());
    }
};

}  // namespace tst_interop_trimmed

QTEST_APPLESS_MAIN(tst_interop_trimmed::TestInteropTrimmed)
#include "tst_interop_trimmed.moc"
