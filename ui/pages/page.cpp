#include "ui/pages/page.h"

#include <QEvent>

namespace lorashear::ui {

Page::Page(Studio& studio, const QString& id, QWidget* parent) : QWidget(parent), m_studio(studio) {
    setObjectName(QStringLiteral("page_") + id);
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
    if (!m_stale) return;
    m_stale = false;
    refresh();
}

}  // namespace lorashear::ui
