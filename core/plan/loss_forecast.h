#pragma once

#include "core/knowledge/knowledge_distribution.h"
#include "core/trace/structure.h"

#include <vector>

namespace lorashear {

/// What removing groups adds to the loss before anything is trained, foretold from one knowledge analysis. All losses in nats per token.
///
/// Each node group's curve runs through nothing removed and the shares that the analysis masked (NodeGroupKnowledge::perRatio), between them as a
/// power law; what several node groups add is summed up. Both are assumptions: the sum leaves out that what one loses the next may not need, and
/// the lowest-scored groups go first, so that the first of them cost less than their share. Hence calibrated().
class LossForecast {
public:
    LossForecast(const Structure& structure, const KnowledgeDistribution& knowledge);

    struct Sum {
        double added = 0, spread = 0;  ///< spread: standard error of the analysis, node groups taken as independent
    };
    /// removed: groups by node group id. Node groups that were not measured add nothing.
    Sum added(const std::vector<int>& removed) const;

private:
    struct Curve {
        int nodeGroup = 0;
        std::vector<double> shares, added;  ///< rising shares above 0
        double count = 0, relativeSpread = 0;
        double at(double share) const;
    };
    std::vector<Curve> m_curves;
};

/// A size at which the model was really measured with masks.
struct MeasuredLoss {
    double ratio = 0;  ///< share of the parameters that were masked
    double forecast = 0, added = 0, spread = 0;
};

struct ForecastLoss {
    double added = 0, low = 0, high = 0;
};

/// A forecast corrected by what was measured: the factor between the two is interpolated in its logarithm, and the band opens with the distance from the
/// nearest measurement and with the difference between the factors at both sides. Without measurements the added loss is known within
/// a factor of two. measured: in any order; those that say nothing (nothing removed, a loss that fell) are passed over.
ForecastLoss calibrated(double ratio, LossForecast::Sum forecast, std::vector<MeasuredLoss> measured);

}  // namespace lorashear
