#include "core/model/projection.h"

#include "core/base/error.h"

#include <ATen/ATen.h>

namespace lorashear {

namespace {

const Factor* factorOf(const std::string& path, const Factors& factors) {
    const auto found = factors.find(path);
    return found == factors.end() ? nullptr : &found->second;
}

/// One of the linears that a map consists of.
struct Part {
    std::string name;
    std::int64_t out, in;
    bool bias;
};

// All of first, then all of second.
std::vector<Part> partsOf(const std::string& path, const ProjectionShape& shape, const Factor& factor) {
    const auto blocks = factor.blocks, inner = factor.blocks * factor.rank;
    if (shape.in % blocks != 0 || shape.out % blocks != 0)
        throw Error(ErrorCode::BadInput, path,
                    "is " + std::to_string(shape.out) + " x " + std::to_string(shape.in) + " and factored into " +
                        std::to_string(blocks) + " blocks, which do not divide that");
    std::vector<Part> parts;
    for (int i = 0; i < blocks; ++i) parts.push_back({path + "." + firstName(factor, i), inner, shape.in / blocks, false});
    for (int j = 0; j < blocks; ++j)
        parts.push_back({path + "." + secondName(factor, j), shape.out / blocks, inner, shape.bias});
    return parts;
}

}  // namespace

void Projection::connect(const std::string& path, const ProjectionShape& shape, const Factors& factors,
                         const NamedTensors& tensors) {
    m_linears.clear();
    const auto take = [&](const std::string& name, bool transposed, bool bias) {
        auto& linear = m_linears.emplace_back();
        linear.name = name;
        linear.transposed = transposed;
        const auto& stored = tensors.at(name + ".weight");
        linear.weight = transposed ? stored.t() : stored;
        if (bias) linear.bias = tensors.at(name + ".bias");
    };
    const auto* factor = factorOf(path, factors);
    if (!factor) {
        m_linears.reserve(1);
        return take(path, shape.transposed, shape.bias);
    }
    m_factor = *factor;
    const auto parts = partsOf(path, shape, m_factor);
    m_linears.reserve(parts.size());
    for (const auto& part : parts) take(part.name, false, part.bias);
}

void Projection::addShapes(const std::string& path, const ProjectionShape& shape, const Factors& factors,
                           std::map<std::string, std::vector<std::int64_t>>& all) {
    if (const auto* factor = factorOf(path, factors)) {
        for (const auto& part : partsOf(path, shape, *factor)) {
            all[part.name + ".weight"] = {part.out, part.in};
            if (part.bias) all[part.name + ".bias"] = {part.out};
        }
        return;
    }
    all[path + ".weight"] = shape.transposed ? std::vector{shape.in, shape.out} : std::vector{shape.out, shape.in};
    if (shape.bias) all[path + ".bias"] = {shape.out};
}

std::vector<Linear*> Projection::linears() {
    std::vector<Linear*> all;
    for (auto& linear : m_linears) all.push_back(&linear);
    return all;
}

std::vector<const Linear*> Projection::outputs() const {
    std::vector<const Linear*> all;
    for (std::size_t i = m_linears.size() / 2; i < m_linears.size(); ++i) all.push_back(&m_linears[i]);
    return all;
}

at::Tensor Projection::forward(const at::Tensor& x, const ForwardContext& context) const {
    if (m_factor.blocks > 1) return throughBlocks(x, context);
    const auto y = m_linears.front().forward(x, context);
    return m_factor.rank > 0 ? m_linears.back().forward(y, context) : y;
}

// The shuffle is how the results are stacked: of [.., rank * blocks, blocks], rows j * rank ... hold what all of first made for second's block j.
at::Tensor Projection::throughBlocks(const at::Tensor& x, const ForwardContext& context) const {
    const auto blocks = static_cast<std::size_t>(m_factor.blocks);
    std::vector<at::Tensor> inner, result;
    std::int64_t at = 0;
    for (std::size_t i = 0; i < blocks; ++i) {
        const auto& first = m_linears[i];
        inner.push_back(first.forward(x.narrow(-1, at, first.in()), context));
        at += first.in();
    }
    const auto shuffled = at::stack(inner, -1);
    for (std::size_t j = 0; j < blocks; ++j) {
        const auto own = shuffled.narrow(-2, static_cast<std::int64_t>(j) * m_factor.rank, m_factor.rank);
        result.push_back(m_linears[blocks + j].forward(own.flatten(-2), context));
    }
    return at::cat(result, -1);
}

std::vector<at::Tensor> Projection::forwardTogether(const std::vector<const Projection*>& all, const at::Tensor& x,
                                                    const ForwardContext& context) {
    std::vector<const Linear*> linears;  // those that read x as it is: whole ones and low-rank firsts
    for (const auto* projection : all)
        if (projection->m_factor.blocks == 1) linears.push_back(&projection->m_linears.front());
    const auto direct = Linear::forwardTogether(linears, x, context);
    std::vector<at::Tensor> ys;
    std::size_t next = 0;
    for (const auto* projection : all) {
        if (projection->m_factor.blocks > 1)
            ys.push_back(projection->throughBlocks(x, context));
        else if (projection->m_factor.rank > 0)
            ys.push_back(projection->m_linears.back().forward(direct[next++], context));
        else
            ys.push_back(direct[next++]);
    }
    return ys;
}

ProjectionSize projectionSize(const std::string& path, bool transposed, const Factors& factors,
                              const NamedTensors& tensors) {
    const auto sizesOf = [&](const std::string& name, bool turned) -> ProjectionSize {
        const auto found = tensors.find(name + ".weight");
        if (found == tensors.end() || found->second.dim() != 2) return {};
        return {found->second.size(turned ? 1 : 0), found->second.size(turned ? 0 : 1)};
    };
    const auto* factor = factorOf(path, factors);
    if (!factor) return sizesOf(path, transposed);
    return {factor->blocks * sizesOf(path + "." + secondName(*factor, 0), false).out,
            factor->blocks * sizesOf(path + "." + firstName(*factor, 0), false).in};
}

Factors factorsOf(const Factors& factors, const NamedTensors& tensors) {
    Factors all;
    for (const auto& [path, factor] : factors) {
        const auto first = tensors.find(path + "." + firstName(factor, 0) + ".weight");
        if (first == tensors.end() || first->second.dim() != 2) continue;
        all[path] = {static_cast<int>(first->second.size(0)) / factor.blocks, factor.blocks};
    }
    return all;
}

}  // namespace lorashear
