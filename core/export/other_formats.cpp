#include "core/export/other_formats.h"

#include "core/base/error.h"
#include "core/compact/factorise.h"
#include "core/export/gguf_layout.h"
#include "core/export/placement.h"
#include "core/loadability/rules.h"

#include <functional>
#include <vector>

namespace lorashear {

namespace {

/// Whether this goes through; what is refused for the model's shapes or its record does not.
bool takes(const std::function<void()>& write) {
    try {
        write();
        return true;
    } catch (const Error& error) {
        if (error.code() != ErrorCode::Unsupported && error.code() != ErrorCode::BadInput) throw;
        return false;
    }
}

bool opensInStock(const ModelConfig& config) {
    return LoadabilityRules::builtin().verdict(shapeOf(config), "transformers5").loads == Loads::Yes;
}

}  // namespace

bool padsToVanilla(const CausalLM& model) {
    bool opens = false;
    return takes([&] {
               const auto placements = uniformPlaces(model);
               opens = opensInStock(placements.empty() ? model.config() : placements.config);
           }) &&
           opens;
}

std::string otherFormats(const ExportJob& job) {
    ModelConfig dense = job.model.config();
    const bool factored = !dense.factors.empty();
    dense.factors.clear();
    std::vector<std::string> ways;
    const std::string plainest = plainestFormat(job.model.config());
    if (!factored && plainest != "huggingface" && padsToVanilla(job.model))
        ways.push_back("padded (zeros up to equal layers)");
    if (factored && (opensInStock(dense) || padsToVanilla(*mergeFactors(job.model))))
        ways.push_back("merged (factored linears multiplied out)");
    ways.push_back(plainest + (plainest == "huggingface-code" ? " (with our modelling file)" : ""));
    if (!factored && takes([&] {
            if (ggufNeedsPadding(dense)) ggufCommonShape(dense);
        }))
        ways.push_back("gguf");
    if (!factored && takes([&] { originalPlaces(job.model, job.record); })) ways.push_back("zeroed (the original's shapes)");
    std::string list = ways.front();
    for (std::size_t i = 1; i < ways.size(); ++i) list.append(i + 1 < ways.size() ? ", " : " or ").append(ways[i]);
    return list;
}

}  // namespace lorashear
