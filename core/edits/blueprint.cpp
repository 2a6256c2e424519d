#include "core/edits/blueprint.h"

#include "core/base/error.h"
#include "core/edits/blueprint_draft.h"
#include "core/edits/edit_kind.h"
#include "core/edits/layer_sizes.h"
#include "core/text/token_renumbering.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>

/*
From edits to a smaller model
-----------------------------
Every edit speaks of the model before, so their order plays no part and none needs to know the others. Each only marks what goes
(BlueprintDraft): indices of dimensions of tensors, sub-layers, tokens. What follows from all marks together is settled here, once:

Cuts. What a tensor loses along one dimension does not depend on what it loses along another, so a tensor after is one selection of
indices per dimension of one tensor before. Heads and the query heads inside them mark the same rows from two sides; marks add up.

Hidden channels. A root-mean-square norm over d channels of which d - d' are zero divides by sqrt(sum / d + eps). Over the d' that
stay it divides by sqrt(sum / d' + eps'). With eps' = eps d / d' that is sqrt(d / d') times as much, which the gain takes back: multiply
what the norm multiplies by, offset + gain, by sqrt(d / d') (algorithm.md 2.7). Models that multiply word embeddings by sqrt(hidden)
would multiply by less: the table takes sqrt(d / d'), and where the head is the same table its logits grow by that, which the last
norm gives back by not being rescaled. Norms over queries and keys average over none of the channels, but config.json has one epsilon for all: where attention reads
the stream itself (OLMo 2 and 3) what makes queries and keys takes sqrt(d / d'), which with eps' gives what was; behind a norm they are so far above an epsilon of 1e-6 that logits differ by a part in 100,000 at most.

Experts. A group that owns whole tensors takes them along, and those of the groups behind it move up into the free names: the order of
makings by name is the order of experts, so a tensor that has been renamed still says which one it was (TensorMaking::source).

Sub-layers. The tensors of a sub-layer that is left out go with its norms (Structure::parts); a block without any is no block, and the
later ones move up: names, windows and per-layer lists of config.json with them.

Factors. Which linear is factored is marked by its name before, and where its weight has gone to is asked when everything else has its
place. Its two thin matrices cannot be told from the config: makings only name their part of a product that is fitted when tensors are
made (core/model/factor_fit.h), so that counting and planning need no weights. A linear that loses rows or columns too is refused: which
of both comes first would change the result.
*/

namespace lorashear {

namespace {

using nlohmann::json;

int removedOf(const BlueprintDraft& draft, const NodeGroup& group) {
    const auto found = draft.removed.find(group.name);
    return found == draft.removed.end() ? 0 : static_cast<int>(found->second.size());
}

std::vector<std::int64_t> keptOf(const std::vector<bool>& gone) {
    std::vector<std::int64_t> kept;
    for (std::size_t i = 0; i < gone.size(); ++i)
        if (!gone[i]) kept.push_back(static_cast<std::int64_t>(i));
    return kept;
}

std::int64_t countOf(const std::vector<std::int64_t>& shape) {
    std::int64_t count = 1;
    for (const auto size : shape) count *= size;
    return count;
}

class Settling {
public:
    explicit Settling(const BlueprintDraft& draft) : m_draft(draft) { m_result.config = draft.config; }

    Blueprint run() {
        makeTensors();
        cutLayers();
        cutHidden();
        cutVocabulary();
        removeWholes();
        leaveOut();
        carryFactors();
        for (const EditKind& kind : editKinds())
            if (kind.settle) kind.settle(m_draft, m_result);
        return std::move(m_result);
    }

private:
    ModelConfig& config() { return m_result.config; }

    void makeTensors() {
        for (const auto& [name, shape] : m_draft.structure.tensors) m_makings[name] = {name, {}, 1, 0, shape};
        for (const auto& [key, gone] : m_draft.gone) {
            TensorMaking& making = m_makings.at(key.first);
            auto kept = keptOf(gone);
            making.shape.at(static_cast<std::size_t>(key.second)) = static_cast<std::int64_t>(kept.size());
            making.kept[key.second] = std::move(kept);
        }
    }

