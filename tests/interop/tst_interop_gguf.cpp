// Writes GGUF files and what they must say: greedy tokens with the log-probabilities of the best ones at each step. check_gguf.py opens them in a real
// llama.cpp and in the official gguf package.

#include "core/compact/group_masks.h"
#include "core/edits/apply.h"
#include "core/export/gguf_file.h"
#include "core/io/atomic_file.h"
#include "core/io/checkpoint.h"
#include "core/io/gguf.h"
#include "core/io/gguf_architecture.h"
#include "core/io/gguf_parts.h"
#include "core/text/tokenizer.h"
#include "core/trace/tracer.h"
#include "tests/support/gguf_builder.h"
#include "tests/tensor/random_models.h"

#include <ATen/core/grad_mode.h>

#include <QtTest>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <set>

namespace tst_interop_gguf {

using namespace lorashear;
using lorashear::test::GgufBuilder;
using nlohmann::json;

namespace {

namespace fs = std::filesystem;

const fs::path kBundled = LORASHEAR_SOURCE_DIR "/resources/models/stories260K";
constexpr int kSteps = 24, kBest = 5, kEnding = 2;

/// ending: a token that is never chosen, since llama.cpp is told to go on.
json greedy(const CausalLM& model, std::vector<std::int64_t> ids, std::int64_t ending = -1) {
    at::NoGradGuard guard;
    json steps = json::array();
    for (int i = 0; i < kSteps; ++i) {
        const auto logits = model.logits(at::tensor(ids, at::kLong).unsqueeze(0), {}).select(0, 0).select(0, -1);
        const auto [best, which] = at::log_softmax(logits.to(at::kDouble), -1).topk(kBest);
        json top = json::array();
        for (int k = 0; k < kBest; ++k)
            if (which[k].item<std::int64_t>() != ending)
                top.push_back({which[k].item<std::int64_t>(), best[k].item<double>()});
        const auto next = which[which[0].item<std::int64_t>() == ending ? 1 : 0].item<std::int64_t>();
        steps.push_back({{"id", next}, {"top", top}});
        ids.push_back(next);
    }
    return steps;
}

/// Experts go equally in both: llama.cpp takes one number of them for all layers.
std::unique_ptr<CausalLM> pruned(const CausalLM& model, bool uniform) {
    const auto structure = traceStructure(model);
    std::vector<GroupRef> removed;
    const auto isEven = [&](const NodeGroup& group) { return uniform || group.unit == UnitKind::Experts; };
    for (const GroupRef& one : lorashear::testing::randomGroups(structure, 11, 0.4))
        if (!isEven(structure.nodeGroups[static_cast<std::size_t>(one.nodeGroup)])) removed.push_back(one);
    for (const auto& group : structure.nodeGroups)
        for (int i = 0; group.prunable && isEven(group) && i < group.count / 4; ++i) removed.push_back({group.id, i});
    return sliceModel(model, structure, removed);
}

/// A tokenizer of 61 tokens, for models that have none.
fs::path letters(const fs::path& folder) {
    GgufBuilder file;
    file.text("general.architecture", "llama");
    std::vector<std::string> tokens{"<pad>", "<s>", "</s>"};
    for (char letter = '!'; tokens.size() < 61; ++letter) tokens.emplace_back(1, letter);
    std::vector<std::int32_t> types(tokens.size(), 1);
    types[0] = types[1] = types[2] = 3;
    file.text("tokenizer.ggml.model", "gpt2");
    file.text("tokenizer.ggml.pre", "gpt-2");
    file.texts("tokenizer.ggml.tokens", tokens);
    file.numbers<std::int32_t>("tokenizer.ggml.token_type", 5, types);
    file.texts("tokenizer.ggml.merges", {"! \""});
    file.u32("tokenizer.ggml.bos_token_id", 1);
    file.u32("tokenizer.ggml.eos_token_id", kEnding);
    file.flag("tokenizer.ggml.add_bos_token", false);
    writeFile(folder / "letters.gguf", file.bytes());
    return folder / "letters.gguf";
}

/// Of a family that the table of architectures has a row for.
bool isWritten(const fs::path& checkpoint) {
    const auto family = json::parse(readFile(checkpoint / "config.json")).at("model_type").get<std::string>();
    const auto all = ggufArchitectures();
    return family == "mistral" || std::any_of(all.begin(), all.end(), [&](const auto& one) { return one.family == family; });
}

/// A checkpoint of a family as an ordinary model of it is: without what llama.cpp does not compute.
bool isOrdinary(const std::string& name) {
    static const std::set<std::string> kOther{
        "mistral-window",  "qwen2-window",    "qwen2-window-older",  "qwen3-biases-tied", "qwen3-window",
        "gemma2-uncapped", "phi3-gqa-window", "neox-sequential",     "neox-linear",       "gpt2-odd-untied",
        "gpt2-unscaled",   "llama-yarn",      "llama-yarn-older",    "llama-dynamic",     "qwen2-yarn",
        "qwen3-yarn",      "phi3-longrope",   "phi3-longrope-older", "mixtral-window",    "qwen3-moe-shares",
        "qwen3-moe-step",  "qwen3-moe-plain", "olmoe-clip",          "olmoe-biases"};
    return !kOther.contains(name);
}

fs::path cachedSmolModel() {
    const char *cache = std::getenv("XDG_CACHE_HOME"), *home = std::getenv("HOME");
    const fs::path root = cache && *cache ? fs::path(cache) : fs::path(home ? home : "") / ".cache";
    return root / "lorashear/models/SmolLM2-135M-Instruct/SmolLM2-135M-Instruct.Q4_1.gguf";
}

}  // namespace

class TestInteropGguf : public QObject {
    Q_OBJECT

private:
    json m_files = json::array();
    fs::path m_folder;

