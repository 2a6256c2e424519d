#pragma once

#include "core/base/error.h"
#include "core/compact/group_masks.h"
#include "core/edits/apply.h"
#include "core/knowledge/input_moments.h"
#include "core/model/lora.h"
#include "core/prune/method_table.h"
#include "core/prune/pruning_method.h"
#include "core/trace/tracer.h"
#include "tests/tensor/knowledge_models.h"
#include "tests/tensor/short_options.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <nlohmann/json.hpp>

#include <cmath>
#include <memory>
#include <string>
#include <vector>

/// A pruning method at work on a tiny model, from its plan to its trainer.
namespace lorashear::testing {

struct MethodRun {
    std::unique_ptr<CausalLM> dense, model;
    Structure structure,
        original;  ///< of what the method works on, and of dense: others where its plan cuts before it trains
    PruningPlan plan;
    std::uint64_t seedUsed = 0;
    std::vector<Sequence> text;
    std::unique_ptr<BatchSource> source;
    std::unique_ptr<Trainer> trainer;
    Control control;
    std::unique_ptr<PruningSession> session;

    /// On the tiny Llama. ratio: of all parameters. options: an object as JSON text.
    MethodRun(const std::string& method, const std::string& options, std::uint64_t seed = 7, double ratio = 0.25)
        : MethodRun(handmade::tinyModel(21), handmade::make(handmade::tinyShape()), 24, seed) {
        PlanOptions wanted;
        wanted.ratio = ratio;
        start(method, options, wanted);
    }
    /// On any model, half of what can go; text: so many sequences that it wrote itself.
    MethodRun(const std::string& method, const std::string& options, std::unique_ptr<CausalLM> any, Structure traced,
              int sequences)
        : MethodRun(std::move(any), std::move(traced), sequences, 7) {
        PlanOptions wanted;
        for (auto& [unit, settings] : wanted.units) settings.minimum = 1;
        wanted.ratio =
            methodInfo(method).plan ? possibleRatio(method, options, wanted) : largestRatio(structure, wanted) / 2;
        start(method, options, wanted);
    }
    /// By hand: what `norm` makes of each of the dense model's weights that a group owns, added up; one number a group.
    template <class Norm>
    std::vector<double> sumsOfGroups(const NodeGroup& node, Norm norm) const {
        std::vector<double> sums;
        for (int j = 0; j < node.count; ++j) {
            double sum = 0;
            for (const auto* slices : {&node.primary, &node.secondary})
                for (const auto& slice : *slices) {
                    const at::Tensor& weight = dense->linear(slice.tensor.substr(0, slice.tensor.size() - 7))->weight;
                    sum += norm(weight.narrow(slice.dim, slice.begin(j), slice.length).to(at::kDouble))
                               .sum()
                               .template item<double>();
                }
            sums.push_back(sum);
        }
        return sums;
    }
    PruningTask task() { return {*model, structure, plan, *trainer, text, control}; }
    void finish() {
        while (!session->done()) session->step();
    }

private:
    MethodRun(std::unique_ptr<CausalLM> any, Structure found, int sequences, std::uint64_t seed)
        : dense(std::move(any)),
          model(cloneModel(*dense)),
          structure(std::move(found)),
          seedUsed(seed),
          text(handmade::ownText(*dense, sequences, 20, 4)),
          source(shuffledSource(text, seed, "text")) {}
    /// One that the method can come near to, if not exactly.
    double possibleRatio(const std::string& method, const std::string& options, PlanOptions wanted) const {
        const auto config = dense->config();
        for (const double ratio : {0.2, 0.12, 0.06}) {
            wanted.ratio = ratio;
            try {
                planUnder(method, options, {structure, wanted, nullptr, &config});
                return ratio;
            } catch (const Error& error) {
                if (error.code() != ErrorCode::Impossible) throw;
            }
        }
        return 0.03;
    }
    /// What a run's stages do with a plan of the method's own.
    void cutAtOnce(const std::string& method, const std::string& options, const PlanOptions& wanted) {
        structure = traceStructure(*dense);
        const auto config = dense->config();
        const PlanRequest request{structure, wanted, nullptr, &config};
        const ScoringText scoring{text, 4};
        plan = *measuredPlan(method, options, {*model, request, scoring, control});
        original = structure;
        std::vector<std::string> factored;
        for (const Edit& edit : plan.edits)
            if (const auto* factor = std::get_if<FactorLinear>(&edit)) factored.push_back(factor->linear);
        const auto moments =
            factored.empty() ? InputMoments{} : collectInputMoments(*dense, factored, text, 4, Compute::Fp32, control);
        model = applyEdits(*dense, original, plan.edits, moments);
        structure = traceStructure(*model);
        plan.budgets.assign(structure.nodeGroups.size(), {});
        for (std::size_t i = 0; i < plan.budgets.size(); ++i) plan.budgets[i].nodeGroup = static_cast<int>(i);
    }
    void attach() {
        attachLora(*model, {.rank = 4, .alpha = 8, .dropout = 0.1, .targets = {}}, seedUsed);
        TrainerOptions o;
        o.optimizer.learningRate = 5e-3;
        o.batch = 4;
        o.seed = seedUsed;
        trainer = std::make_unique<Trainer>(*model, *source, o, dense.get());
    }
    void start(const std::string& method, const std::string& options, const PlanOptions& wanted) {
        if (methodInfo(method).plan)
            cutAtOnce(method, options, wanted);
        else
            plan = makePlan(structure, wanted);
        attach();
        session = makePruning(method, options, task());
    }
};

/// What a method may change: effective weights, biases, adapters.
inline NamedTensors stateOf(const CausalLM& model) {
    NamedTensors all;
    for (const auto* linear : model.linears()) {
        all[linear->name + ".effective"] = linear->effectiveWeight();
        if (linear->bias.defined()) all[linear->name + ".bias"] = linear->effectiveBias();
        if (linear->hasAdapter())
            all[linear->name + ".A"] = linear->a.detach().clone(), all[linear->name + ".B"] = linear->b.detach().clone();
    }
    return all;
}

inline bool sameBits(const NamedTensors& x, const NamedTensors& y) {
    if (x.size() != y.size()) return false;
    for (const auto& [name, tensor] : x)
        if (!y.count(name) || !at::equal(tensor, y.at(name))) return false;
    return true;
}

inline at::Tensor tinyLogits(const CausalLM& model) {
    at::NoGradGuard guard;
    return model.logits(at::arange(0, 40, at::kLong).remainder(60).view({2, 20}), {});
}

/// Parameters in tensors that the other model has too: biases that a method added are not among them.
inline std::int64_t parametersInCommon(const CausalLM& model, const CausalLM& other) {
    std::int64_t count = 0;
    const auto known = other.tensors();
    for (const auto& [name, tensor] : model.tensors())
        if (known.count(name)) count += tensor.numel();
    return count;
}

/// Empty, or what is wrong: the groups chosen are zero, cut out the model computes the same, and is as small as the plan said.
inline std::string checkCut(const MethodRun& run) {
    const auto sliced = mergeAdapters(*sliceModel(*run.model, run.structure, run.session->chosen()));
    const bool ownNames = !run.plan.edits.empty();  // and no biases beside them
    const auto left = ownNames ? sliced->parameterCount() : parametersInCommon(*sliced, *run.dense);
    const double ratio = 1.0 - static_cast<double>(left) / static_cast<double>(run.dense->parameterCount());
    if (!(std::abs(ratio - run.plan.expectedRatio) < 1e-9)) return "the ratio is " + std::to_string(ratio);
    const auto masked = tinyLogits(*run.model);
    const double difference = (tinyLogits(*sliced) - masked).abs().max().item<double>() / masked.abs().max().item<double>();
    return difference < 1e-4 ? std::string() : "masked and cut differ by " + std::to_string(difference);
}

}  // namespace lorashear::testing
