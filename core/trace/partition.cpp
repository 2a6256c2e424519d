#include "core/trace/partition.h"

#include "core/trace/class_families.h"
#include "core/trace/evaluation.h"
#include "core/trace/gates.h"
#include "core/trace/graph_building.h"
#include "core/trace/module_paths.h"
#include "core/trace/operator_rules.h"
#include "core/trace/reasons.h"
#include "core/trace/repeated_blocks.h"

#include <algorithm>
#include <map>
#include <set>
#include <unordered_map>

/*
How the minimally removable structures of a network come out of one recorded forward pass
==========================================================================================

Terms. An *atom* is one index of one dimension of one parameter: row 17 of a matrix, column 5 of a table, entry
3 of a gain. A *class* is a set of atoms that can only go together. A *node group* is a family of classes that
look alike: the heads of one attention, the neurons of one MLP, the channels of the residual stream; each of its
classes is one *group* in the sense of the paper (algorithm.md 2.6). Of a group's slices, *rows* are where its
features are made (they become zero: the primary dimension) and *columns* where products sum over them (cut in
the second pass: the secondary dimension).

Steps.
 1. Recording (recorder.h): outermost operators with arguments, results, parameters by identity, module path.
 2. Rules (operator_rules.h, rules_*.cpp): each operator says how dimensions of its results follow from those of
    its inputs. A tensor carries *blocks*: tables that say which atom a slice belongs to. Elementwise operators
    tie the tables they meet; a linear ties its input's table to its weight's columns and hands on its rows;
    views split and merge tables, slices and concatenations cut and chain them. Tying is union-find over atoms.
    A view that splits features into heads x size makes a block with two axes: every slice is still known,
    whichever order the parts come in (fused, interleaved and grouped projections need no special case).
 3. Where an operator treats one axis of such a block apart from the others (position tables along the inner
    axis, a gain shared by all heads, the products of attention), what may still go is a whole slice along the
    slowest axis: entries along the other axes are united. So heads come out as units without anyone saying
    "head", and shared keys and values drag their query heads along.
 4. Obstacles are notes on atoms (NoteKind): reaching the output, being looked up by token id, meeting a
    constant, being averaged over, zeros that do not stay zeros, operators without a rule. An unknown operator
    makes everything it touches unprunable; it never makes it wrong.
 5. Classes with the same pattern of slices form a node group (class_families.h). What kind it is follows from
    where its parameters live: in several blocks: hidden; in one block, on a head axis of attention: attention;
    in one block otherwise: MLP, unless nothing happens between the two linears: then they are a factored one.
 6. The prunable flag and its reason (reasons.h): any obstacle; one group for the whole network; a tensor whose
    rows are also rows of an unprunable group (tied weights); a single group; with adapters in the model, no
    adapter on any row.
 7. Choices. Where each token uses a fixed number of the entries of a dimension (the largest of a router's softmax), an
    entry that goes is -inf before the softmax, not zero. What is computed for one entry only, because everything it
    leads to is multiplied by that entry's weight (gates.h), goes with it as a whole: so an expert owns its matrices
    and its row of the router without anyone saying "expert". Of such groups at least as many stay as a token uses.
 8. Composed operators: the module around an attention product is one operator. Its node group takes the nodes
    of its module and of its consumers, so its output projection is also in the group of the residual stream:
    the overlap of algorithm.md 2.5. A LoRA module outside of attention is composed too: its outputs belong to
    the group of its base rows, and what is left, the rank of its A, is no structure of the model: such node
    groups are listed with no groups.

Choices. Dimensions of size one are outside. The unit of attention is a key/value head with its query heads. Adapters, row scales and masks take part in tying (they tell which group has an adapter) but own no
slices: they follow their linear.

Not done. Sizes inside a head, ranks of adapters, and whole blocks are not offered. Masks made from data
(indexing by a computed tensor) have no rules on traced dimensions. A statistic over features is an obstacle
even where it could be repaired; the root-mean-square norms are noted (NodeGroup::normGains), because cutting
hidden channels repairs them on request (algorithm.md 2.7).
*/

