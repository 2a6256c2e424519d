#include "ui/figures/figure_menu.h"

#include "ui/figures/figure.h"
#include "ui/figures/figure_table_dialog.h"
#include "ui/figures/save_figures_dialog.h"
#include "ui/theme/tr.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QMenu>
#include <QWidget>

namespace lorashear::ui {

void addFigureActions(QMenu& menu, Figure& figure) {
    QWidget& widget = figure.figureWidget();
    menu.addSeparator();
    const bool some = figure.hasData();
    const auto add = [&](const char* name, const QString& text, auto&& act) {
        QAction* action = menu.addAction(text);
        action->setObjectName(QString::fromLatin1(name));
        action->setEnabled(some);
        QObject::connect(action, &QAction::triggered, &widget, act);
    };
    add("figureAsTable", tr("Show as &table…"),
        [&figure] { (new FigureTableDialog(figure, figure.figureWidget().window()))->show(); });
    add("figureAsCsv", tr("Copy figure data as CS&V"),
        [&figure] { QGuiApplication::clipboard()->setText(figureCsv(figure)); });
    add("figureAsPicture", tr("Copy as a &picture"),
        [&figure] { QGuiApplication::clipboard()->setPixmap(figure.figureWidget().grab()); });
    add("figureSave", tr("&Save figure…"),
        [&figure] { (new SaveFiguresDialog(figure, figure.figureWidget().window()))->open(); });
}

}  // namespace lorashear::ui
