#include "core/knowledge/analyse.h"

#include "core/base/error.h"
#include "core/base/stage.h"
#include "core/knowledge/analysis_fields.h"
#include "core/knowledge/analysis_key.h"
#include "core/knowledge/block_inputs.h"
#include "core/knowledge/entering_states.h"
#include "core/knowledge/evaluation_batches.h"
#include "core/knowledge/input_watch.h"
#include "core/knowledge/measurement_log.h"
#include "core/knowledge/probe_cost.h"
#include "core/knowledge/probe_targets.h"
#include "core/knowledge/saliency.h"
#include "core/knowledge/settled_places.h"
#include "core/knowledge/shared_work.h"
#include "core/model/causal_lm.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <algorithm>
#include <cmath>
#include <optional>

// Algorithm 3, streamed.
//
// Literally, the analysis is one evaluation of the whole text per node group and ratio. But a probe in block l changes nothing below l: it starts
// from what enters block l of the intact model and runs only the blocks above, about half the work. One pass over the text gives the loss of the
// intact model, what the proxy wants to know of every linear, and those inputs; of them so much is kept as BlockInputs has room for. For batches
// that are not kept one running state is carried upwards again: at block l, every probe of that block starts from it, then it advances through the
// intact block. A probe masks rows (Linear::mask); putting back the previous mask tensor, most often none, restores the model to the bit.
//
// With a confidence, batches are small and who has a settled place is left out (settled_places.cpp): the work goes where places are close.
//
// What is kept is the sum of nll per probe and sequence (Measurements) and the saliency that chose the masks, each written down as
// soon as it is known (MeasurementLog). Everything else follows from these sums, who is left out included, so a run that was stopped anywhere, even
// inside a batch, and then continued gives the same bits as one that was not.
//
// Several processes (SharedWork) each make the intact pass and rank, agree on what the first of them found, and deal out the node groups of one batch
// after the other: each then knows all sums, and with them who is settled.

namespace lorashear {

namespace {

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
    settings::requireAllowed(analysisFields(), static_cast<const AnalysisSettings&>(options), "/analysis");
    if (options.batch <= 0) throw Error(ErrorCode::Internal, "analyseKnowledge", "a forward pass without sequences");
}

[[noreturn]] void refuseShape() {
    throw Error(ErrorCode::Io, "analyse", "another process shares figures of another shape",
                "Let the same version of the program run everywhere.");
}

const SaliencyProxy& proxyOf(const AnalysisOptions& options) {
    const auto& proxies = saliencyProxies();
    return *std::find_if(proxies.begin(), proxies.end(), [&](const auto& p) { return p.id == options.proxy; });
}

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
          m_targets(probeTargets(model, structure)),
          m_batches(batchesOf(sequences, batchSize(), model.device())),
          m_key(analysisKey(model, m_targets, sequences, options)),
          m_cost(model),
          m_total(totalWork()),
          m_meter(control, stageName(Stage::Analyse), m_total),
          m_inputs(options.keptBytes) {
        m_context.compute = options.compute;
        std::vector<std::size_t> starts;
        std::vector<std::int64_t> counted;
        for (const auto& batch : m_batches) {
            starts.push_back(batch.first);
            counted.insert(counted.end(), batch.counted.begin(), batch.counted.end());
        }
        m_measured = Measurements(std::move(starts), std::move(counted), m_targets.size() * options.ratios.size());
        m_measured.errorsOverSequences = settles();
    }

    KnowledgeDistribution run() {
        const bool caching = !m_options.cacheFolder.empty() && !m_options.modelHash.empty();
        if (caching) m_log = MeasurementLog(m_options.cacheFolder / ("knowledge-" + m_key + ".jsonl"), m_key);
        m_log.read(m_measured, m_saliency);
        if (m_measured.baselineMeasured() && isRanked() && isComplete())
            sayRanked();
        else
            measure();
        return result();
    }

private:
    bool settles() const { return m_options.confidence > 0; }
    int batchSize() const {
        return settles() ? std::min(m_options.batch, AnalysisOptions::kWindowsBetweenLooks) : m_options.batch;
    }
    std::size_t endOf(std::size_t batch) const {
        return batch + 1 < m_batches.size() ? m_batches[batch + 1].first : m_sequences.size();
    }