namespace lorashear::trace {

namespace {

// One node group under construction.
struct Draft {
    NodeGroup group;
    std::vector<int> roots;  ///< its classes
    std::set<int> layers;    ///< of its tensors
    std::vector<const Note*> notes;
    bool hasAdapter = false;
    bool chosen = false;                ///< a fixed number of its groups is used by each token
    int number = 0;                     ///< before sorting
    std::pair<int, int> owner{-1, -1};  ///< number of the draft and group that all its tensors go with
    bool has(NoteKind kind) const {
        return std::any_of(notes.begin(), notes.end(), [&](const Note* note) { return note->kind == kind; });
    }
};

class Partition {
public:
    explicit Partition(const Recording& recording)
        : m_recording(recording),
          m_evaluation(evaluate(recording)),
          m_blocks(recording),
          m_built(buildGraph(recording, m_blocks)) {}

    Structure run() {
        makeDrafts();
        attachChoices();
        attachNotes();
        attachNodes();
        classify();
        nameAll();
        judge();
        sortDrafts();
        return finish();
    }

private:
    const Value& valueOf(const ParameterDim& dim) const { return m_recording.values[at(dim.value)]; }
    int find(int atom) { return m_evaluation.known.classes.find(atom); }

    void makeDrafts() {
        std::vector<ParameterDim> base;
        for (const auto& dim : m_evaluation.dims)
            if (valueOf(dim).role == Role::Base) base.push_back(dim);
        m_draftOf.assign(at(m_evaluation.known.classes.size()), -1);
        for (auto& family : familiesOf(base, m_evaluation.known.classes)) addDraft(base, family);
        for (const auto& dim : m_evaluation.dims) {
            if (valueOf(dim).role != Role::LoraB || dim.dim != 0) continue;
            for (std::int64_t i = 0; i < dim.size; ++i)
                if (const int draft = m_draftOf[at(find(dim.first + static_cast<int>(i)))]; draft >= 0)
                    m_drafts[at(draft)].hasAdapter = true;
        }
    }

    void addDraft(const std::vector<ParameterDim>& base, const ClassFamily& family) {
        const bool matrix = std::any_of(family.slices.begin(), family.slices.end(), [&](const FamilySlice& slice) {
            return valueOf(base[at(slice.dim)]).shape.size() > 1;
        });
        if (!matrix) return;  // a gain of its own is nobody's structure
        Draft draft;
        draft.roots = family.roots;
        draft.group.count = family.regular ? static_cast<int>(family.roots.size()) : 0;
        m_irregular.push_back(!family.regular);
        for (const auto& slice : family.slices) {
            const auto& dim = base[at(slice.dim)];
            const auto& value = valueOf(dim);
            draft.layers.insert(m_blocks.layerOf(value.parameter));
            auto& list = dim.consumed ? draft.group.secondary : draft.group.primary;
            list.push_back({value.parameter, dim.dim, slice.begin, slice.stride, slice.length});
            std::int64_t others = 1;
            for (std::size_t d = 0; d < value.shape.size(); ++d)
                others *= static_cast<int>(d) == dim.dim ? 1 : value.shape[d];
            draft.group.parametersPerGroup += slice.length * others;
        }
        for (int root : family.roots) m_draftOf[at(root)] = static_cast<int>(m_drafts.size());
        m_drafts.push_back(std::move(draft));
    }

    // Calls visit(draft) for every draft that owns an atom of the table, consecutive repeats skipped. Classes no longer change, and the same tables come
    // again and again: that of the residual stream with every operator of every expert.
    template <typename Visit>
    void forDrafts(const Table& atoms, Visit visit) {
        const auto [known, fresh] = m_draftsOf.try_emplace(atoms.get());
        if (fresh) {
            int last = -1;
            for (int atom : *atoms) {
                const int draft = m_draftOf[at(find(atom))];
                if (draft != last && draft >= 0) known->second.push_back(draft);
                last = draft;
            }
        }
        for (int draft : known->second) visit(m_drafts[at(draft)]);
    }

