#include "core/bench/bench_result.h"

#include "core/base/stage.h"
#include "core/run/event_log.h"
#include "core/run/paired_json.h"
#include "core/run/value_json.h"

namespace lorashear {

using nlohmann::json;

template <class V>
void describe(V& v, BenchText& t) {
    v("perplexity", t.perplexity), v("bits_per_byte", t.bitsPerByte);
}
template <class V>
void describe(V& v, BenchTask& t) {
    v("acc", t.accuracy), v("acc_norm", t.normalisedAccuracy), v("questions", t.questions);
}
template <class V>
void describe(V& v, BenchFigures& t) {
    v("parameters", t.parameters), v("texts", t.texts), v("tasks", t.tasks);
}
template <class V>
void describe(V& v, BenchResult& t) {
    v("request", t.request), v("protocol", t.protocol), v("dense", t.dense), v("last", t.last), v("before", t.before);
    v("steps", t.steps), v("tokens", t.tokens), v.added("calibration_tokens", t.calibrationTokens);
    v.added("dense_windows", t.denseWindows), v.added("last_windows", t.lastWindows);
}
template <class V>
void describe(V& v, BenchCosts& t) {
    v("seconds", t.seconds), v("peak_bytes", t.peakBytes);
}

namespace {

BenchFigures figuresOf(const json& result, const char* model, std::int64_t parameters) {
    BenchFigures figures;
    figures.parameters = parameters;
    for (const auto& [name, text] : result.at("texts").at(model).items())
        figures.texts[name].perplexity = text.at("perplexity").get<double>();
    for (const auto& [name, task] : result.at("tasks").at(model).items()) {
        BenchTask& read = figures.tasks[name];
        read.accuracy = task.at("acc").get<double>();
        read.normalisedAccuracy = task.at("acc_norm").get<double>();
        read.questions = task.at("n").get<std::int64_t>();
    }
    return figures;
}

}  // namespace

BenchResult benchResultOf(const json& result, const std::filesystem::path& events, const std::string& headline) {
    const char* last = result.at("texts").at(roleName(ModelRole::Recovered)).is_null() ? roleName(ModelRole::Pruned)
                                                                                       : roleName(ModelRole::Recovered);
    BenchResult row;
    row.dense = figuresOf(result, roleName(ModelRole::Dense), result.at("parameters_before").get<std::int64_t>());
    row.last = figuresOf(result, last, result.at("parameters_after").get<std::int64_t>());
    if (!headline.empty()) {
        row.before = result.at("texts").at(roleName(ModelRole::Pruned)).at(headline).at("perplexity").get<double>();
        row.protocol = result.at("texts").at(last).at(headline).at("protocol").get<std::string>();
    }
    if (const auto found = result.find("calibration_tokens"); found != result.end() && found->is_number_integer())
        row.calibrationTokens = found->get<std::int64_t>();
    for (const LoggedEvent& logged : readEvents(events))
        if (const auto* step = std::get_if<event::Step>(&logged.event)) ++row.steps, row.tokens += step->tokens;
    return row;
}

json benchResultToJson(const BenchResult& result) {
    return value_json::Writer::write(result);
}
BenchResult benchResultFromJson(const json& stored) {
    BenchResult result;
    value_json::Reader::read(stored, result);
    return result;
}
json benchCostsToJson(const BenchCosts& costs) {
    return value_json::Writer::write(costs);
}
BenchCosts benchCostsFromJson(const json& stored) {
    BenchCosts costs;
    value_json::Reader::read(stored, costs);
    return costs;
}

}  // namespace lorashear
