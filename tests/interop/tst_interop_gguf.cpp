// Writes GGUF files and what they must say: greedy tokens with the log-probabilities of the best ones at each step. check_gguf.py opens them in a real
// llama.cpp and in the official gguf package.

#include "core/compact/group_masks.h"
#include "core/export/gguf_file.h"
#include "core/io/atomic_file.h"
#include "core/io/checkpoint.h"
#include "core/text/tokenizer.h"
#include "core/trace/tracer.h"
#include "tests/tensor/random_models.h"

#include <ATen/core/grad_mode.h>

#include <QtTest>
#include <nlohmann/json.hpp>

using namespace lorashear;
using nlohmann::json;

namespace {

namespace fs = std::filesystem;

const fs::path kBundled = LORASHEAR_SOURCE_DIR "/resources/models/stories260K";
constexpr int kSteps = 24, kBest = 5;

json greedy(const CausalLM& model, std::vector<std::int64_t> ids) {
    at::NoGradGuard guard;
    json steps = json::array();
    for (int i = 0; i < kSteps; ++i) {
        const auto logits = model.logits(at::tensor(ids, at::kLong).unsqueeze(0), {}).select(0, 0).select(0, -1);
        const auto [best, which] = at::log_softmax(logits.to(at::kDouble), -1).topk(kBest);
        json top = json::array();
        for (int k = 0; k < kBest; ++k) top.push_back({which[k].item<std::int64_t>(), best[k].item<double>()});
        steps.push_back({{"id", which[0].item<std::int64_t>()}, {"top", top}});
        ids.push_back(which[0].item<std::int64_t>());
    }
    return steps;
}

std::unique_ptr<CausalLM> pruned(const CausalLM& model, bool uniform) {
    const auto structure = traceStructure(model);
    auto removed = lorashear::testing::randomGroups(structure, 11, 0.4);
    if (uniform) {
        removed.clear();
        for (const auto& group : structure.nodeGroups)
            for (int i = 0; group.prunable && i < group.count / 4; ++i) removed.push_back({group.id, i});
    }
    return sliceModel(model, structure, removed);
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
               const std::string& prompt, bool exact) {
        const auto path = m_folder / (name + ".gguf");
        exportGguf(model, path, {source, dtype});
        const auto tokenizer = Tokenizer::open(source);
        std::vector<std::int64_t> ids;
        if (tokenizer->addsBos()) ids.push_back(tokenizer->bosId());
        for (const int id : tokenizer->encode(prompt)) ids.push_back(id);
        json tensors = json::object();
        const auto written = Checkpoint::open(path);
        for (const auto& [tensorName, tensor] : written.tensors()) tensors[tensorName] = tensor.shape;
        m_files.push_back({{"file", path.string()},
                           {"prompt", prompt},
                           {"ids", ids},
                           {"exact", exact},
                           {"tensors", tensors},
                           {"uniform", model.config().uniform()},
                           {"heads", json::array()},
                           {"steps", exact ? greedy(model, ids) : json::array()}});
        for (const auto& layer : model.config().layers) m_files.back()["heads"].push_back(layer.heads);
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
        for (const std::string dtype : {"F16", "BF16", "Q8_0"})
            write("stories-" + dtype, *stories, kBundled, dtype, prompt, false);
        if (const auto smol = cachedSmolModel(); fs::exists(smol))
            write("smollm2", *loadModel(Checkpoint::open(smol)), smol, "F32", "The capital of France is", true);
        writeFile(m_folder / "expected.json", m_files.dump());
    }
};

QTEST_APPLESS_MAIN(TestInteropGguf)
#include "tst_interop_gguf.moc"