    // Dimensions of which each token uses some: their groups own what is computed for nothing but them (gates.h).
    void attachChoices() {
        for (const auto& choice : m_evaluation.known.choices)
            forDrafts(choice.atoms, [&](Draft& draft) {
                draft.chosen = true;
                draft.group.minimum = std::max(draft.group.minimum, static_cast<int>(choice.chosen));
            });
        m_gateOfValue = soleGates(m_recording, m_evaluation.known);
        std::map<int, std::pair<int, int>> placeOf;  // by root: draft and group
        for (std::size_t d = 0; d < m_drafts.size(); ++d) {
            auto& draft = m_drafts[d];
            if (!draft.chosen || draft.group.count == 0) continue;
            draft.group.wholes.resize(at(draft.group.count));
            for (std::size_t j = 0; j < draft.roots.size(); ++j)
                placeOf[draft.roots[j]] = {static_cast<int>(d), static_cast<int>(j)};
        }
        if (placeOf.empty()) return;
        std::set<int> seen;
        for (const auto& call : m_recording.calls)
            for (int id : call.tensors()) {
                const int gate = m_gateOfValue[at(id)];
                const auto role = m_recording.values[at(id)].role;
                if (gate < 0 || role == Role::None || !seen.insert(id).second) continue;
                const auto found = placeOf.find(find(gate));
                if (found != placeOf.end()) own(found->second.first, found->second.second, id);
            }
        for (std::size_t d = 0; d < m_drafts.size(); ++d) settleWholes(m_drafts[d]);
        for (auto& draft : m_drafts) attachWithin(draft);
    }

    void own(int draft, int group, int value) {
        const auto& one = m_recording.values[at(value)];
        if (one.role == Role::LoraB) m_drafts[at(draft)].hasAdapter = true;
        if (one.role != Role::Base) return;
        m_drafts[at(draft)].group.wholes[at(group)].push_back(one.parameter);
        m_ownerOf[one.parameter] = {draft, group};
        m_elementsOf[one.parameter] = elements(one);
    }

    // The price of a group; groups that own different numbers of tensors cannot take each other's names.
    void settleWholes(Draft& draft) {
        auto& group = draft.group;
        if (group.wholes.empty()) return;
        for (const auto& own : group.wholes)
            if (own.size() != group.wholes.front().size())
                m_irregular[static_cast<std::size_t>(&draft - m_drafts.data())] = true;
        std::int64_t most = 0, sum = 0;
        for (const auto& own : group.wholes) {
            std::int64_t elements = 0;
            for (const auto& name : own) elements += m_elementsOf.at(name);
            most = std::max(most, elements), sum += elements;
        }
        group.parametersPerGroup += most * group.count == sum ? most : sum / group.count;
    }

    // A draft all of whose tensors go with one group of another.
    void attachWithin(Draft& draft) {
        std::pair<int, int> owner{-1, -1};
        for (const auto* list : {&draft.group.primary, &draft.group.secondary})
            for (const auto& slice : *list) {
                const auto found = m_ownerOf.find(slice.tensor);
                if (found == m_ownerOf.end() || (owner.first >= 0 && owner != found->second)) return;
                owner = found->second;
            }
        draft.owner = owner;
    }

    static std::int64_t elements(const Value& value) {
        std::int64_t count = 1;
        for (auto size : value.shape) count *= size;
        return count;
    }

    void attachNotes() {
        for (const auto& note : m_evaluation.known.notes)
            for (const auto& atoms : note.tables)
                forDrafts(atoms, [&](Draft& draft) {
                    if (std::find(draft.notes.begin(), draft.notes.end(), &note) == draft.notes.end())
                        draft.notes.push_back(&note);
                });
    }

    void attachNodes() {
        for (std::size_t i = 0; i < m_recording.calls.size(); ++i) {
            const int node = m_built.nodeOfCall[i];
            if (node < 0) continue;
            for (int id : m_recording.calls[i].outputs)
                for (const auto& block : m_evaluation.layouts[at(id)].blocks)
                    forDrafts(block.atoms, [&](Draft& draft) {
                        if (draft.group.nodes.empty() || draft.group.nodes.back() != node) draft.group.nodes.push_back(node);
                    });
            attachToOwner(m_recording.calls[i], node);
        }
        for (auto& draft : m_drafts) {
            auto& nodes = draft.group.nodes;
            if (draft.group.wholes.empty()) continue;
            std::sort(nodes.begin(), nodes.end());
            nodes.erase(std::unique(nodes.begin(), nodes.end()), nodes.end());
        }
    }

