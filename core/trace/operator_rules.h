#pragma once

#include "core/trace/axes.h"
#include "core/trace/recording.h"
#include "core/trace/trace_graph.h"

#include <functional>
#include <map>
#include <string>
#include <vector>

namespace lorashear::trace {

/// What a rule sees of one call: its inputs' layouts, and where its results go.
class RuleCall {
public:
    RuleCall(Dependencies& dependencies, const Recording& recording, const Call& made, std::vector<Layout>& layouts)
        : known(dependencies), call(made), m_recording(recording), m_layouts(layouts) {}

    Dependencies& known;
    const Call& call;

    bool has(const std::string& argument) const { return call.tensor(argument) >= 0; }
    const Layout& layout(const std::string& argument) const;         ///< of a tensor argument that is there
    std::vector<Layout> layouts(const std::string& argument) const;  ///< of a list of tensors
    std::vector<Layout> allLayouts() const;
    const std::vector<std::int64_t>& resultShape(std::size_t output = 0) const;
    void result(Layout layout, std::size_t output = 0);
    int results() const { return static_cast<int>(call.outputs.size()); }

private:
    const Recording& m_recording;
    std::vector<Layout>& m_layouts;
};

/// How one operator relates the dimensions of its results to those of its inputs. A rule may be stricter than
/// needed, never laxer.
struct OperatorRule {
    VertexClass vertexClass = VertexClass::Accessory;  ///< when it has one activation input; with more of them it is a joint
    std::function<void(RuleCall&)> apply;
};

/// The table, by operator name without overload. A new operator is one entry in one of the rules_*.cpp files.
const std::map<std::string, OperatorRule>& operatorRules();

/// Whether results of an operator are entries of its inputs, none computed.
bool onlyMoves(const std::string& op);

using RuleTable = std::map<std::string, OperatorRule>;
void addElementwiseRules(RuleTable& table);
void addMovingRules(RuleTable& table);
void addProductRules(RuleTable& table);
void addReducingRules(RuleTable& table);

}  // namespace lorashear::trace
