#include "tests/bench/knowledge_rows.h"

#include "core/eval/perplexity.h"
#include "core/io/atomic_file.h"
#include "core/knowledge/analyse.h"
#include "core/knowledge/measurements.h"
#include "core/model/lora.h"
#include "core/run/stages/opened_model.h"
#include "core/trace/tracer.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <numeric>
#include <set>
#include <vector>

namespace lorashear::bench {

namespace {

const std::string kResources = std::string(LORASHEAR_SOURCE_DIR) + "/resources";
constexpr int kWindow = 256;
constexpr double kConfidence = 0.95;

using Entries = std::vector<NodeGroupKnowledge>;

/// Places of the node groups, the largest deviation first.
std::vector<std::size_t> byDeviation(const Entries& entries) {
    std::vector<std::size_t> order(entries.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t a, std::size_t b) { return entries[a].deviation > entries[b].deviation; });
    return order;
}

/// Spearman's: that of the ranks.
double rankCorrelation(const Entries& a, const Entries& b) {
    const auto one = byDeviation(a), other = byDeviation(b);
    std::vector<double> ranks(one.size());
    for (std::size_t i = 0; i < other.size(); ++i) ranks[other[i]] = static_cast<double>(i);
    double squares = 0;
    for (std::size_t i = 0; i < one.size(); ++i) squares += std::pow(static_cast<double>(i) - ranks[one[i]], 2);
    const auto n = static_cast<double>(one.size());
    return 1 - 6 * squares / (n * (n * n - 1));
}

std::size_t shared(const std::vector<std::size_t>& a, const std::vector<std::size_t>& b, std::size_t from, std::size_t to) {
    const std::set<std::size_t> one(a.begin() + static_cast<std::ptrdiff_t>(from),
                                    a.begin() + static_cast<std::ptrdiff_t>(to));
    return static_cast<std::size_t>(std::count_if(b.begin() + static_cast<std::ptrdiff_t>(from),
                                                  b.begin() + static_cast<std::ptrdiff_t>(to),
                                                  [&](std::size_t i) { return one.count(i) > 0; }));
}

struct Timed {
    KnowledgeDistribution found;
    double seconds = 0;
};

void printRow(const char* what, const std::string& name, const Timed& timed, double evaluation) {
    const auto groups = static_cast<double>(timed.found.nodeGroups.size());
    std::printf(
        "%-26s %-20s %9.3f s a node group, %.2f of one full fp32 evaluation (%.3f s; %.0f node groups, %d windows)\n", what,
        name.c_str(), timed.seconds / groups, timed.seconds / groups / evaluation, evaluation, groups, timed.found.windows);
    std::fflush(stdout);
}

void printModel(const std::string& folder, const std::string& name, const std::string& text, int windows, Compute compute) {
    const OpenedModel opened = openModel(folder);
    const auto model = cloneModel(*opened.model);
    attachLora(*model, {}, 1);
    const Structure structure = traceStructure(*model);
    const auto sequences =
        protocolWindows(*opened.tokenizer, readFile(text), {kWindow, 0, windows, opened.tokenizer->bosId() >= 0, 0});
    AnalysisOptions options;
    Control control;
    scoreSequences(*model, {sequences.front()}, 1, Compute::Fp32, control);  // warms caches and allocators
    double begin = monotonicSeconds();
    scoreSequences(*model, sequences, options.batch, Compute::Fp32, control);
    const double evaluation = monotonicSeconds() - begin;
    const auto timed = [&] {
        const double from = monotonicSeconds();
        Timed result{analyseKnowledge(*model, structure, sequences, options, control), 0};
        result.seconds = monotonicSeconds() - from;
        return result;
    };
    options.confidence = kConfidence;
    options.compute = compute;
    const Timed settled = timed();
    printRow(compute == Compute::Mixed ? "knowledge, settled, mixed" : "knowledge, settled", name, settled, evaluation);
    options.confidence = 0;
    options.compute = Compute::Fp32;
    const Timed full = timed();
    printRow("knowledge, full", name, full, evaluation);
    const auto& a = full.found.nodeGroups;
    const auto& b = settled.found.nodeGroups;
    const std::size_t fifth = marksFor(0.2, a.size());
    const auto one = byDeviation(a), other = byDeviation(b);
    double read = 0;
    std::size_t open = 0;
    for (const auto& entry : b) {
        read += entry.windows;
        open += !entry.settled;
    }
    std::printf(
        "%-26s %-20s %9.3f rank correlation, first fifth %zu of %zu, last fifth %zu of %zu the same, %.0f %% of the "
        "windows read, %zu places open to the end\n",
        "knowledge, the two", name.c_str(), rankCorrelation(a, b), shared(one, other, 0, fifth), fifth,
        shared(one, other, a.size() - fifth, a.size()), fifth, 100 * read / static_cast<double>(b.size() * sequences.size()),
        open);
    std::fflush(stdout);
}

}  // namespace

void printKnowledgeAnalysis(int windows, const std::string& model, Compute compute) {
    printModel(kResources + "/models/stories260K", "stories260K", kResources + "/data/valid.txt", windows, compute);
    if (model.empty()) return;
    const auto name = std::filesystem::path(model).filename().string();
    printModel(model, name.substr(0, 20), kResources + "/data/wikipedia_valid.txt", windows, compute);
}

}  // namespace lorashear::bench
