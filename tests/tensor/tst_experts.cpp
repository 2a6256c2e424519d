// Mixtures of experts beyond what holds for every family (tst_families): what leaving an expert out means, which tokens run where, what it costs.
#include "core/base/error.h"
#include "core/compact/factorise.h"
#include "core/compact/group_masks.h"
#include "core/plan/plan.h"
#include "tests/tensor/family_checks.h"
#include "tests/tensor/family_configs.h"

#include <ATen/ATen.h>

#include <QtTest>

#include <chrono>
#include <map>
#include <set>

namespace tst_experts {

using namespace lorashear;
using namespace lorashear::testing;

namespace {

ModelConfig configNamed(const QString& name) {
    for (const auto& one : familyConfigs())
        if (one.name == name.toStdString()) return parseConfig(one.json, "config.json");
    return {};
}

void eachRouted() {
    QTest::addColumn<QString>("name");
    for (const auto& one : familyConfigs())
        if (parseConfig(one.json, "config.json").routing.expertsPerToken > 0)
            QTest::newRow(one.name.c_str()) << QString::fromStdString(one.name);
}

/// The block's tensors of expert `from` under the name of expert `to`.
std::string renamed(std::string name, const std::string& experts, std::size_t to) {
    const auto begin = experts.size();
    return name.replace(begin, name.find('.', begin) - begin, std::to_string(to));
}

/// The model without one expert of a block, put together by hand: no cut, no trace.
std::unique_ptr<CausalLM> without(const CausalLM& model, int block, std::int64_t expert) {
    NamedTensors tensors;
    const auto inBlock = "model.layers." + std::to_string(block) + ".";
    for (const auto& [name, tensor] : model.tensors()) {
        const auto at = name.find(".experts.");
        if (name.starts_with(inBlock) && name.ends_with(".gate.weight") && at == std::string::npos) {
            tensors[name] =
                at::cat({tensor.narrow(0, 0, expert), tensor.narrow(0, expert + 1, tensor.size(0) - expert - 1)});
        } else if (name.starts_with(inBlock) && at != std::string::npos) {
            const auto experts = name.substr(0, at + 9);
            const auto number = std::stoll(name.substr(at + 9));
            if (number != expert)
                tensors[renamed(name, experts, static_cast<std::size_t>(number - (number > expert)))] = tensor;
        } else {
            tensors[name] = tensor;
        }
    }
    return buildModel(model.config(), tensors);
}

ModelConfig published(const char* family, const char* json) {
    auto config = nlohmann::json::parse(json);
    config["model_type"] = family;
    return parseConfig(config.dump(), "config.json");
}

}  // namespace

class TestExperts : public QObject {
    Q_OBJECT

private Q_SLOTS:
    // Blocks with experts and plain ones save unequally, and scores say which goes: what is named as reachable is, whichever it is.
    void blocksOfUnequalSizePromiseNoMoreThanAnySaves() {
        const auto& all = familyConfigs();
        auto json = nlohmann::json::parse(
            std::find_if(all.begin(), all.end(), [](const auto& one) { return one.name == "qwen3 moe"; })->json);
        json["num_hidden_layers"] = 3;
        json["mlp_only_layers"] = {1};
        const auto config = parseConfig(json.dump(), "config.json");
        const auto structure = traceStructure(config);
        PlanOptions options;
        for (auto& [id, settings] : options.units) settings.take = id == "blocks" || id == "mlp" || id == "experts";
        options.ratio = 0.99;
        const double named = std::floor(largestRatio({structure, options, nullptr, &config}) * 1e4) / 1e4;
        options.ratio = named;
        for (const std::vector<double>& order : {std::vector<double>{0, 1, 2}, {2, 0, 1}, {1, 2, 0}}) {
            UnitScores scores{{"blocks", {order}}};
            for (const NodeGroup& group : structure.nodeGroups)
                if (group.unit == UnitKind::Experts)
                    scores["experts"].emplace_back(static_cast<std::size_t>(group.count), 1.0);
            const auto plan = makePlan({structure, options, nullptr, &config, &scores});
            QVERIFY2(plan.largestRatio >= named, qPrintable(QString::number(plan.largestRatio)));
        }
    }

