#pragma once

#include "core/base/control.h"
#include "core/knowledge/knowledge_distribution.h"
#include "core/model/forward_context.h"
#include "core/text/text_source.h"
#include "core/trace/structure.h"

#include <functional>
#include <map>
#include <string>
#include <vector>

namespace lorashear {

class CausalLM;

/// A saliency proxy: one score per group, lowest removed first. The registry is the table in saliency.cpp.
struct SaliencyProxy {
    std::string id;    ///< "magnitude", "avg_magnitude", "cosine_similarity", "taylor_first_order", "taylor_second_order",
                       ///< "activation", "activation_square", "gate_taylor", "fisher" …
    std::string help;  ///< one sentence with the formula
    bool needsData = false;      ///< wants InputStatistics from a forward pass
    bool needsGradient = false;  ///< … and a backward pass
    bool needsAdapter = false;   ///< is constant while B = 0
};
const std::vector<SaliencyProxy>& saliencyProxies();

/// Runs forward (and, if gradients, backward of the mean token nll) over the sequences, filling InputStatistics of every linear.
/// Adapters' gradients are left untouched. onBatch is called after each batch; cancelled, nothing is attached.
void collectStatistics(CausalLM& model, const std::vector<Sequence>& sequences, bool gradients, int batch, Compute compute,
                       const Control& control, const std::function<void()>& onBatch = {});
void clearStatistics(CausalLM& model);

/// One proxy for all node groups with linears. Proxies that need data read the attached statistics (Error(Internal) if there are none).
GroupSaliency saliencyOf(const CausalLM& model, const Structure& structure, const std::string& proxy);

/// S_g = sum_p w_p s_pg / (||s_p|| + 1e-8), each norm over the prunable groups of one unit kind (per cluster, algorithm.md 4.5).
GroupSaliency mixedSaliency(const CausalLM& model, const Structure& structure, const std::map<std::string, double>& weights);

}  // namespace lorashear
