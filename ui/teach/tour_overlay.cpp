#include "ui/teach/tour_overlay.h"

#include "ui/theme/theme.h"
#include "ui/widgets/pieces.h"

#include <QAccessible>
#include <QEvent>
#include <QFrame>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QPainter>
#include <QPainterPath>
#include <QPushButton>
#include <QScrollArea>
#include <QShortcut>
#include <QStyle>
#include <QTimer>
#include <QVBoxLayout>

#include <algorithm>

namespace lorashear::ui {

namespace {

constexpr int kAround = 5, kOverlayGap = 14, kEdge = 12, kRadius = 8, kCharacters = 64;
constexpr int kDim = 150;  ///< of 255: the rest is seen, and does not compete

QWidget* scrolledBy(QWidget* target) {
    for (QWidget* up = target->parentWidget(); up; up = up->parentWidget())
        if (qobject_cast<QScrollArea*>(up)) return up;
    return nullptr;
}

/// The part of a widget that is in sight, in its window.
QRect seen(const QWidget* target, const QWidget& window) {
    if (!target || !target->isVisible()) return {};
    QRect part(target->mapTo(&window, QPoint()), target->size());
    for (const QWidget* up = target->parentWidget(); up && up != &window; up = up->parentWidget())
        part &= QRect(up->mapTo(&window, QPoint()), up->size());
    return part;
}

}  // namespace

TourOverlay::TourOverlay(QWidget& window)
    : QWidget(&window),
      m_window(window),
      m_callout(new QFrame(this)),
      m_where(makeMuted({}, m_callout)),
      m_title(makeHeading({}, m_callout)),
      m_text(new QLabel(m_callout)),
      m_task(new QLabel(m_callout)),
      m_problem(makeProblem({}, m_callout)),
      m_back(makeButton(QStringLiteral("tourBack"), tr("Back"), tr("The step before (Left arrow)"), m_callout)),
      m_next(makeButton(QStringLiteral("tourNext"), tr("Next"), tr("The next step (Right arrow)"), m_callout, true)),
      m_perform(makeButton(QStringLiteral("tourPerform"), tr("Do it for me"), tr("The window does what the step asks for"),
                           m_callout)),
      m_close(makeButton(QStringLiteral("tourClose"), tr("End the tour"),
                         tr("Leaves the tour; page, selection and plan become what they were (Escape)"), m_callout)) {
    setObjectName(QStringLiteral("tourOverlay"));
    makeCallout();
    auto* escape = new QShortcut(QKeySequence(Qt::Key_Escape), this);
    escape->setContext(Qt::WindowShortcut);
    connect(escape, &QShortcut::activated, this, &TourOverlay::closeWanted);
    m_window.installEventFilter(this);
    setGeometry(m_window.rect());
    raise();
}

void TourOverlay::makeCallout() {
    m_callout->setObjectName(QStringLiteral("tourCallout"));
    m_callout->setProperty("callout", true);
    m_callout->setFocusPolicy(Qt::StrongFocus);
    auto* column = new QVBoxLayout(m_callout);
    column->setContentsMargins(16, 12, 16, 12);
    column->setSpacing(8);
    m_title->setProperty("role", "number");
    m_title->setWordWrap(true);
    m_where->setObjectName(QStringLiteral("tourWhere"));
    m_title->setObjectName(QStringLiteral("tourTitle"));
    m_text->setObjectName(QStringLiteral("tourText"));
    m_task->setObjectName(QStringLiteral("tourTask"));
    m_problem->setObjectName(QStringLiteral("tourProblem"));
    m_task->setProperty("role", "heading");
    for (QLabel* label : {m_text, m_task, m_title, m_problem}) {
        label->setTextFormat(Qt::PlainText);
        label->setWordWrap(true);
    }
    for (QLabel* label : {m_where, m_title, m_text, m_task, m_problem}) column->addWidget(label);
    auto* row = new QHBoxLayout;
    row->setSpacing(8);
    row->addWidget(m_close);
    row->addStretch(1);
    row->addWidget(m_perform);
    row->addWidget(m_back);
    row->addWidget(m_next);
    column->addLayout(row);
    connect(m_back, &QPushButton::clicked, this, &TourOverlay::backWanted);
    connect(m_next, &QPushButton::clicked, this, &TourOverlay::nextWanted);
    connect(m_perform, &QPushButton::clicked, this, &TourOverlay::performWanted);
    connect(m_close, &QPushButton::clicked, this, &TourOverlay::closeWanted);
    m_callout->installEventFilter(this);
    for (QPushButton* button : {m_back, m_next, m_perform, m_close}) button->installEventFilter(this);
}

void TourOverlay::setWords(const Words& words) {
    const bool another = m_title->text() != words.title || m_where->text() != words.where;
    const bool before = m_mayGoOn;
    m_mayGoOn = words.task.isEmpty() || words.done;
    m_where->setText(words.where);
    m_title->setText(words.title);
    m_text->setText(words.text);
    m_task->setText(words.task.isEmpty() ? QString() : words.done ? tr("✓ %1").arg(words.task) : tr("→ %1").arg(words.task));
    m_task->setVisible(!words.task.isEmpty());
    m_problem->setText(words.problem);
    m_problem->setVisible(!words.problem.isEmpty());
    m_perform->setVisible(words.canPerform && !m_mayGoOn);
    m_back->setEnabled(!words.first);
    m_next->setText(!m_mayGoOn ? tr("Skip") : words.last ? tr("Done") : tr("Next"));
    m_next->setAccessibleName(m_next->text());
    if (another || before != m_mayGoOn) {
        m_next->setProperty("primary", m_mayGoOn);
        m_next->style()->unpolish(m_next);
        m_next->style()->polish(m_next);
    }
    m_callout->setAccessibleName(words.title);
    m_callout->setAccessibleDescription(words.text + QLatin1Char(' ') + m_task->text());
    placeCallout();
    if (!another) return;
    m_callout->setFocus(Qt::OtherFocusReason);
    QAccessibleEvent alert(m_callout, QAccessible::Alert);
    QAccessible::updateAccessibility(&alert);
}

/// What moves the target moves the light: its own changes and those of everything it lies in.
void TourOverlay::watch(QWidget* target, bool on) {
    for (QWidget* part = target; part && part != &m_window; part = part->parentWidget())
        on ? part->installEventFilter(this) : part->removeEventFilter(this);
}

void TourOverlay::light(QWidget* target) {
    if (m_target) watch(m_target, false);
    m_target = target;
    if (m_target) {
        watch(m_target, true);
        connect(m_target, &QObject::destroyed, this, &TourOverlay::placeSoon);
        if (auto* area = qobject_cast<QScrollArea*>(scrolledBy(m_target))) area->ensureWidgetVisible(m_target);
    }
    place();
    placeSoon();  // a page that has just been shown is laid out by then
}

void TourOverlay::placeSoon() {
    QTimer::singleShot(0, this, &TourOverlay::place);
}

void TourOverlay::place() {
    if (m_placing) return;
    m_placing = true;
    setGeometry(m_window.rect());
    raise();
    const QRect found = seen(m_target, m_window);
    m_lit = found.isEmpty() ? QRect() : found.adjusted(-kAround, -kAround, kAround, kAround).intersected(rect());
    placeCallout();
    show();
    update();
    m_placing = false;
}

/// Where there is room beside the light; in its lower right corner when it fills the window.
void TourOverlay::placeCallout() {
    const int least = m_callout->layout()->totalMinimumSize().width();  // the buttons show their whole words
    const int width =
        std::min(std::max(fontMetrics().averageCharWidth() * kCharacters, least), m_window.width() - 2 * kEdge);
    m_callout->setFixedWidth(width);
    m_callout->layout()->activate();
    const QSize size(width, std::min(m_callout->layout()->totalHeightForWidth(width), m_window.height() - 2 * kEdge));
    const QRect all = rect().adjusted(kEdge, kEdge, -kEdge, -kEdge);
    const auto middle = [&](int from, int length, int own) { return from + (length - own) / 2; };
    const QPoint right(m_lit.right() + kOverlayGap, middle(m_lit.top(), m_lit.height(), size.height()));
    const QPoint left(m_lit.left() - kOverlayGap - width, right.y());
    const QPoint below(middle(m_lit.left(), m_lit.width(), width), m_lit.bottom() + kOverlayGap);
    const QPoint above(below.x(), m_lit.top() - kOverlayGap - size.height());
    QPoint at(all.right() - width - kOverlayGap, all.bottom() - size.height() - 2 * kOverlayGap);
    const auto clamped = [&](QPoint point) {
        return QPoint(std::clamp(point.x(), all.left(), std::max(all.left(), all.right() - width)),
                      std::clamp(point.y(), all.top(), std::max(all.top(), all.bottom() - size.height())));
    };
    for (const QPoint& wanted : {right, left, below, above}) {
        const QRect place(clamped(wanted), size);
        if (m_lit.isEmpty() || place.intersects(m_lit)) continue;
        at = place.topLeft();
        break;
    }
    m_callout->setGeometry(QRect(clamped(at), size));
    QRegion mask = m_lit.isEmpty() ? QRegion() : QRegion(rect()).subtracted(m_lit.adjusted(2, 2, -2, -2));
    setMask(mask.united(m_callout->geometry()));
}

QRect TourOverlay::callout() const {
    return m_callout->geometry();
}

void TourOverlay::paintEvent(QPaintEvent*) {
    if (m_lit.isEmpty()) return;
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    QPainterPath dim, hole;
    dim.addRect(rect());
    hole.addRoundedRect(m_lit, kRadius, kRadius);
    painter.fillPath(dim.subtracted(hole), QColor(0, 0, 0, kDim));
    painter.setPen(QPen(colors(palette()).accent, 3));
    painter.drawRoundedRect(QRectF(m_lit).adjusted(1, 1, -1, -1), kRadius, kRadius);
}

bool TourOverlay::handleKey(int key) {
    const bool mirrored = layoutDirection() == Qt::RightToLeft;
    const int forward = mirrored ? Qt::Key_Left : Qt::Key_Right, backward = mirrored ? Qt::Key_Right : Qt::Key_Left;
    if (key == forward || key == Qt::Key_Down || key == Qt::Key_PageDown) {
        if (m_mayGoOn) Q_EMIT nextWanted();
        return true;
    }
    if (key == backward || key == Qt::Key_Up || key == Qt::Key_PageUp) {
        if (m_back->isEnabled()) Q_EMIT backWanted();
        return true;
    }
    return false;
}

bool TourOverlay::eventFilter(QObject* watched, QEvent* event) {
    const bool own = watched == m_callout || watched->parent() == m_callout;
    if (own && event->type() == QEvent::KeyPress && handleKey(static_cast<QKeyEvent*>(event)->key())) return true;
    if (!own) switch (event->type()) {
            case QEvent::Resize:
            case QEvent::Move:
            case QEvent::Show:
            case QEvent::Hide:
            case QEvent::LayoutRequest: placeSoon(); break;
            default: break;
        }
    return QWidget::eventFilter(watched, event);
}

}  // namespace lorashear::ui