    // The mask's -inf before the softmax is the model that never had the expert, with and without normalised shares.
    void aMaskedExpertWasNeverThere_data() { eachRouted(); }
    void aMaskedExpertWasNeverThere() {
        QFETCH(QString, name);
        const auto model = randomModel(configNamed(name), 4);
        const auto ids = randomIds(model->config().vocabulary, 3, 21, 6);
        const auto structure = traceStructure(*model);
        int checked = 0;
        for (const auto& group : structure.nodeGroups) {
            if (group.unit != UnitKind::Experts || !group.prunable) continue;
            for (const int expert : {0, group.count - 1, group.count / 2}) {
                const auto expected = logitsOf(*without(*model, group.layer, expert), ids);
                applyMasks(*model, structure, {{group.id, expert}});
                const auto masked = logitsOf(*model, ids);
                applyMasks(*model, structure, {});
                QVERIFY(relativeDifference(masked, expected) <= 1e-5);
                QVERIFY(relativeDifference(masked, logitsOf(*model, ids)) > 1e-3);
                const auto cut = sliceModel(*model, structure, {{group.id, expert}});
                QVERIFY(relativeDifference(logitsOf(*cut, ids), expected) <= 1e-5);
                ++checked;
            }
        }
        QVERIFY(checked > 0);
    }

    void asManyStayAsATokenUses() {
        const auto model = randomModel(configNamed("mixtral"), 1);
        const auto structure = traceStructure(*model);
        const auto* group = structure.find("layers.1.experts");
        QVERIFY(group && group->count == 4 && group->minimum == 2);
        const auto two = sliceModel(*model, structure, {{group->id, 0}, {group->id, 3}});
        QCOMPARE(two->config().layers[1].experts.size(), std::size_t{2});
        const auto after = traceStructure(*two);
        const auto* left = after.find("layers.1.experts");
        QVERIFY(left && !left->prunable && left->reason.find("uses all 2") != std::string::npos);
        try {
            sliceModel(*model, structure, {{group->id, 0}, {group->id, 1}, {group->id, 3}});
            QFAIL("one expert is left");
        } catch (const Error& error) {
            QVERIFY2(std::string(error.what()).find("layers.1.experts") != std::string::npos, error.what());
        }
    }

    // A factor follows its expert to its new name; one of an expert that goes is refused.
    void factorsFollowTheirExpert() {
        const auto model = randomModel(configNamed("mixtral"), 1);
        const auto structure = traceStructure(*model);
        const std::string experts = "model.layers.1.block_sparse_moe.experts.";
        const RemoveGroups second{"layers.1.experts", {1}};
        const auto cut = applyEdits(*model, structure, {second, FactorLinear{experts + "2.w2", {3, 1}}});
        QVERIFY((cut->config().factors == Factors{{experts + "1.w2", {3, 1}}}));
        const auto expected = factorModel(*model, {{experts + "2.w2", {3, 1}}});
        const auto parts = cut->tensors(), whole = expected->tensors();
        for (const char* part : {".first.weight", ".second.weight"})
            QVERIFY(at::equal(parts.at(experts + "1.w2" + part), whole.at(experts + "2.w2" + part)));
        try {
            applyEdits(*model, structure, {second, FactorLinear{experts + "1.w2", {3, 1}}});
            QFAIL("a factor of an expert that goes");
        } catch (const Error& error) {
            QVERIFY2(error.message().find("leaves out as a whole") != std::string::npos, error.what());
        }
    }

    // Neurons of an expert that goes are no longer there to remove, in whichever order the two are named.
    void neuronsOfAnExpertThatGoesAreRefused() {
        const auto model = randomModel(configNamed("mixtral"), 1);
        const auto structure = traceStructure(*model);
        const RemoveGroups expert{"layers.1.experts", {1}}, neurons{"layers.1.experts.1.mlp", {0}},
            others{"layers.1.experts.2.mlp", {0}};
        const auto said = [&](const Edits& edits) {
            try {
                blueprintOf(model->config(), structure, edits, "edits.json");
            } catch (const Error& error) {
                return std::string(error.what());
            }
            return std::string();
        };
        const std::string words = "removes groups of layers.1.experts.1.mlp, which ";
        QVERIFY(said({expert, neurons}).find("/edits/1: " + words + "/edits/0 leaves out") != std::string::npos);
        QVERIFY(said({neurons, expert}).find("/edits/0: " + words + "/edits/1 leaves out") != std::string::npos);
        QCOMPARE(said({expert, others}), std::string());
    }

