#include "core/loadability/window_period.h"

#include <algorithm>

namespace lorashear {

WindowPeriod windowPeriod(const std::vector<int>& windows, int usual) {
    const auto fits = [&](int period) {
        for (std::size_t i = 0; i < windows.size(); ++i)
            if ((windows[i] > 0) != (static_cast<int>(i) % period + 1 < period)) return false;
        return true;
    };
    const auto longest = windows.empty() ? 0 : *std::max_element(windows.begin(), windows.end());
    for (const int window : windows)
        if (window > 0 && window != longest) return {0, "windows of blocks differ in length"};
    if (longest == 0) return {};
    if (fits(usual)) return {usual, {}};
    for (int period = 1; period <= static_cast<int>(windows.size()) + 1; ++period)
        if (fits(period)) return {period, {}};
    return {0, "blocks without a window do not follow at equal distances"};
}

}  // namespace lorashear
