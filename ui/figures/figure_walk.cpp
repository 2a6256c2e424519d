#include "ui/figures/figure_walk.h"

#include "ui/figures/figure.h"

#include <QApplication>
#include <QPointer>
#include <QScopeGuard>
#include <QStackedWidget>
#include <QTabWidget>

#include <set>

namespace lorashear::ui {

namespace {

bool g_walking = false;

class Walk {
public:
    explicit Walk(const std::function<void(Figure&)>& visit) : m_visit(visit) {}

    void through(QWidget& part) {
        visitSeen(part);
        for (QTabWidget* tabs : part.findChildren<QTabWidget*>()) {
            if (!tabs->isVisible() || !m_opened.insert(tabs).second) continue;
            const auto back = qScopeGuard([tabs, before = tabs->currentIndex()] { tabs->setCurrentIndex(before); });
            for (int i = 0; i < tabs->count(); ++i) {
                tabs->setCurrentIndex(i);
                through(*tabs->widget(i));
            }
        }
    }

private:
    void visitSeen(QWidget& part) {
        for (QWidget* widget : part.findChildren<QWidget*>())
            if (auto* figure = dynamic_cast<Figure*>(widget);
                figure && widget->isVisible() && figure->hasData() && m_seen.insert(widget).second)
                m_visit(*figure);
    }

    const std::function<void(Figure&)>& m_visit;
    std::set<const QWidget*> m_seen, m_opened;
};

}  // namespace

void walkFigures(QStackedWidget& pages, const std::function<void(Figure&)>& visit) {
    const QPointer<QWidget> keyboard = QApplication::focusWidget();
    QWidget& window = *pages.window();
    const auto back = qScopeGuard([&, before = pages.currentIndex(), outer = g_walking] {
        pages.setCurrentIndex(before);
        g_walking = outer;
        window.setUpdatesEnabled(true);
        if (keyboard) keyboard->setFocus(Qt::OtherFocusReason);
    });
    g_walking = true;
    window.setUpdatesEnabled(false);
    Walk walk(visit);
    for (int i = 0; i < pages.count(); ++i) {
        pages.setCurrentIndex(i);
        walk.through(*pages.widget(i));
    }
}

bool walkingFigures() {
    return g_walking;
}

}  // namespace lorashear::ui
