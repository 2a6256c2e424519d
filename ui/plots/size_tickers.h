#pragma once

#include <QSharedPointer>

class QCPAxisTicker;

namespace lorashear::ui {

/// Ticks of sizes, in words: "200 K", "1.5 B".
QSharedPointer<QCPAxisTicker> sizeTicker();
/// Ticks of a logarithmic axis at 1, 2 and 5 times powers of ten; over a narrow range, where fewer than three of them lie, evenly spaced ones.
QSharedPointer<QCPAxisTicker> logTicker();

}  // namespace lorashear::ui
