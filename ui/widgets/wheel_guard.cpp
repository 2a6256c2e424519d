#include "ui/widgets/wheel_guard.h"

#include <QAbstractSpinBox>
#include <QComboBox>
#include <QEvent>
#include <QSlider>

namespace lorashear::ui {

namespace {

/// Null for all others, scroll bars among them.
QWidget* valueControl(QObject* object) {
    if (auto* spin = qobject_cast<QAbstractSpinBox*>(object)) return spin;
    if (auto* box = qobject_cast<QComboBox*>(object)) return box;
    return qobject_cast<QSlider*>(object);
}

}  // namespace

bool WheelGuard::eventFilter(QObject* watched, QEvent* event) {
    if (event->type() != QEvent::Wheel && event->type() != QEvent::Polish) return false;
    QWidget* control = valueControl(watched);
    if (!control) return false;
    if (event->type() == QEvent::Polish) {  // the wheel would give it the focus before anybody is asked
        if (control->focusPolicy() == Qt::WheelFocus) control->setFocusPolicy(Qt::StrongFocus);
        return false;
    }
    if (control->hasFocus()) return false;
    event->ignore();  // goes on to the parents
    return true;
}

}  // namespace lorashear::ui
