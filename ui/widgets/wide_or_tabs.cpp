#include "ui/widgets/wide_or_tabs.h"

#include <QHBoxLayout>
#include <QResizeEvent>
#include <QTabBar>
#include <QTabWidget>

#include <algorithm>

namespace lorashear::ui {

namespace {

/// Whose parts bend, and which has a least height all the same: what lies around it would count their preferred heights as least.
class UnbendingRow : public QHBoxLayout {
public:
    using QHBoxLayout::QHBoxLayout;
    bool hasHeightForWidth() const override { return false; }
};

}  // namespace

WideOrTabs::WideOrTabs(const QString& objectName, const QString& accessibleName, int wide, QWidget* parent)
    : QWidget(parent), m_row(new UnbendingRow(this)), m_tabs(new QTabWidget(this)), m_wide(wide) {
    m_row->setContentsMargins(0, 0, 0, 0);
    m_row->setSpacing(14);
    m_tabs->setObjectName(objectName);
    m_tabs->setAccessibleName(accessibleName);
    m_tabs->setDocumentMode(true);
    m_row->addWidget(m_tabs, 1);
}

void WideOrTabs::add(QWidget* view, const QString& title, bool stays) {
    m_views.push_back({view, title, stays});
    m_tabs->addTab(view, title);
}

void WideOrTabs::showView(QWidget* view) {
    if (const int index = m_tabs->indexOf(view); index >= 0) m_tabs->setCurrentIndex(index);
}

QSize WideOrTabs::minimumSizeHint() const {
    return {QWidget::minimumSizeHint().width(), leastHeight()};
}

int WideOrTabs::leastHeight() const {
    const bool wide = width() >= m_wide;
    const auto stays = [](const View& view) { return view.stays; };
    const int tabbed = wide ? int(std::count_if(m_views.begin(), m_views.end(), stays)) : int(m_views.size());
    const int places = std::max(1, int(m_views.size()) - tabbed + (tabbed > 0 ? 1 : 0));
    const int each = (width() - (places - 1) * m_row->spacing()) / places;
    int least = 0;
    for (const View& view : m_views) {
        const QLayout* inside = view.widget->layout();
        const bool bends = inside && inside->hasHeightForWidth();
        const int height = bends ? inside->totalMinimumHeightForWidth(each) : view.widget->minimumSizeHint().height();
        least = std::max(least, height + (wide && !view.stays ? 0 : m_tabs->tabBar()->sizeHint().height()));
    }
    return least;
}

void WideOrTabs::arrange(bool beside) {
    if (beside == m_beside) return;
    m_beside = beside;
    bool tabs = !beside, left = false;
    for (const View& view : m_views) {
        tabs = tabs || view.stays;
        if (view.stays) continue;
        if (beside) {
            left = left || m_tabs->currentWidget() == view.widget;
            m_tabs->removeTab(m_tabs->indexOf(view.widget));
            m_row->addWidget(view.widget, 1);
            view.widget->show();
        } else {
            m_row->removeWidget(view.widget);
            m_tabs->addTab(view.widget, view.title);
        }
    }
    if (left) m_tabs->setCurrentIndex(0);  // the one that was looked at stands beside them now
    m_tabs->setVisible(tabs);
}

void WideOrTabs::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    arrange(width() >= m_wide);
    if (event->size().width() != event->oldSize().width()) updateGeometry();
}

}  // namespace lorashear::ui
