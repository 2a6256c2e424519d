#include "core/knowledge/analysis_key.h"

#include "core/base/hash.h"
#include "core/model/causal_lm.h"

#include <ATen/Parallel.h>

namespace lorashear {

std::string analysisKey(const CausalLM& model, const std::vector<ProbeTarget>& targets,
                        const std::vector<Sequence>& sequences, const AnalysisOptions& options) {
    Sha256 hash;
    const auto add = [&](const std::string& text) { hash.add(text + "\n"); };
    add("knowledge 2");
    add(options.modelHash);
    add(options.textHash);
    add(options.proxy);
    for (const double ratio : options.ratios) hash.add(&ratio, sizeof ratio);
    add(std::to_string(options.batch) + " " + std::to_string(static_cast<int>(options.compute)));
    add(model.device().str() + " " + std::to_string(at::get_num_threads()));  // sums in another order have other last bits
    for (const auto& target : targets) add(target.group->name + " " + std::to_string(target.group->count));
    if (options.confidence > 0) {  // who is measured on what depends on these
        hash.add(&options.confidence, sizeof options.confidence);
        hash.add(&options.unprunableShare, sizeof options.unprunableShare);
        add("every " + std::to_string(AnalysisOptions::kWindowsBetweenLooks));
    }
    for (const auto& sequence : sequences) {
        add(std::to_string(sequence.ids.size()));
        hash.add(sequence.ids.data(), sequence.ids.size() * sizeof(int));
        for (const bool counts : sequence.lossMask) hash.add(counts ? "1" : "0");
    }
    return hash.hex();
}

}  // namespace lorashear