    // What is computed for one group of a draft belongs to the draft.
    void attachToOwner(const Call& call, int node) {
        for (int id : call.tensors())
            if (const auto found = m_ownerOf.find(m_recording.values[at(id)].parameter); found != m_ownerOf.end())
                m_drafts[at(found->second.first)].group.nodes.push_back(node);
    }

    void classify() {
        for (auto& draft : m_drafts) {
            auto& group = draft.group;
            const bool spans = draft.layers.size() > 1;
            group.layer = spans || draft.layers.empty() ? -1 : *draft.layers.begin();
            if (spans)
                group.unit = UnitKind::Hidden;
            else if (draft.has(NoteKind::GraphOutput))
                group.unit = UnitKind::Vocabulary;
            else if (draft.has(NoteKind::LookedUp))
                group.unit = UnitKind::Other;
            else if (draft.has(NoteKind::AttentionHeads))
                group.unit = UnitKind::Attention;
            else if (!group.wholes.empty() && !group.wholes.front().empty())
                group.unit = UnitKind::Experts;
            else if (!group.primary.empty() && !group.secondary.empty() && !passedOn(draft))
                group.unit = UnitKind::Mlp;
            for (const auto& slice : group.primary)
                if (std::count(m_evaluation.known.normGains.begin(), m_evaluation.known.normGains.end(), slice.tensor)) {
                    group.normGains.push_back(slice.tensor);
                    group.gainOffset = m_evaluation.known.gainOffsets.at(slice.tensor);
                }
            if (group.unit == UnitKind::Attention) compose(draft);
            if (group.unit == UnitKind::Experts) group.kind = NodeGroupKind::Composed;
        }
    }

    // Whether what one linear makes is read by the next with nothing computed on the way: the inner width of two linears that stand for one. Where they are
    // block-diagonal, what the first makes is shuffled on its way.
    bool passedOn(const Draft& draft) const {
        const auto inside = [&](const std::string& scope) {
            return std::any_of(draft.group.primary.begin(), draft.group.primary.end(),
                               [&](const GroupSlice& slice) { return insideModule(scope, moduleOf(slice.tensor)); });
        };
        const auto& nodes = draft.group.nodes;
        return draft.group.layer >= 0 && !nodes.empty() && std::all_of(nodes.begin(), nodes.end(), [&](int node) {
                   const auto& traced = m_built.graph.nodes[at(node)];
                   return inside(traced.scope) || onlyMoves(traced.op);
               });
    }

    // The module in which the attention product ran, with everything in it and the consumers of its heads.
    void compose(Draft& draft) {
        auto& group = draft.group;
        group.kind = NodeGroupKind::Composed;
        std::string module;
        for (int node : group.nodes) {
            const auto& traced = m_built.graph.nodes[at(node)];
            const bool product = std::any_of(draft.notes.begin(), draft.notes.end(), [&](const Note* note) {
                return note->kind == NoteKind::AttentionHeads && note->op == traced.op;
            });
            if (product && traced.parameters.empty()) module = traced.scope;
        }
        std::set<std::string> linears;
        for (const auto* list : {&group.primary, &group.secondary})
            for (const auto& slice : *list) linears.insert(moduleOf(slice.tensor));
        std::set<int> nodes(group.nodes.begin(), group.nodes.end());
        const bool own = !module.empty() && m_blocks.layerOf(module) == group.layer && !m_blocks.inside(module).empty();
        for (const auto& node : m_built.graph.nodes) {
            if (group.layer >= 0 && node.layer != group.layer) continue;  // neither of these linears nor in the module
            if (linears.count(node.scope) || (own && insideModule(node.scope, module))) nodes.insert(node.id);
        }
        group.nodes.assign(nodes.begin(), nodes.end());
        if (own) m_composedModules.insert(module);
        m_composedLinears.insert(linears.begin(), linears.end());
    }

