#include "core/trace/operator_rules.h"

namespace lorashear::trace {

const Layout& RuleCall::layout(const std::string& argument) const {
    return m_layouts[static_cast<std::size_t>(call.tensor(argument))];
}

std::vector<Layout> RuleCall::layouts(const std::string& argument) const {
    std::vector<Layout> all;
    if (const auto* found = call.argument(argument))
        for (int id : found->tensors) all.push_back(m_layouts[static_cast<std::size_t>(id)]);
    return all;
}

std::vector<Layout> RuleCall::allLayouts() const {
    std::vector<Layout> all;
    for (int id : call.tensors()) all.push_back(m_layouts[static_cast<std::size_t>(id)]);
    return all;
}

const std::vector<std::int64_t>& RuleCall::resultShape(std::size_t output) const {
    return m_recording.values[static_cast<std::size_t>(call.outputs.at(output))].shape;
}

void RuleCall::result(Layout layout, std::size_t output) {
    m_layouts[static_cast<std::size_t>(call.outputs.at(output))] = std::move(layout);
}

const std::map<std::string, OperatorRule>& operatorRules() {
    static const RuleTable kTable = [] {
        RuleTable table;
        addElementwiseRules(table);
        addMovingRules(table);
        addProductRules(table);
        addReducingRules(table);
        return table;
    }();
    return kTable;
}

bool onlyMoves(const std::string& op) {
    static const RuleTable kMoving = [] {
        RuleTable table;
        addMovingRules(table);
        return table;
    }();
    return kMoving.count(op) > 0;
}

}  // namespace lorashear::trace
