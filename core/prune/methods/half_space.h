#pragma once

#include "core/plan/plan.h"
#include "core/prune/methods/fading_groups.h"
#include "core/prune/projection_report.h"

#include <string>
#include <vector>

namespace lorashear {

/// Inner products of rows as they are (x^) with what they were (x), by group number: [groupNumbers()] fp64 on the CPU.
struct RowProducts {
    at::Tensor across, old, now;  ///< <x^, x>, |x|^2, |x^|^2; now only where it was asked for
};
/// before: the rows that x is, by FadingGroups::members().
RowProducts rowProducts(const FadingGroups& groups, const std::vector<RowState>& before, bool now);

/// One step's test.
struct ProjectionStep {
    double epsilon = 0;
    double q = 1;       ///< what the schedule makes of x^ before the test
    bool last = false;  ///< of a period
};
/// What it saw. after: what is left of x^ behind it, by fading group.
ProjectionReport reportOf(const FadingGroups& groups, const std::vector<GroupRef>& fading, const RowProducts& products,
                          const ProjectionStep& step, const std::vector<double>& after);

/// The half-space test as a choice: of more groups than have to go, those go whose rows x^ = c W + s B A point least along what they were when they started
/// to fade. While all candidates are scaled down alike, training moves each along its rows or against them: <x^, x_0> / ||x_0||^2 is what is left of
/// it, and the test's epsilon is put where exactly the quota lies outside { x : <x, x_0> >= epsilon ||x_0||^2 } (HSPG's half-space, paper 3.3; the paper
/// fixes epsilon and takes what comes).
class HalfSpaceChoice {
public:
    bool open() const { return !m_candidates.empty(); }
    const std::vector<GroupRef>& candidates() const { return m_candidates; }
    const std::vector<GroupRef>& returning() const { return m_returning; }  ///< who grow back after the decision

    /// The rows as they are now are x_0 of these.
    void begin(std::vector<GroupRef> candidates, const FadingGroups& groups);
    /// <x^, x_0> / ||x_0||^2 of every candidate, in their order.
    std::vector<double> alignments(const FadingGroups& groups) const;
    /// Who goes, so that with `taken` the plan's quotas are met by `fraction`; the others are returning() from now on.
    std::vector<GroupRef> decide(const FadingGroups& groups, const PruningPlan& plan, const Structure& structure,
                                 const std::vector<GroupRef>& taken, double fraction);
    void end();  ///< of the period

    void save(Archive& archive, const std::string& prefix, const FadingGroups& groups) const;
    void load(const Archive& archive, const std::string& prefix, const FadingGroups& groups);

private:
    std::vector<GroupRef> m_candidates, m_returning;
    std::vector<RowState> m_start;  ///< by FadingGroups::members()
};

/// The plan with quotas `times` as large, rounded up, as far as its limits allow.
PruningPlan withMore(const PruningPlan& plan, const Structure& structure, double times);

}  // namespace lorashear
