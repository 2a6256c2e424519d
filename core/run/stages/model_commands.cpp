// Commands that need no run: look at a model, analyse it, let it write, measure it, export a run's result, try the machine's speed.

#include "core/export/export.h"
#include "core/io/strict_json.h"
#include "core/kernels/product.h"
#include "core/knowledge/saliency.h"
#include "core/model/device.h"
#include "core/model/generate.h"
#include "core/model/lora.h"
#include "core/run/run_folder.h"
#include "core/run/stages/certificate_event.h"
#include "core/run/stages/commands.h"
#include "core/run/stages/knowledge_measuring.h"
#include "core/run/stages/measure.h"
#include "core/run/stages/training_data.h"
#include "core/text/chat_template.h"
#include "core/trace/tracer.h"

#include <ATen/Parallel.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <thread>

namespace lorashear {

namespace fs = std::filesystem;
using nlohmann::json;

namespace {

constexpr const char* kWeightsOnly = "magnitude";  ///< a proxy that needs no data, to show something at once
/// Weights up to this size are read for it when a model is opened. Larger models show an even share until an analysis has read them.
constexpr std::uint64_t kReadAtOnce = std::uint64_t{256} << 20;

OpenedModel announce(Reporter& report, const std::string& folder, const std::string& device = "cpu",
                     const std::string& adapter = {}) {
    report.stage(Stage::Open, "Opening the model");
    OpenedModel opened = openModel(folder, device, adapter);
    report.emit(opened.asEvent());
    for (const auto& note : opened.notes()) report.note("warning", note);
    return opened;
}

json knowledgeResult(const Structure& structure, const KnowledgeDistribution& knowledge) {
    json nodeGroups = json::array();
    for (const NodeGroupKnowledge& entry : knowledge.nodeGroups) {
        const NodeGroup& nodeGroup = structure.nodeGroups.at(static_cast<std::size_t>(entry.nodeGroup));
        nodeGroups.push_back({{"id", entry.nodeGroup},
                              {"name", nodeGroup.name},
                              {"deviation", entry.deviation},
                              {"spread", entry.spread},
                              {"windows", entry.windows},
                              {"settled", entry.settled},
                              {"prunable", nodeGroup.prunable && !entry.protectedByRank}});
    }
    return {{"baseline_nll", knowledge.baselineNll},
            {"tokens", knowledge.tokens},
            {"confidence", knowledge.confidence},
            {"windows", knowledge.windows},
            {"node_groups", nodeGroups}};
}

std::vector<int> chatPrompt(const OpenedModel& opened, const std::string& question) {
    const auto chat = ChatTemplate::open(opened.checkpoint.folder());
    if (!chat)
        throw Error(ErrorCode::BadInput, opened.checkpoint.folder().string(), "has no chat template",
                    "let it go on from a beginning instead");
    return chat->encode(*opened.tokenizer, {{"user", question}}, true);
}

}  // namespace

event::Finished execute(const command::OpenModel& command, const CommandContext& context) {
    Reporter report(context.sink);
    report.stage(Stage::Open, "Opening the model");
    const OpenedFolder opened = openFolder(command.folder);
    report.emit(opened.asEvent());
    for (const auto& note : opened.notes()) report.note("warning", note);
    report.stage(Stage::Trace, "Tracing one forward pass");
    const auto structure = std::make_shared<const Structure>(traceStructure(opened.config));
    report.emit(event::StructureFound{structure});
    if (opened.checkpoint.weightBytes() <= kReadAtOnce)
        report.emit(event::SaliencyMeasured{
            std::make_shared<const GroupSaliency>(saliencyOf(*loadModel(opened.checkpoint), *structure, kWeightsOnly))});
    return {event::Finished::Outcome::Completed, {}, json{{"parameters", structure->parameters}}.dump()};
}

event::Finished execute(const command::AnalyseKnowledge& command, const CommandContext& context) {
    Reporter report(context.sink);
    const Control control = report.control(context.stop, context.pause);
    Recipe recipe = command.recipe;
    recipe.analysis.enabled = true;  // whatever runs shall do: this is one
    requireProxy(recipe);
    const OpenedModel opened = announce(report, recipe.model.path, recipe.device, recipe.model.adapter);
    report.stage(Stage::Trace, "Tracing one forward pass");
    const auto model = cloneModel(*opened.model);
    attachLora(*model, loraOptions(recipe), recipe.seed);
    const auto structure = std::make_shared<const Structure>(traceStructure(*model));
    report.emit(event::StructureFound{structure});
    report.stage(Stage::Analyse, "Measuring where knowledge lies");
    const auto sequences = calibrationSequences(opened, recipe);
    const auto knowledge = measureKnowledge(opened, *model, *structure, sequences, recipe, report, control, analysisCache(),
                                            command.shared.get());
    return {event::Finished::Outcome::Completed, {}, knowledgeResult(*structure, *knowledge).dump()};
}

event::Finished execute(const command::Generate& command, const CommandContext& context) {
    Reporter report(context.sink);
    const Control control = report.control(context.stop, context.pause);
    const OpenedModel opened = openModel(command.model, "cpu", command.adapter);
    const Tokenizer& tokenizer = *opened.tokenizer;
    const std::vector<int> prompt = command.chat ? chatPrompt(opened, command.prompt) : promptIds(tokenizer, command.prompt);
    GenerateOptions options;
    options.maxTokens = command.maxTokens;
    options.temperature = command.temperature;
    options.topP = command.topP;
    options.seed = command.seed;
    options.stopIds = endIds(tokenizer, opened.config.eosIds);
    const auto fresh = generate(*opened.model, prompt, options, {}, control);
    auto ids = command.chat ? std::vector<int>() : prompt;
    ids.insert(ids.end(), fresh.begin(), fresh.end());
    const std::string text = tokenizer.decode(ids);
    report.emit(event::Sample{command.model, command.prompt, text});
    return {event::Finished::Outcome::Completed, {}, json{{"text", text}, {"tokens", fresh.size()}}.dump()};
}

event::Finished execute(const command::ExportModel& command, const CommandContext& context) {
    Reporter report(context.sink);
    const Control control = report.control(context.stop, context.pause);
    const RunFolder run = RunFolder::open(command.runFolder);
    std::error_code ignored;
    if (!fs::exists(run.resultFile(), ignored))
        throw Error(ErrorCode::BadInput, command.runFolder, "has no finished model yet",
                    "let the run finish first: lorashear resume");
    requireDtype(exportFormat(command.format), command.dtype.empty() ? "source" : command.dtype);
    const OpenedModel opened = announce(report, run.modelFolder().string());
    report.stage(Stage::Export, "Writing the model");
    const PruningRecord record = recordIfThere(run.modelFolder());
    const Recipe recipe = run.recipe();
    auto sequences = calibrationSequences(opened, recipe);
    sequences.resize(std::min<std::size_t>(sequences.size(), 8));
    const ExportJob job{*opened.model, run.modelFolder(), record, command.dtype.empty() ? "source" : command.dtype};
    const LogitComparison found = writeExport(command.format, job, command.destination, sequences, control,
                                              certificateEvent(report, command.destination, run.modelFolder().string()));
    for (const auto& note : found.notes) report.note("info", note);
    if (found.perplexityAfter > 0)
        report.note("info", "perplexity (" + describeSequences(sequences, opened.tokenizer->bosId()) +
                                " of the calibration text, per token): " + std::to_string(found.perplexityBefore) +
                                " before, " + std::to_string(found.perplexityAfter) + " as " + found.roundedTo);
    return {event::Finished::Outcome::Completed,
            {},
            json{{"max_abs_logit_difference", found.maxDifference},
                 {"kl", found.kl},
                 {"greedy_agreement", found.greedyAgreement},
                 {"perplexity_before", found.perplexityBefore},
                 {"perplexity_after", found.perplexityAfter},
                 {"notes", found.notes},
                 {"passed", found.within()}}
                .dump()};
}

event::Finished execute(const command::Evaluate& command, const CommandContext& context) {
    Reporter report(context.sink);
    const Control control = report.control(context.stop, context.pause);
    const OpenedModel opened = announce(report, command.model, command.recipe.device);
    report.stage(Stage::Evaluate, "Measuring");
    for (const std::string& cut : windowWarnings(command.recipe, opened.config)) report.note("warning", cut);
    return {event::Finished::Outcome::Completed,
            {},
            toJson(measureAll({command.recipe, opened, report, control}, *opened.model, command.model)).dump()};
}

event::Finished execute(const command::MeasureMachine& command, const CommandContext& context) {
    at::set_num_threads(command.threads > 0 ? command.threads : context.threads);  // every command says its own number anew
    const ops::ProductRates rates = ops::productRates();
    return {event::Finished::Outcome::Completed,
            {},
            json{{"fp32_gflops", rates.fp32},
                 {"bf16_gflops", rates.bf16},
                 {"mixed_pays", rates.mixedPays()},
                 {"threads", at::get_num_threads()},
                 {"cores", std::max(1U, std::thread::hardware_concurrency())},
                 {"cuda", cudaProblem()}}
                .dump()};
}

}  // namespace lorashear
