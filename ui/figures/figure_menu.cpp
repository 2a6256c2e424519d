#include "ui/figures/figure_menu.h"

#include "ui/figures/figure.h"
#include "ui/figures/figure_table_dialog.h"
#include "ui/figures/save_figures_dialog.h"

#include <QClipboard>
#include <QCoreApplication>
#include <QGuiApplication>
#include <QMenu>
#include <QWidget>

namespace lorashear::ui {

namespace {

QString words(const char* text) {
    return QCoreApplication::translate("lorashear::ui::FigureMenu", text);
}

}  // namespace

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
    add("figureAsTable", words("Show as &table…"),
        [&figure] { (new FigureTableDialog(figure, figure.figureWidget().window()))->show(); });
    add("figureAsCsv", words("Copy figure data as CS&V"),
        [&figure] { QGuiApplication::clipboard()->setText(figureCsv(figure)); });
    add("figureAsPicture", words("Copy as a &picture"),
        [&figure] { QGuiApplication::clipboard()->setPixmap(figure.figureWidget().grab()); });
    add("figureSave", words("&Save figure…"),
        [&figure] { (new SaveFiguresDialog(figure, figure.figureWidget().window()))->open(); });
}

}  // namespace lorashear::ui