    void cutLayers() {
        for (const bool experts : {false, true})  // the neurons inside go first
            for (const NodeGroup& group : m_draft.structure.nodeGroups)
                if (removedOf(m_draft, group) > 0 && group.layer >= 0 && (group.unit == UnitKind::Experts) == experts)
                    loseGroups(config().layers.at(static_cast<std::size_t>(group.layer)), group,
                               m_draft.removed.at(group.name));
    }

    // Groups that own whole tensors: those of the ones that go are no more, those of the others take the first names.
    void removeWholes() {
        for (const NodeGroup& group : m_draft.structure.nodeGroups) {
            if (removedOf(m_draft, group) == 0 || group.wholes.empty()) continue;
            const auto& gone = m_draft.removed.at(group.name);
            std::size_t next = 0;
            for (std::size_t j = 0; j < group.wholes.size(); ++j) {
                const bool stays = !gone.contains(static_cast<int>(j));
                for (std::size_t i = 0; i < group.wholes[j].size(); ++i) {
                    auto making = m_makings.extract(group.wholes[j][i]);
                    if (!stays || making.empty()) continue;
                    making.key() = group.wholes[next][i];
                    m_makings.insert(std::move(making));
                }
                if (stays) ++next;
            }
        }
    }

    void cutHidden() {
        for (const NodeGroup& group : m_draft.structure.nodeGroups) {
            const int removed = removedOf(m_draft, group);
            if (removed == 0 || group.unit != UnitKind::Hidden) continue;
            const double ratio = static_cast<double>(group.count) / (group.count - removed);
            config().normEps *= ratio;
            config().hidden -= removed;
            for (const std::string& name : group.normGains) {
                m_makings.at(name).gain = std::sqrt(ratio);
                m_makings.at(name).offset = group.gainOffset;
            }
            if (config().scaledEmbedding) rescaleEmbedding(group, std::sqrt(ratio));
            if (rescaleQueries(std::sqrt(ratio))) config().attention.headNormEps *= ratio;
        }
    }

    // Norms of queries and keys read config.json's one epsilon. False: there are none, or a norm stands before them.
    bool rescaleQueries(double factor) {
        bool any = false;
        for (const char* which : {".self_attn.q_", ".self_attn.k_"})
            for (const auto& [name, shape] : m_draft.structure.tensors) {
                const std::string end = std::string(which) + "norm.weight";
                const std::string block = name.substr(0, name.size() - std::min(name.size(), end.size()));
                if (!name.ends_with(end) || m_draft.structure.tensors.contains(block + ".input_layernorm.weight")) continue;
                any = true;
                const std::string linear = block + which + "proj.";
                for (auto making = m_makings.lower_bound(linear);
                     making != m_makings.end() && making->first.starts_with(linear); ++making)
                    if (!making->first.substr(linear.size()).starts_with("first")) making->second.gain = factor;
            }
        return any;
    }

    // The table is the tensor of the residual stream that is neither in a block nor a gain nor the head alone.
    void rescaleEmbedding(const NodeGroup& hidden, double factor) {
        for (const GroupSlice& slice : hidden.primary) {
            const bool table = m_draft.structure.tensors.at(slice.tensor).size() == 2 &&
                               !slice.tensor.starts_with(m_draft.structure.blockPrefix);
            if (table) m_makings.at(slice.tensor).gain = factor;
        }
        if (!config().tiedHead) return;
        for (const std::string& name : hidden.normGains)
            if (!name.starts_with(m_draft.structure.blockPrefix)) m_makings.at(name).gain = 1;
    }

    void cutVocabulary() {
        if (!m_draft.vocabulary) return;
        const TokenRenumbering ids(*m_draft.vocabulary);
        config().vocabulary = ids.count();
        if (config().bosId >= 0) config().bosId = ids.of(config().bosId);
        for (int& id : config().eosIds) id = ids.of(id);
        config().source = trimmedConfigText(config().source, ids);
        m_result.tokens = ids.kept();
        m_result.tokensPlace = (m_draft.subject.empty() ? "" : m_draft.subject + " ") + m_draft.vocabularyPlace;
    }

