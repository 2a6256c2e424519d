#include "ui/pages/page.h"

#include "ui/controller/studio.h"
#include "ui/pages/next_step.h"
#include "ui/widgets/pieces.h"

#include <QEvent>
#include <QPushButton>
#include <QStyle>

namespace lorashear::ui {

namespace {

void setPrimary(QPushButton& button, bool primary) {
    if (button.property("primary").toBool() == primary) return;
    button.setProperty("primary", primary);
    button.style()->unpolish(&button);  // the style sheet asks once
    button.style()->polish(&button);
}

}  // namespace

Page::Page(Studio& studio, const QString& id, QWidget* parent) : QWidget(parent), m_studio(studio), m_id(id) {
    setObjectName(QStringLiteral("page_") + id);
    Session& session = studio.session();
    for (auto signal : {&Session::modelChanged, &Session::structureChanged, &Session::knowledgeChanged,
                        &Session::planChanged, &Session::runChanged, &Session::commandFinished})
        connect(&session, signal, this, &Page::showNextStep);
    connect(&studio.engine(), &EngineController::stateChanged, this, &Page::showNextStep);
    connect(&studio, &Studio::followingChanged, this, &Page::showNextStep);
}

QPushButton* Page::nextButton() {
    m_next = makeButton(QStringLiteral("next_") + m_id, tr("Next step"), tr("What comes next"), this, true);
    m_next->hide();
    connect(m_next, &QPushButton::clicked, this, [this] { Q_EMIT m_studio.pageWanted(m_nextPage); });
    return m_next;
}

/// One primary button a page, and it is what comes next.
void Page::showNextStep() {
    if (!isVisible()) return;
    const NextStep next = nextStep(m_id, m_studio);
    for (const QString& name : ownSteps(m_id))
        if (auto* own = findChild<QPushButton*>(name)) setPrimary(*own, name == next.button);
    if (!m_next) return;
    if (next.page.isEmpty() && m_next->hasFocus()) takeFocus();  // before it goes, or Qt hands the keyboard to its neighbour
    m_next->setVisible(!next.page.isEmpty());
    if (m_nextPage == next.page) return;
    m_nextPage = next.page;
    const auto& pages = builtinPages();
    for (std::size_t i = 0; i < pages.size(); ++i) {
        if (pages[i].id != m_nextPage) continue;
        m_next->setText(tr("Next: %1").arg(pages[i].title));
        m_next->setToolTip(tr("%1 (Ctrl+%2)").arg(pages[i].toolTip).arg(i + 1));
        m_next->setAccessibleName(m_next->text());
        m_next->setAccessibleDescription(m_next->toolTip());
    }
}

void Page::refreshWhenVisible() {
    m_stale = !isVisible();
    if (!m_stale) refresh();
}

/// Colours are chosen when a page is filled.
void Page::changeEvent(QEvent* event) {
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::StyleChange) refreshWhenVisible();
}

void Page::showEvent(QShowEvent* event) {
    QWidget::showEvent(event);
    showNextStep();
    if (!m_stale) return;
    m_stale = false;
    refresh();
}

}  // namespace lorashear::ui
