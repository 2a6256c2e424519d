#include "core/knowledge/token_causes.h"

#include "core/base/error.h"
#include "core/base/stage.h"
#include "core/compact/group_masks.h"
#include "core/model/causal_lm.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>

namespace lorashear {

namespace {

/// Edits of one node group as one, in the order in which they first appear.
Edits unitedByNodeGroup(const Edits& edits) {
    Edits united;
    for (const Edit& edit : edits) {
        const auto* remove = std::get_if<RemoveGroups>(&edit);
        const auto same = std::find_if(united.begin(), united.end(), [&](const Edit& known) {
            const auto* other = std::get_if<RemoveGroups>(&known);
            return remove && other && other->nodeGroup == remove->nodeGroup;
        });
        if (same == united.end()) {
            united.push_back(edit);
        } else {
            auto& groups = std::get<RemoveGroups>(*same).groups;
            groups.insert(groups.end(), remove->groups.begin(), remove->groups.end());
        }
    }
    for (Edit& edit : united)
        if (auto* remove = std::get_if<RemoveGroups>(&edit)) std::sort(remove->groups.begin(), remove->groups.end());
    return united;
}

/// At most `most` parts that make up this one; itself where it cannot be divided.
Edits dividedInto(const Edit& edit, std::size_t most) {
    if (const auto* drop = std::get_if<DropPart>(&edit); drop && drop->part == BlockPart::Block)
        return {DropPart{drop->layer, BlockPart::Attention}, DropPart{drop->layer, BlockPart::Mlp}};
    const auto* remove = std::get_if<RemoveGroups>(&edit);
    if (!remove) return {edit};
    const std::size_t all = remove->groups.size(), parts = std::min(all, most);
    Edits divided;
    for (std::size_t i = 0; i < parts; ++i)
        divided.push_back(RemoveGroups{remove->nodeGroup,
                                       std::vector<int>(remove->groups.begin() + std::ptrdiff_t(all * i / parts),
                                                        remove->groups.begin() + std::ptrdiff_t(all * (i + 1) / parts))});
    return divided;
}

/// What of an edit is left masked when a part of it is back; nothing: all of it is.
std::optional<Edit> leftOf(const Edit& edit, const Edit& part) {
    if (edit == part) return std::nullopt;
    if (const auto* drop = std::get_if<DropPart>(&edit))
        return DropPart{drop->layer,
                        std::get<DropPart>(part).part == BlockPart::Attention ? BlockPart::Mlp : BlockPart::Attention};
    RemoveGroups left{std::get<RemoveGroups>(edit).nodeGroup, {}};
    const auto &all = std::get<RemoveGroups>(edit).groups, &back = std::get<RemoveGroups>(part).groups;
    std::set_difference(all.begin(), all.end(), back.begin(), back.end(), std::back_inserter(left.groups));
    return left;
}

/// So many parts are measured at most once an edit was found the strongest.
double partsBelow(const Edit& edit, std::size_t most) {
    const Edits parts = dividedInto(edit, most);
    if (parts.size() < 2) return 0;
    double below = 0;
    for (const Edit& part : parts) below = std::max(below, partsBelow(part, most));
    return double(parts.size()) + below;
}

int firstBlockOf(const Structure& structure, const Edit& edit) {
    if (const auto* drop = std::get_if<DropPart>(&edit)) return drop->layer;
    const auto* remove = std::get_if<RemoveGroups>(&edit);
    const NodeGroup* group = remove ? structure.find(remove->nodeGroup) : nullptr;
    return group ? std::max(0, group->layer) : 0;
}

/// One text read again and again by one model under other masks: what stands below the first block that changed is not computed again.
class MaskedReader {
public:
    MaskedReader(const CausalLM& model, const Structure& structure, const std::vector<int>& ids)
        : m_model(model), m_structure(structure) {
        if (ids.empty()) throw Error(ErrorCode::BadInput, "text", "has no token before the one that is asked about");
        const auto [least, largest] = std::minmax_element(ids.begin(), ids.end());
        if (*least < 0 || *largest >= model.config().vocabulary)
            throw Error(ErrorCode::BadInput, "text", "holds tokens that the original does not have",
                        "Only texts of models with the original's vocabulary can be explained.");
        m_ids = at::tensor(std::vector<std::int64_t>(ids.begin(), ids.end()), at::kLong).unsqueeze(0).to(model.device());
        m_original = logsAfter(m_model.embed(m_ids, {}), 0, false);
        m_expected = m_original.argmax(-1).item<std::int64_t>();
    }
    ~MaskedReader() { applyMasks(m_model, m_structure, {}); }
    MaskedReader(const MaskedReader&) = delete;
    MaskedReader& operator=(const MaskedReader&) = delete;

