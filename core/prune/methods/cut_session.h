#pragma once

#include "core/prune/methods/cut_times.h"
#include "core/prune/methods/fading_groups.h"
#include "core/prune/methods/group_choice.h"
#include "core/prune/pruning_method.h"
#include "core/prune/weight_edits.h"

#include <functional>
#include <string>
#include <vector>

namespace lorashear {

/// What every method shares that zeroes groups at once: training around one cut or several, holding what is zero at zero, saving, reporting.
/// The method itself is how groups are chosen.
class CutSession : public PruningSession {
public:
    /// Looks at the model as it is now and changes nothing in it.
    using Choose = std::function<GroupChoice(const PruningTask& task, const GroupRequest& request)>;

    /// id: what its entries in archives begin with. rateWarmup: as pruningRate(). A session without a single step has cut when it is made.
    CutSession(std::string id, PruningTask task, const CutTimes& times, int rateWarmup, Choose choose);

    std::int64_t totalSteps() const override { return m_times.total(); }
    bool done() const override { return m_step >= totalSteps(); }
    const std::vector<GroupRef>& chosen() const override { return m_chosen; }
    StepReport step() override;
    void save(Archive& archive) const override;
    void load(const Archive& archive) override;

private:
    void cutWhatIsDue();
    std::string phase() const;

    PruningTask m_task;
    std::string m_prefix;
    CutTimes m_times;
    int m_rateWarmup;
    Choose m_choose;
    FadingGroups m_groups;
    WeightEdits m_edits;
    std::int64_t m_step = 0;
    int m_cuts = 0;  ///< made so far
    std::vector<GroupRef> m_chosen;
};

}  // namespace lorashear