    double totalWork() const {
        double perBatch = 2 + rankingWork();  // the intact pass, and the running state
        for (const auto& target : m_targets)
            perBatch += m_cost.above[target.block] * static_cast<double>(m_options.ratios.size());
        return perBatch * static_cast<double>(m_batches.size());
    }

    /// Per batch, beside the intact pass.
    double rankingWork() const { return m_proxy.needsGradient ? 1 + ProbeCost::kBackward : 0; }

    void startRace() {
        m_lookedAt = 0;
        m_places = SettledPlaces(m_targets.size(),
                                 {m_options.confidence, placeBoundaries(m_options.unprunableShare, m_targets.size())});
    }

    /// Who is settled by what is measured up to this batch; nobody without a confidence, nor sooner because batches end where lengths change.
    std::vector<std::size_t> look(std::size_t batch) {
        const std::size_t end = endOf(batch), next = m_lookedAt + AnalysisOptions::kWindowsBetweenLooks;
        if (!settles() || (end < next && end < m_sequences.size())) return {};
        m_lookedAt = end;
        return m_places.look(m_measured, m_options.ratios.size(), end);
    }

    /// The race once more, over what is there: whether any probe is missing.
    bool isComplete() {
        startRace();
        for (std::size_t b = 0; b < m_batches.size(); ++b) {
            if (!isMeasured(b)) return false;
            look(b);
        }
        return true;
    }

    void measure() {
        at::NoGradGuard noGradients;
        StatisticsGuard statistics(m_model);
        passIntact();
        rank();
        if (m_options.shared != nullptr) agree(*m_options.shared);
        sayRanked();
        prepareMasks(m_model, m_targets, m_saliency, m_options.ratios);
        startRace();
        for (std::size_t b = 0; b < m_batches.size(); ++b) {
            m_options.shared != nullptr ? dealBatch(b, *m_options.shared) : probeBatch(b);
            for (const std::size_t settled : look(b))
                if (m_onResult) m_onResult(knowledgeOf(settled));
        }
        m_meter.update(m_total);
    }

    void advance(double work, const std::string& text, bool measuredHere = true) {
        m_work += work;
        if (!measuredHere) m_meter.skip(work);
        m_meter.update(std::min(m_work, m_total), text);
    }

    /// The loss of the intact model, what the proxy wants to know, and what enters the blocks, in one pass.
    void passIntact() {
        const bool watching = !isRanked() && m_proxy.needsData && !m_proxy.needsGradient;
        std::optional<InputWatch> watch;
        if (watching) watch.emplace(m_model, false);
        for (std::size_t b = 0; b < m_batches.size(); ++b) {
            m_control.poll();
            const bool fresh = std::isnan(m_measured.baseline[m_batches[b].first]);
            if (fresh || watching) passIntact(b, fresh);
            advance(1, watching ? "intact model, ranking of groups" : "intact model", fresh || watching);
        }
        if (watch) watch->handOver();
    }

    void passIntact(std::size_t index, bool fresh) {
        const auto& batch = m_batches[index];
        auto x = m_model.embed(batch.ids, m_context);
        const bool kept = m_inputs.begin(index, x, blocksProbed());
        for (std::size_t block = 0; block < static_cast<std::size_t>(m_model.blocks()); ++block) {
            if (kept && block < blocksProbed()) m_inputs.add(index, x);
            x = m_model.block(static_cast<int>(block), x, m_context);
        }
        if (!fresh) return;
        const auto sums = nllPerSequence(m_model, x, batch, m_options.compute, "the intact model");
        std::copy(sums.begin(), sums.end(), m_measured.baseline.begin() + static_cast<std::ptrdiff_t>(batch.first));
        m_log.addBaseline(batch.first, sums);
    }

    /// Blocks from the first up to the last that has a probe.
    std::size_t blocksProbed() const { return m_targets.empty() ? 0 : m_targets.back().block + 1; }

    bool isRanked() const {
        return m_saliency.scores.size() == m_structure.nodeGroups.size() &&
               std::all_of(m_targets.begin(), m_targets.end(), [&](const ProbeTarget& target) {
                   return m_saliency.scores[static_cast<std::size_t>(target.group->id)].size() ==
                          static_cast<std::size_t>(target.group->count);
               });
    }

