#include "core/plan/unit_lanes.h"

#include "core/plan/glob.h"
#include "core/plan/lanes.h"
#include "core/trace/token_tables.h"

#include <algorithm>

namespace lorashear {

namespace {

/// By what a node group is protected, as a sentence; empty: by nothing.
std::string protectionOf(const CoarseTask& task, const NodeGroup& group) {
    for (const std::string& pattern : task.options.protect)
        if (globMatches(pattern, group.name)) return group.name + " is protected by the pattern \"" + pattern + "\"";
    const bool marked = task.marks[static_cast<std::size_t>(group.id)] && !task.options.uniform;
    return marked ? group.name + " is protected: the knowledge analysis ranks it among the most sensitive" : std::string();
}

bool isProtected(const CoarseTask& task, const NodeGroup& group) {
    return !protectionOf(task, group).empty();
}

/// Blocks in which this part holds a protected or marked node group; inner ones (neurons of an expert) count or do not.
std::vector<bool> guardedBlocks(const CoarseTask& task, BlockPart part, bool inner) {
    std::vector<bool> guarded(task.structure.parts.size(), false);
    for (const NodeGroup& group : task.structure.nodeGroups) {
        const auto block = static_cast<std::size_t>(std::max(0, group.layer));
        const Unit* unit = group.layer >= 0 && block < guarded.size() && !guarded[block] ? unitOf(group) : nullptr;
        if (!unit || !unit->part || (part != BlockPart::Block && part != *unit->part)) continue;
        if (group.within >= 0 && !inner) continue;
        guarded[block] = isProtected(task, group);
    }
    return guarded;
}

bool hasAttention(const BlockParts& parts) {
    return !parts.attention.tensors.empty();
}
bool hasMlp(const BlockParts& parts) {
    return !parts.mlp.tensors.empty();
}

/// The largest number of things, at most `most`, after which a multiple of the divisor is left.
int legal(int count, int divisor, int most) {
    const int trim = count % divisor;
    return most < trim ? 0 : trim + (most - trim) / divisor * divisor;
}

UnitLane partLane(const Unit& unit, const CoarseTask& task, const SizesAfter& left) {
    const auto& blocks = task.structure.parts;
    const BlockPart part = *unit.part;
    const auto guarded = guardedBlocks(task, part, true);
    const UnitSettings& settings = task.options.units.at(unit.id);
    UnitLane lane;
    lane.name = unit.id;
    int open = 0;
    for (std::size_t i = 0; i < blocks.size(); ++i) {
        const bool attention = hasAttention(blocks[i]), mlp = hasMlp(blocks[i]);
        const int block = static_cast<int>(i);
        // A block that has lost one half keeps the other: losing both is what blocks are for.
        const bool touched = left.dropped(block, BlockPart::Attention) || left.dropped(block, BlockPart::Mlp);
        const bool has = part == BlockPart::Block ? attention || mlp : part == BlockPart::Attention ? attention : mlp;
        lane.count += has && !touched;
        lane.closed.push_back(!has || touched || guarded[i] || (part != BlockPart::Block && !(attention && mlp)));
        open += !lane.closed.back();
    }
    const int most = std::min(open, lane.count - roundUp(settings.minimum, settings.divisor));
    lane.mostRemovable = legal(lane.count, settings.divisor, std::max(0, most));
    if (part == BlockPart::Block && !task.config.normsFirst) {
        lane.mostRemovable = 0;
        lane.reason = "its norms stand behind the sub-layers and change the stream also without them";
    } else if (lane.mostRemovable == 0) {
        lane.byPlan = lane.count > 0;
        lane.reason = lane.count == 0 ? "this model has none"
                                      : "of " + std::to_string(lane.count) + " as many as the plan allows must stay, and " +
                                            std::to_string(open) + " are not protected";
    }
    return lane;
}

UnitLane groupLane(const NodeGroup& group, const UnitSettings& settings, const CoarseTask& task, bool guarded) {
    UnitLane lane;
    lane.name = group.name;
    lane.nodeGroup = group.id;
    lane.count = group.count;
    lane.closed.assign(static_cast<std::size_t>(group.count), false);
    std::string within;  // what protects things of it by what is in them
    for (const NodeGroup& inner : task.structure.nodeGroups) {
        const std::string by = inner.within == group.id ? protectionOf(task, inner) : std::string();
        if (by.empty()) continue;
        lane.closed.at(static_cast<std::size_t>(inner.withinGroup)) = true;
        if (within.empty()) within = by;
    }
    const int keep = roundUp(std::max(settings.minimum, group.minimum), settings.divisor);
    const auto open = static_cast<int>(std::count(lane.closed.begin(), lane.closed.end(), false));
    lane.mostRemovable = legal(group.count, settings.divisor, std::max(0, std::min(open, group.count - keep)));
    lane.byPlan = group.cuttable;
    if (!group.cuttable)
        lane.reason = group.reason;
    else if (const std::string by = protectionOf(task, group); !by.empty())
        lane.reason = by;
    else if (guarded)
        lane.reason = "its block holds something that is protected beside " + group.name;
    else if (lane.mostRemovable == 0 && group.count - open > keep)
        lane.reason = within;
    else if (lane.mostRemovable == 0)
        lane.reason = group.name + " has " + std::to_string(group.count) + " and keeps at least " + std::to_string(keep);
    if (!lane.reason.empty()) lane.mostRemovable = 0;
    return lane;
}

/// Rows of the vocabulary; which of them others are made from is known to the scores, whose order keeps every set closed.
std::vector<UnitLane> tokenLanes(const Unit& unit, const CoarseTask& task) {
    const NodeGroup* group = vocabularyOf(task.structure);
    if (!group) return {};
    UnitLane lane;
    lane.name = group->name;
    lane.nodeGroup = group->id;
    lane.count = group->count;
    lane.closed.assign(static_cast<std::size_t>(group->count), false);
    const auto close = [&](int id) {
        if (id >= 0 && id < group->count) lane.closed[static_cast<std::size_t>(id)] = true;
    };
    close(task.config.bosId);
    for (const int id : task.config.eosIds) close(id);
    for (int id = 0; task.requiredTokens && id < static_cast<int>(task.requiredTokens->size()); ++id)
        if ((*task.requiredTokens)[static_cast<std::size_t>(id)]) close(id);
    const UnitSettings& settings = task.options.units.at(unit.id);
    const int keep = roundUp(settings.minimum, settings.divisor);
    const auto open = static_cast<int>(std::count(lane.closed.begin(), lane.closed.end(), false));
    lane.mostRemovable = legal(group->count, settings.divisor, std::max(0, std::min(open, group->count - keep)));
    lane.byPlan = true;
    if (const std::string by = protectionOf(task, *group); !by.empty())
        lane.reason = by;
    else if (lane.mostRemovable == 0)
        lane.reason = "of " + std::to_string(group->count) + " at least " +
                      std::to_string(std::max(keep, group->count - open)) + " must stay";
    if (!lane.reason.empty()) lane.mostRemovable = 0;
    return {lane};
}

}  // namespace

std::vector<UnitLane> unitLanes(const Unit& unit, const CoarseTask& task, const SizesAfter& left) {
    if (unit.sort == Unit::Sort::Parts) return {partLane(unit, task, left)};
    if (unit.sort == Unit::Sort::Tokens) return tokenLanes(unit, task);
    const auto guarded = unit.part ? guardedBlocks(task, *unit.part, false) : std::vector<bool>();
    std::vector<UnitLane> lanes;
    for (const NodeGroup& group : task.structure.nodeGroups) {
        if (unitOf(group) != &unit || left.gone(group.id)) continue;
        const auto block = static_cast<std::size_t>(std::max(0, group.layer));
        lanes.push_back(groupLane(group, task.options.units.at(unit.id), task,
                                  group.layer >= 0 && block < guarded.size() && guarded[block]));
    }
    return lanes;
}

UnitExtent extentOf(const Unit& unit, const CoarseTask& task, const SizesAfter& whole) {
    UnitExtent extent;
    const auto add = [&](double one, int many) {
        extent.one = std::max(extent.one, one);
        extent.all += one * many;
    };
    if (unit.sort == Unit::Sort::Tokens) {
        for (const UnitLane& lane : unitLanes(unit, task, whole))
            add(static_cast<double>(whole.parametersPerToken()), lane.count);
    } else if (unit.sort == Unit::Sort::Parts) {
        for (const BlockParts& parts : task.structure.parts)
            add(static_cast<double>((*unit.part != BlockPart::Mlp ? parts.attention.parameters : 0) +
                                    (*unit.part != BlockPart::Attention ? parts.mlp.parameters : 0)),
                1);
    } else {
        for (const NodeGroup& group : task.structure.nodeGroups)
            if (unitOf(group) == &unit) add(static_cast<double>(group.parametersPerGroup), group.count);
    }
    return extent;
}

}  // namespace lorashear
