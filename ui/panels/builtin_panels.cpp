#include "ui/panels/history_panel.h"
#include "ui/panels/lessons_panel.h"
#include "ui/panels/log_panel.h"
#include "ui/panels/manual_panel.h"
#include "ui/panels/panel.h"
#include "ui/panels/selection_panel.h"
#include "ui/theme/tr.h"

namespace lorashear::ui {

namespace {

template <class T>
QWidget* makePanel(Studio& studio, PanelHost& host, QWidget* parent) {
    return new T(studio, host, parent);
}

}  // namespace

const std::vector<PanelEntry>& builtinPanels() {
    static const std::vector<PanelEntry> kPanels = {
        {QStringLiteral("selection"), tr("Selection"), tr("What analysis, plan and run say of the chosen node group"),
         makePanel<SelectionPanel>},
        {QStringLiteral("history"), tr("History"), tr("Every edit since the recipe was opened; a click goes back to it"),
         makePanel<HistoryPanel>},
        {QStringLiteral("log"), tr("Log"), tr("What the program has said: messages, errors, events of the run that goes on"),
         makePanel<LogPanel>},
        {QStringLiteral("manual"), tr("Manual"), tr("The chapter of the page that is shown"), makePanel<ManualPanel>},
        {QStringLiteral("lessons"), tr("Lessons"), tr("Tours and lessons over the window as it is"),
         makePanel<LessonsPanel>},
    };
    return kPanels;
}

}  // namespace lorashear::ui
