#include "ui/widgets/stage_rail.h"

#include "ui/theme/theme.h"
#include "ui/widgets/bar_list.h"

#include <QButtonGroup>
#include <QFocusEvent>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QPainterPath>
#include <QVBoxLayout>

#include <algorithm>

namespace lorashear::ui {

namespace {

QString stateWord(StageState state) {
    switch (state) {
        case StageState::Open: return StageRail::tr("ready");
        case StageState::Locked: return StageRail::tr("needs an earlier step");
        case StageState::Done: return StageRail::tr("done");
        case StageState::Stale: return StageRail::tr("needs attention");
        case StageState::Running: return StageRail::tr("running");
    }
    return {};
}

void drawGlyph(QPainter& painter, StageState state, const QRectF& rect, const Colors& c, bool current) {
    const QColor quiet = current ? c.text : c.muted;
    painter.setBrush(Qt::NoBrush);
    switch (state) {
        case StageState::Open: painter.setPen(QPen(quiet, 1.4)), painter.drawEllipse(rect.adjusted(3, 3, -3, -3)); break;
        case StageState::Locked: drawPadlock(painter, rect, quiet, true); break;
        case StageState::Done: {
            QPainterPath tick(rect.topLeft() + QPointF(2, rect.height() * 0.55));
            tick.lineTo(rect.left() + rect.width() * 0.4, rect.bottom() - 2.5);
            tick.lineTo(rect.right() - 1, rect.top() + 2.5);
            painter.setPen(QPen(c.good, 2.2, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
            painter.drawPath(tick);
            break;
        }
        case StageState::Stale:
            painter.setPen(Qt::NoPen), painter.setBrush(c.warn), painter.drawEllipse(rect.adjusted(3.5, 3.5, -3.5, -3.5));
            break;
        case StageState::Running:
            painter.setPen(QPen(c.accent, 2.2));
            painter.drawArc(rect.adjusted(2, 2, -2, -2), 90 * 16, -270 * 16);
            break;
    }
}

}  // namespace

class StageRail::Button : public QAbstractButton {
public:
    Button(const QString& title, int number, StageRail* rail) : QAbstractButton(rail), m_rail(*rail), m_number(number) {
        setText(title);
        setCheckable(true);
        setFocusPolicy(Qt::StrongFocus);
        setCursor(Qt::PointingHandCursor);
        setState(StageState::Locked);
    }
    void setState(StageState state) {
        m_state = state;
        setAccessibleName(StageRail::tr("%1, %2").arg(text(), stateWord(state)));
        update();
    }
    StageState state() const { return m_state; }
    QSize sizeHint() const override {
        QFont chosen = font();
        chosen.setBold(true);
        return {QFontMetrics(chosen).horizontalAdvance(text()) + 16 + kBefore + kBehind, fontMetrics().height() + 24};
    }

protected:
    void paintEvent(QPaintEvent*) override {
        QPainter painter(this);
        painter.setRenderHint(QPainter::Antialiasing);
        const Colors& c = colors(palette());
        const QRectF area = QRectF(rect()).adjusted(8, 2, -8, -2);
        QPainterPath shape;
        shape.addRoundedRect(area, 7, 7);
        if (isChecked()) painter.fillPath(shape, c.card);
        if (underMouse() && !isChecked()) {  // an outline: what is filled is where one is
            painter.setPen(QPen(c.border, 1));
            painter.drawPath(shape);
        }
        if (isChecked()) painter.fillRect(QRectF(area.left(), area.top() + 7, 3, area.height() - 14), c.accent);
        const double side = 15;
        drawGlyph(painter, m_state, QRectF(area.left() + 13, area.center().y() - side / 2, side, side), c, isChecked());
        QFont words = font();
        words.setBold(isChecked());
        painter.setFont(words);
        painter.setPen(isChecked() ? c.text : m_state == StageState::Locked ? c.muted : c.text);
        painter.drawText(area.adjusted(kBefore, 0, -kBehind, 0), Qt::AlignVCenter | Qt::AlignLeft, text());
        painter.setFont(font());
        painter.setPen(c.muted);
        painter.drawText(area.adjusted(0, 0, -9, 0), Qt::AlignVCenter | Qt::AlignRight, QString::number(m_number));
        if (!hasFocus() || !m_rail.m_byKeys) return;
        painter.setPen(QPen(c.accent, 2, Qt::DashLine));  // no whole frame: that would look like the place where one is
        painter.setBrush(Qt::NoBrush);
        painter.drawRoundedRect(area.adjusted(1, 1, -1, -1), 7, 7);
    }
    void focusInEvent(QFocusEvent* event) override {
        QAbstractButton::focusInEvent(event);
        switch (event->reason()) {
            case Qt::TabFocusReason:
            case Qt::BacktabFocusReason:
            case Qt::ShortcutFocusReason: return m_rail.setByKeys(true);
            case Qt::MouseFocusReason: return m_rail.setByKeys(false);
            default: return;  // a window that comes forward again shows what it showed
        }
    }
    void keyPressEvent(QKeyEvent* event) override {
        m_rail.setByKeys(true);
        QAbstractButton::keyPressEvent(event);
    }
    void mousePressEvent(QMouseEvent* event) override {
        m_rail.setByKeys(false);
        QAbstractButton::mousePressEvent(event);
    }
    void enterEvent(QEnterEvent*) override { update(); }
    void leaveEvent(QEvent*) override { update(); }

private:
    static constexpr int kBefore = 38, kBehind = 26;  // the glyph, and the number
    StageRail& m_rail;
    int m_number;
    StageState m_state = StageState::Locked;
};

StageRail::StageRail(QWidget* parent) : QWidget(parent), m_group(new QButtonGroup(this)) {
    setObjectName(QStringLiteral("stageRail"));
    setAccessibleName(tr("Stages"));
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 10, 0, 10);
    column->setSpacing(2);
    column->addStretch(1);
    connect(m_group, &QButtonGroup::idClicked, this, &StageRail::stageChosen);
}

void StageRail::addStage(const QString& id, const QString& title, const QString& toolTip) {
    const int index = int(m_buttons.size());
    auto* button = new Button(title, index + 1, this);
    button->setObjectName(QStringLiteral("stage_") + id);
    button->setToolTip(tr("%1 (Ctrl+%2)").arg(toolTip).arg(index + 1));
    m_group->addButton(button, index);
    m_buttons.push_back(button);
    static_cast<QVBoxLayout*>(layout())->insertWidget(index, button);
}

void StageRail::setCurrent(int index) {
    Button* wanted = m_buttons.at(std::size_t(index));
    wanted->setChecked(true);
    setFocusProxy(wanted);
    // A frame around one stage and a mark on another would both look like the place where one is.
    const bool had =
        std::any_of(m_buttons.begin(), m_buttons.end(), [](const Button* button) { return button->hasFocus(); });
    if (had) wanted->setFocus(Qt::OtherFocusReason);
}

void StageRail::setByKeys(bool byKeys) {
    m_byKeys = byKeys;
    for (Button* button : m_buttons) button->update();
}

void StageRail::setState(int index, StageState state) {
    Button* button = m_buttons.at(std::size_t(index));
    if (button->state() != state) button->setState(state);
}

StageState StageRail::state(int index) const {
    return m_buttons.at(std::size_t(index))->state();
}

}  // namespace lorashear::ui
