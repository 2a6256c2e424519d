#include "ui/widgets/key_splitter.h"

#include "ui/theme/theme.h"

#include <QKeyEvent>
#include <QPainter>
#include <QSplitterHandle>

namespace lorashear::ui {

namespace {

constexpr int kStep = 24, kHandleWidth = 8;

class KeyHandle : public QSplitterHandle {
public:
    KeyHandle(Qt::Orientation orientation, QSplitter* parent) : QSplitterHandle(orientation, parent) {
        setFocusPolicy(Qt::StrongFocus);
    }

protected:
    void keyPressEvent(QKeyEvent* event) override {
        const bool across = orientation() == Qt::Horizontal;
        const int at = across ? pos().x() : pos().y();
        const int key = event->key();
        if (key == (across ? Qt::Key_Left : Qt::Key_Up)) return moveSplitter(at - kStep);
        if (key == (across ? Qt::Key_Right : Qt::Key_Down)) return moveSplitter(at + kStep);
        if (key == Qt::Key_Home) return moveSplitter(0);
        if (key == Qt::Key_End) return moveSplitter(across ? splitter()->width() : splitter()->height());
        QSplitterHandle::keyPressEvent(event);
    }

    void paintEvent(QPaintEvent*) override {
        QPainter painter(this);
        const Colors& c = colors(palette());
        const QRectF all(rect());
        const double length = orientation() == Qt::Horizontal ? all.height() : all.width();
        const double shown = hasFocus() ? length : std::min(length, 36.0), thick = hasFocus() ? 4 : 2;
        const QSizeF size = orientation() == Qt::Horizontal ? QSizeF(thick, shown) : QSizeF(shown, thick);
        QRectF bar(QPointF(0, 0), size);
        bar.moveCenter(all.center());
        painter.fillRect(bar, hasFocus() ? c.accent : c.muted);
    }
};

}  // namespace

KeySplitter::KeySplitter(Qt::Orientation orientation, const QString& objectName, const QString& handleName, QWidget* parent)
    : QSplitter(orientation, parent), m_handleName(handleName) {
    setObjectName(objectName);
    setHandleWidth(kHandleWidth);
}

QSplitterHandle* KeySplitter::createHandle() {
    auto* handle = new KeyHandle(orientation(), this);
    handle->setObjectName(objectName() + QStringLiteral("_handle"));
    handle->setAccessibleName(m_handleName);
    handle->setAccessibleDescription(tr("Arrow keys move it"));
    handle->setToolTip(tr("Drag, or press the arrow keys"));
    return handle;
}

}  // namespace lorashear::ui
