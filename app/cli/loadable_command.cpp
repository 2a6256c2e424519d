#include "app/cli/cli_commands.h"
#include "app/cli/output_file.h"

#include "core/base/error.h"
#include "core/io/atomic_file.h"
#include "core/io/checkpoint.h"
#include "core/io/strict_json.h"
#include "core/loadability/rules.h"
#include "core/loadability/snap.h"
#include "core/model/checkpoint_config.h"
#include "core/model/leftover_keys.h"
#include "core/prune/method_table.h"
#include "core/run/recipe.h"
#include "core/run/run_folder.h"
#include "core/trace/tracer.h"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <iomanip>
#include <ostream>

namespace lorashear::app {

namespace {

namespace fs = std::filesystem;
using nlohmann::json;

/// What is asked about: a model as it is, or what a recipe's plan would make of one.
struct Subject {
    ModelConfig config;
    std::optional<Recipe> recipe;
    Carrier carrier = Carrier::Export;
    std::string inTheWay;  ///< of reading config.json as it stands, whatever the shapes are; empty: nothing
};

/// Held against the weights where there are some: a folder whose tensors do not fit its config.json opens nowhere.
ModelConfig configAt(const fs::path& place) {
    const bool folder = fs::is_directory(place);
    const bool weights = folder
                             ? fs::exists(place / "model.safetensors") ||
                                   fs::exists(place / "model.safetensors.index.json") || !fs::exists(place / "config.json")
                             : place.extension() == ".gguf";
    if (weights) return configOf(Checkpoint::open(place));
    const fs::path file = folder ? place / "config.json" : place;
    return parseConfig(readFile(file), file.string());
}

Carrier carrierAt(const fs::path& place) {
    if (place.extension() == ".gguf") return Carrier::GgufFile;
    const fs::path file = fs::is_directory(place) ? place / "config.json" : place;
    if (!fs::exists(file)) return Carrier::GgufFile;  // a folder of nothing but GGUF files
    const json config = json::parse(readFile(file), nullptr, false);
    return config.is_object() && config.contains("auto_map") ? Carrier::CodeFolder : Carrier::PlainFolder;
}

Subject asItIs(const fs::path& place) {
    Subject subject{configAt(place), {}, carrierAt(place), {}};
    if (fs::is_directory(place)) subject.inTheWay = leftoverInTheWay(subject.config);
    return subject;
}

Subject planned(Recipe recipe) {
    Subject subject{configAt(recipe.model.path), {}, Carrier::Export, {}};
    subject.recipe = std::move(recipe);
    return subject;
}

/// What keeps a program from reading config.json keeps it from opening the folder. llama.cpp reads GGUF files, which have none.
void block(std::vector<LoadVerdict>& verdicts, const std::string& inTheWay) {
    for (auto& verdict : verdicts) {
        if (inTheWay.empty() || verdict.id.starts_with("llamacpp")) continue;
        verdict.loads = Loads::No;
        verdict.rule = "config.json must describe what is in the folder";
        verdict.detail = inTheWay;
        verdict.source = "transformers, from_pretrained; an export of the model leaves the key out";
    }
}

bool isRecipe(const fs::path& file) {
    if (file.extension() == ".gguf") return false;
    const json parsed = json::parse(readFile(file), nullptr, false);
    return parsed.is_object() && parsed.contains("version") && parsed.contains("model") && parsed.at("model").is_object();
}

Subject subjectOf(const std::string& path) {
    const fs::path place(path);
    if (!fs::is_directory(place)) {
        return isRecipe(place) ? planned(loadRecipe(place)) : asItIs(place);
    }
    if (!fs::exists(place / "recipe.json") || !fs::exists(place / "events.jsonl")) return asItIs(place);
    if (fs::exists(place / "model" / "config.json")) return asItIs(place / "model");
    return planned(RunFolder::open(place).recipe());
}

json shapeJson(const ModelShape& shape) {
    json layers = json::array();
    for (const auto& layer : shape.layers)
        layers.push_back({{"heads", layer.heads}, {"kv_heads", layer.kvHeads}, {"intermediate", layer.intermediate}});
    return {{"family", shape.family},
            {"hidden", shape.hidden},
            {"head_dim", shape.headDim},
            {"uniform", shape.uniform()},
            {"layers", layers}};
}

json verdictJson(const LoadVerdict& verdict) {
    return {{"id", verdict.id},      {"title", verdict.title},   {"loads", loadsName(verdict.loads)},
            {"rule", verdict.rule},  {"detail", verdict.detail}, {"source", verdict.source},
            {"notes", verdict.notes}};
}

/// Which programs open a model, or what a plan would leave of it, by shapes alone.
class LoadableCommand : public CliCommand {
public:
    std::string name() const override { return "loadable"; }
    std::string help() const override {
        return "Say which programs open a model, a run's result or what a recipe's plan would leave";
    }