    // Adapters follow their expert to its new name.
    void adaptersGoWithTheirExpert() {
        const auto model = randomModel(configNamed("qwen3 moe"), 2);
        disturb(*model, 3);
        const auto structure = traceStructure(*model);
        const auto* group = structure.find("layers.2.experts");
        QVERIFY(group && group->prunable);
        const auto cut = sliceModel(*model, structure, {{group->id, 1}});
        const auto* before = model->linear("model.layers.2.mlp.experts.3.up_proj");
        const auto* after = cut->linear("model.layers.2.mlp.experts.2.up_proj");
        QVERIFY(after && at::equal(after->a, before->a) && at::equal(after->b, before->b) &&
                at::equal(after->weight, before->weight) && at::equal(after->rowScale, before->rowScale));
        QVERIFY(!cut->linear("model.layers.2.mlp.experts.4.up_proj"));
        const auto* router = cut->linear("model.layers.2.mlp.gate");
        QCOMPARE(router->b.size(0), std::int64_t{4});
        QVERIFY(at::equal(router->b[1], model->linear("model.layers.2.mlp.gate")->b[2]));
    }

    void tokensRunThroughTheirExpertsOnly() {
        const auto model = randomModel(configNamed("olmoe"), 5);
        std::map<std::string, std::int64_t> rows;
        for (auto* linear : model->linears())
            linear->observer = [&rows, linear](const at::Tensor& x, const at::Tensor&) {
                rows[linear->name] += x.numel() / x.size(-1);
            };
        logitsOf(*model, randomIds(model->config().vocabulary, 2, 15, 3));
        std::int64_t sum = 0;
        for (int e = 0; e < 6; ++e) sum += rows["model.layers.1.mlp.experts." + std::to_string(e) + ".down_proj"];
        QCOMPARE(sum, std::int64_t{2 * 30});
        QCOMPARE(rows["model.layers.1.mlp.gate"], std::int64_t{30});
    }

    // What other tokens stand beside one changes nothing of what its experts say.
    void aTokenDoesNotDependOnItsNeighbours() {
        const auto model = randomModel(configNamed("mixtral"), 9);
        const auto ids = randomIds(model->config().vocabulary, 4, 12, 1);
        const auto together = logitsOf(*model, ids);
        for (std::int64_t i = 0; i < 4; ++i)
            QVERIFY(relativeDifference(logitsOf(*model, ids.narrow(0, i, 1)), together.narrow(0, i, 1)) <= 1e-5);
    }

    // One token reaches two of four experts; the others get no gradient, which an optimizer passes over.
    void anExpertWithoutTokensLearnsNothing() {
        const auto model = randomModel(configNamed("mixtral"), 7);
        disturb(*model, 2);
        const auto hidden = model->hidden(at::full({1, 1}, 5, at::kLong), {});
        ops::tokenNll(hidden.flatten(0, 1), model->vocabularyHead(), at::full({1}, 9, at::kLong)).sum().backward();
        int reached = 0;
        for (int e = 0; e < 4; ++e) {
            const auto* linear = model->linear("model.layers.2.block_sparse_moe.experts." + std::to_string(e) + ".w2");
            reached += linear->b.grad().defined() ? 1 : 0;
        }
        QCOMPARE(reached, 2);
        QVERIFY(model->linear("model.layers.2.block_sparse_moe.gate")->b.grad().defined());
    }

