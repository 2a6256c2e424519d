#pragma once

#include "core/settings/setting.h"

#include <string>
#include <vector>

namespace lorashear {

/// A saliency proxy as recipes and windows know it: one score per group, lowest removed first. How it scores: core/knowledge/saliency.cpp.
struct SaliencyProxy {
    std::string id;              ///< "magnitude", "taylor_first_order" …
    std::string help;            ///< one sentence with the formula
    bool needsData = false;      ///< wants InputStatistics from a forward pass
    bool needsGradient = false;  ///< … and a backward pass
    bool needsAdapter = false;   ///< is constant while B = 0
};
const std::vector<SaliencyProxy>& saliencyProxies();
std::vector<std::string> saliencyProxyIds();
inline const Range kSaliencyWeights{0, 1e6};  ///< of proxies that are mixed

}  // namespace lorashear
