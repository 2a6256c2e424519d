#pragma once

#include "ui/controller/plan_price.h"

#include <QString>

namespace lorashear::ui {

class Session;

/// The cheapest next cut: of the plans one step of a unit further, the one whose parameters cost least.
struct NextCut {
    bool possible = false;
    QString why;  ///< why not, in a sentence
    double ratio = 0;
    WhatIf::Size now, next;
    PlanPrice price;
    QString takes;  ///< "1 neuron of layers.3.mlp, 2 neurons of layers.4.mlp"
};

/// Takes as long as a few plans: milliseconds where models are small, and not at every move of a slider where they are not.
NextCut cheapestNextCut(const Session& session, const WhatIf& whatIf);

}  // namespace lorashear::ui
