#pragma once

#include "core/eval/paired.h"

#include <nlohmann/json.hpp>

namespace lorashear {

template <class V>
void describe(V& v, WindowLosses& t) {
    v("nll", t.nll), v("tokens", t.tokens);
}

/// {nll, standard_error, low, high, windows}; null where fewer than two windows pair.
inline nlohmann::json toJson(const PairedDifference& paired) {
    if (paired.windows < 2) return nullptr;
    return {{"nll", paired.mean},
            {"standard_error", paired.standardError},
            {"low", paired.low},
            {"high", paired.high},
            {"windows", paired.windows}};
}

}  // namespace lorashear
