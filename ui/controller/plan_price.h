#pragma once

#include "ui/controller/what_if.h"

#include <QString>

namespace lorashear::ui {

/// What going from one plan to another costs before any training. From one analysis it is an estimate; it is measured where the masks of both were.
struct PlanPrice {
    enum class Known { Nothing, Estimate, Measured } known = Known::Nothing;
    double nats = 0;               ///< per token, that the second adds
    double before = 0, after = 0;  ///< perplexities
    double parameters = 0;         ///< that go besides; below 0: that stay
    double perParameter() const { return parameters != 0 ? nats / parameters : 0; }
};

/// baseline: nats per token of the original; below 0: not known.
PlanPrice priceOf(const WhatIf::Size& before, const WhatIf::Size& after, double baseline);

/// The price of a step from (or, with `shownIsAfter`, to) the plan that is shown. Where that one is ranked by the method and `same`, the same counts in the
/// price, by the analysis, other groups are meant: then it is an estimate that begins (ends) where the shown plan stands.
PlanPrice asShown(PlanPrice price, const WhatIf::Size& same, const WhatIf& whatIf, bool shownIsAfter = false);

QString perplexityWords(const WhatIf::Size& size,
                        double baseline);          ///< "≈ 5.12", measured "5.12", "–" where nothing is known
QString natsWords(const PlanPrice& price);         ///< "≈ +0.0031 nats per token"; "" where nothing is known
QString perplexityChange(const PlanPrice& price);  ///< "≈ 5.12 → 5.14"; "" where nothing is known

}  // namespace lorashear::ui