    void sayRanked() const {
        if (m_onSaliency) m_onSaliency(m_saliency);
    }

    void rank() {
        const double end = m_work + rankingWork() * static_cast<double>(m_batches.size());
        if (isRanked()) return advance(end - m_work, "ranking of groups", false);
        if (m_proxy.needsGradient)  // scores depend on the size of batches: not on that of the race
            collectStatistics(m_model, m_sequences, true, m_options.batch, m_options.compute, m_control,
                              [this] { advance(rankingWork(), "ranking of groups"); });
        advance(end - m_work, "ranking of groups");
        m_saliency = saliencyOf(m_model, m_structure, m_options.proxy);
        clearStatistics(m_model);
        m_log.addSaliency(m_saliency);
    }

    /// Whether every probe is there that this batch needs.
    bool isMeasured(std::size_t batch) const {
        const auto ratios = m_options.ratios.size();
        for (std::size_t row = 0; row < m_measured.probes.size(); ++row)
            if (m_places.isOpen(row / ratios) && !m_measured.measured(row, m_batches[batch].first)) return false;
        return true;
    }

    void probeBatch(std::size_t index) {
        const auto& batch = m_batches[index];
        EnteringStates entering(m_model, batch, m_inputs.of(index), m_context, m_control);
        for (std::size_t i = 0; i < m_targets.size(); ++i) {
            if (m_places.isOpen(i))
                probe(i, batch, entering);
            else
                advance(m_cost.above[m_targets[i].block] * static_cast<double>(m_options.ratios.size()), {}, false);
        }
        m_inputs.drop(index);
        advance(1, {}, entering.computed());
    }

    void probe(std::size_t index, const EvaluationBatch& batch, EnteringStates& entering) {
        const auto& target = m_targets[index];
        const auto ratios = m_options.ratios.size();
        for (std::size_t r = 0; r < ratios; ++r) {
            const auto row = index * ratios + r;
            const bool missing = !m_measured.measured(row, batch.first);
            if (missing) {
                m_control.poll();
                const auto sums = masked(target, r, batch, entering.of(target.block));
                std::copy(sums.begin(), sums.end(),
                          m_measured.probes[row].begin() + static_cast<std::ptrdiff_t>(batch.first));
                m_log.addProbe(row, batch.first, sums);
            }
            advance(m_cost.above[target.block], target.group->name, missing);
        }
        if (m_onResult) m_onResult(knowledgeOf(index));
    }

    /// The intact model's sums and the scores that all go by; what differs from this process's is written down too, and counts from here on.
    void agree(SharedWork& shared) {
        const auto baseline = shared.agree(m_key + "/baseline", m_measured.baseline, m_control);
        std::vector<double> own;
        for (const auto& scores : m_saliency.scores) own.insert(own.end(), scores.begin(), scores.end());
        const auto scores = shared.agree(m_key + "/scores", own, m_control);
        if (baseline.size() != m_measured.baseline.size() || scores.size() != own.size()) refuseShape();
        if (baseline != m_measured.baseline) {
            m_measured.baseline = baseline;
            for (std::size_t b = 0; b < m_batches.size(); ++b) {
                const auto from = baseline.begin() + static_cast<std::ptrdiff_t>(m_batches[b].first);
                m_log.addBaseline(m_batches[b].first, {from, baseline.begin() + static_cast<std::ptrdiff_t>(endOf(b))});
            }
        }
        if (scores == own) return;
        auto next = scores.begin();
        for (auto& row : m_saliency.scores) {
            std::copy_n(next, row.size(), row.begin());
            next += static_cast<std::ptrdiff_t>(row.size());
        }
        m_log.addSaliency(m_saliency);
    }

