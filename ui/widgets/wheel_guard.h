#pragma once

#include <QObject>

namespace lorashear::ui {

/// An event filter for the application: the mouse wheel changes the value of a spin box, a chooser or a slider only while that has the
/// keyboard's focus; over any other it scrolls what the control lies in. Whoever scrolls a form changes nothing on the way.
class WheelGuard : public QObject {
    Q_OBJECT
public:
    using QObject::QObject;

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;
};

}  // namespace lorashear::ui
