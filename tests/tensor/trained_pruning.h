#pragma once

#include "core/compact/group_masks.h"
#include "core/model/lora.h"
#include "core/prune/pruning_method.h"
#include "tests/tensor/knowledge_models.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <functional>
#include <memory>
#include <string>

namespace handmade {

/// A small model that a pruning method works on, and all that it needs.
struct PruningRun {
    struct Setup {
        nlohmann::json options = nlohmann::json::object();
        PlanOptions plan;
        double learningRate = 5e-3, dropout = 0, clipNorm = 1;
        int microBatch = 0;
        std::vector<std::string> targets;
        std::function<void(CausalLM&)> change;  ///< of the dense weights, before anything else
    };

    std::unique_ptr<CausalLM> dense = tinyModel(21), model;
    Structure structure = make(tinyShape());
    PruningPlan plan;
    std::vector<Sequence> text;
    std::unique_ptr<BatchSource> source;
    std::unique_ptr<Trainer> trainer;
    Control control;
    std::unique_ptr<PruningSession> session;

    PruningRun(const std::string& method, const Setup& setup) {
        if (setup.change) setup.change(*dense);
        text = ownText(*dense, 24, 20, 4);
        source = shuffledSource(text, 7, "text");
        model = cloneModel(*dense);
        attachLora(*model, {.rank = 4, .alpha = 8, .dropout = setup.dropout, .targets = setup.targets}, 5);
        plan = makePlan(structure, setup.plan);
        TrainerOptions o;
        o.optimizer.learningRate = setup.learningRate;
        o.optimizer.clipNorm = setup.clipNorm;
        o.batch = 4;
        o.microBatch = setup.microBatch;
        o.seed = 3;
        trainer = std::make_unique<Trainer>(*model, *source, o, dense.get());
        session = makePruning(method, setup.options.dump(), {*model, structure, plan, *trainer, text, control});
    }

    void finish() {
        while (!session->done()) session->step();
    }
    Archive saved() const {
        Archive archive;
        session->save(archive);
        return archive;
    }
    const NodeGroup& nodeGroup(const GroupRef& group) const {
        return structure.nodeGroups[static_cast<std::size_t>(group.nodeGroup)];
    }
    int chosenOf(const std::string& unit) const {
        int count = 0;
        for (const auto& group : session->chosen()) count += unitName(nodeGroup(group).unit) == unit;
        return count;
    }
    int chosenOf(int nodeGroup) const {
        int count = 0;
        for (const auto& group : session->chosen()) count += group.nodeGroup == nodeGroup;
        return count;
    }
    bool chose(const std::string& name, int index) const {
        const GroupRef wanted{structure.find(name)->id, index};
        for (const auto& group : session->chosen())
            if (group == wanted) return true;
        return false;
    }
};

inline PlanOptions planOf(double ratio, bool uniform = false) {
    PlanOptions plan;
    plan.ratio = ratio;
    plan.uniform = uniform;
    return plan;
}

/// Neurons whose output nobody reads.
inline void silence(CausalLM& model, int layer, const std::vector<int>& neurons) {
    at::NoGradGuard guard;
    auto* down = model.linear("model.layers." + std::to_string(layer) + ".mlp.down_proj");
    for (const int neuron : neurons) down->weight.select(1, neuron).zero_();
}

inline at::Tensor someLogits(const CausalLM& model) {
    at::NoGradGuard guard;
    return model.logits(at::arange(0, 40, at::kLong).remainder(60).view({2, 20}), {});
}

}  // namespace handmade
