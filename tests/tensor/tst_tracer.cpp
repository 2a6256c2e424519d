// What one forward pass on shapes yields: counts of real sizes, adapters, reasons.
#include "core/trace/tracer.h"
#include "tests/tensor/random_models.h"

#include <ATen/ATen.h>

#include <QtTest>

#include <sys/resource.h>

#include <map>
#include <set>

namespace tst_tracer {

using namespace lorashear;
using namespace lorashear::testing;

namespace {

ModelConfig sized(int layers, int heads, int kvHeads, int headDim, int intermediate, int vocabulary) {
    ModelConfig config;
    config.family = "llama";
    config.vocabulary = vocabulary;
    config.hidden = heads * headDim;
    config.headDim = headDim;
    config.maxPositions = 2048;
    config.layers.assign(static_cast<std::size_t>(layers), {heads, kvHeads, intermediate});
    return config;
}

const auto kSevenB = sized(32, 32, 32, 128, 11008, 32000);
const auto kEightB = sized(32, 32, 8, 128, 14336, 128256);

// How often each row of a tensor is in a group.
std::map<std::string, std::vector<int>> rowUses(const Structure& structure) {
    std::map<std::string, std::vector<int>> uses;
    for (const auto& group : structure.nodeGroups) {
        if (!group.prunable) continue;
        for (const auto& slice : group.primary) {
            if (slice.dim != 0) continue;
            auto& rows = uses[slice.tensor];
            for (int j = 0; j < group.count; ++j)
                for (std::int64_t i = 0; i < slice.length; ++i) {
                    const auto row = static_cast<std::size_t>(slice.begin(j) + i);
                    if (rows.size() <= row) rows.resize(row + 1, 0);
                    ++rows[row];
                }
        }
    }
    return uses;
}

bool mentions(const std::string& text, const char* part) {
    return text.find(part) != std::string::npos;
}

}  // namespace

class TestTracer : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void countsOfSevenB() {
        const auto structure = traceStructure(kSevenB);
        QCOMPARE(structure.groupCount(UnitKind::Attention), 1024);
        QCOMPARE(structure.groupCount(UnitKind::Mlp), 352256);
        QCOMPARE(structure.groupCount(UnitKind::Hidden), 4096);
        QCOMPARE(structure.parameters, 6738415616);
        QCOMPARE(structure.find("layers.31.attention")->parametersPerGroup, 2097152);
        QCOMPARE(structure.find("layers.31.mlp")->parametersPerGroup, 12288);
        QCOMPARE(structure.find("hidden")->parametersPerGroup, 1645121);
        QCOMPARE(structure.graph.layers, 32);
        rusage usage{};
        getrusage(RUSAGE_SELF, &usage);
        QVERIFY(usage.ru_maxrss < 1024 * 1024);  // kilobytes: shapes only
    }

    // Every operator of one block with grouped queries, in the order of execution.
    void vertexClasses() {
        const std::vector<std::string> norm = {"pow accessory",   "mean accessory", "add accessory",
                                               "rsqrt accessory", "mul joint",      "mul accessory"};
        // To heads, turned by position: x cos - y sin and x sin + y cos, put side by side.
        const std::vector<std::string> turned = {
            "view accessory", "transpose accessory", "chunk accessory", "mul accessory", "mul accessory",
            "sub joint",      "mul accessory",       "mul accessory",   "add joint",     "cat joint"};
        std::vector<std::string> expected = {"input accessory", "embedding stem"};
        const auto add = [&](const std::vector<std::string>& more) {
            expected.insert(expected.end(), more.begin(), more.end());
        };
        add(norm), add({"linear stem", "linear stem", "linear stem"}), add(turned), add(turned),
            add({"view accessory", "transpose accessory"});
        add({"scaled_dot_product_attention joint", "transpose accessory", "reshape accessory", "linear stem", "add joint"});
        add(norm), add({"linear stem", "linear stem", "silu accessory", "mul joint", "linear stem", "add joint"});
        add(norm), add({"linear stem", "output accessory"});
        std::vector<std::string> found;
        for (const auto& node : traceStructure(sized(1, 4, 2, 6, 19, 61)).graph.nodes)
            found.push_back(node.op.substr(node.op.find("::") == std::string::npos ? 0 : 6)
                                .append(" ")
                                .append(vertexClassName(node.vertexClass)));
        QCOMPARE(found, expected);
    }