    void nameAll() {
        std::map<std::string, int> uses;
        for (auto& draft : m_drafts)  // first those that others are named after
            if (draft.chosen) draft.group.name = shortName(draft);
        for (auto& draft : m_drafts) {
            draft.group.name = shortName(draft);
            ++uses[draft.group.name];
        }
        std::map<std::string, int> longUses;
        for (auto& draft : m_drafts)
            if (uses[draft.group.name] > 1) {
                const auto module = m_blocks.inside(moduleOf(firstTensor(draft.group)));
                if (draft.group.name.find(module) == std::string::npos) draft.group.name += "." + module;
                if (const int before = longUses[draft.group.name]++; before > 0)
                    draft.group.name += "." + std::to_string(before);
            }
    }

    static const std::string& firstTensor(const NodeGroup& group) {
        return group.primary.empty() ? group.secondary.front().tensor : group.primary.front().tensor;
    }

    std::string shortName(const Draft& draft) const {
        const auto& group = draft.group;
        const bool within = draft.owner.first >= 0 && group.unit == UnitKind::Mlp;
        const auto block = !within
                               ? "layers." + std::to_string(group.layer) + "."
                               : m_drafts[at(draft.owner.first)].group.name + "." + std::to_string(draft.owner.second) + ".";
        if (draft.has(NoteKind::GraphOutput)) return "vocabulary";
        switch (group.unit) {
            case UnitKind::Hidden: return "hidden";
            case UnitKind::Attention: return group.layer < 0 ? "attention" : block + "attention";
            case UnitKind::Mlp: return group.layer < 0 ? "mlp" : block + "mlp";
            case UnitKind::Experts: return group.layer < 0 ? "experts" : block + "experts";
            case UnitKind::QueryHeads:
            case UnitKind::Vocabulary:
            case UnitKind::Other: break;
        }
        const auto module = moduleOf(firstTensor(group));
        return group.layer < 0 ? module : block + m_blocks.inside(module) + (isRank(draft) ? ".rank" : "");
    }

    bool isRank(const Draft& draft) const {
        const auto& group = draft.group;
        return group.unit == UnitKind::Other && !group.primary.empty() && !group.secondary.empty() && passedOn(draft);
    }

    void judge() {
        const bool adapters = std::any_of(m_recording.values.begin(), m_recording.values.end(),
                                          [](const Value& value) { return value.role == Role::LoraB; });
        for (std::size_t i = 0; i < m_drafts.size(); ++i) {
            auto& draft = m_drafts[i];
            std::vector<std::string> reasons;
            if (m_irregular[i]) reasons.push_back("its slices do not lie at regular distances");
            if (draft.layers.size() > 1)
                reasons.push_back("one group runs through the whole network (" + std::to_string(m_blocks.layers()) +
                                  " blocks)");
            for (const auto* note : draft.notes) {
                if (draft.group.unit == UnitKind::Experts && note->kind == NoteKind::Softmaxed) continue;  // masked by -inf
                if (auto text = reasonText(*note); !text.empty()) reasons.push_back(std::move(text));
            }
            if (isRank(draft)) reasons.push_back("it is the rank of a factored linear: factor at another rank instead");
            if (draft.chosen && draft.group.unit != UnitKind::Experts)
                reasons.push_back("each token chooses among them, and what is chosen is used in ways that are not followed");
            if (reasons.empty() && draft.group.unit == UnitKind::Experts && draft.group.count <= draft.group.minimum)
                reasons.push_back("each token uses all " + std::to_string(draft.group.count) + " of them");
            if (reasons.empty() && draft.group.count == 1) reasons.push_back("it has a single group, and one must stay");
            if (reasons.empty() && adapters && !draft.hasAdapter)
                reasons.push_back("no LoRA adapter on any of its rows, so nothing in it can learn");
            draft.group.reason = joined(reasons);
        }
        refuseTied();
        for (std::size_t i = 0; i < m_drafts.size(); ++i) {
            auto& group = m_drafts[i].group;
            group.prunable = group.reason.empty();
            group.cuttable = group.prunable || (!m_irregular[i] && repairable(m_drafts[i]));
        }
    }

    // Channels of the residual stream whose only obstacle is that root-mean-square norms average over them: their gains and epsilon
    // can make good for fewer channels.
    static bool repairable(const Draft& draft) {
        const auto& group = draft.group;
        if (group.unit != UnitKind::Hidden || group.normGains.empty() || group.count < 2) return false;
        return std::all_of(draft.notes.begin(), draft.notes.end(), [](const Note* note) {
            return note->kind == NoteKind::AveragedRms || note->kind == NoteKind::AttentionHeads;
        });
    }