    void leaveOut() {
        for (const auto& [part, pointer] : m_draft.dropped) {
            const auto index = static_cast<std::size_t>(part.first);
            const BlockParts& parts = m_draft.structure.parts.at(index);
            const bool attention = part.second == BlockPart::Attention;
            LayerShape& layer = config().layers.at(index);
            if (attention)
                layer.heads = layer.kvHeads = 0;
            else
                layer.intermediate = 0, layer.experts.clear();
            for (const std::string& name : (attention ? parts.attention : parts.mlp).tensors) m_makings.erase(name);
        }
        std::vector<LayerShape> layers;
        std::vector<int> after(config().layers.size(), -1);
        for (std::size_t i = 0; i < config().layers.size(); ++i) {
            const LayerShape& layer = config().layers[i];
            if (!m_draft.dropped.empty() && config().normsFirst && layer.heads == 0 && !layer.hasMlp()) continue;
            after[i] = static_cast<int>(layers.size());
            layers.push_back(layer);
            m_result.blocks.push_back(static_cast<int>(i));
        }
        if (layers.empty()) m_draft.fail("/edits", "would leave no block at all", "Keep at least one sub-layer.");
        if (layers.size() != config().layers.size()) renumber(after);
        config().layers = std::move(layers);
        // What is left of a block that goes is a norm that both of its branches read.
        for (auto& [name, making] : m_makings)
            if (const auto fresh = nameAfter(name, after); !fresh.empty()) m_result.tensors[fresh] = std::move(making);
    }

    // Linears that were factored before go and move with their tensors.
    void carryFactors() {
        Factors after;
        for (const auto& [name, making] : m_result.tensors) {
            const auto found = config().factors.find(factoredPath(moduleOfTensor(making.source)));
            if (found != config().factors.end()) after[factoredPath(moduleOfTensor(name))] = found->second;
        }
        config().factors = std::move(after);
    }

    /// Empty: its block goes.
    std::string nameAfter(const std::string& name, const std::vector<int>& after) const {
        const std::string& prefix = m_draft.structure.blockPrefix;
        if (prefix.empty() || !name.starts_with(prefix)) return name;
        const auto end = name.find('.', prefix.size());
        const auto block = std::stoul(name.substr(prefix.size(), end - prefix.size()));
        if (after.at(block) < 0) return {};
        return prefix + std::to_string(after.at(block)) + (end == std::string::npos ? "" : name.substr(end));
    }

    static bool mixed(const std::vector<int>& list) {
        return std::any_of(list.begin(), list.end(), [&](int value) { return (value > 0) != (list.front() > 0); });
    }

    // Lists with one entry per block, and the kinds of attention where config.json only implies them.
    void renumber(const std::vector<int>& after) {
        const AttentionSettings& before = m_draft.config.attention;
        const auto thinned = [&](const std::vector<int>& list) {
            std::vector<int> kept;
            for (std::size_t i = 0; i < list.size(); ++i)
                if (after[i] >= 0) kept.push_back(list[i]);
            return kept;
        };
        const auto windows = thinned(before.windows);
        const bool slides = std::any_of(windows.begin(), windows.end(), [](int window) { return window > 0; });
        config().attention.windows = slides ? windows : std::vector<int>();  // as it is read back
        const auto rotary = config().attention.rotary = thinned(before.rotary);
        const bool followsWindows = std::equal(before.rotary.begin(), before.rotary.end(), before.windows.begin(),
                                               before.windows.end(), [](int r, int w) { return (r > 0) == (w > 0); });
        editSource([&](json& source) {
            const auto thin = [&](json& list) {
                if (!list.is_array() || list.size() != after.size()) return;
                json kept = json::array();
                for (std::size_t i = 0; i < after.size(); ++i)
                    if (after[i] >= 0) kept.push_back(list[i]);
                list = kept;
            };
            for (const char* key : {"layer_types", "no_rope_layers"})
                if (source.contains(key)) thin(source[key]);
            if (source.contains("lorashear_layers"))
                for (auto& [key, list] : source["lorashear_layers"].items()) thin(list);
            if (mixed(before.rotary) && !followsWindows &&
                (!source.contains("no_rope_layers") || source["no_rope_layers"].is_null()))
                source["no_rope_layers"] = rotary;
            if (!source.contains("layer_types") && mixed(before.windows)) {
                source["layer_types"] = json::array();
                for (const int window : windows)
                    source["layer_types"].push_back(window > 0 ? "sliding_attention" : "full_attention");
            }
        });
    }

