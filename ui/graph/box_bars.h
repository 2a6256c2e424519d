#pragma once

#include "ui/widgets/inks.h"

#include <QString>
#include <QVariant>

#include <functional>
#include <vector>

namespace lorashear::ui {

struct FoldBox;

/// A piece of a bar.
struct BarPart {
    double share = 0;  ///< of the bar's length
    Ink ink = Ink::Kept;
    double position = 0;  ///< of Ink::Scale
    bool operator==(const BarPart&) const = default;
};

/// What an overlay says of one box: bars at its lower edge, and the same as a number and in words.
struct BoxBars {
    std::vector<std::vector<BarPart>> bars;  ///< one below the other; none: there is nothing to say
    QString value;                           ///< short, in the box
    QString words;                           ///< a sentence, for tips and screen readers
    QVariant number;                         ///< for the table; without unit
    bool operator==(const BoxBars&) const = default;
};

/// An overlay, for a box and the node groups (ids) that touch it.
using BarsOf = std::function<BoxBars(const FoldBox& box, const std::vector<int>& nodeGroups)>;

}  // namespace lorashear::ui
