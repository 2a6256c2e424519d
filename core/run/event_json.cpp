#include "core/run/event_json.h"

#include "core/base/stage.h"
#include "core/edits/edit_json.h"
#include "core/run/value_json.h"
#include "core/trace/group_list.h"

#include <optional>
#include <utility>

namespace lorashear {

using nlohmann::json;
using value_json::Reader;
using value_json::Writer;

template <>
struct value_json::EnumNames<UnitKind> {
    static constexpr auto kNames = [] {
        std::array<const char*, kUnitKinds.size()> names{};
        for (std::size_t i = 0; i < names.size(); ++i) names[i] = kUnitKinds[i].id;
        return names;
    }();
};
template <>
struct value_json::EnumNames<NodeGroupKind> {
    static constexpr std::array<const char*, 2> kNames{"basic", "composed"};
};
template <>
struct value_json::EnumNames<VertexClass> {
    static constexpr std::array<const char*, 4> kNames{"stem", "joint", "accessory", "unknown"};
};
template <>
struct value_json::EnumNames<RopeScaling> {
    static constexpr std::array<const char*, 6> kNames{"none", "linear", "llama3", "dynamic", "yarn", "longrope"};
};
template <>
struct value_json::EnumNames<Activation> {
    static constexpr std::array<const char*, 4> kNames{"silu", "gelu", "gelu_tanh", "relu"};
};
template <>
struct value_json::EnumNames<event::TokenCause::Masked> {
    static constexpr std::array<const char*, 3> kNames{"nothing", "all", "all_but_part"};
};
template <>
struct value_json::EnumNames<event::Finished::Outcome> {
    static constexpr std::array<const char*, 3> kNames{"completed", "cancelled", "failed"};
};

namespace value_json {
template <class V>
void describe(V& v, std::pair<std::string, std::string>& t) {  // here, since std's types are looked up beside the writer
    v("name", t.first), v("reason", t.second);
}
}  // namespace value_json

template <class V>
void describe(V& v, LayerShape& t) {
    v("heads", t.heads), v("kv_heads", t.kvHeads), v("intermediate", t.intermediate);
    v.added("experts", t.experts);
}

template <class V>
void describe(V& v, RoutingSettings& t) {
    v("experts_per_token", t.expertsPerToken), v("normalised", t.normalised);
}

template <class V>
void describe(V& v, RopeSettings& t) {
    v("theta", t.theta), v("fraction", t.fraction), v("scaling", t.scaling), v("factor", t.factor),
        v("low_frequency", t.lowFrequency);
    v("high_frequency", t.highFrequency), v("original_positions", t.originalPositions);
    v.added("fast_turns", t.fastTurns), v.added("slow_turns", t.slowTurns), v.added("whole_pairs", t.wholePairs),
        v.added("amplitude", t.amplitude);
    v.added("short_factors", t.shortFactors), v.added("long_factors", t.longFactors), v.added("interleaved", t.interleaved);
}

template <class V>
void describe(V& v, AttentionSettings& t) {
    v("scale", t.scale), v("soft_cap", t.softCap), v("windows", t.windows), v("head_norm_eps", t.headNormEps),
        v("rope", t.rope);
    v.added("clip", t.clip);
    v("sliding_rope_apart", t.slidingRopeApart), v("sliding_rope", t.slidingRope);
    v.added("rotary", t.rotary);
}

template <class V>
void describe(V& v, Factor& t) {
    v("rank", t.rank), v("blocks", t.blocks);
}

template <class V>
void describe(V& v, ModelConfig& t) {
    v("family", t.family), v("vocabulary", t.vocabulary), v("hidden", t.hidden), v("head_dim", t.headDim);
    v("max_positions", t.maxPositions), v("layers", t.layers), v("norm_eps", t.normEps),
        v("rope_theta", t.attention.rope.theta);
    v("tied_head", t.tiedHead), v("attention_bias", t.attentionBias), v("mlp_bias", t.mlpBias), v("bos", t.bosId);
    v("eos", t.eosIds), v("dtype", t.dtype), v("source", t.source);
    v.added("attention", t.attention), v.added("routing", t.routing), v.added("activation", t.activation),
        v.added("logit_soft_cap", t.logitSoftCap);
    v.added("parallel_residual", t.parallelResidual), v.added("norms_first", t.normsFirst),
        v.added("embedding_size", t.embeddingSize), v.added("scaled_embedding", t.scaledEmbedding);
    v.added("embedding_scale", t.embeddingScale), v.added("branch_scale", t.branchScale),
        v.added("logit_scale", t.logitScale);
    v.added("shared_norm", t.sharedNorm), v.added("norm_bias", t.normBias), v.added("head_bias", t.headBias);
    v.added("factors", t.factors);
}

template <class V>
void describe(V& v, TraceNode& t) {
    v("id", t.id), v("op", t.op), v("scope", t.scope), v("layer", t.layer), v("class", t.vertexClass);
    v("inputs", t.inputs), v("shape", t.shape), v("parameters", t.parameters);
}

template <class V>
void describe(V& v, TraceGraph& t) {
    v("nodes", t.nodes), v("layers", t.layers);
}

template <class V>
void describe(V& v, GroupSlice& t) {
    v("tensor", t.tensor), v("dim", t.dim), v("offset", t.offset), v("stride", t.stride), v("length", t.length);
}

template <class V>
void describe(V& v, NodeGroup& t) {
    v("id", t.id), v("name", t.name), v("kind", t.kind), v("unit", t.unit), v("layer", t.layer), v("prunable", t.prunable);
    v("reason", t.reason), v("count", t.count), v("primary", t.primary), v("secondary", t.secondary);
    v("parameters_per_group", t.parametersPerGroup), v("nodes", t.nodes);
    v.added("norm_gains", t.normGains), v.added("gain_offset", t.gainOffset), v.added("cuttable", t.cuttable);
    v.added("minimum", t.minimum), v.added("wholes", t.wholes), v.added("within", t.within),
        v.added("within_group", t.withinGroup);
}

template <class V>
void describe(V& v, SubLayer& t) {
    v("tensors", t.tensors), v("parameters", t.parameters);
}

template <class V>
void describe(V& v, BlockParts& t) {
    v("attention", t.attention), v("mlp", t.mlp);
}

template <class V>
void describe(V& v, LinearSize& t) {
    v("out", t.out), v("in", t.in), v("bias", t.bias), v("transposed", t.transposed);
}

template <class V>
void describe(V& v, Structure& t) {
    v("graph", t.graph), v("node_groups", t.nodeGroups), v("parameters", t.parameters), v("not_prunable", t.notPrunable);
    v.added("tensors", t.tensors), v.added("block_prefix", t.blockPrefix), v.added("parts", t.parts);
    v.added("linears", t.linears);
}

template <class V>
void describe(V& v, GroupSaliency& t) {
    v("proxy", t.proxy), v("scores", t.scores);
}

template <class V>
void describe(V& v, NodeGroupKnowledge& t) {
    v("node_group", t.nodeGroup), v("deviation", t.deviation), v("spread", t.spread), v("per_ratio", t.perRatio);
    v("measured", t.measured), v("protected", t.protectedByRank);
    v.added("windows", t.windows), v.added("settled", t.settled);
}

template <class V>
void describe(V& v, KnowledgeDistribution& t) {
    v("baseline_nll", t.baselineNll), v("tokens", t.tokens), v("ratios", t.ratios), v("proxy", t.proxy);
    v("unprunable_share", t.unprunableShare), v("cache_key", t.cacheKey), v("node_groups", t.nodeGroups);
    v.added("confidence", t.confidence), v.added("windows", t.windows);
}

template <class V>
void describe(V& v, UnitSettings& t) {
    v("take", t.take), v("minimum", t.minimum), v("divisor", t.divisor), v("share", t.share), v("keep", t.keep);
    v.added("score", t.score);
}

/// Plans of programs that knew attention and MLP only.
void readFormer(value_json::Reader& v, PlanOptions& t) {
    UnitSettings &attention = t.units.at("attention"), &mlp = t.units.at("mlp");
    v.added("attention_share", attention.share), v.added("attention_keep", attention.keep);
    v.added("min_attention", attention.minimum), v.added("attention_divisor", attention.divisor);
    v.added("min_mlp", mlp.minimum), v.added("mlp_divisor", mlp.divisor);
}

template <class V>
void describe(V& v, PlanOptions& t) {
    v("ratio", t.ratio), v("uniform", t.uniform), v("protect", t.protect), v("allow", t.allow);
    v("use_knowledge", t.useKnowledge), v.added("units", t.units), v.added("enabled", t.enabled);
    if constexpr (V::kReads) {
        for (const auto& [id, settings] : defaultUnits())
            t.units.try_emplace(id, settings);  // units that were not known then
        readFormer(v, t);
    }
}

template <class V>
void describe(V& v, NodeGroupBudget& t) {
    v("node_group", t.nodeGroup), v("prunable", t.prunable), v("reason", t.reason), v("most_removable", t.mostRemovable);
    v("remove_exactly", t.removeExactly);
}

template <class V>
void describe(V& v, PruningPlan& t) {
    v("options", t.options), v("budgets", t.budgets), v.added("remove", t.remove);
    json edits = editsToJson(t.edits);
    v.added("edits", edits);
    if constexpr (V::kReads) t.edits = editsFromJson(edits, "plan");
    if constexpr (V::kReads) {  // plans of programs that knew two units
        std::optional<int> attention, mlp;
        v.added("remove_attention", attention), v.added("remove_mlp", mlp);
        if (attention) t.remove["attention"] = *attention;
        if (mlp) t.remove["mlp"] = *mlp;
    }
    v("expected_ratio", t.expectedRatio), v("largest_ratio", t.largestRatio);
}

template <class V>
void groupList(V& v, const char* key, std::vector<GroupRef>& groups) {
    json list = V::kReads ? json() : groupsToJson(groups);
    v(key, list);
    if constexpr (V::kReads) groups = groupsFromJson(list);
}

template <class V>
void describe(V& v, Progress& t) {
    v("stage", t.stage);
    if constexpr (V::kReads)
        if (const auto stage = stageNamed(t.stage)) t.stage = stageName(*stage);  // of runs that called it otherwise
    v("text", t.text), v("done", t.done), v("total", t.total), v("seconds_left", t.secondsLeft);
}

/// Plain copy of Error, which has no default state.
struct ErrorFields {
    int code = 1;
    std::string subject, message, hint;
};
template <class V>
void describe(V& v, ErrorFields& t) {
    v("code", t.code), v("subject", t.subject), v("message", t.message), v("hint", t.hint);
}

namespace event {

template <class V>
void describe(V& v, ModelOpened& t) {
    v("path", t.path), v("tokenizer", t.tokenizer), v("config", t.config), v("parameters", t.parameters);
    v("weight_bytes", t.weightBytes), v.added("identity", t.identity);
}
template <class V>
void describe(V& v, StructureFound& t) {
    v("structure", t.structure);
}
template <class V>
void describe(V& v, SaliencyMeasured& t) {
    v("saliency", t.saliency);
}
template <class V>
void describe(V& v, KnowledgeMeasured& t) {
    v("entry", t.entry);
}
template <class V>
void describe(V& v, KnowledgeFinished& t) {
    v("knowledge", t.knowledge);
}
template <class V>
void describe(V& v, PlanMade& t) {
    v("plan", t.plan);
}
template <class V>
void describe(V& v, StageChanged& t) {
    v("stage", t.stage), v("text", t.text);
}
template <class V>
void describe(V& v, Step& t) {
    v("stage", t.stage), v("phase", t.phase), v("step", t.step), v("loss", t.loss), v("learning_rate", t.learningRate);
    v("gradient_norm", t.gradientNorm), v("zero_groups", t.zeroGroups), v("target_groups", t.targetGroups);
    v("redundant_norm", t.redundantNorm), v("important_norm", t.importantNorm), v("tokens_per_second", t.tokensPerSecond);
    v.added("tokens", t.tokens), v.added("memory", t.memory);
}
template <class V>
void describe(V& v, GroupsChosen& t) {
    v("period", t.period), groupList(v, "groups", t.groups);
}
template <class V>
void describe(V& v, GroupsZero& t) {
    groupList(v, "groups", t.groups);
}
template <class V>
void describe(V& v, HalfSpace& t) {
    v("step", t.step), v("boundary", t.boundary), v("last", t.last), v("fading", t.fading), groupList(v, "groups", t.groups);
    v("before", t.before), v("cosine", t.cosine), v("along", t.along), v("norm", t.norm);
    v.added("returning", t.returning);
}
template <class V>
void describe(V& v, Perplexity& t) {
    v("name", t.name), v("model", t.model), v("step", t.step), v("nll", t.nll), v("perplexity", t.perplexity),
        v("tokens", t.tokens);
    v.added("protocol", t.protocol), v.added("above_original", t.aboveOriginal);
    v.added("above_original_error", t.aboveOriginalError);
}
template <class V>
void describe(V& v, SourceDegradation& t) {
    v("phase", t.phase), v("round", t.round), v("sources", t.sources), v("nll", t.nll), v("reference", t.reference),
        v("weights", t.weights);
}
template <class V>
void describe(V& v, CheckpointSaved& t) {
    v("path", t.path), v("step", t.step);
}
template <class V>
void describe(V& v, Sample& t) {
    v("model", t.model), v("prompt", t.prompt), v("text", t.text);
}
template <class V>
void describe(V& v, Written& t) {
    v("model", t.model), v("prompt", t.prompt), v("begin", t.begin), v("tokens", t.tokens), v("kl", t.kl);
    v.added("ids", t.ids);
}
template <class V>
void describe(V& v, TokenCause& t) {
    v("masked", t.masked), v("node_group", t.nodeGroup), v("groups", t.groups), v("layer", t.layer);
    v("dropped", t.dropped), v("round", t.round), v("kl", t.kl), v("log_probability", t.logProbability);
    v("likeliest", t.likeliest);
}
template <class V>
void describe(V& v, Measurement& t) {
    v("model", t.model), v("name", t.name), v("unit", t.unit), v("value", t.value), v("spread", t.spread),
        v("estimate", t.estimate);
    v("protocol", t.protocol);
}
template <class V>
void describe(V& v, Certificate& t) {
    v("path", t.path), v("against", t.against), v("max_abs_logit_difference", t.maxLogitDifference), v("kl", t.kl);
    v("greedy_agreement", t.greedyAgreement), v("passed", t.passed), v.added("problem", t.problem);
}
template <class V>
void describe(V& v, Note& t) {
    v("level", t.level), v("text", t.text);
}
template <class V>
void describe(V& v, ProgressChanged& t) {
    v("progress", t.progress);
}
template <class V>
void describe(V& v, Finished& t) {
    v("outcome", t.outcome), v("result", t.resultJson);
    std::optional<ErrorFields> fields;
    if (t.error) fields = {static_cast<int>(t.error->code()), t.error->subject(), t.error->message(), t.error->hint()};
    v("error", fields);
    if constexpr (V::kReads)
        if (fields) t.error = Error(static_cast<ErrorCode>(fields->code), fields->subject, fields->message, fields->hint);
}

}  // namespace event

namespace {

/// In the order of RunEvent's alternatives.
constexpr std::array<const char*, std::variant_size_v<RunEvent>> kEventNames{"model_opened",
                                                                             "structure_found",
                                                                             "saliency_measured",
                                                                             "knowledge_measured",
                                                                             "knowledge_finished",
                                                                             "plan_made",
                                                                             "stage_changed",
                                                                             "step",
                                                                             "groups_chosen",
                                                                             "groups_zero",
                                                                             "half_space",
                                                                             "perplexity",
                                                                             "source_degradation",
                                                                             "checkpoint_saved",
                                                                             "sample",
                                                                             "written",
                                                                             "token_cause",
                                                                             "measurement",
                                                                             "certificate",
                                                                             "note",
                                                                             "progress_changed",
                                                                             "finished"};

using ReadEvent = RunEvent (*)(const json&);

template <std::size_t I>
RunEvent readAlternative(const json& from) {
    std::variant_alternative_t<I, RunEvent> event{};
    Reader::read(from, event);
    return event;
}

template <std::size_t... I>
constexpr std::array<ReadEvent, sizeof...(I)> readers(std::index_sequence<I...>) {
    return {&readAlternative<I>...};
}

template <class T>
T readAs(const json& from) {
    T value{};
    Reader::read(from, value);
    return value;
}

}  // namespace

const char* eventName(const RunEvent& event) {
    return kEventNames.at(event.index());
}

json eventToJson(const RunEvent& event) {
    json result = std::visit([](const auto& value) { return Writer::write(value); }, event);
    result["event"] = eventName(event);
    return result;
}

RunEvent eventFromJson(const json& from) {
    static constexpr auto kReaders = readers(std::make_index_sequence<std::variant_size_v<RunEvent>>());
    try {
        const auto name = from.at("event").get<std::string>();
        for (std::size_t i = 0; i < kEventNames.size(); ++i)
            if (name == kEventNames[i]) return kReaders[i](from);
        throw Error(ErrorCode::BadInput, name, "is not an event known here", "the run may come from a newer program");
    } catch (const json::exception& error) {
        throw Error(ErrorCode::BadInput, "event", std::string("cannot be read: ") + error.what());
    }
}

json planToJson(const PruningPlan& plan) {
    return Writer::write(plan);
}
PruningPlan planFromJson(const json& from) {
    return readAs<PruningPlan>(from);
}
json saliencyToJson(const GroupSaliency& saliency) {
    return Writer::write(saliency);
}
GroupSaliency saliencyFromJson(const json& from) {
    return readAs<GroupSaliency>(from);
}
json configToJson(const ModelConfig& config) {
    return Writer::write(config);
}
ModelConfig configFromJson(const json& from) {
    return readAs<ModelConfig>(from);
}

json errorToJson(const Error& error) {
    return {{"code", errorCodeName(error.code())},
            {"subject", error.subject()},
            {"message", error.message()},
            {"hint", error.hint()}};
}

}  // namespace lorashear
