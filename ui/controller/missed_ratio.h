#pragma once

#include <QString>

namespace lorashear::ui {

class Session;

/// That the plan of the session misses its ratio by more than half a per cent, and what would come closest; "" where it meets it or there is no plan.
QString missedRatioWords(const Session& session);

}  // namespace lorashear::ui
