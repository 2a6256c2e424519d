#include "core/model/routed_mlp.h"

#include "core/kernels/ops.h"
#include "core/model/scope.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <tuple>

namespace lorashear {

namespace {

struct ExpertShapes {
    ProjectionShape gate, up, down;
};

ExpertShapes expertShapes(const RoutedMlpNames& names, int hidden, int width) {
    return {{names.gate, width, hidden}, {names.up, width, hidden}, {names.down, hidden, width}};
}

ProjectionShape routerShape(const LayerShape& layer, const ModelConfig& config) {
    return {"gate", static_cast<std::int64_t>(layer.experts.size()), config.hidden};
}

std::string expertPath(const std::string& prefix, const RoutedMlpNames& names, std::size_t expert) {
    return prefix + names.module + ".experts." + std::to_string(expert);
}

// The plain form, asked of a tensor of the processor so that the device does not answer.
bool plainForm(const at::Tensor& x) {
    return x.is_meta() || ops::plain(x.is_cpu() ? x : at::empty({0}));
}

}  // namespace

void RoutedMlp::connect(const std::string& prefix, const RoutedMlpNames& names, const LayerShape& layer,
                        const ModelConfig& config, const NamedTensors& tensors) {
    m_path = prefix + names.module;
    m_routing = config.routing;
    m_activation = config.activation;
    m_router.connect(m_path + ".gate", routerShape(layer, config), config.factors, tensors);
    for (std::size_t e = 0; e < layer.experts.size(); ++e) {
        auto& expert = m_experts.emplace_back();
        const auto shapes = expertShapes(names, config.hidden, layer.experts[e]);
        expert.path = expertPath(prefix, names, e);
        expert.gate.connect(expert.path + "." + names.gate, shapes.gate, config.factors, tensors);
        expert.up.connect(expert.path + "." + names.up, shapes.up, config.factors, tensors);
        expert.down.connect(expert.path + "." + names.down, shapes.down, config.factors, tensors);
    }
}

void RoutedMlp::addShapes(const std::string& prefix, const RoutedMlpNames& names, const LayerShape& layer,
                          const ModelConfig& config, std::map<std::string, std::vector<std::int64_t>>& all) {
    Projection::addShapes(prefix + names.module + ".gate", routerShape(layer, config), config.factors, all);
    for (std::size_t e = 0; e < layer.experts.size(); ++e) {
        const auto shapes = expertShapes(names, config.hidden, layer.experts[e]);
        for (const auto* shape : {&shapes.gate, &shapes.up, &shapes.down})
            Projection::addShapes(expertPath(prefix, names, e) + "." + shape->name, *shape, config.factors, all);
    }
}

std::vector<int> RoutedMlp::widths(const std::string& prefix, const RoutedMlpNames& names, const std::vector<int>& asked,
                                   const Factors& factors, const NamedTensors& tensors) {
    const auto size = [&](const std::string& path) { return projectionSize(path, false, factors, tensors); };
    const auto rows = static_cast<std::size_t>(size(prefix + names.module + ".gate").out);
    std::vector<int> all;
    for (;;) {
        const auto path = expertPath(prefix, names, all.size()) + ".";
        auto width = size(path + names.down).in;
        for (const auto& name : {names.gate, names.up})
            if (width == 0) width = size(path + name).out;
        if (width == 0 && all.size() >= rows) return all;
        if (width == 0) width = all.size() < asked.size() ? asked[all.size()] : 1;
        all.push_back(static_cast<int>(width));
    }
}

std::vector<Linear*> RoutedMlp::expertLinears() {
    std::vector<Linear*> all;
    for (auto& expert : m_experts)
        for (auto* projection : {&expert.gate, &expert.up, &expert.down})
            for (auto* linear : projection->linears()) all.push_back(linear);
    return all;
}

at::Tensor RoutedMlp::expertForward(const Expert& expert, const at::Tensor& x, const ForwardContext& context) const {
    ModuleScope scope(expert.path);
    const auto halves = Projection::forwardTogether({&expert.gate, &expert.up}, x, context);
    return expert.down.forward(ops::gated(m_activation, halves[0], halves[1]), context);
}

// The mask on the router's rows; undefined: all experts are there.
at::Tensor RoutedMlp::routerMask() const {
    const auto rows = m_router.outputs();
    if (std::none_of(rows.begin(), rows.end(), [](const Linear* linear) { return linear->mask.defined(); })) return {};
    std::vector<at::Tensor> masks;
    for (const auto* linear : rows)
        masks.push_back(linear->mask.defined() ? linear->mask
                                               : at::ones({linear->out()}, linear->weight.options().dtype(at::kFloat)));
    return at::cat(masks);
}

at::Tensor RoutedMlp::throughAll(const at::Tensor& x, const at::Tensor& weights, const ForwardContext& context) const {
    at::Tensor y;
    for (std::size_t e = 0; e < m_experts.size(); ++e) {
        const auto weight = weights.select(-1, static_cast<std::int64_t>(e)).unsqueeze(-1);
        const auto part = expertForward(m_experts[e], x, context) * weight;
        y = e == 0 ? part : y + part;
    }
    return y;
}

// Rows sorted by expert, so that each expert is one product; then every token's rows are gathered again and summed in the order of its weights,
// which does not depend on what other tokens chose.
at::Tensor RoutedMlp::throughChosen(const at::Tensor& x, const at::Tensor& weights, const at::Tensor& chosen,
                                    const ForwardContext& context) const {
    const auto hidden = x.size(-1), perToken = chosen.size(-1);
    const auto flat = x.reshape({-1, hidden});
    const auto order = std::get<1>(at::sort(chosen.reshape({-1}), /*stable=*/true, 0, false));
    const auto counts = at::bincount(chosen.reshape({-1}), {}, static_cast<std::int64_t>(m_experts.size())).cpu();
    const auto rows = flat.index_select(0, order.div(perToken, "floor"));
    std::vector<at::Tensor> parts;
    std::int64_t begin = 0;
    for (std::size_t e = 0; e < m_experts.size(); ++e) {
        const auto count = counts.const_data_ptr<std::int64_t>()[e];
        if (count > 0) parts.push_back(expertForward(m_experts[e], rows.narrow(0, begin, count), context));
        begin += count;
    }
    const auto back = at::argsort(order, std::int64_t{0});
    const auto each = at::cat(parts, 0).index_select(0, back).view({flat.size(0), perToken, hidden});
    return (each * weights.reshape({-1, perToken, 1})).sum(1).view(x.sizes());
}

at::Tensor RoutedMlp::forward(const at::Tensor& x, const ForwardContext& context) const {
    ModuleScope scope(m_path);
    ForwardContext exact = context;
    exact.compute = Compute::Fp32;  // a rounded score may choose another expert
    auto scores = m_router.forward(x, exact);
    if (const auto mask = routerMask(); mask.defined()) scores = scores + mask.log();
    const auto shares = at::softmax(scores, -1);
    auto [weights, chosen] = at::topk(shares, m_routing.expertsPerToken, -1);
    if (m_routing.normalised) weights = weights / weights.sum(-1, /*keepdim=*/true);
    if (plainForm(x)) return throughAll(x, at::zeros_like(shares).scatter(-1, chosen, weights), context);
    return throughChosen(x, weights, chosen, context);
}

}  // namespace lorashear
