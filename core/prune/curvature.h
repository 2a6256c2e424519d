#pragma once

#include "core/base/control.h"
#include "core/model/causal_lm.h"
#include "core/text/text_source.h"
#include "core/trace/structure.h"

#include "core/knowledge/knowledge_distribution.h"

#include <map>
#include <string>
#include <vector>

namespace lorashear {

/// Second moments around the consumers of prunable groups (o_proj, down_proj …), and what follows from them: what losing a
/// group costs, and how the columns that stay can make good for it. Essay in curvature.cpp.
class Curvature {
public:
    /// damping: ridge on the inputs' moments, as a share of their mean diagonal; > 0.
    Curvature(CausalLM& model, const Structure& structure, double damping);

    /// One pass over the sequences (forward; if gradients, also backward of the summed nll for every fourth batch, the first included).
    /// Adapters' gradients are left untouched. Error(Numeric) if the loss is not finite.
    void collect(const std::vector<Sequence>& sequences, bool gradients, int batch, Compute compute, const Control& control);

    /// Solves for the model as it is, `gone` being away already. Once after every collect(), whose moments it uses up.
    void begin(const std::vector<GroupRef>& gone);

    /// The same for a model from which nothing is away yet: `gone` is taken away and repaired first, and repairs() count from there. What
    /// repairs() then say part by part adds up to what they say of all parts at once.
    void beginRepaired(const std::vector<GroupRef>& gone);

    /// Takes these away too, repaired; adds to what begin() and earlier calls removed. Changes nothing in the model.
    void remove(const std::vector<GroupRef>& groups);

    /// Expected rise of the mean token nll when a group goes after the best repair, given what is away now; 0 for groups that are.
    /// Needs a collect() with gradients.
    GroupSaliency scores() const;

    /// Per consumer (linear name) that loses columns to `going` (all of them removed since begin()): what to add to its weight, [out, in] fp32, when
    /// they become zero, so that its output on the calibration inputs changes least. Zero in the columns that are away.
    std::map<std::string, at::Tensor> repairs(const std::vector<GroupRef>& going) const;

private:
    /// Columns of one consumer that belong to the groups of one node group.
    struct Use {
        int nodeGroup = 0;
        GroupSlice slice;
    };
    struct Consumer {
        Linear* linear = nullptr;
        std::vector<Use> uses;
        at::Tensor input;        ///< [in, in] fp32, sum of x x^T, lower triangle; until begin()
        at::Tensor gradient;     ///< [out, out] fp32, sum of g g^T, lower triangle; undefined without gradients
        std::vector<bool> away;  ///< [in]
        at::Tensor inverse;      ///< [in, in] fp64, of the damped mean of x x^T over the columns that stay; zero elsewhere
        at::Tensor
            weights;       ///< [out, in] fp64, repaired, zero in columns away; with gradients [2 out, in]: G times it below
        at::Tensor start;  ///< [out, in] fp64, what repairs count from; undefined: the effective weight
    };

    void observe(Consumer& consumer, const at::Tensor& x, const at::Tensor& y, bool gradients);
    void score(const Consumer& consumer, const Use& use, std::vector<double>& scores) const;
    std::vector<bool> columns(const Consumer& consumer, const std::vector<GroupRef>& groups) const;

    CausalLM& m_model;
    const Structure& m_structure;
    double m_damping;
    std::vector<Consumer> m_consumers;
    at::Tensor m_real;  ///< positions of the batch at hand that are not padding; undefined: all
    std::int64_t m_tokens = 0, m_gradientTokens = 0;
};

}  // namespace lorashear