    /// probeBatch among several processes: who is open and not known here is dealt out.
    void dealBatch(std::size_t index, SharedWork& shared) {
        const auto& batch = m_batches[index];
        const auto ratios = m_options.ratios.size();
        EnteringStates entering(m_model, batch, m_inputs.of(index), m_context, m_control);
        std::vector<std::size_t> open;
        std::vector<std::string> names;
        for (std::size_t i = 0; i < m_targets.size(); ++i) {
            bool missing = false;
            for (std::size_t r = 0; r < ratios; ++r) missing = missing || !m_measured.measured(i * ratios + r, batch.first);
            if (m_places.isOpen(i) && missing) {
                open.push_back(i);
                names.push_back(m_targets[i].group->name);
            } else {
                advance(m_cost.above[m_targets[i].block] * static_cast<double>(ratios), {}, false);
            }
        }
        std::vector<bool> own(open.size(), false);
        const auto sums = shared.deal(
            m_key + "/" + std::to_string(index), names,
            [&](std::size_t piece) {
                const auto& target = m_targets[open[piece]];
                std::vector<double> all;
                for (std::size_t r = 0; r < ratios; ++r) {
                    m_control.poll();
                    const auto some = masked(target, r, batch, entering.of(target.block));
                    all.insert(all.end(), some.begin(), some.end());
                    advance(m_cost.above[target.block], target.group->name);
                }
                own[piece] = true;
                return all;
            },
            m_control);
        for (std::size_t piece = 0; piece < open.size(); ++piece) takeSums(open[piece], batch, sums[piece], own[piece]);
        m_inputs.drop(index);
        advance(1, {}, entering.computed());
    }

    /// Of all ratios of a node group, one behind the other, wherever they were measured.
    void takeSums(std::size_t index, const EvaluationBatch& batch, const std::vector<double>& sums, bool own) {
        const auto ratios = m_options.ratios.size(), sequences = batch.counted.size();
        if (sums.size() != ratios * sequences) refuseShape();
        for (std::size_t r = 0; r < ratios; ++r) {
            const auto row = index * ratios + r;
            const std::vector<double> some(sums.begin() + static_cast<std::ptrdiff_t>(r * sequences),
                                           sums.begin() + static_cast<std::ptrdiff_t>((r + 1) * sequences));
            std::copy(some.begin(), some.end(), m_measured.probes[row].begin() + static_cast<std::ptrdiff_t>(batch.first));
            m_log.addProbe(row, batch.first, some);
            if (!own) advance(m_cost.above[m_targets[index].block], m_targets[index].group->name, false);
        }
        if (m_onResult) m_onResult(knowledgeOf(index));
    }

    std::vector<double> masked(const ProbeTarget& target, std::size_t ratio, const EvaluationBatch& batch,
                               at::Tensor x) const {
        MaskGuard guard(target.masks[ratio]);
        for (auto i = static_cast<int>(target.block); i < m_model.blocks(); ++i) x = m_model.block(i, x, m_context);
        return nllPerSequence(m_model, x, batch, m_options.compute,
                              "the model with part of " + target.group->name + " masked");
    }

    NodeGroupKnowledge knowledgeOf(std::size_t index) const {
        auto knowledge = m_measured.knowledgeOf(index, m_options.ratios.size());
        knowledge.nodeGroup = m_targets[index].group->id;
        knowledge.settled = !m_places.isOpen(index);
        return knowledge;
    }

    KnowledgeDistribution result() const {
        KnowledgeDistribution knowledge;
        knowledge.baselineNll = m_measured.baselineNll();
        knowledge.tokens = m_measured.tokens();
        knowledge.ratios = m_options.ratios;
        knowledge.proxy = m_options.proxy;
        knowledge.unprunableShare = m_options.unprunableShare;
        knowledge.confidence = m_options.confidence;
        knowledge.windows = static_cast<int>(m_sequences.size());
        knowledge.cacheKey = m_key;
        for (std::size_t i = 0; i < m_targets.size(); ++i) knowledge.nodeGroups.push_back(knowledgeOf(i));
        const auto sections = settles() ? m_places.sections(m_measured, m_options.ratios.size()) : std::vector<int>();
        markMostSensitive(knowledge.nodeGroups, m_options.unprunableShare, sections);
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
    std::vector<ProbeTarget> m_targets;
    std::vector<EvaluationBatch> m_batches;
    std::string m_key;
    ProbeCost m_cost;
    double m_total;
    ProgressMeter m_meter;
    ForwardContext m_context;
    Measurements m_measured;
    GroupSaliency m_saliency;
    SettledPlaces m_places;
    std::size_t m_lookedAt = 0;  ///< windows read at the last look of the race
    BlockInputs m_inputs;
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
