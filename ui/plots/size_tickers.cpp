#include "ui/plots/size_tickers.h"

#include "ui/qcustomplot_include.h"
#include "ui/theme/format.h"

#include <cmath>

namespace lorashear::ui {

namespace {

constexpr int kFewestSizeTicks = 3;

class SizeTicker : public QCPAxisTicker {
protected:
    QString getTickLabel(double tick, const QLocale&, QChar, int) override { return formatCount(tick); }
};

class OneTwoFive : public QCPAxisTicker {
protected:
    QVector<double> createTickVector(double step, const QCPRange& range) override {
        QVector<double> ticks;
        if (range.lower <= 0) return ticks;
        for (double power = std::pow(10.0, std::floor(std::log10(range.lower))); power <= range.upper; power *= 10)
            for (const double digit : {1.0, 2.0, 5.0})
                if (power * digit >= range.lower && power * digit <= range.upper) ticks << power * digit;
        return ticks.size() < kFewestSizeTicks ? QCPAxisTicker::createTickVector(step, range) : ticks;
    }
    QString getTickLabel(double tick, const QLocale&, QChar, int) override { return QLocale().toString(tick, 'g', 4); }
};

}  // namespace

QSharedPointer<QCPAxisTicker> sizeTicker() {
    return QSharedPointer<QCPAxisTicker>(new SizeTicker);
}

QSharedPointer<QCPAxisTicker> logTicker() {
    return QSharedPointer<QCPAxisTicker>(new OneTwoFive);
}

}  // namespace lorashear::ui
