#include "ui/pages/page.h"

namespace lorashear::ui {

Page::Page(Studio& studio, const QString& id, QWidget* parent) : QWidget(parent), m_studio(studio) {
    setObjectName(QStringLiteral("page_") + id);
}

void Page::refreshWhenVisible() {
    m_stale = !isVisible();
    if (!m_stale) refresh();
}

void Page::showEvent(QShowEvent* event) {
    QWidget::showEvent(event);
    if (!m_stale) return;
    m_stale = false;
    refresh();
}

}  // namespace lorashear::ui