    // Sizes as published with the models; the active ones by the definition of CausalLM::activeParameterCount.
    void publishedSizes() {
        struct Row {
            const char *family, *json;
            std::int64_t all, active;
        };
        const Row rows[] = {
            {"mixtral", R"({"vocab_size": 32000, "hidden_size": 4096, "intermediate_size": 14336, "num_hidden_layers": 32,
              "num_attention_heads": 32, "num_key_value_heads": 8, "num_local_experts": 8, "num_experts_per_tok": 2})",
             46702792704, 12879925248},
            {"qwen3_moe",
             R"({"vocab_size": 151936, "hidden_size": 2048, "intermediate_size": 6144, "moe_intermediate_size": 768,
              "num_hidden_layers": 48, "num_attention_heads": 32, "num_key_value_heads": 4, "head_dim": 128, "num_experts": 128,
              "num_experts_per_tok": 8})",
             30532122624, 3353032704},
            {"olmoe", R"({"vocab_size": 50304, "hidden_size": 2048, "intermediate_size": 1024, "num_hidden_layers": 16,
              "num_attention_heads": 16, "num_key_value_heads": 16, "num_experts": 64, "num_experts_per_tok": 8})",
             6919161856, 1282017280},
        };
        for (const auto& row : rows) {
            const auto model = metaModel(published(row.family, row.json));
            QCOMPARE(model->parameterCount(), row.all);
            QCOMPARE(model->activeParameterCount(), row.active);
        }
    }

    // 30 blocks of 64 experts, of OLMoE's sizes. Printed, not asserted: the machine may be busy.
    void manyExpertsAreTraced() {
        const auto config = published("olmoe", R"({"vocab_size": 50304, "hidden_size": 2048, "intermediate_size": 1024,
            "num_hidden_layers": 30, "num_attention_heads": 16, "num_key_value_heads": 16, "num_experts": 64})");
        const auto start = std::chrono::steady_clock::now();
        const auto structure = traceStructure(config);
        const auto seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
        qInfo("30 blocks of 64 experts: %zu node groups from %zu operators in %.2f s", structure.nodeGroups.size(),
              structure.graph.nodes.size(), seconds);
        QCOMPARE(structure.groupCount(UnitKind::Experts), std::int64_t{30 * 64});
        QCOMPARE(structure.groupCount(UnitKind::Mlp), std::int64_t{30 * 64 * 1024});
        const auto* group = structure.find("layers.29.experts");
        QVERIFY(group && group->prunable);
        QCOMPARE(group->parametersPerGroup, std::int64_t{3 * 1024 * 2048 + 2048});
        QVERIFY(structure.find("layers.29.experts.63.mlp"));
    }

    void badConfigsAreRefused() {
        const auto message = [](const char* family, const char* more) {
            auto json = nlohmann::json::parse(R"({"vocab_size": 61, "hidden_size": 24, "num_hidden_layers": 2,
                "intermediate_size": 19, "num_attention_heads": 4, "moe_intermediate_size": 8})");
            json.update(nlohmann::json::parse(more));
            try {
                published(family, json.dump().c_str());
            } catch (const Error& error) {
                return std::string(error.what());
            }
            return std::string();
        };
        const auto says = [&](const char* family, const char* more, const char* what) {
            const auto text = message(family, more);
            return text.find(what) != std::string::npos ? std::string() : family + std::string(": ") + text;
        };
        const auto check = [&](const std::string& wrong) { QVERIFY2(wrong.empty(), wrong.c_str()); };
        check(
            says("mixtral", R"({"num_local_experts": 1, "num_experts_per_tok": 2})", "more than the 1 experts of layer 0"));
        check(says("mixtral", R"({})", "\"num_local_experts\" is missing"));
        check(says("olmoe", R"({"num_experts": 0})", "\"num_experts\" must be a positive"));
        check(says("qwen3_moe", R"({"num_experts": 8, "mlp_only_layers": [-1]})", "mlp_only_layers"));
        check(says("olmoe", R"({"num_experts": 8, "clip_qkv": -1})", "clip_qkv"));
        check(says("mixtral", R"({"num_local_experts": 3, "expert_sizes": [[4, 5], 3]})", "expert_sizes"));
        check(says("mixtral", R"({"num_local_experts": 3, "expert_sizes": [[4, 5]]})", "each of the 2 layers"));
    }
};

}  // namespace tst_experts

QTEST_APPLESS_MAIN(tst_experts::TestExperts)
#include "tst_experts.moc"
