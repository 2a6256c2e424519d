#pragma once

#include "core/eval/text_span.h"
#include "core/knowledge/knowledge_distribution.h"
#include "core/model/factor_fit.h"
#include "core/plan/plan.h"
#include "core/run/stages/opened_model.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace lorashear::bench {

/// What one-shot pruning is tried on.
struct TrialSetting {
    std::string model, text, calibration;     ///< paths
    std::string proxy = "fisher";             ///< ranks KV groups and neurons: a loss, which compares between layers
    std::string shares = "measured";          ///< of the mixed budget (PlanOptions::shares)
    TextProtocol protocol{512, 0, 0, false};  ///< of the reported text
    int calibrationWindow = 256, batch = 8;   ///< tokens; windows a forward pass
    int calibrationWindows = 32;              ///< that scores are measured on
    int shareWindows = 16;                    ///< at the end of that text, for shares alone; tokens are counted in the rest
};

/// What one amount of one unit came to.
struct TrialOutcome {
    std::string refused;                 ///< why there is no figure; empty: there is one
    double largestRatio = 0;             ///< of what was refused as too much
    double ratio = 0;                    ///< parameters removed over all
    std::map<std::string, int> removed;  ///< by unit
    std::int64_t parameters = 0, weightBytes = 0;
    SpanScore score;
};

/// Takes parts of one model away and measures what is left at once, without any training: plan, scores on the calibration text,
/// edits, applied in memory, scored on the reported text per token of the original's tokenizer.
class UnitTrials {
public:
    /// Error(BadInput) if the calibration text holds parts of the reported one.
    explicit UnitTrials(TrialSetting setting);

    TrialOutcome whole();
    /// Refusals (too much, not in this model, losses that are no numbers) are outcomes; other errors are thrown.
    TrialOutcome without(const std::vector<std::string>& units, double ratio);
    /// The same by the plan that a method makes itself, with its defaults: ranks of linears.
    TrialOutcome byMethod(const std::string& method, double ratio);
    /// Units of the plan that can lose anything in this model, in the table's order.
    std::vector<std::string> available() const;

    const TrialSetting& setting() const { return m_setting; }
    const OpenedModel& opened() const { return m_opened; }
    const TextSpan& span() const { return m_span; }

private:
    TrialOutcome tried(const std::vector<std::string>& units, double ratio);
    PruningPlan planned(const PlanOptions& options);
    double largest(const PlanOptions& options) const;
    TrialOutcome measured(const Edits& edits, const InputMoments& moments = {});
    const GroupSaliency& saliency();

    TrialSetting m_setting;
    OpenedModel m_opened;
    Structure m_structure;
    TextSpan m_span;
    std::vector<Sequence> m_calibration, m_counted, m_shares;  ///< for scores, for counting tokens, for shares
    std::optional<GroupSaliency> m_saliency;
    Control m_control;
};

}  // namespace lorashear::bench
