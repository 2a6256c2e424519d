#include "core/knowledge/analyse.h"

#include "core/base/error.h"
#include "core/base/hash.h"
#include "core/base/stage.h"
#include "core/knowledge/evaluation_batches.h"
#include "core/knowledge/measurement_log.h"
#include "core/knowledge/saliency.h"
#include "core/model/causal_lm.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <ATen/core/grad_mode.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

// Algorithm 3, streamed.
//
// Literally, the analysis is one evaluation of the whole text per node group and ratio. But a probe in block l changes
// nothing below l, so for each batch we carry one running state upwards: at block l, every probe of that block starts from the
// state that enters l and runs only the blocks above; then the state advances through the intact block. That needs one stored
// state, whatever the depth, and about half the work. A probe masks rows (Linear::mask); putting back the previous mask
// tensor, most often none, restores the model to the bit.
//
// What is kept is the sum of nll per probe and sequence (Measurements) and the saliency that chose the masks, each written down as
// soon as it is known (MeasurementLog). Everything else follows from these sums, so a run that was stopped anywhere, even inside a
// batch, and then continued gives the same bits as one that was not.

namespace lorashear {

namespace {

/// One node group and what its probes mask.
struct Subject {
    const NodeGroup* group = nullptr;
    std::size_t block = 0;
    std::vector<std::map<Linear*, at::Tensor>> masks;  ///< per ratio
};

/// Multiplies masks into linears; puts back the very tensors that were there.
class MaskGuard {
public:
    explicit MaskGuard(const std::map<Linear*, at::Tensor>& masks) {
        for (const auto& [linear, mask] : masks) {
            m_before.emplace_back(linear, linear->mask);
            linear->mask = linear->mask.defined() ? linear->mask * mask : mask;
        }
    }
    ~MaskGuard() {
        for (auto& [linear, mask] : m_before) linear->mask = std::move(mask);
    }
    MaskGuard(const MaskGuard&) = delete;
    MaskGuard& operator=(const MaskGuard&) = delete;

private:
    std::vector<std::pair<Linear*, at::Tensor>> m_before;
};

/// Takes off statistics that somebody collects, so that probes do not count in them, and puts them back.
class StatisticsGuard {
public:
    explicit StatisticsGuard(CausalLM& model) : m_model(model) {
        for (auto* linear : model.linears()) m_before.push_back(std::move(linear->statistics));
        clearStatistics(model);
    }
    ~StatisticsGuard() {
        for (std::size_t i = 0; i < m_before.size(); ++i) m_model.linears()[i]->statistics = std::move(m_before[i]);
    }
    StatisticsGuard(const StatisticsGuard&) = delete;
    StatisticsGuard& operator=(const StatisticsGuard&) = delete;

private:
    CausalLM& m_model;
    std::vector<std::shared_ptr<InputStatistics>> m_before;
};

void checkOptions(const AnalysisOptions& options) {
    const auto bad = [](const char* key, const std::string& message) {
        throw Error(ErrorCode::BadRecipe, std::string("/analysis/") + key, message);
    };
    if (options.ratios.empty()) bad("ratios", "at least one ratio is needed");
    for (const double ratio : options.ratios)
        if (!(ratio > 0 && ratio < 1)) bad("ratios", "a ratio must be greater than 0 and less than 1");
    if (!(options.unprunableShare >= 0 && options.unprunableShare < 1))
        bad("unprunable_share", "must be at least 0 and less than 1");
    if (options.batch < 1) bad("batch", "must be at least 1");
    const auto& proxies = saliencyProxies();
    const auto known = [&](const SaliencyProxy& proxy) { return proxy.id == options.proxy; };
    if (std::none_of(proxies.begin(), proxies.end(), known)) bad("proxy", "there is no proxy named " + options.proxy);
}

/// Where the rows of group j lie, for every linear of the node group; empty if some primary tensor is not a linear's weight or bias.
std::vector<std::pair<Linear*, GroupSlice>> rowSlices(const CausalLM& model, const NodeGroup& group) {
    std::vector<std::pair<Linear*, GroupSlice>> rows;
    for (const auto& slice : group.primary) {
        const auto dot = slice.tensor.rfind('.');
        auto* linear = dot == std::string::npos ? nullptr : model.linear(slice.tensor.substr(0, dot));
        const bool weight = linear && slice.tensor.substr(dot) == ".weight";
        if (!linear || slice.dim != (weight ? linear->rowDim() : 0)) return {};
        if (weight) rows.emplace_back(linear, slice);
    }
    return rows;
}

/// Node groups a probe can measure, in network order: prunable by type, inside one block, made of linears, more than one group.
std::vector<Subject> subjectsOf(const CausalLM& model, const Structure& structure) {
    std::vector<Subject> subjects;
    for (const auto& group : structure.nodeGroups) {
        const bool inside = group.layer >= 0 && group.layer < model.blocks();
        if (!group.prunable || !inside || group.count < 2 || rowSlices(model, group).empty()) continue;
        subjects.push_back({&group, static_cast<std::size_t>(group.layer), {}});
    }
    std::stable_sort(subjects.begin(), subjects.end(), [](const Subject& a, const Subject& b) { return a.block < b.block; });
    return subjects;
}

std::map<Linear*, at::Tensor> maskOf(const std::vector<std::pair<Linear*, GroupSlice>>& rows,
                                     const std::vector<int>& groups) {
    std::map<Linear*, at::Tensor> masks;
    for (const auto& [linear, slice] : rows) {
        auto& mask = masks[linear];
        if (!mask.defined()) mask = at::ones({linear->out()}, at::kFloat);
        auto* data = mask.data_ptr<float>();
        for (const int j : groups) std::fill_n(data + slice.begin(j), slice.length, 0.0F);
    }
    for (auto& [linear, mask] : masks) mask = mask.to(linear->weight.device());
    return masks;
}

/// Groups by rising score.
std::vector<int> ranking(const std::vector<double>& scores) {
    std::vector<int> order(scores.size());
    std::iota(order.begin(), order.end(), 0);
    std::stable_sort(order.begin(), order.end(), [&](int a, int b) {
        return scores[static_cast<std::size_t>(a)] < scores[static_cast<std::size_t>(b)];
    });
    return order;
}

void prepareMasks(const CausalLM& model, std::vector<Subject>& subjects, const GroupSaliency& saliency,
                  const std::vector<double>& ratios) {
    for (auto& subject : subjects) {
        const auto& scores = saliency.scores.at(static_cast<std::size_t>(subject.group->id));
        if (scores.size() != static_cast<std::size_t>(subject.group->count))
            throw Error(ErrorCode::Internal, subject.group->name,
                        "the proxy " + saliency.proxy + " has no score for its groups");
        const auto order = ranking(scores);
        const auto rows = rowSlices(model, *subject.group);
        for (const double ratio : ratios) {
            const auto many =
                std::clamp<std::int64_t>(std::llround(ratio * subject.group->count), 1, subject.group->count - 1);
            subject.masks.push_back(maskOf(rows, {order.begin(), order.begin() + many}));
        }
    }
}

/// Identity of the measurements: everything that changes a number in them. The share of marks does not.
std::string keyOf(const CausalLM& model, const std::vector<Subject>& subjects, const std::vector<Sequence>& sequences,
                  const AnalysisOptions& options) {
    Sha256 hash;
    const auto add = [&](const std::string& text) { hash.add(text + "\n"); };
    add("knowledge 2");
    add(options.modelHash);
    add(options.textHash);
    add(options.proxy);
    for (const double ratio : options.ratios) hash.add(&ratio, sizeof ratio);
    add(std::to_string(options.batch) + " " + std::to_string(static_cast<int>(options.compute)));
    add(model.device().str() + " " + std::to_string(at::get_num_threads()));  // sums in another order have other last bits
    for (const auto& subject : subjects) add(subject.group->name + " " + std::to_string(subject.group->count));
    for (const auto& sequence : sequences) {
        add(std::to_string(sequence.ids.size()));
        hash.add(sequence.ids.data(), sequence.ids.size() * sizeof(int));
        for (const bool counts : sequence.lossMask) hash.add(counts ? "1" : "0");
    }
    return hash.hex();
}

const SaliencyProxy& proxyOf(const AnalysisOptions& options) {
    const auto& proxies = saliencyProxies();
    return *std::find_if(proxies.begin(), proxies.end(), [&](const auto& p) { return p.id == options.proxy; });
}

/// Work in units of one whole forward pass over one batch.
struct Cost {
    static constexpr double kBackward = 2;  ///< of one backward pass
    std::vector<double> above;              ///< [block]: from the input of the block to the loss
    double head = 0;

