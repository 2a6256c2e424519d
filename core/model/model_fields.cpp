#include "core/model/model_fields.h"

#include "core/settings/field_kinds.h"

namespace lorashear {

const settings::Table<LoraOptions>& loraFields() {
    using namespace settings;
    static const Table<LoraOptions> table{
        integer("rank", &LoraOptions::rank, {1, 4096}, "",
                "Rank of every adapter. From instructions alone adapters of any rank learn how answers begin and sound: "
                "knowledge takes texts."),
        number("alpha", &LoraOptions::alpha, {0, 1e6, true, false}, "", "The adapter's output is scaled by alpha / rank."),
        number("dropout", &LoraOptions::dropout, {0, 1, false, true}, "",
               "Probability that an input of the adapter is dropped in training."),
        flag("rank_stabilised", &LoraOptions::rankStabilised, "Scale by alpha / sqrt(rank) instead (rsLoRA)."),
        textList("targets", &LoraOptions::targets,
                 "Last part of the linears' names (\"q_proj\"); empty: every linear of the blocks."),
    };
    return table;
}

const settings::Table<GenerationSettings>& generationFields() {
    using namespace settings;
    using G = GenerationSettings;
    static const Table<G> table{
        integer("max_tokens", &G::maxTokens, {1, 100000}, "tokens",
                "New tokens at most; the model's context ends a text too."),
        number("temperature", &G::temperature, {0, 100}, "", "0: always the most likely token."),
        number("top_p", &G::topP, {0, 1, true, false}, "", "Draw from the most likely tokens that sum to this probability."),
    };
    return table;
}

const Setting& generationSetting(const std::string& key) {
    return settings::settingIn(generationFields(), key);
}

}  // namespace lorashear