    TokenVoice original() const { return voiceOf(m_original); }
    TokenVoice withAllMasked(const Edits& edits) {
        previewEdits(m_model, m_structure, edits);
        return voiceOf(logsAfter(m_model.embed(m_ids, {}), 0, true));
    }
    /// block: the lowest that these edits leave otherwise than those of withAllMasked.
    TokenVoice with(const Edits& edits, int block) {
        previewEdits(m_model, m_structure, edits);
        return voiceOf(logsAfter(m_entering.at(std::size_t(block)), block, false));
    }

private:
    at::Tensor logsAfter(at::Tensor x, int block, bool keep) {
        if (keep) m_entering.clear();
        for (int i = block; i < m_model.blocks(); ++i) {
            if (keep) m_entering.push_back(x);
            x = m_model.block(i, x, {});
        }
        const auto last = m_model.normalise(x.slice(1, x.size(1) - 1));
        const auto logits = m_model.project(last, {}).flatten().cpu().to(at::kDouble);
        if (!logits.isfinite().all().item<bool>()) throw Error(ErrorCode::Numeric, "logits", "hold NaN or infinity");
        return at::log_softmax(logits, -1);
    }
    TokenVoice voiceOf(const at::Tensor& logs) const {
        const double kl = (m_original.exp() * (m_original - logs)).sum().item<double>();
        return {std::max(0.0, kl), logs[m_expected].item<double>(), static_cast<int>(logs.argmax(-1).item<std::int64_t>())};
    }

    const CausalLM& m_model;
    const Structure& m_structure;
    at::Tensor m_ids, m_original;        ///< logarithms of the original's probabilities
    std::int64_t m_expected = 0;         ///< what the original holds likeliest
    std::vector<at::Tensor> m_entering;  ///< each block, with everything masked
};

void requireMasks(const CausalLM& model, const Structure& structure, const Edits& edits) {
    if (edits.empty()) throw Error(ErrorCode::Impossible, "edits", "nothing was removed, so nothing can be put back");
    for (const Edit& edit : edits)
        if (const auto why = whyNoMask(model, structure, edit); !why.empty())
            throw Error(ErrorCode::Unsupported, "edits", why);
}

}  // namespace

TokenCauses explainToken(const CausalLM& model, const Structure& structure, const Edits& removed,
                         const std::vector<int>& ids, const Control& control,
                         const std::function<void(const TokenCauses&)>& heard, std::size_t most) {
    at::NoGradGuard guard;
    const Edits edits = unitedByNodeGroup(removed);
    requireMasks(model, structure, edits);
    applyMasks(model, structure, {});
    control.poll();
    MaskedReader reader(model, structure, ids);
    TokenCauses causes;
    causes.original = reader.original();
    causes.removed = reader.withAllMasked(edits);
    if (heard) heard(causes);

    double expected = double(edits.size()), below = 0, done = 0;
    for (const Edit& edit : edits) below = std::max(below, partsBelow(edit, most));
    ProgressMeter meter(control, stageName(Stage::Evaluate), expected + below);

    std::size_t of = 0;  // the edit whose parts a later round puts back
    Edits candidates = edits;
    for (int round = 0; !candidates.empty(); ++round) {
        std::size_t strongest = 0;
        const std::size_t first = causes.parts.size();
        for (std::size_t i = 0; i < candidates.size(); ++i) {
            control.poll();
            const std::size_t at = round == 0 ? i : of;
            Edits masked = edits;
            if (const auto left = leftOf(edits[at], candidates[i]))
                masked[at] = *left;
            else
                masked.erase(masked.begin() + std::ptrdiff_t(at));
            causes.parts.push_back({candidates[i], round, reader.with(masked, firstBlockOf(structure, candidates[i]))});
            if (causes.parts.back().voice.kl < causes.parts[first + strongest].voice.kl) strongest = i;
            if (heard) heard(causes);
            meter.update(++done);
        }
        if (round == 0) of = strongest;
        const Edit chosen = candidates[strongest];
        candidates = dividedInto(chosen, most);
        if (candidates.size() < 2) candidates.clear();
        const double left = expected + below - done - partsBelow(chosen, most);  // that a larger one would have cost
        meter.skip(left);
        meter.update(done += left);
    }
    return causes;
}

}  // namespace lorashear