    // Rows that share a tensor with rows nobody may cut: tied weights.
    void refuseTied() {
        std::map<std::string, std::string> fixedBy;
        for (const auto& draft : m_drafts)
            if (draft.has(NoteKind::GraphOutput))
                for (const auto& slice : draft.group.primary) fixedBy[slice.tensor] = draft.group.name;
        for (auto& draft : m_drafts) {
            if (draft.has(NoteKind::GraphOutput)) continue;
            for (const auto& slice : draft.group.primary)
                if (const auto found = fixedBy.find(slice.tensor); found != fixedBy.end()) {
                    draft.group.reason =
                        joined({draft.group.reason, "tied: " + slice.tensor + " is also the rows of " + found->second});
                    break;
                }
        }
    }

    void sortDrafts() {
        const auto rank = [](const Draft& draft) {
            const auto& group = draft.group;
            return std::tuple(group.layer < 0 ? 1 : 0, group.layer, draft.has(NoteKind::GraphOutput) ? 1 : 0,
                              static_cast<int>(group.unit), group.nodes.empty() ? 0 : group.nodes.front());
        };
        for (std::size_t i = 0; i < m_drafts.size(); ++i) m_drafts[i].number = static_cast<int>(i);
        std::stable_sort(m_drafts.begin(), m_drafts.end(),
                         [&](const Draft& a, const Draft& b) { return rank(a) < rank(b); });
        std::vector<int> places(m_drafts.size());
        for (std::size_t i = 0; i < m_drafts.size(); ++i) places[at(m_drafts[i].number)] = static_cast<int>(i);
        for (auto& draft : m_drafts)
            if (draft.owner.first >= 0) {
                draft.group.within = places[at(draft.owner.first)];
                draft.group.withinGroup = draft.owner.second;
            }
    }

    Structure finish() {
        Structure structure;
        structure.graph = std::move(m_built.graph);
        for (const auto& value : m_recording.values) {
            if (value.role != Role::Base) continue;
            structure.parameters += elements(value);
            structure.tensors[value.parameter] = value.shape;
        }
        structure.blockPrefix = m_blocks.prefix();
        for (auto& draft : m_drafts) structure.nodeGroups.push_back(std::move(draft.group));
        addAdapterModules(structure);
        addQueryHeads(structure);
        for (std::size_t i = 0; i < structure.nodeGroups.size(); ++i) structure.nodeGroups[i].id = static_cast<int>(i);
        listNotPrunable(structure);
        return structure;
    }

    // Inside a KV group every query head has features of its own; that they go together is due to the shared key and value head. So
    // the j-th query head of every group of a layer can go as one unit: the shares stay equal. It lies where the slices of the KV
    // groups are a whole multiple of the shortest ones, those of keys and values.
    static void addQueryHeads(Structure& structure) {
        const auto traced = structure.nodeGroups.size();
        for (std::size_t i = 0; i < traced; ++i) {
            if (structure.nodeGroups[i].unit != UnitKind::Attention) continue;
            const NodeGroup kv = structure.nodeGroups[i];
            if (kv.layer < 0 || kv.count == 0) continue;
            if (kv.name != "layers." + std::to_string(kv.layer) + ".attention") continue;  // only a part of the heads
            if (!kv.normGains.empty()) continue;  // a norm over all heads of the block: one that goes changes the others
            std::int64_t head = 0;
            for (const auto& slice : kv.primary) head = head == 0 ? slice.length : std::min(head, slice.length);
            std::int64_t heads = 0;
            for (const auto& slice : kv.secondary) heads = slice.length / std::max<std::int64_t>(head, 1);
            if (heads < 2) continue;
            NodeGroup group;
            group.name = "layers." + std::to_string(kv.layer) + ".query_heads";
            group.kind = NodeGroupKind::Composed;
            group.unit = UnitKind::QueryHeads;
            group.layer = kv.layer;
            group.count = static_cast<int>(heads);
            group.nodes = kv.nodes;
            group.cuttable = true;
            group.reason = "a query head fades through the columns that read it: it is cut at once, not faded in training";
            bool whole = true;
            const auto split = [&](const std::vector<GroupSlice>& from, std::vector<GroupSlice>& to) {
                for (const auto& slice : from) {
                    if (slice.length == head && &from == &kv.primary) continue;  // of the shared key or value
                    whole = whole && slice.length == heads * head;
                    for (int j = 0; j < kv.count; ++j) to.push_back({slice.tensor, slice.dim, slice.begin(j), head, head});
                    std::int64_t others = 1;
                    const auto& shape = structure.tensors.at(slice.tensor);
                    for (std::size_t d = 0; d < shape.size(); ++d) others *= static_cast<int>(d) == slice.dim ? 1 : shape[d];
                    group.parametersPerGroup += kv.count * head * others;
                }
            };
            split(kv.primary, group.primary);
            split(kv.secondary, group.secondary);
            if (whole && !group.primary.empty() && !group.secondary.empty())
                structure.nodeGroups.push_back(std::move(group));
        }
    }

