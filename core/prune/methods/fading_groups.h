#pragma once

#include "core/trace/structure.h"
#include "core/train/adamw.h"

#include <map>
#include <string>
#include <vector>

namespace lorashear {

struct PruningPlan;
struct StepReport;

/// The rows that groups own in the linears of a model, and how far each group has faded.
///
/// A group is alive (row scale 1), fading (its rows' scale and B rows are multiplied down together, algorithm.md 4.7) or dead: scale and B rows
/// exactly zero, Adam moments zero, and gradients of its B rows zeroed before every update, so that it never revives.
class FadingGroups {
public:
    FadingGroups(CausalLM& model, const Structure& structure, AdamW& optimizer);

    void startFading(const std::vector<GroupRef>& groups);
    /// Row scale and B rows times factors[i] on the rows of groups[i].
    void scale(const std::vector<GroupRef>& groups, const std::vector<double>& factors);
    void kill(const std::vector<GroupRef>& groups);
    /// Fading groups whose scale has grown back are alive again; it becomes exactly 1.
    void revive(const std::vector<GroupRef>& groups);
    /// For Trainer::step's beforeUpdate.
    void holdDead() const;

    bool dead(const GroupRef& group) const { return m_state[number(group)] == State::Dead; }
    int deadCount() const;

    /// A linear with rows that belong to groups.
    struct Member {
        Linear* linear = nullptr;
        at::Tensor group;  ///< [out] int64: number of the group that owns the row; groupNumbers() where there is none
    };
    std::vector<Member>& members() { return m_members; }
    const std::vector<Member>& members() const { return m_members; }
    std::int64_t groupNumbers() const { return static_cast<std::int64_t>(m_state.size()); }
    std::size_t number(const GroupRef& group) const {
        return m_offsets[static_cast<std::size_t>(group.nodeGroup)] + static_cast<std::size_t>(group.index);
    }
    /// Sum over a group's rows of values[member], [out] each: [groupNumbers()] fp64 on the CPU.
    at::Tensor sumByGroup(const std::vector<at::Tensor>& perRow) const;

    /// Sums of ||x_g|| over fading and alive groups of prunable node groups, x the effective rows.
    struct Norms {
        double fading = 0, alive = 0;
    };
    Norms norms() const;
    /// What a step's report says of groups: zero ones, how many are wanted, the norms.
    void tell(StepReport& report, const PruningPlan& plan) const;

    void save(Archive& archive, const std::string& prefix) const;
    void load(const Archive& archive, const std::string& prefix);

private:
    enum class State : char { Alive, Fading, Dead };
    at::Tensor rowMask(const Member& member, State state) const;  ///< [out] bool
    void put(const std::vector<GroupRef>& groups, State state);

    CausalLM& m_model;
    AdamW& m_optimizer;
    std::vector<std::size_t> m_offsets;  ///< by node group
    std::vector<State> m_state;          ///< by group number
    std::vector<Member> m_members;
};

/// Row by row inner products of two states of one linear's effective rows x = c W + s B A, without forming B A:
/// <W_i, (BA)_i> = sum_k B_ik (W A^T)_ik and <(BA)_i, (B'A')_i> = B_i (A A'^T) B'_i^T (algorithm.md 4.3).
struct RowState {
    at::Tensor scale, a, b;  ///< [out], [rank, in], [out, rank]; scale undefined: ones; a, b undefined: no adapter
};
RowState rowState(const Linear& linear);  ///< as it is; shares memory
RowState copyOf(const RowState& state);
at::Tensor rowInner(const Linear& linear, const RowState& x, const RowState& y);  ///< [out] fp32

}  // namespace lorashear
