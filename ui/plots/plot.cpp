#include "ui/plots/plot.h"

#include "ui/figures/figure_menu.h"
#include "ui/plots/plot_style.h"
#include "ui/qcustomplot_include.h"
#include "ui/theme/theme.h"
#include "ui/widgets/elided_label.h"
#include "ui/widgets/pieces.h"

#include <QContextMenuEvent>
#include <QHBoxLayout>
#include <QImage>
#include <QLabel>
#include <QMenu>
#include <QPainter>
#include <QVBoxLayout>

#include <algorithm>

namespace lorashear::ui {

namespace {
constexpr int kFocusFrame = 3, kBesideHeading = 10;  ///< pixels
constexpr int kLowLines = 6, kShortLines = 9;  ///< of type: a canvas that is lower names no axes, or only the upright one
}  // namespace

Plot::Plot(const QString& objectName, const Head& head, QWidget* parent)
    : QWidget(parent),
      m_canvas(new QCustomPlot(this)),
      m_head(new QHBoxLayout),
      m_words(makeMuted({}, this)),
      m_empty(makeMuted({}, this)) {
    setObjectName(objectName);
    setAccessibleName(head.title);
    setFocusPolicy(Qt::StrongFocus);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(kFocusFrame, kFocusFrame, kFocusFrame, kFocusFrame);
    column->setSpacing(0);
    auto* heading = new ElidedLabel(head.title, "heading", this);
    heading->setObjectName(objectName + QStringLiteral("_title"));
    heading->setToolTip(head.help);
    setWhatsThis(head.help);
    m_head->addWidget(heading);
    column->addLayout(m_head);
    m_words->setObjectName(objectName + QStringLiteral("_values"));
    m_words->setAccessibleName(head.values);
    m_words->setWordWrap(false);
    m_words->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);  // what it says changes nothing else
    if (head.ownLine) {
        column->addWidget(m_words);
    } else {
        m_head->addSpacing(kBesideHeading);
        m_head->addWidget(m_words, 1);
    }
    m_empty->setObjectName(objectName + QStringLiteral("_empty"));
    m_empty->hide();
    column->addWidget(m_empty);
    column->addWidget(m_canvas, 1);
    m_canvas->setObjectName(objectName + QStringLiteral("_canvas"));
    m_canvas->setAccessibleName(head.title);
    m_canvas->setFocusPolicy(Qt::NoFocus);
    m_canvas->installEventFilter(this);
    connect(m_canvas, &QCustomPlot::mouseMove, this, [this](const QMouseEvent* event) { pointAt(event->pos()); });
}

void Plot::finish() {
    coverBeyondAxes(*m_canvas);
    applyTheme();
}

void Plot::setEmptyText(const QString& text) {
    m_emptyText = text;
    m_empty->setText(text);
    touch();
}

void Plot::refresh() {
    if (!m_dirty || !isVisible() || m_canvas->width() < 2 || m_canvas->height() < 2)
        return;  // an empty canvas cannot be painted on
    m_dirty = false;
    arrange(m_canvas->size());
    replot();
}

/// Where there is nothing, there are no numbers either, if something else is said.
void Plot::arrange(const QSize& room) {
    m_room = room;
    const bool told = !hasData() && !m_emptyText.isEmpty();
    m_empty->setVisible(told);
    for (QCPAxis* axis : {m_canvas->xAxis, m_canvas->yAxis}) axis->setTickLabels(!told);
    draw();
    const int lines = room.height() / fontMetrics().height();
    m_canvas->xAxis->setLabel(lines < kShortLines ? QString() : m_xTitle);
    m_canvas->yAxis->setLabel(lines < kLowLines ? QString() : m_yTitle);  // the heading says enough then
    thinOutTicks(*m_canvas, room);
    setAccessibleDescription(told ? m_emptyText : summary());
}

void Plot::bringUpToDate() {
    pointAtNothing();
    arrange(m_canvas->size());
}

void Plot::setAxisTitles(const QString& x, const QString& y) {
    m_xTitle = x;
    m_yTitle = y;
}

void Plot::drawOn(QPaintDevice& device, const QSize& size, double scale) {
    pointAtNothing();
    arrange(size);
    QCPPainter painter;
    painter.begin(&device);
    painter.scale(scale, scale);
    painter.setMode(QCPPainter::pmVectorized, !dynamic_cast<QImage*>(&device));
    m_canvas->toPainter(&painter, size.width(), size.height());
    painter.end();
    touch();
    refresh();
}

void Plot::setWords(const QString& words) {
    m_words->setText(words);
    m_words->setToolTip(words);
}

QString Plot::cursorWords() const {
    return m_words->text();
}

QRectF Plot::shown() const {
    const QCPRange x = m_canvas->xAxis->range(), y = m_canvas->yAxis->range();
    return {x.lower, y.lower, x.size(), y.size()};
}

/// What stands left and right of the axes has the same width in a picture of any size.
double Plot::axisWidth() const {
    return std::max(1, m_room.width() - m_canvas->viewport().width() + m_canvas->axisRect()->width());
}

void Plot::replot() {
    m_canvas->replot(QCustomPlot::rpQueuedReplot);
}

void Plot::applyTheme() {
    stylePlot(*m_canvas, *this);
    restyle(colors(palette()));
    touch();
    refresh();
}

void Plot::contextMenuEvent(QContextMenuEvent* event) {
    auto* menu = new QMenu(this);
    menu->setObjectName(objectName() + QStringLiteral("_menu"));
    menu->setAttribute(Qt::WA_DeleteOnClose);
    addActions(*menu);
    addFigureActions(*menu, *this);
    menu->popup(event->globalPos());
}

/// The canvas lets nothing of the mouse through to what is below it, so its menu is fetched here.
bool Plot::eventFilter(QObject* watched, QEvent* event) {
    if (watched == m_canvas && event->type() == QEvent::ContextMenu) {
        contextMenuEvent(static_cast<QContextMenuEvent*>(event));
        return true;
    }
    if (watched == m_canvas && event->type() == QEvent::Leave) pointAtNothing();
    return QWidget::eventFilter(watched, event);
}

void Plot::changeEvent(QEvent* event) {
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange) applyTheme();
}

/// How many numbers stand at the axes goes by the room there is.
void Plot::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    touch();
    refresh();
}

void Plot::showEvent(QShowEvent* event) {
    QWidget::showEvent(event);
    touch();
    refresh();
}

void Plot::paintEvent(QPaintEvent*) {
    if (!hasFocus()) return;
    QPainter painter(this);
    painter.setPen(QPen(colors(palette()).accent, 2));
    painter.drawRect(rect().adjusted(1, 1, -1, -1));
}

}  // namespace lorashear::ui
