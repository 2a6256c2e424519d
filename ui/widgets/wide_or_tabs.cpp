#include "ui/widgets/wide_or_tabs.h"

#include <QHBoxLayout>
#include <QResizeEvent>
#include <QTabWidget>

namespace lorashear::ui {

WideOrTabs::WideOrTabs(const QString& objectName, const QString& accessibleName, int wide, QWidget* parent)
    : QWidget(parent), m_row(new QHBoxLayout(this)), m_tabs(new QTabWidget(this)), m_wide(wide) {
    m_row->setContentsMargins(0, 0, 0, 0);
    m_row->setSpacing(14);
    m_tabs->setObjectName(objectName);
    m_tabs->setAccessibleName(accessibleName);
    m_tabs->setDocumentMode(true);
    m_row->addWidget(m_tabs);
}

void WideOrTabs::add(QWidget* view, const QString& title) {
    m_views.push_back({view, title});
    m_tabs->addTab(view, title);
}

void WideOrTabs::showView(QWidget* view) {
    if (const int index = m_tabs->indexOf(view); index >= 0) m_tabs->setCurrentIndex(index);
}

void WideOrTabs::arrange(bool beside) {
    if (beside == m_beside) return;
    m_beside = beside;
    for (const View& view : m_views) {
        if (beside) {
            m_tabs->removeTab(m_tabs->indexOf(view.widget));
            m_row->addWidget(view.widget, 1);
            view.widget->show();
        } else {
            m_row->removeWidget(view.widget);
            m_tabs->addTab(view.widget, view.title);
        }
    }
    m_tabs->setVisible(!beside);
}

void WideOrTabs::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    arrange(width() >= m_wide);
}

}  // namespace lorashear::ui
