#include "ui/controller/plan_price.h"

#include "ui/theme/format.h"
#include "ui/theme/tr.h"

#include <algorithm>
#include <cmath>

namespace lorashear::ui {

namespace {

/// Small differences are told by as many digits as show one.
QString perplexity(double value, double other) {
    const double apart = std::abs(value - other);
    const int digits = apart > 0 ? int(std::ceil(std::log10(std::max(value, other) / apart))) + 1 : 4;
    return formatNumber(value, std::clamp(digits, 4, 7));
}

QString about(PlanPrice::Known known) {
    return known == PlanPrice::Known::Estimate ? QStringLiteral("≈ ") : QString();
}

}  // namespace

PlanPrice priceOf(const WhatIf::Size& before, const WhatIf::Size& after, double baseline) {
    using Known = PlanPrice::Known;
    PlanPrice price;
    price.parameters = before.parameters - after.parameters;
    if (before.measured && after.measured) {
        price.known = Known::Measured;
        price.before = std::exp(before.measured->nll);
        price.after = std::exp(after.measured->nll);
        price.nats = after.measured->nll - before.measured->nll;
    } else if (before.foretold && after.foretold && baseline >= 0) {
        price.known = Known::Estimate;
        price.before = std::exp(baseline + before.added.added);
        price.after = std::exp(baseline + after.added.added);
        price.nats = after.added.added - before.added.added;
    }
    return price;
}

PlanPrice asShown(PlanPrice price, const WhatIf::Size& same, const WhatIf& whatIf, bool shownIsAfter) {
    const WhatIf::Size shown = whatIf.current();
    if (price.known == PlanPrice::Known::Nothing || shown.groups == same.groups) return price;
    price.known = PlanPrice::Known::Estimate;
    const bool known = shown.measured || (shown.foretold && whatIf.baseline() >= 0);
    if (!known) return price;
    const double nats = shown.measured ? shown.measured->nll : whatIf.baseline() + shown.added.added;
    price.before = std::exp(shownIsAfter ? nats - price.nats : nats);
    price.after = std::exp(shownIsAfter ? nats : nats + price.nats);
    return price;
}

QString perplexityWords(const WhatIf::Size& size, double baseline) {
    if (size.measured) return formatNumber(std::exp(size.measured->nll));
    if (!size.foretold || baseline < 0) return QStringLiteral("–");
    return QStringLiteral("≈ ") + formatNumber(std::exp(baseline + size.added.added), 3);
}

QString natsWords(const PlanPrice& price) {
    if (price.known == PlanPrice::Known::Nothing) return {};
    const QString sign = price.nats < 0 ? QStringLiteral("−") : QStringLiteral("+");
    return tr("%1%2 nats per token").arg(about(price.known) + sign, formatNumber(std::abs(price.nats), 2));
}

QString perplexityChange(const PlanPrice& price) {
    if (price.known == PlanPrice::Known::Nothing) return {};
    return about(price.known) +
           tr("%1 → %2").arg(perplexity(price.before, price.after), perplexity(price.after, price.before));
}

}  // namespace lorashear::ui
