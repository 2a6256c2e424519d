#pragma once

#include "ui/graph/box_bars.h"
#include "ui/widgets/legend.h"

#include <QString>

#include <vector>

namespace lorashear::ui {

class Session;

/// What the boxes of the graph show just now.
struct Overlay {
    QString caption;  ///< what the bars are of
    QString column;   ///< its head in the figure's table, with the unit
    std::vector<Legend::Entry> legend;
    BarsOf bars;
};

/// One way to look at the graph.
struct OverlayRow {
    const char* id;
    QString title, toolTip;
    QString (*missing)(const Session& session);  ///< why there is nothing to show; "": there is
    Overlay (*make)(const Session& session);     ///< only where nothing is missing; holds values, not the session
};

/// The table of overlays, in the order of the selector. A new one is one line.
const std::vector<OverlayRow>& graphOverlays();

}  // namespace lorashear::ui