    void write(const std::string& name, const CausalLM& model, const fs::path& source, const std::string& dtype,
               const std::string& prompt, bool exact, std::uint64_t partBytes = 0) {
        const auto tokenizer = Tokenizer::open(source);
        std::vector<std::int64_t> ids;
        if (tokenizer->addsBos()) ids.push_back(tokenizer->bosId());
        for (const int id : tokenizer->encode(prompt)) ids.push_back(id);
        write(name, model, source, dtype, ids, prompt, exact, partBytes);
    }

    /// prompt may be empty: the file's tokenizer is not the model's.
    void write(const std::string& name, const CausalLM& model, const fs::path& source, const std::string& dtype,
               const std::vector<std::int64_t>& ids, const std::string& prompt, bool exact, std::uint64_t partBytes = 0) {
        const auto to = m_folder / (name + ".gguf");
        exportGguf(model, to, {source, dtype, partBytes});
        const auto path = ggufFilesOf(to).front();
        json tensors = json::object();
        const auto written = Checkpoint::open(path);
        for (const auto& [tensorName, tensor] : written.tensors()) tensors[tensorName] = tensor.shape;
        m_files.push_back({{"file", path.string()},
                           {"prompt", prompt},
                           {"ids", ids},
                           {"exact", exact},
                           {"tensors", tensors},
                           {"parts", ggufFilesOf(to).size()},
                           {"architecture", *GgufFile::open(path)->text("general.architecture")},
                           {"heads", json::array()},
                           {"steps", exact ? greedy(model, ids, prompt.empty() ? kEnding : -1) : json::array()}});
        const auto again = loadModel(written);
        for (const auto& layer : again->config().layers) m_files.back()["heads"].push_back(layer.heads);
    }

    /// Attention missing at the beginning, in the middle and at the end, MLPs in the middle and at the end: what llama.cpp's deci does with each is
    /// told in core/export/gguf_layout.h. Families with layer norms are read with heads in every block.
    void writeWithoutParts(const std::string& name, const CausalLM& model, const fs::path& tokenizer,
                           const std::vector<std::int64_t>& ids) {
        const auto& layers = model.config().layers;
        const int last = static_cast<int>(layers.size()) - 1;
        if (last < 1 || name.starts_with("neox") || name.starts_with("gpt2")) return;
        const auto structure = traceStructure(model);
        const std::vector<std::pair<std::string, Edits>> cases{
            {"-no-attention", last < 2 ? Edits{DropPart{0, BlockPart::Attention}}
                                       : Edits{DropPart{0, BlockPart::Attention}, DropPart{last / 2, BlockPart::Attention}}},
            {"-no-mlp", {DropPart{last, BlockPart::Mlp}, DropPart{0, BlockPart::Mlp}}}};
        for (const auto& [what, edits] : cases)
            write("family-" + name + what, *applyEdits(model, structure, edits), tokenizer, "F32", ids, {}, true);
    }