    explicit Cost(const CausalLM& model) : above(static_cast<std::size_t>(model.blocks()), 0.0) {
        const auto blocks = static_cast<double>(model.blocks());
        double inside = 0;
        for (const auto* linear : model.linears()) inside += static_cast<double>(linear->weight.numel());
        const double all = inside + static_cast<double>(model.head().weight.numel());
        head = 1 - inside / all;
        for (std::size_t i = 0; i < above.size(); ++i)
            above[i] = head + inside / all * (blocks - static_cast<double>(i)) / blocks;
    }
};

class Analysis {
public:
    Analysis(CausalLM& model, const Structure& structure, const std::vector<Sequence>& sequences,
             const AnalysisOptions& options, const Control& control,
             const std::function<void(const NodeGroupKnowledge&)>& onResult,
             const std::function<void(const GroupSaliency&)>& onSaliency)
        : m_model(model),
          m_structure(structure),
          m_sequences(sequences),
          m_options(options),
          m_control(control),
          m_onResult(onResult),
          m_onSaliency(onSaliency),
          m_proxy(proxyOf(options)),
          m_subjects(subjectsOf(model, structure)),
          m_batches(batchesOf(sequences, options.batch, model.device())),
          m_key(keyOf(model, m_subjects, sequences, options)),
          m_cost(model),
          m_total(totalWork()),
          m_meter(control, stageName(Stage::Analyse), m_total) {
        m_context.compute = options.compute;
        std::vector<std::size_t> starts;
        std::vector<std::int64_t> counted;
        for (const auto& batch : m_batches) {
            starts.push_back(batch.first);
            counted.insert(counted.end(), batch.counted.begin(), batch.counted.end());
        }
        m_measured = Measurements(std::move(starts), std::move(counted), m_subjects.size() * options.ratios.size());
    }

