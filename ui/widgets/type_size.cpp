#include "ui/widgets/type_size.h"

#include <QEvent>
#include <QStyle>
#include <QWidget>

#include <utility>

namespace lorashear::ui {

namespace {

class TypeWatcher : public QObject {
public:
    TypeWatcher(QWidget& widget, std::function<void()> act) : QObject(&widget), m_act(std::move(act)) {
        widget.installEventFilter(this);
    }
    bool eventFilter(QObject* watched, QEvent* event) override {
        if (event->type() == QEvent::FontChange) m_act();
        return QObject::eventFilter(watched, event);
    }

private:
    std::function<void()> m_act;
};

}  // namespace

void whenTypeChanges(QWidget& widget, std::function<void()> act) {
    act();
    new TypeWatcher(widget, std::move(act));
}

void keepWidth(QWidget& widget, int characters, bool withScrollBar) {
    whenTypeChanges(widget, [&widget, characters, withScrollBar] {
        const int bar = withScrollBar ? widget.style()->pixelMetric(QStyle::PM_ScrollBarExtent, nullptr, &widget) : 0;
        widget.setFixedWidth(widget.fontMetrics().averageCharWidth() * characters + bar);
    });
}

}  // namespace lorashear::ui