    void addAdapterModules(Structure& structure) const {
        for (const auto& value : m_recording.values) {
            if (value.role != Role::LoraA) continue;
            const auto linear = linearOf(value);
            const bool inside = m_composedLinears.count(linear) ||
                                std::any_of(m_composedModules.begin(), m_composedModules.end(),
                                            [&](const std::string& module) { return insideModule(linear, module); });
            if (inside) continue;
            NodeGroup group;
            group.layer = m_blocks.layerOf(linear);
            group.name = (group.layer < 0 ? "" : "layers." + std::to_string(group.layer) + ".") + m_blocks.inside(linear);
            group.kind = NodeGroupKind::Composed;
            group.reason =
                "a LoRA module: its outputs belong to the group of its base rows; what is left is A only, and the "
                "rank is no "
                "structure of the model";
            for (const auto& node : structure.graph.nodes)
                if (insideModule(node.scope, linear)) group.nodes.push_back(node.id);
            structure.nodeGroups.push_back(std::move(group));
        }
    }

    void listNotPrunable(Structure& structure) const {
        std::set<std::string> inPrunable;
        std::map<std::string, std::string> reasonOf;
        // What hinders its block's groups says more than what hinders the whole network's, rows more than columns.
        const auto collect = [&](bool ofBlock, std::vector<GroupSlice> NodeGroup::*list) {
            for (const auto& group : structure.nodeGroups)
                for (const auto& slice : group.*list) {
                    if (group.prunable)
                        inPrunable.insert(slice.tensor);
                    else if ((group.layer >= 0) == ofBlock)
                        reasonOf.emplace(slice.tensor, group.name + ": " + group.reason);
                }
        };
        for (bool ofBlock : {true, false})
            for (auto list : {&NodeGroup::primary, &NodeGroup::secondary}) collect(ofBlock, list);
        std::set<int> seen;
        for (const auto& dim : m_evaluation.dims) {
            const auto& value = valueOf(dim);
            if (value.role != Role::Base || !dim.consumed || !seen.insert(dim.value).second) continue;
            if (inPrunable.count(value.parameter)) continue;
            const auto reason = reasonOf.find(value.parameter);
            structure.notPrunable.emplace_back(moduleOf(value.parameter),
                                               reason == reasonOf.end() ? "no removable structure" : reason->second);
        }
    }

    const Recording& m_recording;
    Evaluation m_evaluation;
    RepeatedBlocks m_blocks;
    BuiltGraph m_built;
    std::vector<Draft> m_drafts;
    std::vector<bool> m_irregular;
    std::vector<int> m_draftOf;                                                // by root
    std::unordered_map<const std::vector<int>*, std::vector<int>> m_draftsOf;  // by table, which m_evaluation holds
    std::vector<int> m_gateOfValue;
    std::map<std::string, std::pair<int, int>> m_ownerOf;  // by parameter: draft and group that it goes with
    std::map<std::string, std::int64_t> m_elementsOf;
    std::set<std::string> m_composedModules, m_composedLinears;
};

}  // namespace

Structure partition(const Recording& recording) {
    return Partition(recording).run();
}

}  // namespace lorashear::trace