    KnowledgeDistribution run() {
        const bool caching = !m_options.cacheFolder.empty() && !m_options.modelHash.empty();
        if (caching) m_log = MeasurementLog(m_options.cacheFolder / ("knowledge-" + m_key + ".jsonl"), m_key);
        m_log.read(m_measured, m_saliency);
        if (m_measured.complete() && isRanked())
            sayRanked();
        else
            measure();
        return result();
    }

private:
    double totalWork() const {
        double perBatch = 2 + rankingWork();  // the intact pass, and the running state
        for (const auto& subject : m_subjects)
            perBatch += m_cost.above[subject.block] * static_cast<double>(m_options.ratios.size());
        return perBatch * static_cast<double>(m_batches.size());
    }

    /// Per batch.
    double rankingWork() const { return m_proxy.needsGradient ? 1 + Cost::kBackward : m_proxy.needsData ? 1 : 0; }

    void measure() {
        at::NoGradGuard noGradients;
        StatisticsGuard statistics(m_model);
        measureBaseline();
        rank();
        sayRanked();
        prepareMasks(m_model, m_subjects, m_saliency, m_options.ratios);
        for (const auto& batch : m_batches) probeBatch(batch);
        m_meter.update(m_total);
    }

    void advance(double work, const std::string& text, bool measuredHere = true) {
        m_work += work;
        if (!measuredHere) m_meter.skip(work);
        m_meter.update(std::min(m_work, m_total), text);
    }

    void measureBaseline() {
        for (const auto& batch : m_batches) {
            m_control.poll();
            const bool fresh = std::isnan(m_measured.baseline[batch.first]);
            if (fresh) {
                auto x = m_model.embed(batch.ids, m_context);
                for (int i = 0; i < m_model.blocks(); ++i) x = m_model.block(i, x, m_context);
                const auto sums = nllPerSequence(m_model, x, batch, m_options.compute, "the intact model");
                std::copy(sums.begin(), sums.end(), m_measured.baseline.begin() + static_cast<std::ptrdiff_t>(batch.first));
                m_log.addBaseline(batch.first, sums);
            }
            advance(1, "intact model", fresh);
        }
    }

    bool isRanked() const {
        return m_saliency.scores.size() == m_structure.nodeGroups.size() &&
               std::all_of(m_subjects.begin(), m_subjects.end(), [&](const Subject& subject) {
                   return m_saliency.scores[static_cast<std::size_t>(subject.group->id)].size() ==
                          static_cast<std::size_t>(subject.group->count);
               });
    }

    void sayRanked() const {
        if (m_onSaliency) m_onSaliency(m_saliency);
    }

    void rank() {
        if (isRanked()) return advance(rankingWork() * static_cast<double>(m_batches.size()), "ranking of groups", false);
        if (rankingWork() > 0)
            collectStatistics(m_model, m_sequences, m_proxy.needsGradient, m_options.batch, m_options.compute, m_control,
                              [this] { advance(rankingWork(), "ranking of groups"); });
        m_saliency = saliencyOf(m_model, m_structure, m_options.proxy);
        clearStatistics(m_model);
        m_log.addSaliency(m_saliency);
    }

