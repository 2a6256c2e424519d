#include "ui/panels/history_panel.h"

#include "ui/controller/studio.h"
#include "ui/widgets/pieces.h"

#include <QLabel>
#include <QStyle>
#include <QUndoView>
#include <QVBoxLayout>

namespace lorashear::ui {

HistoryPanel::HistoryPanel(Studio& studio, PanelHost&, QWidget* parent)
    : QWidget(parent),
      m_studio(studio),
      m_view(new QUndoView(&studio.session().undoStack(), this)),
      m_words(makeMuted({}, this)) {
    setObjectName(QStringLiteral("historyPanel"));
    setFocusProxy(m_view);
    m_view->setObjectName(QStringLiteral("historyList"));
    m_view->setAccessibleName(tr("Edits of the recipe"));
    m_view->setEmptyLabel(tr("as opened"));
    m_view->setCleanIcon(style()->standardIcon(QStyle::SP_DialogSaveButton));
    m_view->setWordWrap(true);
    m_view->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_words->setObjectName(QStringLiteral("historyWords"));
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(8, 4, 8, 8);
    column->setSpacing(4);
    column->addWidget(m_view, 1);
    column->addWidget(m_words);
    const QUndoStack& stack = m_studio.session().undoStack();
    connect(&stack, &QUndoStack::indexChanged, this, &HistoryPanel::describe);
    connect(&stack, &QUndoStack::cleanChanged, this, &HistoryPanel::describe);
    describe();
}

void HistoryPanel::describe() {
    const QUndoStack& stack = m_studio.session().undoStack();
    const int all = stack.count(), now = stack.index();
    QString words = all == 0 ? tr("Nothing was changed yet.")
                    : now == all
                        ? tr("%n edit(s) in force.", nullptr, all)
                        : tr("%1 of %2 edits in force. The next edit takes the place of those below.").arg(now).arg(all);
    if (all > 0 && stack.cleanIndex() >= 0) words += QLatin1Char(' ') + tr("The disk marks what is in a file or a run.");
    m_words->setText(words);
    m_view->setAccessibleDescription(words);
}

}  // namespace lorashear::ui
