#pragma once

#include <QObject>
#include <QString>

#include <vector>

class QWidget;

namespace lorashear::ui {

class Studio;

/// What panels hear from the window around them and ask of it. Panels do not know each other, nor the window.
class PanelHost : public QObject {
    Q_OBJECT
public:
    using QObject::QObject;

Q_SIGNALS:
    void pageShown(const QString& id);
    void placeWanted(const QString& place);  ///< of the manual: "PAGE#HEADING"
    void tourWanted(const QString& id);
};

/// One dock beside the pages. What `make` returns takes the keyboard for the whole panel (its focus proxy), and is made with an empty session.
struct PanelEntry {
    QString id, title, toolTip;
    QWidget* (*make)(Studio& studio, PanelHost& host, QWidget* parent);
};

/// The table of panels, in the order of the menu. A new panel is one line in ui/panels/builtin_panels.cpp.
const std::vector<PanelEntry>& builtinPanels();

}  // namespace lorashear::ui
