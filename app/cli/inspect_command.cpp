#include "app/cli/cli_commands.h"
#include "app/cli/output_file.h"

#include "core/base/error.h"
#include "core/edits/edit_kind.h"
#include "core/io/atomic_file.h"
#include "core/io/checkpoint.h"
#include "core/io/strict_json.h"
#include "core/model/causal_lm.h"
#include "core/model/checkpoint_config.h"
#include "core/model/lora.h"
#include "core/trace/tracer.h"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <iomanip>
#include <ostream>

namespace lorashear::app {

namespace {

using nlohmann::json;

json layersJson(const ModelConfig& config) {
    json layers = json::array();
    for (const auto& layer : config.layers) {
        layers.push_back({{"heads", layer.heads},
                          {"kv_heads", layer.kvHeads},
                          {"head_dim", config.headDim},
                          {"intermediate", layer.intermediate}});
        if (layer.routed()) layers.back()["experts"] = layer.experts;
    }
    return layers;
}

/// Looks at a model without its weights in memory: shapes are traced on the meta device.
class InspectCommand : public CliCommand {
public:
    std::string name() const override { return "inspect"; }
    std::string help() const override { return "Trace a model and list what can be removed from it"; }

    void configure(CLI::App& app) override {
        app.add_option("model", m_model, "Model folder, or a config.json alone (shapes suffice)")->required();
        app.add_option("--lora", m_targets, "Attach LoRA to these linears first, e.g. q_proj v_proj (without: no adapters)");
        m_dot.add(app, "--dot", "Also write the graph as a Graphviz file");
        app.add_flag("--graph", m_graph, "With --json: include the traced operators");
    }

    void run(CliContext& context) override {
        m_dot.requireFree();
        std::vector<std::string> notes;
        const auto config = readConfig(notes);
        const auto model = metaModel(config);
        if (!m_targets.empty()) {
            LoraOptions lora;
            lora.targets = m_targets;
            attachLora(*model, lora, 0);
        }
        const auto structure = traceStructure(*model);
        if (m_dot.asked()) m_dot.write(toDot(structure));
        if (context.json) {
            auto result = resultJson(config, structure, model->activeParameterCount());
            result["notes"] = notes;
            context.out << jsonText(result) << "\n";
        } else {
            printText(context.out, config, structure, model->activeParameterCount());
            for (const auto& note : notes) context.out << "\nnote: " << note << "\n";
        }
    }

private:
    // A whole checkpoint is held against its config; a lone config.json is taken at its word.
    ModelConfig readConfig(std::vector<std::string>& notes) const {
        const bool alone = !std::filesystem::is_directory(m_model) && std::filesystem::path(m_model).extension() != ".gguf";
        if (alone) return parseConfig(readFile(m_model), m_model);
        const auto checkpoint = Checkpoint::open(m_model);
        const auto config = configOf(checkpoint);
        notes = checkpointNotes(checkpoint, config);
        return config;
    }

    json resultJson(const ModelConfig& config, const Structure& structure, std::int64_t active) const {
        auto all = toJson(structure);
        json result = {{"family", config.family},      {"parameters", structure.parameters},   {"active_parameters", active},
                       {"layers", layersJson(config)}, {"node_groups", all.at("node_groups")}, {"groups", all.at("groups")}};
        for (const EditKind& kind : editKinds())
            result["edits"].push_back({{"op", kind.op},
                                       {"help", kind.help},
                                       {"keys", kind.keys},
                                       {"optional_keys", kind.optionalKeys},
                                       {"example", json::parse(kind.schema)}});
        result["sub_layers"] = json::array();
        for (const BlockParts& parts : structure.parts)
            result["sub_layers"].push_back({{"attention", parts.attention.parameters}, {"mlp", parts.mlp.parameters}});
        result["linears"] = json::array();
        for (const auto& [name, size] : structure.linears)
            result["linears"].push_back({{"name", name},
                                         {"out", size.out},
                                         {"in", size.in},
                                         {"largest_saving_rank", largestSavingRank(size.out, size.in, 1)}});
        if (m_graph) result["structure"] = std::move(all);
        return result;
    }

    static void printText(std::ostream& out, const ModelConfig& config, const Structure& structure, std::int64_t active) {
        out << config.family << ", " << structure.parameters << " parameters, ";
        if (config.routing.expertsPerToken > 0)
            out << active << " of them for a token (" << config.routing.expertsPerToken << " experts), ";
        out << config.layers.size() << " layers, hidden " << config.hidden << ", vocabulary " << config.vocabulary
            << (config.tiedHead ? ", tied head\n\n" : "\n\n");
        out << std::left << std::setw(30) << "node group" << std::right << std::setw(8) << "groups" << std::setw(16)
            << "params/group"
            << "  prunable\n";
        const auto word = [](const NodeGroup& group) {
            return group.prunable ? "yes" : group.cuttable ? "by an edit: " + group.reason : "no: " + group.reason;
        };
        for (const auto& group : structure.nodeGroups)
            out << std::left << std::setw(30) << group.name << std::right << std::setw(8) << group.count << std::setw(16)
                << group.parametersPerGroup << "  " << word(group) << "\n";
    }

    std::string m_model;
    OutputFile m_dot;
    std::vector<std::string> m_targets;
    bool m_graph = false;
};

}  // namespace

std::unique_ptr<CliCommand> makeInspectCommand() {
    return std::make_unique<InspectCommand>();
}

}  // namespace lorashear::app
