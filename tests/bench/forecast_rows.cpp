#include "tests/bench/forecast_rows.h"

#include "core/compact/group_masks.h"
#include "core/eval/perplexity.h"
#include "core/io/atomic_file.h"
#include "core/knowledge/analyse.h"
#include "core/model/lora.h"
#include "core/plan/loss_forecast.h"
#include "core/plan/plan.h"
#include "core/run/stages/opened_model.h"
#include "core/trace/tracer.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <vector>

namespace lorashear::bench {

namespace {

const std::string kBundled = std::string(LORASHEAR_SOURCE_DIR) + "/resources";
constexpr int kSizes = 20, kMeasuredEvery = 4, kBatch = 8;  ///< as ui/controller/what_if.cpp
constexpr double kLargest = 0.5,
                 kNear =
                     0.03;  ///< of the parameters, where the plan reaches so far; off by so much in perplexity counts as met

struct Size {
    double ratio = 0, measured = 0, spread = 0;  ///< measured: nats added
    LossForecast::Sum forecast;
};

/// Of a forecast of added nats: off in perplexity, and whether it is met.
struct Judged {
    double off = 0;
    bool near = false, inBand = false;
};

Judged judged(const ForecastLoss& forecast, double measured) {
    const double off = std::exp(forecast.added - measured) - 1;
    return {off, std::abs(off) <= kNear, measured >= forecast.low && measured <= forecast.high};
}

std::vector<Size> measuredSizes(CausalLM& model, const Structure& structure, const std::vector<Sequence>& sequences) {
    Control control;
    GroupSaliency saliency;
    const auto knowledge = analyseKnowledge(model, structure, sequences, {}, control, {},
                                            [&](const GroupSaliency& scores) { saliency = scores; });
    const LossForecast forecast(structure, knowledge);
    std::vector<Size> sizes;
    PlanOptions options;
    const double largest = std::min(kLargest, largestRatio(structure, options, &knowledge));
    for (int i = 1; i <= kSizes; ++i) {
        options.ratio = largest * i / kSizes;
        const PruningPlan plan = makePlan(structure, options, &knowledge);
        const auto groups = selectGroups(plan, structure, saliency, {}, 1.0);
        std::vector<int> removed(structure.nodeGroups.size(), 0);
        for (const GroupRef& group : groups) ++removed[static_cast<std::size_t>(group.nodeGroup)];
        applyMasks(model, structure, groups);
        const TextScore score = scoreSequences(model, sequences, kBatch, Compute::Fp32, control);
        applyMasks(model, structure, {});
        sizes.push_back(
            {static_cast<double>(removedParameters(structure, groups)) / static_cast<double>(structure.parameters),
             score.nll - knowledge.baselineNll, score.spread, forecast.added(removed)});
    }
    return sizes;
}

void printJudgement(const char* what, const std::string& name, const std::vector<Judged>& all) {
    const auto many = [&](auto&& is) { return static_cast<int>(std::count_if(all.begin(), all.end(), is)); };
    const int near = many([](const Judged&j) { return j.near; }), band = many([](const Judged&j) { return j.inBand; });
    const int either = many([](const Judged& j) { return j.near || j.inBand; });
    std::printf("%-26s %-20s %6d of %zu sizes within %.0f %%, %d within the band, %d one or the other\n", what, name.c_str(),
                near, all.size(), 100 * kNear, band, either);
    std::fflush(stdout);
}

void printModel(const std::string& folder, const std::string& name, const std::string& text, int windows) {
    const OpenedModel opened = openModel(folder);
    const auto model = cloneModel(*opened.model);
    attachLora(*model, {}, 1);
    const Structure structure = traceStructure(*model);
    const auto sequences =
        protocolWindows(*opened.tokenizer, readFile(text), {256, 0, windows, opened.tokenizer->bosId() >= 0, 0});
    const auto sizes = measuredSizes(*model, structure, sequences);
    std::vector<MeasuredLoss> dots;
    for (std::size_t i = kMeasuredEvery - 1; i < sizes.size(); i += kMeasuredEvery)
        dots.push_back({sizes[i].ratio, sizes[i].forecast.added, sizes[i].measured, sizes[i].spread});
    std::vector<Judged> before, between;
    for (std::size_t i = 0; i < sizes.size(); ++i) {
        const Size& size = sizes[i];
        const auto alone = calibrated(size.ratio, size.forecast, {}), with = calibrated(size.ratio, size.forecast, dots);
        before.push_back(judged(alone, size.measured));
        const bool dot = (i + 1) % kMeasuredEvery == 0;
        if (!dot) between.push_back(judged(with, size.measured));
        std::printf("  %5.1f %% gone: added %.4f nats; foretold %.4f (%.4f to %.4f), with dots %.4f (%.4f to %.4f)%s\n",
                    100 * size.ratio, size.measured, alone.added, alone.low, alone.high, with.added, with.low, with.high,
                    dot ? ", is one" : "");
    }
    printJudgement("forecast, nothing measured", name, before);
    printJudgement("forecast between dots", name, between);
}

}  // namespace

void printForecast(int windows, const std::string& model) {
    printModel(kBundled + "/models/stories260K", "stories260K", kBundled + "/data/valid.txt", windows);
    if (model.empty()) return;
    printModel(model, std::filesystem::path(model).filename().string().substr(0, 20), kBundled + "/data/wikipedia_valid.txt",
               windows);
}

}  // namespace lorashear::bench
