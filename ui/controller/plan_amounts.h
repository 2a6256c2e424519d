#pragma once

#include "ui/controller/session.h"

#include <QString>

#include <optional>
#include <string>
#include <vector>

namespace lorashear::ui {

/// In what a plan's size is asked for and told: one row of planUnits(). Slider, field and read-outs go by these rows.
struct PlanUnit {
    std::string id;
    QString title;     ///< "bytes of the export"
    QString suffix;    ///< of the field
    double scale = 1;  ///< the field shows amount / scale
    int decimals = 0;
    bool goes = false;  ///< the field tells what goes; else what is left
};

/// How large a plan leaves the model, and how large it was, in every unit. Below 0: not known.
struct PlanAmounts {
    std::vector<double> left, whole;  ///< by row of planUnits()
    std::vector<bool> exact;          ///< follows from shapes alone; else an estimate
};

std::vector<PlanUnit> planUnits(const Session& session);
/// gflops: of this machine, what its speed probe measured; 0: it has not.
PlanAmounts amountsOf(const Session& session, const PruningPlan& plan, double gflops);
/// "41.2 MFLOPs" with its mark where it is an estimate; in words that it is not known.
QString amountWords(const PlanUnit& unit, double amount, bool exact);
/// The ratio of the plan that comes nearest to `left` in that unit; nothing where none can be made.
std::optional<double> ratioFor(const Session& session, std::size_t unit, double left, double gflops);

}  // namespace lorashear::ui
