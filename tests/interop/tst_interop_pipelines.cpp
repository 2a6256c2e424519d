// The whole pipeline, knowledge to export, on a checkpoint of every family that transformers wrote; check_exports.py loads what came out.
#include "core/export/certificate.h"
#include "core/export/fingerprint.h"
#include "core/io/atomic_file.h"
#include "core/io/checkpoint.h"
#include "core/loadability/rules.h"
#include "core/model/causal_lm.h"
#include "core/run/engine.h"
#include "core/trace/tracer.h"
#include "tests/tensor/random_models.h"
#include "tests/tensor/small_recipe.h"

#include <QtTest>
#include <nlohmann/json.hpp>

#include <cstdlib>
#include <filesystem>
#include <set>

namespace tst_interop_pipelines {

using namespace lorashear;
using namespace lorashear::testing;
namespace fs = std::filesystem;
using nlohmann::json;

namespace {

fs::path root() {
    const char* folder = std::getenv("LORASHEAR_INTEROP");
    return folder ? fs::path(folder) : fs::path();
}

/// One token a character, as many as the checkpoints' vocabulary has room for.
void writeCharacterTokenizer(const fs::path& folder, int vocabulary) {
    const std::string characters = "etaonihsrdlumwycgfpbvk.,\"'TAILHSOBMWJ!?DCEFYNGRPxjzqU- ";
    json ids{{"<unk>", 0u}, {"<s>", 1u}, {"</s>", 2u}};
    for (std::size_t i = 0; i < characters.size() && static_cast<int>(ids.size()) < vocabulary; ++i)
        ids[std::string(1, characters[i])] = static_cast<unsigned>(ids.size());
    json added = json::array();
    for (const char* special : {"<unk>", "<s>", "</s>"})
        added.push_back({{"id", ids[special]},
                         {"content", special},
                         {"single_word", false},
                         {"lstrip", false},
                         {"rstrip", false},
                         {"normalized", false},
                         {"special", true}});
    const json model{{"type", "BPE"},
                     {"dropout", nullptr},
                     {"unk_token", "<unk>"},
                     {"continuing_subword_prefix", nullptr},
                     {"end_of_word_suffix", nullptr},
                     {"fuse_unk", false},
                     {"byte_fallback", false},
                     {"vocab", ids},
                     {"merges", json::array()}};
    writeFile(folder / "tokenizer.json", json{{"version", "1.0"},
                                              {"truncation", nullptr},
                                              {"padding", nullptr},
                                              {"added_tokens", added},
                                              {"normalizer", nullptr},
                                              {"pre_tokenizer", nullptr},
                                              {"post_processor", nullptr},
                                              {"decoder", {{"type", "Fuse"}}},
                                              {"model", model}}
                                             .dump());
    writeFile(folder / "tokenizer_config.json", json{{"tokenizer_class", "PreTrainedTokenizerFast"},
                                                     {"bos_token", "<s>"},
                                                     {"eos_token", "</s>"},
                                                     {"unk_token", "<unk>"}}
                                                    .dump());
}

/// Families whose heads are as large as hidden size over heads: stock classes open them with all heads only.
bool headsMustStay(const ModelConfig& config) {
    static const std::set<std::string> kFamilies{"gpt_neox", "gpt2", "opt", "stablelm", "falcon"};
    return kFamilies.contains(config.family);
}

Recipe shortRecipe(const fs::path& model, const ModelConfig& config, bool uniform) {
    Recipe recipe = smallRecipe();
    recipe.model.path = model.string();
    recipe.plan.ratio = 0.25;
    recipe.plan.uniform = uniform;
    recipe.plan.useKnowledge = !uniform;
    if (uniform && headsMustStay(config)) recipe.plan.protect = {"layers.*.attention"};
    recipe.analysis.unprunableShare = 0.1;
    recipe.exports = {{"huggingface", "source"}, {"zeroed", "source"}};
    for (int* window : {&recipe.training.window, &recipe.recovery.window, &recipe.analysis.text.window,
                        &recipe.evaluation.texts.front().window})
        *window = 32;
    return recipe;
}

/// The largest step that a plan's counts can be off by: one group, or with equal layers one in each.
double oneStep(const Structure& structure, bool uniform) {
    std::int64_t largest = 0;
    std::map<int, std::int64_t> all;
    for (const auto& group : structure.nodeGroups) {
        if (!group.prunable) continue;
        largest = std::max(largest, group.parametersPerGroup);
        if (group.unit == UnitKind::Mlp) all[0] += group.parametersPerGroup;
    }
    return static_cast<double>(uniform ? all[0] : largest) / static_cast<double>(structure.parameters);
}

}  // namespace

class TestInteropPipelines : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() {
        fs::remove_all(root() / "pipelines");
        fs::remove_all(root() / "pipeline-runs");
        qputenv("XDG_CACHE_HOME", (root() / "pipeline-runs" / "cache").c_str());
    }

