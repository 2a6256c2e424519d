#include "core/export/model_card.h"

#include "core/loadability/rules.h"

#include <nlohmann/json.hpp>

#include <cstdio>
#include <sstream>

namespace lorashear {

namespace {

using nlohmann::json;

std::string number(const json& value, int digits) {
    if (!value.is_number()) return "–";
    char text[48];
    std::snprintf(text, sizeof text, "%.*f", digits, value.get<double>());
    return text;
}

json at(const json& from, const char* pointer) {
    const json::json_pointer place(pointer);
    return from.is_object() && from.contains(place) ? from.at(place) : json();
}

json parsed(const std::string& part) {
    return part.empty() ? json() : json::parse(part);
}

void writeMeasured(std::ostream& out, const json& measured, const json& recipe) {
    const json before = at(measured, "/parameters_before"), after = at(measured, "/parameters_after");
    const json perplexity = at(measured, "/perplexity");
    if (before.is_null() && perplexity.is_null()) return;
    out << "\n## Measured\n\n| | original | pruned | recovered |\n|---|---|---|---|\n";
    if (before.is_number() && after.is_number())
        out << "| parameters | " << before << " | " << after << " | " << after << " |\n";
    if (perplexity.is_object())
        out << "| perplexity | " << number(at(perplexity, "/dense"), 3) << " | " << number(at(perplexity, "/pruned"), 3)
            << " | " << number(at(perplexity, "/recovered"), 3) << " |\n";
    const json texts = at(recipe, "/evaluation/texts");
    if (texts.is_array() && !texts.empty()) {
        const json& first = texts.front();
        out << "\nPerplexity on \"" << first.value("name", "") << "\": windows of " << first.value("window", 0)
            << " tokens, stride " << first.value("stride", 0) << " (0: no overlap), "
            << (first.value("bos", true) ? "each with" : "without") << " a BOS token, mean over tokens, fp32 arithmetic.\n";
    }
}

void writeVocabulary(std::ostream& out, const PruningRecord& record) {
    if (record.vocabulary)
        out << "\n"
            << record.vocabulary->after << " of the original's " << record.vocabulary->before
            << " tokens are left, with new ids; the tokenizer beside the weights is trimmed alike and still writes every text. "
               "Perplexity per token does not compare with the original's, which makes fewer tokens of a text: bits per byte do.\n";
}

void writeMerged(std::ostream& out, const PruningRecord& record) {
    if (record.merged)
        out << "\n"
            << record.merged->linears << " factored linears were multiplied out: " << record.merged->parameters
            << " parameters here, " << record.merged->parametersFactored << " while they were factored.\n";
    if (record.rounding)
        out << "\nWhat was merged is rounded to " << record.rounding->to << ", which changes logits by up to "
            << number(record.rounding->maxDifference, 6) << " (largest logit " << number(record.rounding->maxLogit, 3)
            << ").\n";
}

void writeMaking(std::ostream& out, const json& recipe) {
    if (!recipe.is_object()) return;
    out << "\n## How it was made\n\n"
        << "Structured pruning by LoRAShear Studio, method `" << recipe.value(json::json_pointer("/method/id"), "")
        << "`, ratio asked for " << number(at(recipe, "/plan/ratio"), 3)
        << (recipe.value(json::json_pointer("/plan/uniform"), false) ? ", equal counts in every layer" : "")
        << ", LoRA rank " << at(recipe, "/lora/rank") << ", seed " << at(recipe, "/seed")
        << ". `pruning.json` holds the recipe, the kept groups of every layer and "
        << "all measured numbers; running the recipe on the same machine gives the same bytes.\n";
}

/// What each program that reads such a folder says to its shapes: the rules decide, not what most models are like.
void writePrograms(std::ostream& out, const std::vector<LoadVerdict>& verdicts) {
    out << "| program | this folder |\n|---|---|\n";
    for (const auto& verdict : verdicts) {
        if (verdict.id.starts_with("llamacpp")) continue;  // reads GGUF files
        const bool code = verdict.loads == Loads::WithCustomCode;
        out << "| " << verdict.title << " | "
            << (verdict.loads == Loads::Yes ? "opens"
                : code                      ? "opens with `trust_remote_code=True`"
                                            : "**does not open**");
        if (verdict.loads != Loads::Yes) out << ": " << verdict.rule << " (" << verdict.detail << ")";
        out << " |\n";
    }
    out << "\n";
}

void writeOpening(std::ostream& out, const ModelConfig& config, bool withCode) {
    const auto verdicts =
        LoadabilityRules::builtin().verdicts(shapeOf(config), withCode ? Carrier::CodeFolder : Carrier::PlainFolder);
    const auto stock = LoadabilityRules::builtin().verdict(shapeOf(config), "transformers5");
    if (stock.loads == Loads::No || (stock.loads == Loads::WithCustomCode && !withCode)) {
        out << "\n## Opening it\n\n**Stock transformers 5 does not open this folder**: " << stock.rule << " ("
            << stock.detail
            << "). LoRAShear Studio does, and writes it in other forms: `lorashear export`, for example as `padded`.\n\n";
        return writePrograms(out, verdicts);
    }
    out << "\n## Opening it\n\n```python\nfrom transformers import AutoModelForCausalLM, AutoTokenizer\n\n"
        << "model = AutoModelForCausalLM.from_pretrained(\"this folder\"" << (withCode ? ", trust_remote_code=True" : "")
        << ")\n"
        << "tokenizer = AutoTokenizer.from_pretrained(\"this folder\")\n```\n\n";
    if (withCode)
        out << (!config.factors.empty()
                    ? "Some of its linears are factored into two thin ones, and its layers may differ in size"
                : config.uniform() ? "Its sizes are none that stock classes take"
                                   : "Its layers differ in size, and some may lack their attention or MLP")
            << ". `modeling_lorashear.py` (MIT licence, about two hundred lines) builds each stock layer with its own sizes; without it "
               "the stock classes refuse the weights.\n";
    else
        out << "It is an ordinary checkpoint: stock classes open it.\n";
    out << "\n";
    writePrograms(out, verdicts);
    out << "`lorashear verify` on the folder repeats the check that was made when it was written.\n";
}

}  // namespace

std::string modelCard(const ModelConfig& config, const std::string& dtype, const PruningRecord& pruningRecord,
                      bool withCode) {
    const std::string base = pruningRecord.source ? pruningRecord.source->name : "";
    const json recipe = parsed(pruningRecord.recipe);
    std::ostringstream out;
    out << "---\nlibrary_name: transformers\npipeline_tag: text-generation\n";
    if (!base.empty()) out << "base_model: " << json(base).dump() << "\n";
    out << "tags:\n- pruned\n- " << config.family << "\n---\n\n# "
        << (base.empty() ? std::string("Pruned model") : base + ", pruned") << "\n\n"
        << "A " << config.family << " model of " << config.layers.size() << " layers, hidden size " << config.hidden
        << ", stored as " << dtype << ".";
    if (!base.empty())
        out << " Made from " << base
            << "; its licence holds for this model too, and licence files of the original lie beside this one.";
    out << "\n";
    writeMeasured(out, parsed(pruningRecord.measured), recipe);
    writeVocabulary(out, pruningRecord);
    writeMerged(out, pruningRecord);
    writeMaking(out, recipe);
    writeOpening(out, config, withCode);
    return out.str();
}

}  // namespace lorashear
