#include "core/run/stages/stage_results.h"

#include "core/base/error.h"
#include "core/run/event_json.h"
#include "core/run/paired_json.h"
#include "core/run/value_json.h"
#include "core/trace/group_list.h"

namespace lorashear {

using nlohmann::json;
using value_json::Reader;
using value_json::Writer;

template <class V>
void describe(V& v, TextResult& t) {
    v("nll", t.nll), v("perplexity", t.perplexity), v.added("spread", t.spread), v("tokens", t.tokens);
    v.added("protocol", t.protocol), v.added("bits_per_byte", t.bitsPerByte), v.added("windows", t.windows);
}
template <class V>
void describe(V& v, CostResult& t) {
    v("name", t.name), v("value", t.value), v("unit", t.unit), v("spread", t.spread), v.added("protocol", t.protocol);
}
template <class V>
void describe(V& v, TaskResult& t) {
    v("acc", t.accuracy), v("acc_norm", t.normalisedAccuracy), v("n", t.questions);
}
template <class V>
void describe(V& v, Measured& t) {
    v("perplexity", t.texts), v("tasks", t.tasks), v("costs", t.costs), v("sample", t.sample);
}

/// A value whose JSON is made elsewhere.
template <class V, class T>
void through(V& v, const char* key, T& value, json (*write)(const T&), T (*read)(const json&)) {
    json stored = V::kReads ? json() : write(value);
    v(key, stored);
    if constexpr (V::kReads) value = read(stored);
}

template <class V>
void describe(V& v, OpenResult& t) {
    v("hash", t.hash), v.added("weights", t.weights);
}
template <class V>
void describe(V&, TraceResult&) {}
template <class V>
void describe(V& v, SourceReference& t) {
    v("phase", t.phase), v("source", t.source), v("nll", t.nll);
}

json writeReferences(const std::vector<SourceReference>& references) {
    return Writer::write(references);
}
std::vector<SourceReference> readReferences(const json& stored) {
    std::vector<SourceReference> references;
    for (const json& entry : stored)
        if (entry.is_number())
            references.emplace_back().nll = entry.get<double>();
        else
            Reader::read(entry, references.emplace_back());
    return references;
}

template <class V>
void describe(V& v, DenseResult& t) {
    describe(v, t.measured);
    through(v, "references", t.references, writeReferences, readReferences);
}

double DenseResult::reference(std::size_t at, int phase, const std::string& source) const {
    if (at < references.size() && references[at].phase < 0) return references[at].nll;
    return referenceAmong(references, phase, source, kStage);
}

double referenceAmong(const std::vector<SourceReference>& references, int phase, const std::string& source, Stage stage) {
    for (const SourceReference& entry : references)
        if (entry.phase == phase && entry.source == source) return entry.nll;
    throw Error(ErrorCode::BadInput, std::string("stages/") + stageName(stage) + ".json",
                "has no loss of the original on \"" + source + "\" of recovery phase " + std::to_string(phase + 1),
                "start a new run: this one measured other sources");
}

using Knowledge = std::shared_ptr<const KnowledgeDistribution>;
json writeKnowledge(const Knowledge& knowledge) {
    return knowledge ? toJson(*knowledge) : json();
}
Knowledge readKnowledge(const json& stored) {
    return stored.is_null() ? nullptr : std::make_shared<const KnowledgeDistribution>(knowledgeFromJson(stored));
}

template <class V>
void describe(V& v, AnalyseResult& t) {
    through(v, "knowledge", t.knowledge, writeKnowledge, readKnowledge);
}
template <class V>
void describe(V& v, PlanResult& t) {
    through(v, "plan", t.plan, planToJson, planFromJson);
    v.added("calibration_tokens", t.calibrationTokens);
}
template <class V>
void describe(V& v, ReduceResult& t) {
    v("parameters", t.parameters), v("perplexity", t.texts);
    json references = V::kReads ? json::array() : writeReferences(t.references);
    v.added("references", references);
    if constexpr (V::kReads) t.references = readReferences(references);
    v.added("calibration_tokens", t.calibrationTokens);
}
template <class V>
void describe(V& v, PruneResult& t) {
    through(v, "removed", t.removed, groupsToJson, groupsFromJson);
    v("steps", t.steps), v.added("calibration_tokens", t.calibrationTokens);
}
template <class V>
void describe(V& v, CompactResult& t) {
    v("max_logit_difference", t.maxLogitDifference), v("perplexity", t.texts), v("parameters", t.parameters);
}
template <class V>
void describe(V& v, MergedSource& t) {
    v("phase", t.phase), v("source", t.source), v("routed", t.routed), v("merged", t.merged), v("kept", t.kept);
}
template <class V>
void describe(V& v, RecoverResult& t) {
    v("steps", t.steps), v.added("merged", t.merged), v.added("calibration_tokens", t.calibrationTokens);
}
template <class V>
void describe(V& v, EvaluateResult& t) {
    describe(v, t.measured);
    v.added("speeds", t.speeds);
}

template <class V>
void describe(V& v, AdaptResult& t) {
    describe(v, t.measured);
    v("steps", t.steps), v("tokens", t.tokens), v.added("problem", t.problem);
}

struct SimplestExport {
    std::string format, reason;
};
template <class V>
void describe(V& v, SimplestExport& t) {
    v("format", t.format), v("reason", t.reason);
}
template <class V>
void describe(V& v, ExportResult& t) {
    SimplestExport simplest{t.simplest, t.because};
    v("exports", t.exports), v.added("simplest", simplest), v("seconds", t.seconds);
    t.simplest = simplest.format, t.because = simplest.reason;
}

json toJson(const std::map<std::string, TextResult>& texts) {
    json written = Writer::write(texts);
    for (json& text : written) text.erase("windows");
    return written;
}
json toJson(const std::map<std::string, TaskResult>& tasks) {
    return Writer::write(tasks);
}
json toJson(const std::vector<CostResult>& costs) {
    return Writer::write(costs);
}
json toJson(const std::vector<MergedSource>& merged) {
    return Writer::write(merged);
}
std::vector<MergedSource> mergedFromJson(const json& stored) {
    std::vector<MergedSource> merged;
    for (const json& entry : stored) Reader::read(entry, merged.emplace_back());
    return merged;
}
json toJson(const Measured& measured) {
    return Writer::write(measured);
}

template <class Result>
json resultToJson(const Result& result) {
    return Writer::write(result);
}
template <class Result>
Result resultFromJson(const json& stored) {
    try {
        Result result;
        Reader::read(stored, result);
        return result;
    } catch (const json::exception& problem) {
        throw Error(ErrorCode::BadInput, std::string("stages/") + stageName(Result::kStage) + ".json",
                    std::string("is damaged: ") + problem.what(), "remove it: the stage is done again");
    }
}

#define LORASHEAR_STAGE_RESULT(Result)         \
    template json resultToJson(const Result&); \
    template Result resultFromJson<Result>(const json&)
LORASHEAR_STAGE_RESULT(OpenResult);
LORASHEAR_STAGE_RESULT(TraceResult);
LORASHEAR_STAGE_RESULT(DenseResult);
LORASHEAR_STAGE_RESULT(AnalyseResult);
LORASHEAR_STAGE_RESULT(PlanResult);
LORASHEAR_STAGE_RESULT(ReduceResult);
LORASHEAR_STAGE_RESULT(PruneResult);
LORASHEAR_STAGE_RESULT(CompactResult);
LORASHEAR_STAGE_RESULT(RecoverResult);
LORASHEAR_STAGE_RESULT(EvaluateResult);
LORASHEAR_STAGE_RESULT(AdaptResult);
LORASHEAR_STAGE_RESULT(ExportResult);
#undef LORASHEAR_STAGE_RESULT

}  // namespace lorashear