    // Linears with adapters: A and B are stems of their own, their sum with the frozen product a joint.
    void vertexClassesOfAnAdapter() {
        auto model = randomModel(configOf(shapes()[0]), 1);
        disturb(*model, 1, {"up_proj"});
        for (auto* linear : model->linears()) linear->rowScale = at::Tensor();
        std::vector<std::string> found;
        for (const auto& node : traceStructure(*model).graph.nodes)
            if (node.scope == "model.layers.0.mlp.up_proj")
                found.push_back(node.op + " " + vertexClassName(node.vertexClass));
        QCOMPARE(found, (std::vector<std::string>{"aten::linear stem", "aten::linear stem", "aten::linear stem",
                                                  "aten::mul accessory", "aten::add joint"}));
    }

    void everyRowIsInExactlyOneGroup_data() {
        QTest::addColumn<bool>("shared");
        QTest::newRow("7B") << false;
        QTest::newRow("8B, grouped queries") << true;
    }
    void everyRowIsInExactlyOneGroup() {
        QFETCH(bool, shared);
        const auto& config = shared ? kEightB : kSevenB;
        const auto uses = rowUses(traceStructure(config));
        for (int layer = 0; layer < 32; ++layer)
            for (auto [name, rows] : std::map<std::string, int>{{"self_attn.q_proj", config.layers[0].heads * 128},
                                                                {"self_attn.k_proj", config.layers[0].kvHeads * 128},
                                                                {"self_attn.v_proj", config.layers[0].kvHeads * 128},
                                                                {"mlp.gate_proj", config.layers[0].intermediate},
                                                                {"mlp.up_proj", config.layers[0].intermediate}}) {
                const auto& own = uses.at("model.layers." + std::to_string(layer) + "." + name + ".weight");
                QCOMPARE(own, std::vector<int>(static_cast<std::size_t>(rows), 1));
            }
    }

    void groupedQueriesFollowTheirKeyValueHead() {
        const auto structure = traceStructure(kEightB);
        QCOMPARE(structure.groupCount(UnitKind::Attention), 32 * 8);
        QCOMPARE(structure.groupCount(UnitKind::Mlp), 32 * 14336);
        const auto* group = structure.find("layers.7.attention");
        QCOMPARE(group->count, 8);
        QCOMPARE(group->parametersPerGroup, (2 + 2 * 4) * 128 * 4096);
        QCOMPARE(group->primary.size(), std::size_t{3});
        for (const auto& slice : group->primary) QCOMPARE(slice.length, mentions(slice.tensor, "q_proj") ? 512 : 128);
        QCOMPARE(group->secondary.size(), std::size_t{1});
        QCOMPARE(group->secondary[0].dim, 1);
        QCOMPARE(group->secondary[0].length, 512);
        QVERIFY(group->prunable && group->kind == NodeGroupKind::Composed && group->layer == 7);
    }

    void adaptersOnQueryAndValueLeaveOnlyAttention() {
        auto model = randomModel(configOf(shapes()[2]), 1);
        disturb(*model, 1, {"q_proj", "v_proj"});
        const auto structure = traceStructure(*model);
        for (const auto& group : structure.nodeGroups) {
            QCOMPARE(group.prunable, group.unit == UnitKind::Attention);
            if (group.unit == UnitKind::Mlp) QVERIFY(mentions(group.reason, "no LoRA adapter"));
            if (!group.prunable) QVERIFY(!group.reason.empty());
        }
        std::set<std::string> listed;
        for (const auto& [linear, reason] : structure.notPrunable) {
            QVERIFY(!reason.empty());
            listed.insert(linear);
        }
        QVERIFY(listed.count("model.layers.0.mlp.gate_proj") && !listed.count("model.layers.0.self_attn.k_proj"));
    }