    bool isMeasured(const EvaluationBatch& batch) const {
        for (std::size_t row = 0; row < m_measured.probes.size(); ++row)
            if (!m_measured.measured(row, batch.first)) return false;
        return true;
    }

    void probeBatch(const EvaluationBatch& batch) {
        if (isMeasured(batch)) {
            for (std::size_t i = 0; i < m_subjects.size(); ++i) probe(i, batch, {});
            return advance(1, {}, false);
        }
        auto x = m_model.embed(batch.ids, m_context);
        std::size_t subject = 0;
        for (std::size_t block = 0; block < static_cast<std::size_t>(m_model.blocks()); ++block) {
            for (; subject < m_subjects.size() && m_subjects[subject].block == block; ++subject) probe(subject, batch, x);
            if (subject == m_subjects.size()) break;
            m_control.poll();
            x = m_model.block(static_cast<int>(block), x, m_context);
        }
        advance(1, {});
    }

    void probe(std::size_t index, const EvaluationBatch& batch, const at::Tensor& entering) {
        const auto& subject = m_subjects[index];
        const auto ratios = m_options.ratios.size();
        for (std::size_t r = 0; r < ratios; ++r) {
            const auto row = index * ratios + r;
            const bool missing = !m_measured.measured(row, batch.first);
            if (missing) {
                m_control.poll();
                const auto sums = masked(subject, r, batch, entering);
                std::copy(sums.begin(), sums.end(),
                          m_measured.probes[row].begin() + static_cast<std::ptrdiff_t>(batch.first));
                m_log.addProbe(row, batch.first, sums);
            }
            advance(m_cost.above[subject.block], subject.group->name, missing);
        }
        if (m_onResult) m_onResult(knowledgeOf(index));
    }

    std::vector<double> masked(const Subject& subject, std::size_t ratio, const EvaluationBatch& batch, at::Tensor x) const {
        MaskGuard guard(subject.masks[ratio]);
        for (auto i = static_cast<int>(subject.block); i < m_model.blocks(); ++i) x = m_model.block(i, x, m_context);
        return nllPerSequence(m_model, x, batch, m_options.compute,
                              "the model with part of " + subject.group->name + " masked");
    }

    NodeGroupKnowledge knowledgeOf(std::size_t index) const {
        auto knowledge = m_measured.knowledgeOf(index, m_options.ratios.size());
        knowledge.nodeGroup = m_subjects[index].group->id;
        return knowledge;
    }

    KnowledgeDistribution result() const {
        KnowledgeDistribution knowledge;
        knowledge.baselineNll = m_measured.baselineNll();
        knowledge.tokens = m_measured.tokens();
        knowledge.ratios = m_options.ratios;
        knowledge.proxy = m_options.proxy;
        knowledge.unprunableShare = m_options.unprunableShare;
        knowledge.cacheKey = m_key;
        for (std::size_t i = 0; i < m_subjects.size(); ++i) knowledge.nodeGroups.push_back(knowledgeOf(i));
        markMostSensitive(knowledge.nodeGroups, m_options.unprunableShare);
        return knowledge;
    }

    CausalLM& m_model;
    const Structure& m_structure;
    const std::vector<Sequence>& m_sequences;
    const AnalysisOptions& m_options;
    const Control& m_control;
    const std::function<void(const NodeGroupKnowledge&)>& m_onResult;
    const std::function<void(const GroupSaliency&)>& m_onSaliency;
    const SaliencyProxy& m_proxy;
    std::vector<Subject> m_subjects;
    std::vector<EvaluationBatch> m_batches;
    std::string m_key;
    Cost m_cost;
    double m_total;
    ProgressMeter m_meter;
    ForwardContext m_context;
    Measurements m_measured;
    GroupSaliency m_saliency;
    MeasurementLog m_log;
    double m_work = 0;
};

}  // namespace

KnowledgeDistribution analyseKnowledge(CausalLM& model, const Structure& structure, const std::vector<Sequence>& sequences,
                                       const AnalysisOptions& options, const Control& control,
                                       const std::function<void(const NodeGroupKnowledge&)>& onResult,
                                       const std::function<void(const GroupSaliency&)>& onSaliency) {
    checkOptions(options);
    return Analysis(model, structure, sequences, options, control, onResult, onSaliency).run();
}

}  // namespace lorashear
