#include "ui/pages/node_group_menu.h"

#include "ui/controller/standing.h"
#include "ui/controller/studio.h"
#include "ui/figures/figure.h"
#include "ui/figures/figure_menu.h"
#include "ui/theme/tr.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QMenu>

#include <utility>

namespace lorashear::ui {

namespace {

void addPage(QMenu& menu, Studio& studio, int nodeGroup, const QString& text, const char* page) {
    QObject::connect(menu.addAction(text), &QAction::triggered, &studio, [&studio, nodeGroup, page] {
        studio.session().select({{}, -1, nodeGroup});
        Q_EMIT studio.pageWanted(QString::fromLatin1(page));
    });
}

}  // namespace

void addNodeGroupActions(QMenu& menu, Studio& studio, int nodeGroup) {
    Session& session = studio.session();
    if (!session.structure() || nodeGroup < 0 || nodeGroup >= int(session.structure()->nodeGroups.size())) return;
    const NodeGroup& group = session.structure()->nodeGroups[std::size_t(nodeGroup)];
    menu.addSection(QString::fromStdString(group.name));
    const std::pair<QString, Override> choices[] = {{tr("&Protect: nothing of it goes"), Override::Protect},
                                                    {tr("&Allow: it may go"), Override::Allow},
                                                    {tr("&Leave it to the analysis"), Override::Automatic}};
    for (const auto& [text, choice] : choices) {
        QAction* action = menu.addAction(text);
        action->setCheckable(true);
        action->setChecked(session.overrideOf(nodeGroup) == choice);
        action->setEnabled(group.prunable);
        QObject::connect(action, &QAction::triggered, &studio,
                         [&session, nodeGroup, wanted = choice] { session.setOverride(nodeGroup, wanted); });
    }
    menu.addSeparator();
    addPage(menu, studio, nodeGroup, tr("Show in the &graph"), "graph");
    addPage(menu, studio, nodeGroup, tr("Show what is &known of it"), "knowledge");
    addPage(menu, studio, nodeGroup, tr("Show in the &plan"), "plan");
    menu.addSeparator();
    QObject::connect(menu.addAction(tr("&Copy what is said of it")), &QAction::triggered, &studio, [&session, nodeGroup] {
        QGuiApplication::clipboard()->setText(planWords(session, nodeGroup) + QLatin1Char('\n') +
                                              knowledgeWords(session, nodeGroup));
    });
}

void showNodeGroupMenu(Studio& studio, int nodeGroup, const QPoint& at, QWidget* parent) {
    auto* menu = new QMenu(parent);
    menu->setObjectName(QStringLiteral("nodeGroupMenu"));
    menu->setAttribute(Qt::WA_DeleteOnClose);
    addNodeGroupActions(*menu, studio, nodeGroup);
    if (auto* figure = dynamic_cast<Figure*>(parent)) addFigureActions(*menu, *figure);
    menu->isEmpty() ? menu->deleteLater() : menu->popup(at);
}

}  // namespace lorashear::ui