    void configure(CLI::App& app) override {
        app.add_option("subject", m_subject, "Model folder, config.json, run folder or recipe")
            ->required()
            ->check(CLI::ExistingPath);
        auto* snap = app.add_option("--snap", m_snap, "Change the recipe's plan to the nearest one that this program opens")
                         ->check(CLI::IsMember(LoadabilityRules::builtin().runtimes()));
        m_out.add(app, "--out", "With --snap: recipe file to write")->needs(snap);
    }

    void run(CliContext& context) override {
        const auto& rules = LoadabilityRules::builtin();
        m_out.requireFree();
        Subject subject = subjectOf(m_subject);
        if (!m_snap.empty() && !subject.recipe)
            throw Error(ErrorCode::Usage, "--snap", "needs a recipe: only a plan can be changed",
                        "lorashear recipe new MODEL makes one");
        ModelShape shape = subject.recipe ? shapeOf(subject.config) : shapeAsStored(subject.config);
        json result;
        if (subject.recipe) {
            const Structure structure = traceStructure(subject.config);
            auto plan = planUnder(subject.recipe->method.id, subject.recipe->method.optionsJson,
                                  {structure, subject.recipe->plan, nullptr, &subject.config});
            if (!m_snap.empty()) {
                const SnappedPlan snapped = snapPlan(rules, m_snap, subject.config, structure, subject.recipe->plan);
                subject.recipe->plan = snapped.options;
                plan = snapped.plan;
                result["changed"] = snapped.changed;
                m_out.write(recipeText(*subject.recipe));
            }
            shape = shapeAfter(subject.config, structure, plan, expectedRemovals(structure, plan));
            result["ratio"] = plan.expectedRatio;
            result["plan_notes"] = plan.notes();
        }
        auto verdicts = rules.verdicts(shape, subject.carrier);
        block(verdicts, subject.inTheWay);
        result["shape"] = shapeJson(shape);
        result["rules_revision"] = rules.revision();
        result["runtimes"] = json::array();
        for (const auto& verdict : verdicts) result["runtimes"].push_back(verdictJson(verdict));
        if (context.json)
            context.out << jsonText(result) << "\n";
        else
            printText(context.out, shape, verdicts, result);
    }

private:
    static std::string mlpWords(const LayerShape& layer) {
        if (layer.experts.empty()) return std::to_string(layer.intermediate) + " MLP neurons";
        const auto [least, most] = std::minmax_element(layer.experts.begin(), layer.experts.end());
        const std::string each = std::to_string(*least) + (*least == *most ? "" : " to " + std::to_string(*most));
        return std::to_string(layer.experts.size()) + " experts of " + each + " neurons" +
               (layer.intermediate > 0 ? " beside " + std::to_string(layer.intermediate) + " MLP neurons" : "");
    }

    static void printText(std::ostream& out, const ModelShape& shape, const std::vector<LoadVerdict>& verdicts,
                          const json& result) {
        const auto& first = shape.layers.front();
        out << shape.family << ", " << shape.layers.size() << " layers"
            << (shape.uniform() ? " of " : " of different size, the first with ") << first.heads << " heads ("
            << first.kvHeads << " key/value), " << mlpWords(first) << "\n";
        if (result.contains("ratio"))
            out << "the plan removes " << 100 * result.at("ratio").get<double>() << " % of all parameters\n";
        for (const auto& note : result.value("plan_notes", json::array()))
            out << "note: " << note.get<std::string>() << "\n";
        out << "\n";
        std::size_t longest = 0;
        for (const auto& verdict : verdicts) longest = std::max(longest, verdict.title.size());
        const int width = static_cast<int>(longest) + 2;
        for (const auto& verdict : verdicts) {
            out << std::left << std::setw(width) << verdict.title
                << (verdict.loads == Loads::Yes              ? "opens"
                    : verdict.loads == Loads::WithCustomCode ? "opens with our modelling file"
                                                             : "does not open");
            if (verdict.loads != Loads::Yes) out << ": " << verdict.rule << " (" << verdict.detail << ")";
            out << "\n";
            for (const auto& note : verdict.notes)
                out << std::setw(width) << ""
                    << "note: " << note << "\n";
        }
    }

    std::string m_subject, m_snap;
    OutputFile m_out;
};

}  // namespace

std::unique_ptr<CliCommand> makeLoadableCommand() {
    return std::make_unique<LoadableCommand>();
}

}  // namespace lorashear::app
