#pragma once

#include "ui/controller/run_state.h"

namespace lorashear::ui {

/// A run as it was after one of its steps. Refers to the run, which must outlive it unchanged.
struct RunMoment {
    double x = 0;        ///< on the curves' step axis
    bool newest = true;  ///< nothing happened since
    std::string phase;   ///< of the step; "" before the first
    std::vector<int> zero,
        chosen;  ///< groups by node group id: exactly zero; chosen to go, zero or not. Node groups beyond the end have none
    const RunState::HalfSpaceView* halfSpace = nullptr;          ///< the newest by then
    const std::vector<RunState::HalfSpaceView>* path = nullptr;  ///< where it comes from, for what came before it
    const RunState::Text* text = nullptr;                        ///< the newest by then

    int zeroCount(int nodeGroup) const { return count(zero, nodeGroup); }
    int fadingCount(int nodeGroup) const { return count(chosen, nodeGroup) - count(zero, nodeGroup); }
    int zeroGroups() const;

private:
    static int count(const std::vector<int>& of, int nodeGroup) {
        return nodeGroup >= 0 && std::size_t(nodeGroup) < of.size() ? of[std::size_t(nodeGroup)] : 0;
    }
};

RunMoment momentOf(const RunState& run, double x);

/// What happened in a run beside its steps, in order: what a lane under a time axis shows.
struct RunMark {
    enum class Kind { Chosen, Zero, Checkpoint, NotFinite } kind = Kind::Chosen;
    double x = 0;
    QString words;
};
std::vector<RunMark> marksOf(const RunState& run);

}  // namespace lorashear::ui