    void adapterModulesAreListedWithoutGroups() {
        auto model = randomModel(configOf(shapes()[2]), 1);
        const auto plain = traceStructure(*model);
        QVERIFY(plain.find("layers.0.mlp.up_proj") == nullptr);
        disturb(*model, 1);
        const auto structure = traceStructure(*model);
        const auto* module = structure.find("layers.0.mlp.up_proj");
        QVERIFY(module && module->count == 0 && !module->prunable && module->kind == NodeGroupKind::Composed);
        QVERIFY(mentions(module->reason, "A only"));
        QVERIFY(structure.find("layers.0.self_attn.q_proj") == nullptr);  // a leaf of the attention operator
        QVERIFY(structure.find("layers.0.mlp")->prunable);
        QCOMPARE(structure.parameters, plain.parameters);  // adapters are no part of the model
        // Up's B lies both in its LoRA module and in the MLP's group: the overlap.
        const auto& nodes = structure.find("layers.0.mlp")->nodes;
        const std::set<int> mlp(nodes.begin(), nodes.end());
        QVERIFY(std::any_of(module->nodes.begin(), module->nodes.end(), [&](int node) { return mlp.count(node) > 0; }));
    }

    void whatIsNotPrunableSaysWhy() {
        const auto untied = traceStructure(configOf(shapes()[0]));
        const auto tied = traceStructure(configOf(shapes()[2]));
        QVERIFY(mentions(untied.find("hidden")->reason, "whole network"));
        QVERIFY(mentions(untied.find("hidden")->reason, "root-mean-square norm"));
        QVERIFY(!mentions(untied.find("hidden")->reason, "tied"));
        QVERIFY(mentions(tied.find("hidden")->reason, "tied: model.embed_tokens.weight"));
        QVERIFY(mentions(untied.find("vocabulary")->reason, "output of the graph"));
        QCOMPARE(tied.find("vocabulary")->count, 61);
        QCOMPARE(untied.find("hidden")->normGains.size(), std::size_t{7});
        QCOMPARE(untied.notPrunable.size(), std::size_t{1});
        QCOMPARE(untied.notPrunable[0].first, std::string("lm_head"));
    }

    void outputProjectionLiesInTwoNodeGroups() {
        const auto structure = traceStructure(configOf(shapes()[0]));
        std::set<std::string> owners;
        for (const auto& node : structure.graph.nodes) {
            if (node.scope != "model.layers.1.self_attn.o_proj") continue;
            for (const auto& group : structure.nodeGroups)
                if (std::count(group.nodes.begin(), group.nodes.end(), node.id)) owners.insert(group.name);
        }
        QCOMPARE(owners, (std::set<std::string>{"layers.1.attention", "hidden"}));
    }

    void graphOnRealMemoryEqualsGraphOnShapes() {
        const auto config = configOf(shapes()[1]);
        const auto real = traceForward(*randomModel(config, 1)), shape = traceForward(*metaModel(config));
        QCOMPARE(real.nodes.size(), shape.nodes.size());
        QCOMPARE(real.layers, 3);
        std::map<VertexClass, int> classes;
        for (std::size_t i = 0; i < real.nodes.size(); ++i) {
            QCOMPARE(real.nodes[i].op, shape.nodes[i].op);
            QCOMPARE(real.nodes[i].shape, shape.nodes[i].shape);
            QCOMPARE(real.nodes[i].inputs, shape.nodes[i].inputs);
            ++classes[real.nodes[i].vertexClass];
            for (int from : real.nodes[i].inputs) QVERIFY(from < real.nodes[i].id);
        }
        QCOMPARE(classes[VertexClass::Stem], 1 + 3 * 7 + 1);
        QCOMPARE(classes[VertexClass::Unknown], 0);
        QVERIFY(classes[VertexClass::Joint] >= 3 * 4);
        QCOMPARE(real.nodes.front().op, std::string("input"));
        QCOMPARE(real.nodes.back().op, std::string("output"));
    }

    void oneKeyValueHeadIsASingleGroup() {
        auto config = configOf(shapes()[0]);
        for (auto& layer : config.layers) layer.heads = 4, layer.kvHeads = 1;
        const auto structure = traceStructure(config);
        const auto* group = structure.find("layers.0.attention");
        QVERIFY(group);
        QCOMPARE(group->count, 1);
        QVERIFY(!group->prunable && mentions(group->reason, "single group"));
    }
};

}  // namespace tst_tracer

QTEST_APPLESS_MAIN(tst_tracer::TestTracer)
#include "tst_tracer.moc"