    void everyFamilyFromTheFirstStageToTheLast_data() {
        QTest::addColumn<bool>("uniform");
        for (const char* name : {"llama-gqa2-tied", "llama-llama3-older", "mistral-window", "qwen2-tied", "qwen3", "gemma2",
                                 "gemma3", "phi3", "phi3-gqa-window", "neox", "gpt2", "opt", "opt-norms-behind", "smollm3",
                                 "olmo2", "glm4", "phi", "cohere2", "falcon-grouped"})
            for (const bool uniform : {true, false}) QTest::addRow("%s%s", name, uniform ? "-uniform" : "-free") << uniform;
    }
    void everyFamilyFromTheFirstStageToTheLast() {
        QFETCH(bool, uniform);
        const std::string row = QTest::currentDataTag();
        const fs::path source = root() / "families" / (row.substr(0, row.rfind('-')) + "-tf5");
        const fs::path folder = root() / "pipeline-runs" / row, model = folder / "original", run = folder / "run";
        fs::create_directories(folder);
        fs::copy(source, model);
        const auto dense = loadModel(Checkpoint::open(model));
        writeCharacterTokenizer(model, dense->config().vocabulary);
        const auto structure = traceStructure(dense->config());

        std::vector<RunEvent> events;
        makeEngine(1)->execute(
            command::StartRun{shortRecipe(model, dense->config(), uniform), run.string()},
            [&](RunEvent event) { events.push_back(std::move(event)); }, {}, nullptr);
        const auto& end = std::get<event::Finished>(events.back());
        QVERIFY2(end.outcome == event::Finished::Outcome::Completed, end.error ? end.error->what() : "cancelled");
        int certificates = 0, recoverySteps = 0;
        for (const auto& event : events) {
            if (const auto* certificate = std::get_if<event::Certificate>(&event)) {
                QVERIFY2(certificate->passed, certificate->path.c_str());
                ++certificates;
            }
            recoverySteps += std::holds_alternative<event::Step>(event);
        }
        QVERIFY(certificates >= 1);
        QVERIFY(recoverySteps >= 6);

        const json result = json::parse(end.resultJson);
        const double ratio = result.at("ratio").get<double>();
        QVERIFY2(std::abs(ratio - 0.25) <= oneStep(structure, uniform), std::to_string(ratio).c_str());
        const auto small = loadModel(Checkpoint::open(run / "model"));
        QCOMPARE(small->parameterCount(), result.at("parameters_after").get<std::int64_t>());
        QVERIFY(small->config().uniform() || !uniform);
        const PruningRecord record = recordIn(run / "model");
        QVERIFY(compareFingerprint(*small, record.certificate.value()).within(1e-4));

        // What came out goes to the real transformers.
        const auto out = root() / "pipelines" / row;
        fs::create_directories(out.parent_path());
        const bool zeroed = !uniform && headsMustStay(dense->config());
        fs::copy(zeroed ? run / "exports" / "zeroed-source" : run / "model", out, fs::copy_options::recursive);
        const auto ids = randomIds(dense->config().vocabulary, 2, 30, 3);
        std::vector<std::vector<std::int64_t>> rows;
        for (std::int64_t r = 0; r < ids.size(0); ++r)
            rows.emplace_back(ids[r].const_data_ptr<std::int64_t>(), ids[r].const_data_ptr<std::int64_t>() + ids.size(1));
        const auto logits = logitsOf(*small, ids).contiguous().to(at::kFloat).flatten();
        const bool code = json::parse(readFile(out / "config.json")).contains("auto_map");
        QVERIFY(!(code && uniform));
        const auto shape = shapeOf(parseConfig(readFile(out / "config.json"), "config.json"));
        const bool older = LoadabilityRules::builtin().verdict(shape, "transformers4").loads != Loads::No;
        writeFile(out / "expected.json",
                  json{{"ids", rows},
                       {"code", code},
                       {"only5", !older},
                       {"uneven", code},
                       {"logits",
                        std::vector<float>(logits.const_data_ptr<float>(), logits.const_data_ptr<float>() + logits.numel())}}
                      .dump());
    }
};

}  // namespace tst_interop_pipelines

QTEST_GUILESS_MAIN(tst_interop_pipelines::TestInteropPipelines)
#include "tst_interop_pipelines.moc"
