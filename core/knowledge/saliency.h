#pragma once

#include "core/base/control.h"
#include "core/knowledge/knowledge_distribution.h"
#include "core/knowledge/saliency_proxies.h"
#include "core/model/forward_context.h"
#include "core/text/text_source.h"
#include "core/trace/structure.h"

#include <functional>
#include <map>
#include <string>

namespace lorashear {

class CausalLM;

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