    template <class Change>
    void editSource(Change change) {
        auto source = json::parse(config().source, nullptr, false);
        if (!source.is_object()) source = json::object();
        change(source);
        config().source = source.dump(2);
    }

    const BlueprintDraft& m_draft;
    Blueprint m_result;
    std::map<std::string, TensorMaking> m_makings;  ///< by name before
};

}  // namespace

void BlueprintDraft::fail(const std::string& pointer, const std::string& message, const std::string& hint) const {
    editFailure(subject, pointer, message, hint);
}

void BlueprintDraft::refuse(const std::string& pointer, const std::string& message, const std::string& hint) const {
    throw Error(ErrorCode::Unsupported, subject.empty() ? pointer : subject + " " + pointer, message, hint);
}

void BlueprintDraft::removeGroup(const NodeGroup& nodeGroup, int group) {
    for (const auto* list : {&nodeGroup.primary, &nodeGroup.secondary})
        for (const GroupSlice& slice : *list) {
            auto& marks = gone[{slice.tensor, slice.dim}];
            if (marks.empty())
                marks.assign(
                    static_cast<std::size_t>(structure.tensors.at(slice.tensor).at(static_cast<std::size_t>(slice.dim))),
                    false);
            for (std::int64_t i = 0; i < slice.length; ++i)
                marks.at(static_cast<std::size_t>(slice.begin(group) + i)) = true;
        }
}

int BlueprintDraft::left(const NodeGroup& nodeGroup) const {
    return nodeGroup.count - removedOf(*this, nodeGroup);
}

std::string moduleOfTensor(const std::string& tensor) {
    return tensor.substr(0, std::min(tensor.rfind('.'), tensor.size()));
}

std::int64_t Blueprint::parameters() const {
    std::int64_t total = 0;
    for (const auto& [name, making] : tensors) total += countOf(making.shape);
    return total;
}

const TensorMaking* Blueprint::makingOf(const std::string& source) const {
    for (const auto& [name, making] : tensors)
        if (making.source == source) return &making;
    return nullptr;
}

Blueprint blueprintOf(const ModelConfig& config, const Structure& structure, const Edits& edits,
                      const std::string& subject) {
    BlueprintDraft draft{config, structure, subject, {}, {}, {}, {}, {}, {}};
    for (std::size_t i = 0; i < edits.size(); ++i)
        editKindOf(edits[i]).apply(edits[i], draft, "/edits/" + std::to_string(i));
    return Settling(draft).run();
}

Edits editsOf(const Structure& structure, const std::vector<GroupRef>& removed) {
    std::map<int, std::set<int>> byNodeGroup;
    for (const GroupRef& ref : removed) byNodeGroup[ref.nodeGroup].insert(ref.index);
    Edits edits;
    for (const auto& [id, groups] : byNodeGroup)
        edits.push_back(
            RemoveGroups{structure.nodeGroups.at(static_cast<std::size_t>(id)).name, {groups.begin(), groups.end()}});
    return edits;
}

std::vector<GroupRef> groupsOf(const Structure& structure, const Edits& edits) {
    std::vector<GroupRef> groups;
    for (const Edit& edit : edits)
        if (const auto* remove = std::get_if<RemoveGroups>(&edit))
            for (const int index : remove->groups)
                if (const NodeGroup* group = structure.find(remove->nodeGroup)) groups.push_back({group->id, index});
    std::sort(groups.begin(), groups.end());
    return groups;
}

}  // namespace lorashear
