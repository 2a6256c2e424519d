// The structure as plain values: lists, JSON, DOT, and the analysis over a recording written by hand, all without LibTorch.
#include "core/trace/partition.h"

#include <nlohmann/json.hpp>

#include <QtTest>

#include <set>

namespace tst_structure_values {

using namespace lorashear;
using namespace lorashear::trace;

namespace {

/// ids -> table -> two blocks of x + out(relu(in(x))) -> head, with an operator of choice instead of relu.
class Network {
public:
    explicit Network(const std::string& activation) {
        const int ids = value({1, 8});
        recording.values[0].input = true;
        const int table = parameter("table.weight", {10, 6});
        int x = call("aten::embedding", "table", {{"weight", table}, {"indices", ids}}, {1, 8, 6});
        for (int layer = 0; layer < 2; ++layer) {
            const auto block = "stage.blocks." + std::to_string(layer);
            const int in = parameter(block + ".in.weight", {4, 6}), out = parameter(block + ".out.weight", {6, 4});
            const int wide = call("aten::linear", block + ".in", {{"input", x}, {"weight", in}}, {1, 8, 4});
            const int active = call(activation, block, {{"self", wide}}, {1, 8, 4});
            const int narrow = call("aten::linear", block + ".out", {{"input", active}, {"weight", out}}, {1, 8, 6});
            x = call("aten::add", block, {{"self", x}, {"other", narrow}}, {1, 8, 6});
        }
        const int head = parameter("head.weight", {10, 6});
        recording.outputs.push_back(call("aten::linear", "head", {{"input", x}, {"weight", head}}, {1, 8, 10}));
    }

    Recording recording;

private:
    int value(std::vector<std::int64_t> shape) {
        Value made;
        made.shape = std::move(shape);
        recording.values.push_back(std::move(made));
        return static_cast<int>(recording.values.size()) - 1;
    }
    int parameter(const std::string& name, std::vector<std::int64_t> shape) {
        const int id = value(std::move(shape));
        recording.values.back().parameter = name;
        recording.values.back().role = Role::Base;
        return id;
    }
    int call(const std::string& op, const std::string& scope, const std::vector<std::pair<std::string, int>>& inputs,
             std::vector<std::int64_t> shape) {
        Call made;
        made.op = op;
        made.scope = scope;
        for (const auto& [name, id] : inputs) {
            Argument argument;
            argument.name = name;
            argument.tensors = {id};
            argument.given = true;
            made.arguments.push_back(std::move(argument));
        }
        made.outputs = {value(std::move(shape))};
        const int result = made.outputs.front();
        recording.calls.push_back(std::move(made));
        return result;
    }
};

}  // namespace

class TestStructureValues : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void groupsOfAHandWrittenRecording() {
        const auto structure = partition(Network("aten::relu").recording);
        const auto* mlp = structure.find("layers.1.mlp");
        QVERIFY(mlp && mlp->prunable && mlp->reason.empty());
        QCOMPARE(mlp->count, 4);
        QCOMPARE(mlp->parametersPerGroup, 12);
        QCOMPARE(mlp->primary.size(), std::size_t{1});
        QCOMPARE(mlp->primary[0].tensor, std::string("stage.blocks.1.in.weight"));
        QCOMPARE(mlp->secondary[0].dim, 1);
        QCOMPARE(structure.groupCount(UnitKind::Mlp), 8);
        QCOMPARE(structure.groupCount(UnitKind::Hidden), 6);
        QCOMPARE(structure.parameters, 10 * 6 * 2 + 2 * 48);
        QCOMPARE(structure.graph.layers, 2);
        QVERIFY(structure.find("layers.2.mlp") == nullptr);
        for (std::size_t i = 0; i < structure.nodeGroups.size(); ++i)
            QCOMPARE(structure.nodeGroups[i].id, static_cast<int>(i));
    }

    void operatorsWithoutARuleAreNamed() {
        const auto structure = partition(Network("house::magic").recording);
        for (const auto& group : structure.nodeGroups) QVERIFY(!group.prunable && !group.reason.empty());
        QVERIFY(structure.notPrunable.size() == 5);
        QVERIFY(structure.notPrunable.front().second.find("house::magic") != std::string::npos);
    }

    void slicesStepThroughATensor() {
        const GroupSlice slice{"w", 0, 24, 6, 6};
        QCOMPARE(slice.begin(0), 24);
        QCOMPARE(slice.begin(3), 42);
    }

    void jsonHasWhatInspectPromises() {
        const auto structure = partition(Network("aten::relu").recording);
        const auto json = toJson(structure);
        const auto& groups = json.at("node_groups");
        QCOMPARE(groups.size(), structure.nodeGroups.size());
        for (const char* key : {"id", "name", "kind", "layer", "prunable", "reason", "groups"})
            QVERIFY(groups[0].contains(key));
        QCOMPARE(groups[0].at("name").get<std::string>(), std::string("layers.0.mlp"));
        QCOMPARE(groups[0].at("groups").get<int>(), 4);
        QCOMPARE(json.at("groups").at("mlp").get<int>(), 8);
        QCOMPARE(json.at("graph").at("nodes").size(), structure.graph.nodes.size());
        std::size_t edges = 0;
        for (const auto& node : structure.graph.nodes) edges += node.inputs.size();
        QCOMPARE(json.at("graph").at("edges").size(), edges);
        QCOMPARE(nlohmann::json::parse(json.dump()), json);
    }

    void dotIsBalancedAndComplete() {
        const auto structure = partition(Network("aten::relu").recording);
        const auto dot = QString::fromStdString(toDot(structure));
        QVERIFY(dot.startsWith("digraph"));
        QCOMPARE(dot.count('{'), dot.count('}'));
        QCOMPARE(dot.count('{'), 1 + structure.graph.layers);
        QCOMPARE(dot.count(QLatin1String("[label=")), static_cast<int>(structure.graph.nodes.size()));
        QVERIFY(dot.contains(QLatin1String("n0 -> n1;")));
        QVERIFY(dot.contains(QLatin1String("shape=box")));
        // Outside comments and labels every quote closes.
        QCOMPARE(dot.count('"') % 2, 0);
    }

    void namesAreStable() {
        QCOMPARE(std::string(unitName(UnitKind::Attention)), std::string("attention"));
        QCOMPARE(std::string(unitName(UnitKind::Hidden)), std::string("hidden"));
        QCOMPARE(std::string(nodeGroupKindName(NodeGroupKind::Composed)), std::string("composed"));
        QCOMPARE(std::string(vertexClassName(VertexClass::Joint)), std::string("joint"));
    }
};

}  // namespace tst_structure_values

QTEST_APPLESS_MAIN(tst_structure_values::TestStructureValues)
#include "tst_structure_values.moc"
