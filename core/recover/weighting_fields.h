#pragma once

#include "core/recover/weighting.h"
#include "core/settings/field_kinds.h"

namespace lorashear {

inline const settings::Table<WeightingSettings>& weightingFields() {
    using namespace settings;
    using W = WeightingSettings;
    static const Table<W> table = [] {
        std::vector<std::string> rules;
        for (const SamplingRule& rule : samplingRules()) rules.push_back(rule.id);
        return Table<W>{
            choice("weighting", &W::weighting, rules, "How a source's loss becomes its share of the next round."),
            number("floor", &W::floor, {0, 1}, "", "Part of the shares that is always spread evenly."),
            number("temperature", &W::temperature, {0, 1e3, true, false}, "", "Of the softmax weighting."),
        };
    }();
    return table;
}

}  // namespace lorashear
