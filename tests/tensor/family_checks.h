#pragma once

#include "core/base/error.h"
#include "core/compact/group_masks.h"
#include "core/model/family.h"
#include "core/model/generate.h"
#include "core/trace/tracer.h"
#include "tests/tensor/group_checks.h"
#include "tests/tensor/random_models.h"

#include <ATen/core/grad_mode.h>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <functional>
#include <map>
#include <string>

/// What holds for a model of every family, whoever wrote it. Each check returns what is wrong, or an empty text.
namespace lorashear::testing {

constexpr double kLogitTolerance = 1e-4;

inline std::string about(const char* what, double number) {
    return std::string(what).append(": ").append(std::to_string(number));
}

/// Masked, sliced and merged give the same logits, without and with adapters, and a sliced model can be traced and cut again.
inline std::string checkPruning(CausalLM& model, const at::Tensor& ids, std::uint64_t seed) {
    for (bool adapters : {false, true}) {
        if (adapters) disturb(model, seed);
        const auto structure = traceStructure(model);
        if (auto wrong = checkGroups(model, structure); !wrong.empty()) return wrong;
        for (double share : {0.25, 0.6}) {
            const auto removed = randomGroups(structure, seed++, share);
            const auto before = logitsOf(model, ids);
            applyMasks(model, structure, removed);
            const auto masked = logitsOf(model, ids);
            const auto sliced = sliceModel(model, structure, removed);
            applyMasks(model, structure, {});
            if (!(relativeDifference(masked, before) >= 1e-3)) return "masks change nothing, or leave holes";
            if (const double d = relativeDifference(logitsOf(*sliced, ids), masked); !(d <= kLogitTolerance))
                return about("sliced and masked differ by", d);
            const auto merged = mergeAdapters(*sliced);
            if (const double d = relativeDifference(logitsOf(*merged, ids), masked); !(d <= kLogitTolerance))
                return about("merged and masked differ by", d);
            if (auto wrong = checkGroups(*merged, traceStructure(*merged)); !wrong.empty()) return "after the cut: " + wrong;
            if (!(relativeDifference(logitsOf(*cloneModel(*sliced), ids), masked) <= kLogitTolerance))
                return "a clone differs";
        }
    }
    detachLora(model);
    for (auto* linear : model.linears()) linear->rowScale = at::Tensor();
    return {};
}

/// The model with these channels of the residual stream at zero wherever they are made.
inline std::unique_ptr<CausalLM> withoutChannels(const CausalLM& model, const NodeGroup& hidden,
                                                 const std::vector<int>& channels) {
    auto tensors = model.tensors();
    for (const auto& slice : hidden.primary) {
        auto& tensor = tensors.at(slice.tensor);
        if (std::count(hidden.normGains.begin(), hidden.normGains.end(), slice.tensor)) continue;
        tensor = tensor.clone();
        for (const int channel : channels) tensor.narrow(slice.dim, slice.begin(channel), slice.length).zero_();
    }
    return buildModel(model.config(), tensors);
}

/// Cutting hidden channels gives what the model computes with these channels at zero, or is refused: norms that are no plain
/// root-mean-square norms cannot be repaired.
inline std::string checkHiddenChannels(const CausalLM& model, const at::Tensor& ids) {
    const auto structure = traceStructure(model);
    const auto* hidden = structure.find("hidden");
    if (!hidden || hidden->count != model.config().hidden) return "the hidden channels are not one node group";
    const std::vector<GroupRef> removed{{hidden->id, 0}, {hidden->id, 5}, {hidden->id, hidden->count - 1}};
    if (hidden->normGains.empty()) {
        try {
            sliceModel(model, structure, removed);
        } catch (const Error& error) {
            return error.code() == ErrorCode::Unsupported ? std::string() : error.message();
        }
        return "channels were cut though their norms cannot be repaired";
    }
    std::vector<int> channels;
    for (const auto& ref : removed) channels.push_back(ref.index);
    const auto expected = logitsOf(*withoutChannels(model, *hidden, channels), ids);
    const double d = relativeDifference(logitsOf(*sliceModel(model, structure, removed), ids), expected);
    return d <= kLogitTolerance ? std::string() : about("without channels and with zero ones differ by", d);
}

/// The config.json that the family writes for a model asks for the tensors it has.
inline std::string checkDescription(const CausalLM& model) {
    auto json = nlohmann::json::parse(model.config().source);
    familyOf(model.config().family, "test").describe(model.config(), json);
    const auto again = parseConfig(json.dump(), "config.json");
    if (!(again.attention == model.config().attention)) return "attention is described in other terms";
    const auto wanted = familyOf(again.family, "test").shapes(again);
    const auto tensors = model.tensors();
    if (wanted.size() != tensors.size()) return "there are other tensors than the description's";
    for (const auto& [name, tensor] : tensors)
        if (wanted.at(name) != tensor.sizes().vec()) return name + " is described with another shape";
    return {};
}

/// Fused and plain operators agree in logits and in the gradients of adapters.
inline std::string checkForms(CausalLM& model, const at::Tensor& ids) {
    disturb(model, 5);
    const auto targets = ids.narrow(1, 1, ids.size(1) - 1).reshape({-1});
    const auto gradients = [&] {
        for (auto* linear : model.linears())
            linear->a.mutable_grad() = at::Tensor(), linear->b.mutable_grad() = at::Tensor();
        const auto hidden = model.hidden(ids.narrow(1, 0, ids.size(1) - 1), {});
        ops::tokenNll(hidden.flatten(0, 1), model.vocabularyHead(), targets).sum().backward();
        std::vector<at::Tensor> all;
        for (const auto* linear : model.linears())
            for (const auto* one : {&linear->a, &linear->b})  // no token may have gone to an expert
                all.push_back(one->grad().defined() ? one->grad().clone() : at::zeros_like(*one).detach());
        return all;
    };
    const auto fused = gradients();
    const auto plain = [&] {
        const ops::PlainScope scope;
        return gradients();
    }();
    std::string wrong;
    for (std::size_t i = 0; i < fused.size(); ++i) {
        const bool idle = model.shareOfTokens(*model.linears()[i / 2]) < 1;
        const bool fixed = model.config().routing.expertsPerToken == 1 && model.config().routing.normalised;
        if (fixed && model.linears()[i / 2]->name.ends_with(".gate")) continue;  // its one weight is 1 whatever it says
        if (idle && !fused[i].any().item<bool>() && !plain[i].any().item<bool>()) continue;
        if (const double d = relativeDifference(fused[i], plain[i]); !(d <= 2e-4))
            wrong = about(("gradients of " + model.linears()[i / 2]->name).c_str(), d);
    }
    detachLora(model);
    for (auto* linear : model.linears()) linear->rowScale = at::Tensor();
    return wrong;
}

/// Greedy text over the key/value cache is that of whole forward passes; blocks one by one are the forward pass.
inline std::string checkGeneration(const CausalLM& model, const std::vector<int>& prompt, int tokens) {
    GenerateOptions options;
    options.maxTokens = tokens;
    at::NoGradGuard guard;
    std::vector<int> expected = prompt;
    for (int i = 0; i < tokens; ++i) {
        const auto ids = at::tensor(std::vector<std::int64_t>(expected.begin(), expected.end())).unsqueeze(0);
        expected.push_back(static_cast<int>(model.logits(ids, {})[0][-1].argmax().item<std::int64_t>()));
    }
    const auto ids = at::tensor(std::vector<std::int64_t>(expected.begin(), expected.end())).unsqueeze(0);
    auto x = model.embed(ids, {});
    for (int i = 0; i < model.blocks(); ++i) x = model.block(i, x, {});
    if (!at::equal(model.project(model.normalise(x), {}), model.logits(ids, {}))) return "blocks one by one differ";
    expected.erase(expected.begin(), expected.begin() + static_cast<std::ptrdiff_t>(prompt.size()));
    if (generate(model, prompt, options) != expected) return "text over the cache differs from whole passes";
    // Pieces of a text, of one token and of several, over the cache: the logits of whole passes, not only their largest.
    // Where a longer sequence turns its positions otherwise, a piece begins anew, as generate() does.
    KvCache cache;
    ForwardContext context;
    context.cache = &cache;
    std::int64_t at = 0;
    for (int piece = 0; at < ids.size(1); ++piece) {
        const auto length = std::min<std::int64_t>(piece == 0       ? static_cast<std::int64_t>(prompt.size())
                                                   : piece % 3 == 0 ? 4
                                                                    : 1,
                                                   ids.size(1) - at);
        const bool anew = model.config().attention.turnsAnew(at, at + length);
        if (anew) cache = {};
        const auto from = anew ? 0 : at;
        const auto over = model.logits(ids.narrow(1, from, at + length - from), context).narrow(1, at - from, length);
        const auto whole = model.logits(ids.narrow(1, 0, at + length), {}).narrow(1, at, length);
        if (const double d = relativeDifference(over, whole); !(d <= 1e-5))
            return about("logits over the cache differ by", d);
        at += length;
    }
    return {};
}

}  // namespace lorashear::testing