    /// Mixtures of experts: a quarter of every unit alike in all layers, experts among them, and a block gone whole.
    void writeRouted(const std::string& name, const CausalLM& model, const fs::path& tokenizer,
                     const std::vector<std::int64_t>& ids) {
        const auto small = pruned(model, true);
        QVERIFY(small->config().uniform());
        write("family-" + name + "-even", *small, tokenizer, "F32", ids, {}, true);
        const auto shorter = applyEdits(model, traceStructure(model), {DropPart{0, BlockPart::Block}});
        write("family-" + name + "-shorter", *shorter, tokenizer, "F32", ids, {}, true);
        for (const std::string dtype : {"F16", "Q8_0", "Q4_K_M"})
            write("family-" + name + "-" + dtype, model, tokenizer, dtype, ids, {}, false);
    }

    /// Models of all families as transformers made them, whole and unevenly pruned.
    void writeFamilies() {
        const auto tokenizer = letters(m_folder);
        const std::vector<std::int64_t> ids{5, 17, 40, 8, 33, 21, 60, 3, 12, 12, 45, 9, 27};
        int families = 0, withExperts = 0;
        for (const auto& entry : fs::directory_iterator(m_folder.parent_path() / "families")) {
            const std::string name = entry.path().filename().string();
            if (!name.ends_with("-tf5") || !isOrdinary(name.substr(0, name.size() - 4)) || !isWritten(entry.path()))
                continue;
            const auto model = loadModel(Checkpoint::open(entry.path()));
            write("family-" + name, *model, tokenizer, "F32", ids, {}, true);
            const auto small = pruned(*model, false);
            QVERIFY(!small->config().uniform());
            write("family-" + name + "-uneven", *small, tokenizer, "F32", ids, {}, true);
            writeWithoutParts(name, *model, tokenizer, ids);
            if (model->config().layers.front().routed()) writeRouted(name, *model, tokenizer, ids), ++withExperts;
            ++families;
        }
        QVERIFY(families >= 24);
        QCOMPARE(withExperts, 4);
    }

    /// Rows of whole blocks in every type that we quantise to, beside the numbers they were made from.
    void writeQuantised() {
        ModelConfig config;
        config.family = "llama";
        config.vocabulary = 61;
        config.hidden = 256, config.headDim = 64, config.maxPositions = 64, config.tiedHead = true;
        for (int i = 0; i < 9; ++i) config.layers.push_back({4, 2, i % 2 == 0 ? 512 : 288});
        const auto model = randomModel(config, 3);
        const auto tokenizer = m_folder / "letters.gguf";
        const std::vector<std::int64_t> ids{5, 17, 40, 8};
        for (const std::string dtype : {"F32", "Q8_0", "Q4_0", "Q4_K_M"})
            write("blocks-" + dtype, *model, tokenizer, dtype, ids, {}, false);
        for (auto& layer : config.layers) layer = {4, 2, 0, std::vector<int>(8, 256)};
        config.family = "mixtral";
        config.routing.expertsPerToken = 2;
        const auto routed = randomModel(config, 3);
        for (const std::string dtype : {"F32", "Q8_0", "Q4_0", "Q4_K_M"})
            write("experts-" + dtype, *routed, tokenizer, dtype, ids, {}, false);
    }

private Q_SLOTS:
    void writesFilesAndExpectations() {
        const char* folder = std::getenv("LORASHEAR_INTEROP");
        QVERIFY(folder != nullptr);
        m_folder = fs::path(folder) / "gguf";
        fs::remove_all(m_folder);
        fs::create_directories(m_folder);
        const auto stories = loadModel(Checkpoint::open(kBundled));
        const std::string prompt = "Once upon a time, there was a little dog";
        write("stories", *stories, kBundled, "F32", prompt, true);
        write("uniform", *pruned(*stories, true), kBundled, "F32", prompt, true);
        const auto uneven = pruned(*stories, false);
        QVERIFY(!uneven->config().uniform());
        write("uneven", *uneven, kBundled, "F32", prompt, true);
        for (const std::string dtype : {"F16", "BF16", "Q8_0", "Q4_0", "Q4_K_M"})
            write("stories-" + dtype, *stories, kBundled, dtype, prompt, false);
        write("parts", *stories, kBundled, "F32", prompt, true, 200000);
        writeFamilies();
        writeQuantised();
        if (const auto smol = cachedSmolModel(); fs::exists(smol))
            write("smollm2", *loadModel(Checkpoint::open(smol)), smol, "F32", "The capital of France is", true);
        writeFile(m_folder / "expected.json", m_files.dump());
    }
};

}  // namespace tst_interop_gguf

QTEST_APPLESS_MAIN(tst_interop_gguf::TestInteropGguf)
#include "tst_interop_gguf.moc"
